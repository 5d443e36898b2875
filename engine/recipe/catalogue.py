"""What the page has to know besides fields: quantities, constants, cells and tasks."""

from __future__ import annotations

from dataclasses import asdict
from math import isfinite
from typing import Any

from engine.cells import CELLS, NONLINEARITIES
from engine.quantities import CONSTANTS, QUANTITIES
from engine.tasks import TASKS

KEY = "x-unrolled"
"""Where the catalogue stands in the JSON schema of a recipe, which ignores unknown keywords."""


def catalogue() -> dict[str, Any]:
    """Return what the engine says of itself, as plain JSON.

    Returns
    -------
    dict
        ``quantities`` (a list, with the attributes of `Quantity`), ``constants`` (by name),
        ``cells`` (by name: title, gates, which nonlinearities can be chosen, states, and the
        blocks of W_hh in their order),
        ``nonlinearities`` (by name: title, whether an activation can be negative, and beyond which
        two bounds a gate is saturated, or at which) and ``tasks`` (by name: title and description).
    """
    return {
        "quantities": [
            {**asdict(quantity), "axes": list(quantity.axes)} for quantity in QUANTITIES.values()
        ],
        "constants": dict(CONSTANTS),
        "cells": {
            name: {
                "title": cell.title,
                "gates": list(cell.gate_names),
                "sigmoids": list(cell.sigmoids),
                "choices": list(cell.choices),
                "states": list(cell.state_names),
                "blocks": list(cell.chunks),
            }
            for name, cell in CELLS.items()
        },
        "nonlinearities": {
            name: {
                "title": each.title,
                "signed": each.signed,
                "saturated": list(each.saturates_at or each.ends),
                "at_ends_alone": each.includes_ends,
            }
            for name, each in NONLINEARITIES.items()
            if isfinite(each.ends[0])
        },
        "tasks": {
            fields.model_fields["name"].default: {
                "title": fields.model_fields["name"].title,
                "description": fields.__doc__,
            }
            for fields in TASKS
        },
    }


def add_catalogue(schema: dict[str, Any]) -> None:
    """Put the catalogue into the JSON schema of a recipe."""
    schema[KEY] = catalogue()

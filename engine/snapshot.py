"""A snapshot: where an experiment stands, so that another can go on from there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.arrays import Array


@dataclass(frozen=True)
class Snapshot:
    """All that the iterations to come depend on, beside the recipe.

    Attributes
    ----------
    iteration : int
        The one that is computed next.
    drawn_from : dict
        State of the generator from which the last batch was drawn.
    arrays : dict of str to ndarray
        Weights and what optimisers remember, by ``<lane>/<name>``.
    lost : dict of str to str
        By lane: where its numbers were first lost.
    """

    iteration: int
    drawn_from: Any
    arrays: dict[str, Array]
    lost: dict[str, str]

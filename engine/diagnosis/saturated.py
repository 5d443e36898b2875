"""The rule for units at the ends of their range, where no gradient gets to their weights."""

from __future__ import annotations

import numpy as np

from engine.cells import Nonlinearity
from engine.diagnosis.finding import Finding, Remedy, Severity, Where
from engine.diagnosis.forgetting import KEEPERS
from engine.diagnosis.vitals import FEW, Vitals
from engine.diagnosis.words import number, plain

MOSTLY = 0.5
"""Share of the timesteps and examples at which a unit has to be there."""

MANY = 0.25
"""Share of the units."""


def saturated(vitals: Vitals) -> Finding | None:
    """Count the units whose state, or a gate of theirs, stands at an end most of the time.

    What an end is, each nonlinearity says of itself (`Nonlinearity.ends`). A gate that keeps the
    memory may stand at 1: that is what it is for.
    """
    if vitals.learned:
        return None
    for layer, cell in enumerate(vitals.cells):
        if not cell.gate_names and not cell.rectified:
            phi = cell.state_function
            low, high = phi.at_ends(vitals.states(layer))
            stuck = (low | high).mean(axis=(0, 2)) > MOSTLY
            if stuck.mean() > MANY:
                says = _says(phi, f"{phi.title} units", stuck)
                return _finding(vitals, says, Where("h", layer), stuck)
        keeper = KEEPERS.get(vitals.hyperparameters.cell)
        for gate in (name for name in cell.gate_names if name in cell.sigmoids):
            shut, open_ = cell.gate_function.at_ends(vitals.gate(layer, gate))
            at_end = shut | open_
            if keeper is not None and gate == keeper.gate:
                at_end = shut if keeper.kept_by_one else open_
            stuck = at_end.mean(axis=(0, 2)) > MOSTLY
            if stuck.mean() > MANY:
                says = _says(cell.gate_function, f"gates {gate}", stuck)
                return _finding(vitals, says, Where(f"gate.{gate}", layer), stuck)
    return None


def _says(phi: Nonlinearity, units: str, stuck: np.ndarray) -> str:
    slope = float(phi.slope(np.array(phi.ends))[1])
    passes = f"below {number(slope, 1)}" if slope > 0 else "0"
    what = f"{stuck.sum()} of {len(stuck)} {units} stand {phi.ends_in_words}"
    return f"{what} more than half of the time, where {phi.title}′ is {passes}"


def _finding(vitals: Vitals, says: str, where: Where, stuck: np.ndarray) -> Finding:
    settings = vitals.hyperparameters
    if vitals.iteration < FEW:
        advice = "The initial weights are too large: Xavier's keep the pre-activations near 1."
        remedy = Remedy({"init": "xavier_uniform", "spectral_radius": None}, "Xavier")
    else:
        smaller = float(f"{settings.learning_rate / 10:.3g}")
        advice = f"A learning rate of {plain(smaller)} drives them there more slowly, if at all."
        remedy = Remedy({"learning_rate": smaller}, f"η {plain(smaller)}")
    numbers: dict[str, float] = {"units": int(stuck.sum()), "of": len(stuck)}
    says += ": little of a gradient passes to their weights."
    return Finding("saturated", Severity.NOTE, says, where, numbers, advice, remedy)

"""The rule for units at the ends of their range, where no gradient gets to their weights."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.finding import Finding, Remedy, Severity, Where
from engine.diagnosis.forgetting import KEEPERS
from engine.diagnosis.vitals import FEW, Vitals
from engine.diagnosis.words import number, plain

END = 0.97
"""tanh′ = 1 − h² is below 0.06 there: less than a sixteenth of a gradient passes."""

GATE_END = 0.01
"""σ′ = σ (1 − σ) is below 0.01 within this of 0 or 1."""

MOSTLY = 0.5
"""Share of the timesteps and examples at which a unit has to be there."""

MANY = 0.25
"""Share of the units."""


def saturated(vitals: Vitals) -> Finding | None:
    """Count the units whose state, or a gate of theirs, stands at an end most of the time.

    A gate that keeps the memory may stand at 1: that is what it is for.
    """
    if vitals.learned:
        return None
    for layer, cell in enumerate(vitals.cells):
        if not cell.gate_names and not cell.rectified:
            stuck = (np.abs(vitals.states(layer)) > END).mean(axis=(0, 2)) > MOSTLY
            if stuck.mean() > MANY:
                what = f"tanh units stand beyond ±{END} more than half of the time, where tanh′ is"
                says = f"{stuck.sum()} of {len(stuck)} {what} below {number(1 - END**2, 1)}"
                return _finding(vitals, says, Where("h", layer), stuck)
        keeper = KEEPERS.get(vitals.hyperparameters.cell)
        for gate in (name for name in cell.gate_names if name in cell.sigmoids):
            values = vitals.gate(layer, gate)
            shut, open_ = values < GATE_END, values > 1 - GATE_END
            at_end = shut | open_
            if keeper is not None and gate == keeper.gate:
                at_end = shut if keeper.kept_by_one else open_
            stuck = at_end.mean(axis=(0, 2)) > MOSTLY
            if stuck.mean() > MANY:
                what = f"gates {gate} stand within {GATE_END} of 0 or 1 more than half of the time"
                says = f"{stuck.sum()} of {len(stuck)} {what}, where σ′ is below {GATE_END}"
                return _finding(vitals, says, Where(f"gate.{gate}", layer), stuck)
    return None


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

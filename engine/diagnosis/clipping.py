"""The rule for clipping that has become the usual case."""

from __future__ import annotations

from math import ceil, log10

import numpy as np

from engine.diagnosis.finding import Finding, Remedy, Severity, Where
from engine.diagnosis.vitals import Vitals
from engine.diagnosis.words import number, plain

MOSTLY = 0.75
"""A threshold that cuts more than this share of the gradients is no guard against the rare large
one any more, but sets the length of every step (Pascanu et al. 2013 take half to ten times the
usual norm)."""

ENOUGH = 50
"""Iterations that it takes to say so: the first gradients of a run are its largest."""

REACHABLE = 0.9
"""The threshold that is proposed leaves this share of the last gradients whole ..."""

NEAR = 3.0
"""... and is proposed where that is at most so many times the present one: farther away stand the
walls of the loss, and there clipping does what it is for."""


def clipping(vitals: Vitals) -> Finding | None:
    """Say how many of the last gradients were cut, and by how much."""
    factors = vitals.recent["clip_factor"][-ENOUGH:]
    if len(factors) < ENOUGH or vitals.hyperparameters.clip == "none":
        return None
    cut = int((factors < 1).sum())
    if cut <= MOSTLY * ENOUGH:
        return None
    usual = float(np.median(factors))
    norms = vitals.recent["grad_norm"][-ENOUGH:]
    says = (
        f"{cut} of the last {ENOUGH} gradients were clipped, to {number(usual)} of their norm as a "
        "rule: the threshold sets the step, and the gradient only its direction."
    )
    settings, largest = vitals.hyperparameters, float(norms.max())
    typical = float(np.quantile(norms, REACHABLE))
    advice, remedy = "", None
    if settings.optimizer != "sgd":
        advice = "This optimizer rescales its updates itself, so that little comes of it."
    elif settings.clip == "norm" and typical > NEAR * settings.clip_threshold:
        advice = (
            f"Leave it so: the largest norm was {number(largest)}, and no update of that length "
        )
        advice += "leads anywhere."
    else:
        threshold = _rounded_up(typical)
        advice = f"A threshold of {plain(threshold)} would cut the largest tenth alone."
        changes = {"clip": "norm", "clip_threshold": threshold}
        remedy = Remedy(changes, f"clip {plain(threshold)}")
    numbers = {"clipped": cut, "clip_factor": usual, "largest": largest}
    return Finding("clipping", Severity.NOTE, says, Where("clip_factor"), numbers, advice, remedy)


def _rounded_up(value: float) -> float:
    """Return the next of 1, 2, 5, 10, 20, …; value is positive."""
    power = 10.0 ** (ceil(log10(value)) - 1)
    return float(f"{next(step for step in (1, 2, 5, 10) if step * power >= value) * power:.3g}")

"""The rule for a learning rate that is far too large or far too small."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.finding import Finding, Remedy, Severity, Where
from engine.diagnosis.vitals import FEW, Vitals
from engine.diagnosis.words import number, plain

SLOW, FAST = 1e-5, 0.1
"""An update of about a thousandth of the weights is usual (Karpathy, CS231n, "Ratio of weights to
updates"); a hundredth of that goes nowhere, a hundred times that forgets what was learned."""

EARLY = 5
"""Iterations after which weights that are thrown about can be told; they grow so large soon that an
update is small beside them."""

JUMP = 10.0
"""A loss so many times the usual one was thrown there by an update ..."""

JUMPS = 3
"""... and so many of them among the last iterations are no accident."""


def learning_rate(vitals: Vitals) -> Finding | None:
    """Say how far an update moves the weights, and propose ten times less or more."""
    if vitals.age < EARLY or vitals.learned:
        return None
    rate, ratio = vitals.hyperparameters.learning_rate, vitals.update_ratio
    losses = vitals.recent["loss"]
    high = losses > JUMP * np.median(losses)
    jumps = int((high[1:] & ~high[:-1]).sum())  # a loss that began high did not jump
    if ratio > FAST:
        says = f"An update moves the weights by {number(100 * ratio)} % of their size: they are "
        says += "thrown about. 0.1 % is usual."
        return _finding(vitals, says, rate / 10, {"update_ratio": ratio})
    if vitals.age < FEW:
        return None
    if jumps >= JUMPS:
        says = f"The loss jumps: {jumps} times within {len(losses)} iterations it rose to more "
        says += f"than {JUMP:g} times the usual {number(float(np.median(losses)))}."
        return _finding(vitals, says, rate / 10, {"jumps": jumps})
    if ratio < SLOW:
        says = f"An update moves the weights by {number(100 * ratio)} % of their size: they hardly "
        says += "learn. 0.1 % is usual."
        return _finding(vitals, says, rate * 10, {"update_ratio": ratio})
    return None


def _finding(vitals: Vitals, says: str, rate: float, numbers: dict[str, float]) -> Finding:
    present, wanted = vitals.hyperparameters.learning_rate, float(f"{rate:.3g}")
    advice = f"The learning rate is {plain(present)}: {plain(wanted)} is worth a try."
    return Finding(
        "learning_rate",
        Severity.PROBLEM,
        says,
        Where("loss" if "jumps" in numbers else "update_ratio"),
        {**numbers, "learning_rate": present},
        advice,
        Remedy({"learning_rate": wanted}, f"η {plain(wanted)}"),
    )

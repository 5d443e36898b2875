"""The rule for lanes whose numbers overflowed."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.finding import Finding, Remedy, Severity, Where
from engine.diagnosis.vitals import Vitals
from engine.diagnosis.words import number, plain


def diverged(vitals: Vitals) -> Finding | None:
    """Say when and where numbers were lost; clipping comes first, then a smaller learning rate.

    One step along an exploded gradient ends a run; a threshold keeps its direction (Pascanu,
    Mikolov & Bengio 2013, section 3.2).
    """
    if vitals.lost is None:
        return None
    lost = vitals.recent["diverged"] == 1
    began = int(vitals.recent["iteration"][lost.argmax()]) if lost.any() else vitals.iteration
    rate = vitals.hyperparameters.learning_rate
    if vitals.hyperparameters.clip == "none":
        before = vitals.recent["grad_norm"][~lost]
        largest = f" The gradient's norm was {number(before[-1])} before." if before.size else ""
        advice = f"{largest} Clipping to norm 1 bounds every update.".strip()
        remedy = Remedy({"clip": "norm", "clip_threshold": 1.0}, "clip 1")
    else:
        smaller = float(np.format_float_scientific(rate / 10, precision=2))
        advice = f"A learning rate of {plain(smaller)} makes every update ten times smaller."
        remedy = Remedy({"learning_rate": smaller}, f"η {plain(smaller)}")
    return Finding(
        "diverged",
        Severity.LOST,
        f"Diverged at iteration {began:,}: {vitals.lost}.",
        Where("loss"),
        {"iteration": began, "learning_rate": rate},
        advice,
        remedy,
        covers=("*",),
    )

"""The rule for gradients that float32 cannot hold."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.finding import Finding, Remedy, Severity, Where
from engine.diagnosis.vitals import Vitals
from engine.diagnosis.words import times


def underflow(vitals: Vitals) -> Finding | None:
    """Say from where on back the gradient is exactly 0 in float32, below 1.4·10⁻⁴⁵."""
    if vitals.hyperparameters.precision != "float32" or vitals.hyperparameters.truncate:
        return None
    dh = vitals.space(0).dh[: vitals.last_loss + 1]
    gone = int((~dh.any(axis=(1, 2))).cumprod().sum())
    if gone == 0 or not np.isfinite(dh).all():
        return None
    return Finding(
        "underflow",
        Severity.NOTE,
        f"In float32 the gradient is exactly 0 at the first {times(gone, 'timestep')}: "
        "it is below 1.4·10⁻⁴⁵ there, the smallest number that float32 holds.",
        Where("dh_norm"),
        {"timesteps": gone},
        "float64 shows how small it is; it is as useless for learning.",
        Remedy({"precision": "float64"}, "float64"),
    )

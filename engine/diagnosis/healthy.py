"""What is said of a lane of which no rule says anything."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.finding import Finding, Severity, Where
from engine.diagnosis.vitals import FEW, Vitals
from engine.diagnosis.words import number


def healthy(vitals: Vitals) -> Finding:
    """Say so, with the numbers that show it."""
    reach, loss = vitals.now("reach"), vitals.now("loss")
    baseline = vitals.task.baseline.loss
    parts = []
    if np.isfinite(reach):
        parts.append(f"reach {number(reach, 1)} over {vitals.span}")
    parts.append(f"gradient norm {number(vitals.now('grad_norm'))}")
    parts.append(f"loss {number(loss, 3)}, baseline {number(baseline, 3)}")
    begun = "Healthy" if vitals.age >= FEW else "Healthy so far"
    numbers = {"reach": reach, "grad_norm": vitals.now("grad_norm"), "loss": loss}
    says = f"{begun}: {'; '.join(parts)}."
    return Finding("healthy", Severity.HEALTHY, says, Where("dh_norm"), numbers)

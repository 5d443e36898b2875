"""The rule for ReLU units that never speak."""

from __future__ import annotations

from engine.diagnosis.finding import Finding, Remedy, Severity, Where
from engine.diagnosis.vitals import FEW, Vitals
from engine.diagnosis.words import plain

MANY = 0.1
"""Share of a layer's units from which it is said; one or two are usual."""

HALF = 0.5
"""From here on the layer is as good as half as wide."""


def dead(vitals: Vitals) -> Finding | None:
    """Count the units that are 0 throughout: φ′ = 0 lets nothing through (Lu et al. 2020)."""
    for layer, cell in enumerate(vitals.cells):
        if not cell.rectified:
            continue
        silent = vitals.saturation(layer)["dead"]
        if silent.mean() < MANY:
            continue
        count, settings = int(silent.sum()), vitals.hyperparameters
        if vitals.iteration < FEW:
            advice = "They are so from the start. tanh units can not die."
            remedy = Remedy({"nonlinearity": "tanh"}, "tanh")
        else:
            smaller = float(f"{settings.learning_rate / 10:.3g}")
            advice = f"A learning rate of {plain(smaller)} does not throw them so far."
            remedy = Remedy({"learning_rate": smaller}, f"η {plain(smaller)}")
        return Finding(
            "dead",
            Severity.PROBLEM if silent.mean() >= HALF else Severity.NOTE,
            f"{count} of {len(silent)} ReLU units are dead: 0 at every timestep of every example, "
            "so that no gradient reaches their weights.",
            Where("h", layer),
            {"units": count, "of": len(silent)},
            advice,
            remedy,
        )
    return None

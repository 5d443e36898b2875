"""The rule for a loss that stays where remembering nothing would put it."""

from __future__ import annotations

from engine.diagnosis.finding import Finding, Remedy, Severity, Where
from engine.diagnosis.vitals import AT_BASELINE, Vitals
from engine.diagnosis.words import number, times
from engine.recent import KEPT

PATIENCE = 300
"""Iterations that a lane has to get below the baseline: many tasks take as many to begin."""

FALLING = 0.98
"""A loss that has fallen to this share of what it was is not stuck."""


def stuck(vitals: Vitals) -> Finding | None:
    """Say for how long the loss has been no better than the baseline."""
    if vitals.iteration < PATIENCE or vitals.age < KEPT or vitals.loss_share < AT_BASELINE:
        return None
    losses = vitals.recent["loss"]
    half = len(losses) // 2
    if losses[half:].mean() < FALLING * losses[:half].mean():
        return None
    baseline = vitals.task.baseline.loss
    loss = vitals.loss_share * baseline
    says = (
        f"After {times(vitals.iteration, 'iteration')} the loss, {number(loss, 3)}, is no better "
        f"than the {number(baseline, 3)} of somebody who remembers nothing."
    )
    advice, remedy = "", None
    if vitals.hyperparameters.optimizer == "sgd":
        advice = "Adam moves the weights however small the gradient is."
        remedy = Remedy({"optimizer": "adam", "learning_rate": 0.003}, "Adam")
    numbers = {"loss": loss, "baseline": baseline}
    return Finding("stuck", Severity.PROBLEM, says, Where("loss"), numbers, advice, remedy)

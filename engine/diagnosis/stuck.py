"""The rule for a loss that stays where remembering nothing would put it."""

from __future__ import annotations

from engine.diagnosis.finding import Finding, Remedy, Severity, Where
from engine.diagnosis.vitals import AT_BASELINE, FEW, Vitals
from engine.diagnosis.words import number, times
from engine.recent import KEPT

PATIENCE = 300
"""Iterations that a lane has to get below the baseline: many tasks take as many to begin."""

NEAR = 1.2
"""Up to so many times the baseline is near it."""

FALLING = 0.98
"""A loss that has fallen to this share of what it was is not stuck."""


def stuck(vitals: Vitals) -> Finding | None:
    """Say for how long the loss has been no better than the baseline, or that it is far above."""
    far = vitals.age >= FEW and vitals.far_off
    if not far and not _stays(vitals):
        return None
    baseline = vitals.task.baseline.loss
    loss = vitals.loss_share * baseline
    after = f"After {times(vitals.iteration, 'iteration')}"
    if far:
        says = f"{after} {vitals.losses_in_words}: an answer without memory would do better."
    else:
        where = "near" if vitals.loss_share < NEAR else "above"
        says = f"{after} the loss, {number(loss, 3)}, is still {where} the baseline, "
        says += f"{number(baseline, 3)}, which takes no memory."
    advice, remedy = "", None
    if vitals.hyperparameters.optimizer == "sgd":
        advice = "Adam moves the weights however small the gradient is."
        remedy = Remedy({"optimizer": "adam", "learning_rate": 0.003}, "Adam")
    numbers = {"loss": loss, "baseline": baseline}
    return Finding("stuck", Severity.PROBLEM, says, Where("loss"), numbers, advice, remedy)


def _stays(vitals: Vitals) -> bool:
    if vitals.iteration < PATIENCE or vitals.age < KEPT or vitals.loss_share < AT_BASELINE:
        return False
    losses = vitals.recent["loss"]
    half = len(losses) // 2
    return bool(losses[half:].mean() >= FALLING * losses[:half].mean())

"""The rule for truncation that is shorter than what the task asks for."""

from __future__ import annotations

from engine.diagnosis.finding import Finding, Remedy, Severity, Where
from engine.diagnosis.vitals import Vitals
from engine.diagnosis.words import times


def truncated(vitals: Vitals) -> Finding | None:
    """Say how far back the task's inputs stand, and how far the gradient gets.

    Nothing teaches the network to keep what stands before the window (Williams & Peng 1990).
    """
    truncate, memory = vitals.hyperparameters.truncate, vitals.task.memory
    if truncate is None or memory is None or vitals.learned:
        return None
    nearest, farthest = memory
    seen = truncate - 1
    if farthest <= seen:
        return None
    back = f"{nearest}" if nearest == farthest else f"{nearest} to {farthest}"
    what = "never" if nearest > seen else "not always"
    return Finding(
        "truncated",
        Severity.PROBLEM if nearest > seen else Severity.NOTE,
        f"The gradient is cut after {times(truncate, 'timestep')}, and the task needs an input "
        f"{back} timesteps before the loss: what should have been kept is {what} learned.",
        Where("dh_norm"),
        {"truncate": truncate, "nearest": nearest, "farthest": farthest},
        "Without truncation the gradient sees the whole sequence.",
        Remedy({"truncate": None}, "whole"),
        covers=("vanishing", "forgetting"),
    )

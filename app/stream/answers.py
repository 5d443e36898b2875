"""Answers: what we say on the stream, beside frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from app.validation.problems import LONGEST_VALUE, Problem
from engine import Experiment, Watch

State = Literal["replaying", "paused", "playing"]
Answer = dict[str, Any]


def ready(experiment: Experiment, watch: Watch, pace: float | None, iteration: int) -> Answer:
    """Say that a run has begun, and all about it that does not change.

    Parameters
    ----------
    experiment : Experiment
        As it starts.
    watch, pace
        As they are in force.
    iteration : int
        Iteration whose frame will be shown first.
    """
    return {
        "type": "ready",
        "recipe": experiment.recipe.model_dump(mode="json"),
        "task": experiment.task.describe(),
        "lanes": [
            {
                "index": index,
                "label": lane.label,
                "cell": lane.hyperparameters.cell,
                "gate_names": list(lane.cell.gate_names),
                "state_names": list(lane.cell.state_names),
                "parameters": lane.parameter_count,
                "hidden_size": lane.hidden_size,
                "num_layers": lane.num_layers,
            }
            for index, lane in enumerate(experiment.lanes)
        ],
        "iteration": iteration,
        "pace": pace,
        **watched(experiment, watch),
    }


def labels(experiment: Experiment) -> list[str]:
    """Return what the lanes are called."""
    return [lane.label for lane in experiment.lanes]


def watched(experiment: Experiment, watch: Watch) -> Answer:
    """Say what is watched, and show the example it is watched on."""
    return {"watch": watch.model_dump(mode="json"), "example": experiment.example(watch.example)}


def state(
    experiment: Experiment,
    now: State,
    iteration: int,
    pace: float | None,
    milliseconds: Sequence[float],
    **more: Any,
) -> Answer:
    """Say what a run is doing.

    Parameters
    ----------
    experiment : Experiment
        Its recipe holds the tweaks made so far.
    now : str
        What it does.
    iteration : int
        The last one computed.
    pace : float or None
        Iterations a second, or as fast as it goes.
    milliseconds : sequence of float
        What an iteration of each lane takes, without what is watched of it.
    **more
        What else has changed.
    """
    return {
        "type": "state",
        "state": now,
        "iteration": iteration,
        "pace": pace,
        "milliseconds": [round(value, 3) for value in milliseconds],
        "recipe": experiment.recipe.model_dump(mode="json"),
        **more,
    }


def refusal(problems: Sequence[Problem]) -> Answer:
    """Say what was wrong with a message: the first problem, and in ``detail`` all of them."""
    return {"type": "error", **problems[0], "detail": list(problems)}


def failure(what: str, error: Exception) -> Answer:
    """Say that something failed for a reason nobody foresaw.

    Parameters
    ----------
    what : str
        What failed, and what is the matter now: "the run failed, and is paused".
    error : Exception
        The reason.
    """
    cause = f"{type(error).__name__}: {error}"[:LONGEST_VALUE]
    allowed = "another start, or the same again"
    sentence = f"{what} ({cause}); try {allowed}."
    return refusal([Problem(field="run", value=cause, allowed=allowed, message=sentence)])

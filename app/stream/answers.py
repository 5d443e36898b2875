"""Answers: the JSON messages of the server, beside frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from app.validation.problems import LONGEST_VALUE, Problem
from engine import Experiment, Watch

State = Literal["replaying", "paused", "playing"]
Answer = dict[str, Any]
Id = int | str | None
"""The client's name for the message that is answered; None if it gave none."""


def ready(experiment: Experiment, watch: Watch, pace: float | None, iteration: int) -> Answer:
    """Announce a run, with all of it that does not change.

    Parameters
    ----------
    experiment : Experiment
        As it starts.
    watch, pace
        As they are in force.
    iteration : int
        Iteration whose frame will be shown first.

    Returns
    -------
    dict
        A ``ready`` message.
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
    """Return the lanes' labels."""
    return [lane.label for lane in experiment.lanes]


def watched(experiment: Experiment, watch: Watch) -> Answer:
    """Return what is watched, and the example it is watched on."""
    return {"watch": watch.model_dump(mode="json"), "example": experiment.example(watch.example)}


def state(
    experiment: Experiment,
    now: State,
    iteration: int,
    pace: float | None,
    milliseconds: Sequence[float],
    **more: Any,
) -> Answer:
    """Report what a run is doing.

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
        Time that an iteration of each lane takes, without what is watched of it.
    **more
        What else has changed.

    Returns
    -------
    dict
        A ``state`` message.
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


def alive() -> Answer:
    """Return the ``state`` message that answers a ping: it holds nothing of the run."""
    return {"type": "state"}


def refusal(problems: Sequence[Problem]) -> Answer:
    """Return an ``error`` message: the first problem, and in ``detail`` all of them."""
    return {"type": "error", **problems[0], "detail": list(problems)}


def failure(what: str, error: Exception) -> Answer:
    """Return an ``error`` message for a failure that nobody foresaw.

    Parameters
    ----------
    what : str
        What failed, and the state it left: "the run failed, and is paused".
    error : Exception
        The reason.
    """
    cause = f"{type(error).__name__}: {error}"[:LONGEST_VALUE]
    allowed = "another start, or the same again"
    sentence = f"{what} ({cause}); try {allowed}."
    return refusal([Problem(field="run", value=cause, allowed=allowed, message=sentence)])


def replying(answer: Answer, to: Id) -> Answer:
    """Return `answer` with the id of the message that it answers, if that has one."""
    return answer if to is None else {**answer, "id": to}

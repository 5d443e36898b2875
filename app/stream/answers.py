"""Answers: the JSON messages of the server, beside frames."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

from app.pool.experiment import PooledExperiment
from app.validation.problems import LONGEST_VALUE, Problem
from engine import Recipe, Watch

State = Literal["replaying", "paused", "playing"]
Answer = dict[str, Any]
Id = int | str | None
"""The client's name for the message that is answered; None if it gave none."""


LARGE = 8 * 1024
"""Bytes of a recipe that not every ``state`` should carry."""


def ready(
    experiment: PooledExperiment,
    watch: Watch,
    example: dict[str, Any],
    pace: float | None,
    iteration: int,
) -> Answer:
    """Announce a run, with all of it that does not change.

    Parameters
    ----------
    experiment : PooledExperiment
        As it starts.
    watch, pace
        As they are in force.
    example : dict
        The one that is watched.
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
        "task": experiment.task,
        "lanes": [
            {"index": index, "label": label, **facts}
            for index, (label, facts) in enumerate(
                zip(experiment.labels, experiment.lanes, strict=True)
            )
        ],
        "iteration": iteration,
        "pace": pace,
        **watched(watch, example),
    }


def watched(watch: Watch, example: dict[str, Any]) -> Answer:
    """Return what is watched, and the example it is watched on."""
    return {"watch": watch.model_dump(mode="json"), "example": example}


class Reporter:
    """Reports what a run is doing: the ``state`` messages.

    Parameters
    ----------
    experiment : PooledExperiment
        Its recipe holds the tweaks made so far. One that is large is told when it has changed, and
        not in every message: many small questions should not have large answers.
    """

    def __init__(self, experiment: PooledExperiment) -> None:
        self._experiment = experiment
        self._told: Recipe | None = None
        self._recipe: Answer = {}
        self._news()  # `ready` has told it

    def state(
        self,
        now: State,
        iteration: int,
        pace: float | None,
        milliseconds: Sequence[float],
        **more: Any,
    ) -> Answer:
        """Return a ``state`` message.

        Parameters
        ----------
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
        """
        return {
            "type": "state",
            "state": now,
            "iteration": iteration,
            "pace": pace,
            "milliseconds": [round(value, 3) for value in milliseconds],
            **self._news(),
            **more,
        }

    def _news(self) -> Answer:
        recipe = self._experiment.recipe
        if recipe is self._told:
            return self._recipe
        self._told = recipe
        told = {"recipe": recipe.model_dump(mode="json")}
        self._recipe = told if len(json.dumps(told)) <= LARGE else {}
        return told


def alive() -> Answer:
    """Return the ``state`` message that answers a ping: it holds nothing of the run."""
    return {"type": "state"}


def of_study(kind: str, *, done: float) -> Answer:
    """Return the ``state`` message that tells how far a study is; it holds nothing of the run.

    Parameters
    ----------
    kind : str
        Of the study.
    done : float
        Which share is done, from 0 to 1.
    """
    return {"type": "state", "study": {"kind": kind, "done": round(done, 3)}}


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

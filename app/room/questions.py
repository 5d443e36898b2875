"""Questions to a class: what is asked, what may be answered, and what came of it."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, Field

from app.room.texts import Option, Text, Unit
from app.validation.problems import Refused, problem
from engine.recipe import Strict

Answered = int | float | list[float | None]
"""The number of an option, a number, or log10 of a curve's value at each timestep."""

LOWEST, HIGHEST = -400.0, 400.0
"""Decades between which a curve may be asked for."""

LONGEST_CURVE = 2001
"""Timesteps, from 0 to T, of a curve."""

MOST_DRAWN = 200
"""Points of a curve that results repeat."""


class _Asked(Strict):
    text: Text

    def check(self, value: Any) -> Answered:
        """Return an answer as it is kept.

        Raises
        ------
        Refused
            If it is none to this question.
        """
        raise NotImplementedError

    def result(self, given: list[Any]) -> dict[str, Any]:
        """Return what a round's answers come to; nobody can be told from it."""
        raise NotImplementedError


class Choice(_Asked):
    """One of several options."""

    kind: Literal["choice"]
    options: tuple[Option, ...] = Field(min_length=2, max_length=8, strict=False)

    def check(self, value: Any) -> Answered:
        """Return the option's number."""
        last = len(self.options) - 1
        if type(value) is not int or not 0 <= value <= last:
            raise Refused([problem("value", value, f"an integer from 0 to {last}")])
        return value

    def result(self, given: list[Any]) -> dict[str, Any]:
        """Return how often each option was chosen."""
        return {"counts": [given.count(option) for option in range(len(self.options))]}


class Number(_Asked):
    """A number, in a unit."""

    kind: Literal["number"]
    unit: Unit = ""

    def check(self, value: Any) -> Answered:
        """Return the number."""
        return _finite("value", value)

    def result(self, given: list[Any]) -> dict[str, Any]:
        """Return all numbers in order, their median and quartiles."""
        return {"values": sorted(given), **_quartiles(np.array(given, float))}


class Curve(_Asked):
    """How a quantity runs over the timesteps, on a log axis, drawn before it is computed."""

    kind: Literal["curve"]
    timesteps: int = Field(ge=1, le=LONGEST_CURVE - 1)
    low: float = Field(-20, ge=LOWEST, le=HIGHEST)
    high: float = Field(5, ge=LOWEST, le=HIGHEST)
    label: str = Field("", max_length=80)

    def check(self, value: Any) -> Answered:
        """Return log10 of the value at each timestep from 0 to T; None where nothing is drawn."""
        count = self.timesteps + 1
        if not isinstance(value, list) or len(value) != count:
            raise Refused([problem("value", value, f"a list of {count} numbers or null")])
        drawn = [
            None if each is None else _finite(f"value.{t}", each) for t, each in enumerate(value)
        ]
        if all(each is None for each in drawn):
            raise Refused([problem("value", value, "a curve with at least one point")])
        return [each and min(max(each, LOWEST), HIGHEST) for each in drawn]

    def result(self, given: list[Any]) -> dict[str, Any]:
        """Return all curves, and their median and quartiles at each timestep."""
        curves = np.array(given, float).reshape(len(given), self.timesteps + 1)
        places = np.unique(np.linspace(0, self.timesteps, MOST_DRAWN).round().astype(int))
        some = curves[:, places]
        return {
            "timesteps": places.tolist(),
            "curves": [_plain(curve) for curve in some],
            **_quartiles(some),
        }


Question = Annotated[Choice | Number | Curve, Field(discriminator="kind")]


class Vote(BaseModel):
    """A question put to a class, with the answers by seat, round after round."""

    id: int
    question: Question
    state: Literal["open", "closed", "revealed"] = "open"
    rounds: list[dict[str, Answered]] = [{}]
    truth: Any = None
    at: int | None = None
    """Iteration at which the truth was shown."""

    def answer(self, seat: str, value: Any) -> Answered:
        """Take an answer, in place of the seat's earlier one.

        Raises
        ------
        Refused
            If it is none, or the vote is closed.
        """
        if self.state != "open":
            allowed = "an answer as long as the vote is open"
            raise Refused([problem("question", self.id, allowed, "the vote is closed")])
        self.rounds[-1][seat] = kept = self.question.check(value)
        return kept

    def close(self) -> None:
        """Take no answers any more, and show what they come to."""
        if self.state == "open":
            self.state = "closed"

    def again(self) -> None:
        """Open another round; the earlier one is kept."""
        if self.rounds[-1]:
            self.rounds.append({})
        self.state, self.truth, self.at = "open", None, None

    def reveal(self, truth: Any, at: int | None) -> None:
        """Show what is true, at an iteration of the class's run.

        Raises
        ------
        Refused
            If it is no answer to the question.
        """
        self.truth, self.at = self.question.check(truth), at
        self.state = "revealed"

    def told(self) -> dict[str, Any]:
        """Return what everybody may know: results only once the vote is closed."""
        told = {
            "id": self.id,
            **self.question.model_dump(mode="json"),
            "state": self.state,
            "round": len(self.rounds),
            "answers": len(self.rounds[-1]),
        }
        if self.state != "open":
            told["results"] = [
                self.question.result(list(answers.values())) for answers in self.rounds if answers
            ]
        if self.state == "revealed":
            told |= {"truth": self.truth, "at": self.at}
        return told


def _finite(field: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Refused([problem(field, value, "a finite number")])
    return float(value)


def _quartiles(values: Any) -> dict[str, Any]:
    """Return median and quartiles over the first axis, None where there is nothing."""
    names, shares = ("low", "median", "high"), (0.25, 0.5, 0.75)
    if not len(values):
        return dict.fromkeys(names)
    known = ~np.isnan(values).all(axis=0)
    found = np.full((3, *values.shape[1:]), np.nan)
    if known.ndim:
        found[:, known] = np.nanquantile(values[:, known], shares, axis=0)
    elif known:
        found = np.nanquantile(values, shares)
    return {name: _plain(each) for name, each in zip(names, found, strict=True)}


def _plain(values: Any) -> Any:
    if np.ndim(values):
        return [_plain(value) for value in values]
    return None if np.isnan(values) else round(float(values), 4)

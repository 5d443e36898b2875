"""Checks of a lesson's step: what has to hold, of the engine's numbers and of the page.

They are data; the page evaluates them (``static/js/lessons/check.js``).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from engine.quantities import quantity_of
from engine.recipe import Strict

Lane = Annotated[int, Field(ge=0, le=3)]


class NumberCheck(Strict):
    """A number of the frame that is shown lies above or below a bound.

    The bound is a plain number, or that many times the same number of lane `of`.
    """

    kind: Literal["number"]
    quantity: str = Field(description="Name as in a frame: reach, loss, dh_norm.")
    lane: Lane
    t: int | None = Field(None, description="Timestep, of a quantity by timestep; −1 is the last.")
    above: float | None = None
    below: float | None = None
    of: Lane | None = Field(None, description="Bounds are multiples of this lane's number.")

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        quantity = quantity_of(self.quantity)
        if quantity is None:
            raise ValueError(f"there is no quantity {self.quantity!r}")
        if ("t" in quantity.axes) == (self.t is None):
            raise ValueError(f"t and a quantity by timestep need each other: {self.quantity!r}")
        if self.above is None and self.below is None:
            raise ValueError("above or below is needed")
        return self


class RecipeCheck(Strict):
    """A hyperparameter of a lane, or a field of the task, has a value or lies within bounds."""

    kind: Literal["recipe"]
    field: str = Field(description="learning_rate, task.seq_len, batch_size.")
    lane: Lane | None = None
    value: Any = None
    above: float | None = None
    below: float | None = None
    other: bool = Field(False, description="Whether it must not have that value.")


class SameCheck(Strict):
    """Nothing of the lesson's recipe is changed but some hyperparameters."""

    kind: Literal["same"]
    but: tuple[str, ...] = Field((), strict=False)


class IterationCheck(Strict):
    """So many iterations are computed."""

    kind: Literal["iteration"]
    least: int = Field(ge=0)
    since_change: bool = Field(False, description="Counted from the last change of the recipe.")


class LookCheck(Strict):
    """The page shows something: settings of the view, or a place in time."""

    kind: Literal["look"]
    view: dict[str, Any] = Field(default_factory=dict)
    phase: Literal["forward", "loss", "backward", "clip", "update"] | None = None
    past: bool | None = Field(None, description="An earlier iteration is looked at, or none.")
    compared: bool | None = None
    inspected: bool | None = Field(None, description="A cell is inspected.")
    lanes: int | None = Field(None, description="So many lanes at least.")


class QuestionCheck(Strict):
    """A question that the reader answers, or a class by vote."""

    kind: Literal["question"]
    text: str = Field(min_length=1, max_length=500)
    options: tuple[str, ...] = Field(min_length=2, max_length=8, strict=False)
    answer: int = Field(ge=0)
    right: str = Field("", max_length=500, description="Why; shown once it is answered.")
    wrong: str | Annotated[tuple[str, ...], Field(strict=False)] = Field(
        "", description="Why not: one text, or one for each option (the answer's is not used)."
    )

    @model_validator(mode="after")
    def _is_an_option(self) -> Self:
        count = len(self.options)
        if self.answer >= count:
            raise ValueError(f"answer {self.answer} is none of {count} options")
        if not isinstance(self.wrong, str) and len(self.wrong) != count:
            raise ValueError(f"wrong has {len(self.wrong)} texts for {count} options")
        return self

    def reason(self, option: int) -> str:
        """Return why an option is right, or wrong; empty where the file does not say."""
        if option == self.answer:
            return self.right
        return self.wrong if isinstance(self.wrong, str) else self.wrong[option]


Check = Annotated[
    NumberCheck | RecipeCheck | SameCheck | IterationCheck | LookCheck | QuestionCheck,
    Field(discriminator="kind"),
]

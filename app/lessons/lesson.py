"""A lesson: text with steps, each of which ends in something that the page can check."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field, field_validator

from app.lessons.checks import Check
from engine.recipe import Hyperparameters, Strict

PLACES = (
    "unrolled-network",
    "gradient-flow",
    "inside-cell",
    "training",
    "prediction",
    "lanes",
)
"""Where the page can be scrolled to, beside the fields of the forms."""


class Show(Strict):
    """What the page does when the answer is to be shown, in this order."""

    recipe: dict[str, Any] | None = Field(None, description="A recipe that is begun.")
    changes: dict[str, Any] = Field(default_factory=dict, description="Fields of the forms.")
    view: dict[str, Any] = Field(default_factory=dict)
    inspect: dict[str, Any] | None = Field(None, description="A cell: lane, t, unit.")
    phase: str | None = None
    past: int | None = Field(None, description="An earlier iteration to look at.")
    steps: int = Field(0, ge=0, le=10, description="Iterations to step.")
    plays: bool = False


class Step(Strict):
    """One step, as the front matter has it: its text is a section of the file."""

    checks: tuple[Check, ...] = Field(min_length=1, strict=False)
    hint: str = Field(min_length=1)
    answer: str = Field(min_length=1, description="What to do, and why it is so.")
    show: Show = Field(default_factory=Show)
    see: str | None = Field(
        None,
        description="What its text is about: a panel, the lanes, or a field, as base.truncate. A "
        "narrow page scrolls to it.",
    )

    @field_validator("see")
    @classmethod
    def _is_on_the_page(cls, see: str | None) -> str | None:
        if see is None or see in PLACES:
            return see
        group, _, name = see.partition(".")
        if group == "base" and name in Hyperparameters.model_fields:
            return see
        if group == "task" and name:
            return see
        raise ValueError(f"{see!r} is none of {', '.join(PLACES)}, and no field as base.truncate")


class Front(Strict):
    """The front matter of a lesson's file."""

    title: str = Field(min_length=1, max_length=60)
    minutes: int = Field(5, ge=1, le=60)
    summary: str = Field(min_length=1, max_length=160)
    recipe: dict[str, Any] = Field(default_factory=dict)
    view: dict[str, Any] = Field(default_factory=dict)
    plays: bool = False
    end: str = Field("", max_length=600, description="What has been learned, said at its end.")
    steps: tuple[Step, ...] = Field(min_length=1, max_length=12, strict=False)


class Section(BaseModel):
    """A part of the text: a title and HTML that has no scripts, links or images."""

    title: str
    html: str


class ToldStep(BaseModel):
    """A step as the page gets it; a question has a reason, HTML, for each option."""

    title: str
    html: str
    checks: list[dict[str, Any]]
    hint: str
    answer: str
    show: dict[str, Any]
    see: str | None


class Lesson(BaseModel):
    """A lesson as the page gets it: texts are HTML."""

    name: str
    title: str
    minutes: int
    summary: str
    html: str
    recipe: dict[str, Any]
    view: dict[str, Any]
    plays: bool
    end: str
    steps: list[ToldStep]

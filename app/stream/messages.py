"""Messages: what a viewer may say on the stream."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from app.validation.reader import Reader
from engine import Recipe, Watch
from engine.recipe import MOST_LANES, Changes, Strict


class Start(Strict):
    """Begin a run, in place of the one that this viewer has."""

    type: Literal["start"]
    recipe: Recipe = Recipe()
    at: int = Field(
        0, ge=0, le=1_000_000, description="Iteration to replay silently up to, and show first."
    )


class Play(Strict):
    """Go on until paused."""

    type: Literal["play"]


class Pause(Strict):
    """Stop after the iteration in progress."""

    type: Literal["pause"]


class Step(Strict):
    """Do so many iterations, then pause."""

    type: Literal["step"]
    iterations: int = Field(1, ge=1, le=10_000)


class Tweak(Strict):
    """Change live hyperparameters from the next iteration on; it becomes part of the recipe."""

    type: Literal["tweak"]
    lane: int | None = Field(None, ge=0, le=MOST_LANES - 1)
    changes: Changes


class Rename(Strict):
    """Call a lane something else; the run goes on, and the name becomes part of its recipe."""

    type: Literal["rename"]
    lane: int = Field(ge=0, le=MOST_LANES - 1)
    name: str | None = Field(max_length=40, description="null: its cell and what sets it apart.")


class Look(Watch):
    """Say what of an iteration a frame is to show: a `Watch`."""

    type: Literal["watch"]


class Pace(Strict):
    """Set how fast a run plays."""

    type: Literal["pace"]
    iterations_per_second: float | None = Field(
        ge=0.1, le=1000, description="null: as fast as it goes."
    )


class Ack(Strict):
    """Say that a frame has arrived, and another may leave."""

    type: Literal["ack"]
    iteration: int = Field(ge=0)


Message = Annotated[
    Start | Play | Pause | Step | Tweak | Rename | Look | Pace | Ack,
    Field(discriminator="type"),
]

message_reader: Reader[Message] = Reader(
    TypeAdapter(Message), "message", unwrapped=frozenset({"recipe"})
)
"""Reads a message; the fields of its recipe are named as they are at ``POST /api/recipe``."""

recipe_reader: Reader[Recipe] = Reader(TypeAdapter(Recipe), "recipe")
"""Reads a recipe by itself."""

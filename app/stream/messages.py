"""Messages: what a viewer may send on the stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, TypeAdapter, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.validation.problems import LARGEST_EXACT_INTEGER
from app.validation.reader import Reader
from engine import Recipe, Watch
from engine.recipe import LAST_ITERATION, MOST_LANES, Changes, LaneName, Strict
from engine.studies import KINDS, AnyStudy

if TYPE_CHECKING:
    StudyKind: TypeAlias = str
else:  # a type checker can't read choices from a registry; pydantic can
    StudyKind = Literal[KINDS]

LONGEST_ID = 64
"""Characters of an id that is text."""

ALLOWED_ID = (
    f"an integer of at most 2^53, or text of at most {LONGEST_ID} characters, or null for none"
)


def is_id(value: Any) -> bool:
    """Return whether a message may carry `value` as its id."""
    if isinstance(value, str):
        return len(value) <= LONGEST_ID
    return type(value) is int and abs(value) <= LARGEST_EXACT_INTEGER


def _check_id(value: Any) -> Any:
    if value is None or is_id(value):
        return value
    raise PydanticCustomError("id", "it must be {allowed}", {"allowed": ALLOWED_ID})


Id = Annotated[
    int | str | None,
    BeforeValidator(_check_id),
    WithJsonSchema({"type": ["integer", "string", "null"], "maxLength": LONGEST_ID}),
]
"""A client's name for one of its messages."""


def id_of(data: Any) -> int | str | None:
    """Return the id of a message that may be wrong in any other respect; None if it has none."""
    found = data.get("id") if isinstance(data, dict) else None
    return found if is_id(found) else None


class Identified(Strict):
    """What every message may carry."""

    id: Id = Field(
        None,
        description="Of the client's own: the ready, state or error that answers the message "
        "carries the same. A ready also ends the wait for all that was sent before its start.",
    )


class Start(Identified):
    """Begin a run, in place of the one that this viewer has."""

    type: Literal["start"]
    recipe: Recipe = Recipe()
    at: int = Field(
        0,
        ge=0,
        le=LAST_ITERATION,
        description="Iteration to replay silently up to, and show first.",
    )


class Play(Identified):
    """Go on until paused."""

    type: Literal["play"]


class Pause(Identified):
    """Stop after the iteration in progress."""

    type: Literal["pause"]


class Step(Identified):
    """Do so many iterations, then pause."""

    type: Literal["step"]
    iterations: int = Field(1, ge=1, le=10_000)


class Tweak(Identified):
    """Change live hyperparameters from the next iteration on; it becomes part of the recipe."""

    type: Literal["tweak"]
    lane: int | None = Field(None, ge=0, le=MOST_LANES - 1)
    changes: Changes


class Rename(Identified):
    """Give a lane another name; the run goes on, and the name becomes part of its recipe."""

    type: Literal["rename"]
    lane: int = Field(ge=0, le=MOST_LANES - 1)
    name: LaneName | None = Field(description="null: its cell and what sets it apart.")


class Look(Identified, Watch):
    """Choose what of an iteration a frame is to show: a `Watch`."""

    type: Literal["watch"]

    @property
    def watch(self) -> Watch:
        """The message without what makes it one."""
        return Watch.model_validate(self.model_dump(include=set(Watch.model_fields)))


class Pace(Identified):
    """Set how fast a run plays."""

    type: Literal["pace"]
    iterations_per_second: float | None = Field(
        ge=0.1, le=1000, description="null: as fast as it goes."
    )


class Ack(Identified):
    """Confirm that a frame has arrived, so that another may leave. It is not answered."""

    type: Literal["ack"]
    iteration: int = Field(ge=0)


class AskStudy(Identified):
    """Have something computed beside the run, in place of the last study of its kind.

    A binary message with ``study`` in its metadata brings the findings; a ``state`` answers then.
    """

    type: Literal["study"]
    study: AnyStudy
    iteration: int | None = Field(
        None,
        ge=0,
        le=LAST_ITERATION,
        description="Which iteration is studied, of those computed; null: the last one.",
    )


class EndStudy(Identified):
    """Cancel a study."""

    type: Literal["end_study"]
    kind: StudyKind


class Ping(Identified):
    """Ask whether the connection still carries messages: a bare ``state`` answers at once."""

    type: Literal["ping"]


Message = Annotated[
    Start | Play | Pause | Step | Tweak | Rename | Look | Pace | Ack | Ping | AskStudy | EndStudy,
    Field(discriminator="type"),
]

message_reader: Reader[Message] = Reader(
    TypeAdapter(Message), "message", unwrapped=frozenset({"recipe"})
)
"""Reads a message; the fields of its recipe are named as they are at ``POST /api/recipe``."""

recipe_reader: Reader[Recipe] = Reader(TypeAdapter(Recipe), "recipe")
"""Reads a recipe by itself."""

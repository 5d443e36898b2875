"""Messages of a class: what its members may send."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from app.room.questions import Question
from app.room.texts import Line
from app.stream.messages import Ack, Identified, Ping
from app.validation.reader import Reader
from engine.recipe import Strict

LONGEST_VIEW = 16 * 1024
"""Bytes of a view."""

Link = Annotated[str, StringConstraints(pattern=r"^#", max_length=LONGEST_VIEW)]


class Follow(Identified):
    """See the lecturer's run, or go on alone."""

    type: Literal["follow"]
    following: bool


class Fork(Identified):
    """Ask for the recipe and the iteration of what the class sees."""

    type: Literal["fork"]


class Answer(Identified):
    """Answer the question, or change the answer."""

    type: Literal["answer"]
    question: int
    value: Any = Field(description="An option's number, a number, or a curve.")


class Hand(Identified):
    """Ask the lecturer something."""

    type: Literal["hand"]
    text: Line


class Where(Identified):
    """Say in which step of a lesson this page is."""

    type: Literal["where"]
    lesson: str | None = Field(None, max_length=80)
    step: int | None = Field(None, ge=0, le=1000)


class Offer(Identified):
    """Offer a view to be shown to all."""

    type: Literal["offer"]
    link: Link


class View(Identified):
    """Show everybody what the lecturer looks at."""

    type: Literal["view"]
    view: dict[str, Any]


class Ask(Identified):
    """Put a question, in place of the present one."""

    type: Literal["ask"]
    question: Question


class Close(Identified):
    """Close the vote, and show the answers."""

    type: Literal["close"]


class Again(Identified):
    """Vote again."""

    type: Literal["again"]


class Reveal(Identified):
    """Show what is true."""

    type: Literal["reveal"]
    truth: Any


class Drop(Identified):
    """Take the question away."""

    type: Literal["drop"]


class HandDone(Identified):
    """A student's question has been answered."""

    type: Literal["hand_done"]
    hand: int


class Spotlight(Identified):
    """Take a view that a student offers."""

    type: Literal["spotlight"]
    offer: int


class Freeze(Identified):
    """Keep everybody with the class, or let them go."""

    type: Literal["freeze"]
    frozen: bool


class End(Identified):
    """End the class."""

    type: Literal["end"]


Common = Ack | Ping | Follow | Fork
Students = Answer | Hand | Where | Offer
Lecturers = View | Ask | Close | Again | Reveal | Drop | HandDone | Spotlight | Freeze | End

LECTURERS = tuple(Lecturers.__args__)
"""What a student's message can't be."""

Message = Annotated[
    Ack
    | Ping
    | Follow
    | Fork
    | Answer
    | Hand
    | Where
    | Offer
    | View
    | Ask
    | Close
    | Again
    | Reveal
    | Drop
    | HandDone
    | Spotlight
    | Freeze
    | End,
    Field(discriminator="type"),
]

class_reader: Reader[Message] = Reader(TypeAdapter(Message), "message")
"""Reads a message of a class."""


class Opening(Strict):
    """What a class that is to be opened is called."""

    name: str | None = Field(
        None,
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        min_length=3,
        max_length=40,
        description="Small letters, digits and hyphens; null for a new one.",
    )


opening_reader: Reader[Opening] = Reader(TypeAdapter(Opening), "room")
"""Reads what ``POST /api/rooms`` takes."""

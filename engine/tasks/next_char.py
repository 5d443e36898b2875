"""Next character: read a text and say, at every character, which comes next."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any, Literal

import numpy as np
from pydantic import Field
from pydantic_core import InitErrorDetails, PydanticCustomError

from engine.quantities import CONSTANTS
from engine.tasks.base import Baseline, Batch, FloatArray, IntArray, Task, check_integer
from engine.tasks.fields import TaskFields
from engine.text_marks import legible

OWN_TEXT_CHARACTERS = 48
"""No more distinct characters are in the text that we bring."""

CHARACTERS = 96
"""Most distinct characters of a text: each is one input and one output of the network."""
CONSTANTS["most_characters"] = CHARACTERS


class NextChar(Task):
    """Windows from random places of a text; the target is the same window one character on.

    Parameters
    ----------
    seq_len : int
        T, the characters in a window, at least 1.
    text : str or None
        What to read: at least T + 1 characters, two of them different. None: a text of ours.
    """

    name = "next_char"
    title = "Next character"
    kind = "text"
    loss = "cross_entropy"
    loss_unit = "nats per character"

    def __init__(self, seq_len: int, text: str | None = None) -> None:
        check_integer("seq_len", seq_len, least=1)
        text = default_text() if text is None else text
        if len(text) < seq_len + 1:
            raise ValueError(
                f"text has {len(text)} characters; with a seq_len of {seq_len} it needs at least "
                f"{seq_len + 1}"
            )
        self.vocabulary = sorted(set(text))
        if len(self.vocabulary) < 2:
            raise ValueError(
                f"text repeats the one character {text[0]!r}; it needs at least two different ones"
            )
        self.timesteps, self.length = seq_len, len(text)
        self.input_size = self.output_size = len(self.vocabulary)
        self.loss_timesteps = np.arange(seq_len)
        number = {character: i for i, character in enumerate(self.vocabulary)}
        self._codes = np.array([number[character] for character in text])
        self._one_hot = np.eye(self.input_size)
        frequencies = np.bincount(self._codes) / len(text)
        self.baseline = Baseline(
            float(-np.sum(frequencies * np.log(frequencies))),
            "knowing how frequent each character is and nothing of those before: the entropy of "
            "the character frequencies",
        )

    def _draw(self, rng: np.random.Generator, batch_size: int) -> tuple[FloatArray, IntArray]:
        return self._cut(rng.integers(0, len(self._codes) - self.timesteps, batch_size))

    def _cut(self, starts: IntArray) -> tuple[FloatArray, IntArray]:
        places = starts + np.arange(self.timesteps)[:, np.newaxis]  # (T, B)
        return self._one_hot[self._codes[places]], self._codes[places + 1]

    def _show(self, batch: Batch, index: int) -> dict[str, Any]:
        read = self._spell(batch.x[:, index].argmax(axis=-1))
        following = self._spell(batch.y[:, index])
        return {
            "title": f"after “{legible(' '.join(read[-24:].split()))}”: “{legible(following[-1])}”",
            "characters": read,
            "next": following,
            "vocabulary": self.vocabulary,
        }

    def _facts(self) -> dict[str, Any]:
        return {"vocabulary": self.vocabulary}

    def _spell(self, codes: IntArray) -> str:
        return "".join(self.vocabulary[code] for code in codes)


class NextCharTask(TaskFields):
    """At every character of a text, say which comes next."""

    name: Literal["next_char"] = Field("next_char", title=NextChar.title)
    seq_len: int = Field(
        40,
        ge=2,
        le=500,
        title="Sequence length T",
        description="Characters in a window of the text: a gradient travels back to its first, and "
        "no further.",
        json_schema_extra={"group": "task", "scale": "log", "unit": "characters"},
    )
    text: str | None = Field(
        None,
        max_length=10_000,
        title="Your own text",
        description="Paste a text to learn; at least one window and two different characters. What "
        "it repeats far apart, only gradients that reach so far can teach. Empty: a text of ours.",
        json_schema_extra={"group": "task", "multiline": True},
    )

    @property
    def width(self) -> int:
        """An input and an output for each distinct character."""
        return OWN_TEXT_CHARACTERS if self.text is None else len(set(self.text))

    @property
    def losses(self) -> int:
        """Every character has one."""
        return self.timesteps

    @property
    def length(self) -> int:
        """Characters of the text."""
        return len(default_text() if self.text is None else self.text)

    def make(self) -> NextChar:
        """Return the task."""
        return NextChar(self.seq_len, self.text)

    def problems(self) -> Iterator[InitErrorDetails]:
        """Yield what is wrong with the text: too short for a window, too few or many characters."""
        if self.text is None:
            return
        text, least = self.text, self.seq_len + 1
        distinct = len(set(text))
        complaint: PydanticCustomError | None = None
        if len(text) < least:
            complaint = PydanticCustomError(
                "text_too_short",
                "the text has {length} characters; with windows of {window} it needs at least "
                "{least}",
                {"length": len(text), "window": self.seq_len, "least": least},
            )
        elif not 2 <= distinct <= CHARACTERS:
            complaint = PydanticCustomError(
                "text_characters",
                "the text has {distinct} distinct characters; 2 to {most} are allowed",
                {"distinct": distinct, "most": CHARACTERS},
            )
        if complaint is not None:
            yield InitErrorDetails(type=complaint, loc=("text",), input=text)


def default_text() -> str:
    """Return the text that is read when nobody gives one."""
    return (files("engine.tasks") / "text" / "rivers.txt").read_text("ascii")

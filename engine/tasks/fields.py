"""The fields of a task in a recipe."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator

from pydantic import Field
from pydantic_core import InitErrorDetails

from engine.strict import Strict
from engine.tasks.base import Task


class TaskFields(Strict):
    """What every task has."""

    seq_len: int = Field(
        50,
        ge=2,
        le=2000,
        title="Sequence length T",
        description="Timesteps from the first input to the last: how far back a gradient has to "
        "travel.",
        json_schema_extra={"group": "task", "scale": "log", "unit": "timesteps"},
    )

    @property
    def timesteps(self) -> int:
        """Length of a sequence, T."""
        return self.seq_len

    @property
    def width(self) -> int:
        """Inputs or outputs per timestep, whichever are more."""
        return 2

    @property
    def losses(self) -> int:
        """How many timesteps have a loss."""
        return 1

    @property
    def length(self) -> int | None:
        """Timesteps of the text or series that sequences are cut from; None without one."""
        return None

    @abstractmethod
    def make(self) -> Task:
        """Return the task with these fields, ready to draw batches."""

    def problems(self) -> Iterator[InitErrorDetails]:
        """Yield what is wrong with fields that are right one by one; locations from the task."""
        yield from ()


class UnequalLengths(TaskFields):
    """What tasks have whose sequences may be of unequal lengths."""

    shortest: int | None = Field(
        None,
        ge=2,
        le=2000,
        title="Shortest sequence",
        description="Lengths are drawn evenly from this one to T. A shorter sequence ends, and is "
        "asked, at its own last timestep; what pads it leaves the state and carries no gradient. "
        "Empty, or T and more: all have T.",
        json_schema_extra={
            "group": "task",
            "rare": True,
            "unit": "timesteps",
            "empty": "all equal",
        },
    )

    @property
    def least(self) -> int | None:
        """Timesteps of the shortest sequence; None where all have T because nobody asked."""
        return None if self.shortest is None else min(self.shortest, self.seq_len)

    @property
    def losses(self) -> int:
        """The timesteps at which some sequence may end."""
        return 1 if self.least is None else self.seq_len - self.least + 1

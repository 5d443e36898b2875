"""Copy memory: hold ten symbols over a long blank, then repeat them."""

from __future__ import annotations

from math import log
from typing import Any, Literal

import numpy as np
from pydantic import Field

from engine.tasks.base import Baseline, Batch, FloatArray, IntArray, Task, check_integer
from engine.tasks.fields import TaskFields

LETTERS = "abcdefgh"
BLANK = len(LETTERS)
GO = BLANK + 1
RECALLED = 10
"""How many symbols have to be remembered."""


class CopyMemory(Task):
    """Ten symbols, a delay, then the same ten symbols from memory.

    As in Arjovsky, Shah & Bengio (2016, section 4.1): ten symbols drawn uniformly from eight,
    T-1 blanks, one "go", ten more blanks: T + 20 timesteps. The target is blank for the first
    T + 10 timesteps and the ten symbols for the last ten, so that the network first repeats the
    timestep after "go". "go" is an input only: there are ten inputs and nine classes.

    Parameters
    ----------
    delay : int
        T, at least 1.
    """

    name = "copy"
    title = "Copy memory"
    kind = "symbols"
    input_size = GO + 1
    output_size = BLANK + 1
    loss = "cross_entropy"
    loss_unit = "nats per timestep"

    def __init__(self, delay: int) -> None:
        check_integer("delay", delay, least=1)
        self.delay = delay
        self.timesteps = delay + 2 * RECALLED
        self.loss_timesteps = np.arange(self.timesteps)
        self.memory = (delay + RECALLED, delay + RECALLED)
        self.baseline = Baseline(
            RECALLED * log(len(LETTERS)) / self.timesteps,
            "blank until the recall, then each of the 8 symbols equally likely: 10 ln 8 / (T + 20)",
        )
        self._one_hot = np.eye(self.input_size)

    def _draw(self, rng: np.random.Generator, batch_size: int) -> tuple[FloatArray, IntArray]:
        symbols = rng.integers(0, len(LETTERS), (RECALLED, batch_size))
        shown = np.full((self.timesteps, batch_size), BLANK)
        shown[:RECALLED] = symbols
        shown[-RECALLED - 1] = GO
        y = np.full((self.timesteps, batch_size), BLANK)
        y[-RECALLED:] = symbols
        return self._one_hot[shown], y

    def _show(self, batch: Batch, index: int) -> dict[str, Any]:
        symbols = batch.y[-RECALLED:, index]
        word = "".join(LETTERS[symbol] for symbol in symbols)
        return {
            "title": f"remember {word} for {self.delay} timesteps",
            "input": batch.x[:, index].argmax(axis=-1).tolist(),
            "alphabet": self._alphabet(),
            "target": batch.y[:, index].tolist(),
        }

    def _facts(self) -> dict[str, Any]:
        return {"vocabulary": self._alphabet(), "delay": self.delay}

    @staticmethod
    def _alphabet() -> list[str]:
        return [*LETTERS, "blank", "go"]


class CopyTask(TaskFields):
    """Ten symbols, a long blank, then the same ten symbols from memory."""

    name: Literal["copy"] = Field("copy", title=CopyMemory.title)
    seq_len: int = Field(
        30,
        ge=1,
        le=1980,
        title="Delay T",
        description="Blank timesteps between the ten symbols and their recall, and what a gradient "
        "has to cross: a sequence has T + 20 timesteps.",
        json_schema_extra={"group": "task", "scale": "log", "unit": "timesteps"},
    )

    @property
    def timesteps(self) -> int:
        """Length of a sequence: ten symbols, the delay, ten to recall."""
        return self.seq_len + 20

    @property
    def width(self) -> int:
        """Eight symbols, the blank and the signal to recall."""
        return 10

    @property
    def losses(self) -> int:
        """Every timestep has one."""
        return self.timesteps

    def make(self) -> CopyMemory:
        """Return the task."""
        return CopyMemory(self.seq_len)

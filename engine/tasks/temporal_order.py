"""Temporal order: say in which order two symbols came, among distractors."""

from __future__ import annotations

from itertools import product
from math import log
from typing import Any, Literal

import numpy as np
from pydantic import Field

from engine.tasks.base import Baseline, Batch, FloatArray, IntArray, Task, check_integer, within
from engine.tasks.fields import UnequalLengths

RELEVANT = "XY"
DISTRACTORS = "abcd"
ALPHABET = [*RELEVANT, *DISTRACTORS]
CLASSES = ["".join(pair) for pair in product(RELEVANT, repeat=2)]


class TemporalOrder(Task):
    """Two of T symbols matter, each X or Y; the class, at the last timestep, is their order.

    Hochreiter & Schmidhuber (1997, task 6a): all symbols are distractors, drawn uniformly from
    four, but for one at 10–20 % of the sequence and one at 50–60 %, each X or Y with equal chance;
    the class is XX, XY, YX or YY. As in the experiments of Pascanu, Mikolov & Bengio (2013), the
    length is fixed, no symbol marks the start or the end, and the two places, counted from 0, are
    uniform on [T/10, 2T/10) and [5T/10, 6T/10), a place of the range at the least.

    Parameters
    ----------
    seq_len : int
        T, at least 2: a timestep for each of the two.
    shortest : int, optional
        Lengths are drawn evenly from it to T, at least 2, and places are shares of each one's own;
        the class is asked for at its own last timestep. All have T if not given.
    """

    name = "temporal_order"
    title = "Temporal order"
    kind = "symbols"
    input_size = len(ALPHABET)
    output_size = len(CLASSES)
    loss = "cross_entropy"
    loss_unit = "nats"
    baseline = Baseline(
        log(len(CLASSES)), "each of the 4 orders equally likely, whatever came: ln 4"
    )

    def __init__(self, seq_len: int, shortest: int | None = None) -> None:
        check_integer("seq_len", seq_len, least=2)
        least = seq_len if shortest is None else shortest
        check_integer("shortest", least, least=2, most=seq_len)
        self.timesteps, self.shortest = seq_len, shortest
        self.loss_timesteps = np.arange(least - 1, seq_len)
        # A sequence of 20 has its first symbol nearer to its end than one of 19 may have it.
        nearest = min(n - n // 10 - max(1, n // 10) for n in range(least, seq_len + 1))
        self.memory = (nearest, seq_len - 1 - seq_len // 10)
        self._one_hot = np.eye(self.input_size)

    def _draw(self, rng: np.random.Generator, batch_size: int) -> tuple[FloatArray, IntArray]:
        return self._fill(rng, batch_size, self.timesteps, max(1, self.timesteps // 10))

    def _draw_within(
        self, rng: np.random.Generator, lengths: IntArray
    ) -> tuple[FloatArray, IntArray]:
        x, y = self._fill(rng, len(lengths), lengths, np.maximum(1, lengths // 10))
        return x * within(lengths, self.timesteps), y

    def _fill(
        self,
        rng: np.random.Generator,
        batch_size: int,
        length: int | IntArray,
        places: int | IntArray,
    ) -> tuple[FloatArray, IntArray]:
        """Return x and y of sequences of this length, or of these (B,)."""
        T = self.timesteps
        first = length // 10 + rng.integers(0, places, batch_size)
        second = length // 2 + rng.integers(0, places, batch_size)
        relevant = rng.integers(0, len(RELEVANT), (2, batch_size))
        shown = rng.integers(len(RELEVANT), len(ALPHABET), (T, batch_size))
        b = np.arange(batch_size)
        shown[first, b], shown[second, b] = relevant
        y = np.zeros((T, batch_size), dtype=np.int64)
        y[length - 1, b] = len(RELEVANT) * relevant[0] + relevant[1]
        return self._one_hot[shown], y

    def _show(self, batch: Batch, index: int) -> dict[str, Any]:
        shown = batch.x[:, index].argmax(axis=-1)
        i, j = np.flatnonzero(shown < len(RELEVANT)).tolist()
        return {
            "title": f"{ALPHABET[shown[i]]} at t = {i + 1}, {ALPHABET[shown[j]]} at t = {j + 1}",
            "input": shown.tolist(),
            "alphabet": ALPHABET,
            "target": [int(batch.y[-1, index])],
            "classes": CLASSES,
        }

    def _facts(self) -> dict[str, Any]:
        return {"vocabulary": ALPHABET, "classes": CLASSES}


class TemporalOrderTask(UnequalLengths):
    """Two symbols among distractors, each X or Y; the target, at the end, is their order."""

    name: Literal["temporal_order"] = Field("temporal_order", title=TemporalOrder.title)
    seq_len: int = Field(
        30,
        ge=2,
        le=2000,
        title="Sequence length T",
        description="Timesteps. The two symbols that matter come at 10–20 % and at 50–60 % of "
        "them; the answer is asked for at the last, and the gradient has to come back from there.",
        json_schema_extra={"group": "task", "scale": "log", "unit": "timesteps"},
    )

    @property
    def width(self) -> int:
        """Two symbols that matter and four distractors."""
        return 6

    def make(self) -> TemporalOrder:
        """Return the task."""
        return TemporalOrder(self.seq_len, self.least)

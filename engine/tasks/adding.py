"""The adding problem: remember two marked numbers and say their sum."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from engine.tasks.base import Baseline, Batch, FloatArray, IntArray, Task, check_integer, within
from engine.tasks.fields import UnequalLengths


class Adding(Task):
    """Two of T numbers are marked; the target, at the last timestep, is their sum.

    Hochreiter & Schmidhuber (1997, section 5.4) posed the problem with numbers from [-1, 1] and
    the sum scaled into [0, 1]. This is the variant in use since, as in Arjovsky, Shah & Bengio
    (2016, section 4.2): numbers uniform on [0, 1), one mark anywhere in the first half of the
    sequence, one anywhere in the second, and the plain sum as target. With an odd T the middle
    timestep belongs to the second half.

    Parameters
    ----------
    seq_len : int
        T, at least 2: a timestep for each mark.
    shortest : int, optional
        Lengths are drawn evenly from it to T, at least 2; each sequence has its target at its own
        last timestep. All have T if not given.
    """

    name = "adding"
    title = "Adding problem"
    kind = "adding"
    input_size = 2
    output_size = 1
    loss = "mse"
    loss_unit = "squared error of the sum"
    baseline = Baseline(
        1 / 6, "always answering 1, the mean: the sum of two uniform numbers has variance 1/6"
    )
    input_names: ClassVar[list[str]] = ["number", "mark"]

    def __init__(self, seq_len: int, shortest: int | None = None) -> None:
        check_integer("seq_len", seq_len, least=2)
        least = seq_len if shortest is None else shortest
        check_integer("shortest", least, least=2, most=seq_len)
        self.timesteps, self.shortest = seq_len, shortest
        self.loss_timesteps = np.arange(least - 1, seq_len)
        self.memory = (least - least // 2, seq_len - 1)

    def _draw(self, rng: np.random.Generator, batch_size: int) -> tuple[FloatArray, FloatArray]:
        return self._fill(rng, batch_size, self.timesteps)

    def _draw_within(
        self, rng: np.random.Generator, lengths: IntArray
    ) -> tuple[FloatArray, FloatArray]:
        x, y = self._fill(rng, len(lengths), lengths)
        return x * within(lengths, self.timesteps), y

    def _fill(
        self, rng: np.random.Generator, batch_size: int, length: int | IntArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return x and y of sequences of this length, or of these (B,)."""
        T, half = self.timesteps, length // 2
        numbers = rng.random((T, batch_size))
        first = rng.integers(0, half, batch_size)
        second = rng.integers(half, length, batch_size)
        b = np.arange(batch_size)
        x = np.zeros((T, batch_size, 2))
        x[:, :, 0] = numbers
        x[first, b, 1] = 1.0
        x[second, b, 1] = 1.0
        y = np.zeros((T, batch_size, 1))
        y[length - 1, b, 0] = numbers[first, b] + numbers[second, b]
        return x, y

    def _show(self, batch: Batch, index: int) -> dict[str, Any]:
        numbers, marks = batch.x[:, index, 0], batch.x[:, index, 1]
        i, j = np.flatnonzero(marks).tolist()
        target = float(batch.y[-1, index, 0])
        terms, total = f"{numbers[i]:.2f} + {numbers[j]:.2f}", f"{target:.2f}"
        # Each number is rounded on its own, so the rounded sum can be off by 0.01.
        adds_up = f"{round(numbers[i], 2) + round(numbers[j], 2):.2f}" == total
        return {
            "title": f"{terms} {'=' if adds_up else '≈'} {total}",
            "values": numbers.tolist(),
            "marked": [i, j],
            "target": target,
        }

    def _facts(self) -> dict[str, Any]:
        return {"input_names": self.input_names}


class AddingTask(UnequalLengths):
    """Two of T numbers are marked; the target, at the end, is their sum."""

    name: Literal["adding"] = Field("adding", title=Adding.title)

    def make(self) -> Adding:
        """Return the task."""
        return Adding(self.seq_len, self.least)

"""History: the scalars of every iteration that are not in any sent frame yet."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.frame import SCALARS, Frame

_FIRST_CAPACITY = 64


class History:
    """Grows by an iteration at a time and forgets from its beginning.

    Parameters
    ----------
    lanes : int
        Number of lanes of the run.
    """

    def __init__(self, lanes: int) -> None:
        self._names = [(lane, scalar) for lane in range(lanes) for scalar in SCALARS]
        self._iterations: NDArray[np.int32] = np.empty(_FIRST_CAPACITY, np.int32)
        self._values = np.empty((len(self._names), _FIRST_CAPACITY))
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def iterations(self) -> NDArray[np.int32]:
        """The iterations in it, in order; (n,)."""
        return self._iterations[: self._length]

    def columns(self) -> Iterator[tuple[int, str, NDArray[np.float64]]]:
        """Yield lane, name and values (n,) of each scalar."""
        for (lane, scalar), values in zip(self._names, self._values, strict=True):
            yield lane, scalar, values[: self._length]

    def append(self, frame: Frame) -> None:
        """Take in the scalars of an iteration."""
        if self._length == self._iterations.size:
            self._resize(0, 2 * self._length)
        self._iterations[self._length] = frame.iteration
        self._values[:, self._length] = [
            frame.arrays[f"{lane}/{scalar}"] for lane, scalar in self._names
        ]
        self._length += 1

    def forget(self, count: int) -> None:
        """Drop the first `count` iterations, and the memory they took."""
        self._resize(count, max(_FIRST_CAPACITY, 2 * (self._length - count)))

    def _resize(self, start: int, capacity: int) -> None:
        iterations, values = self._iterations, self._values
        kept = self._length - start
        self._iterations = np.empty(capacity, np.int32)
        self._values = np.empty((len(self._names), capacity))
        self._iterations[:kept] = iterations[start : self._length]
        self._values[:, :kept] = values[:, start : self._length]
        self._length = kept

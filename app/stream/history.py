"""History: the scalars of every iteration that are not in any sent frame yet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app import wire
from engine.arrays import Array
from engine.frame import SCALARS

_FIRST_CAPACITY = 64


class History:
    """Grows by some iterations at a time and forgets from its beginning.

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

    def arrays(self, since: int, last: int) -> dict[str, Array]:
        """Return ``history/iteration`` (n,) and ``<lane>/history/<scalar>`` (n,) for the wire.

        Parameters
        ----------
        since, last : int
            Iterations from `since` to `last`, as far as they are in it.
        """
        known = self._iterations[: self._length]
        some = slice(*np.searchsorted(known, (since, last + 1)).tolist())
        arrays: dict[str, Array] = {"history/iteration": known[some]}
        for (lane, scalar), values in zip(self._names, self._values, strict=True):
            told = wire.column(f"{lane}/{scalar}", values[some])
            arrays[f"{lane}/history/{scalar}"] = told
        return arrays

    def extend(self, first: int, scalars: Array) -> None:
        """Take in consecutive iterations; those that come again replace what was there.

        Parameters
        ----------
        first : int
            The first of them, n in all.
        scalars : ndarray, shape (n, lanes · scalars)
            Lane by lane, in the order of `SCALARS`.
        """
        count = len(scalars)
        known = self._iterations[: self._length]
        self._length = int(np.searchsorted(known, first))
        after = self._length + count
        if after > self._iterations.size:
            self._resize(0, 2 * after)
        self._iterations[self._length : after] = np.arange(first, first + count)
        self._values[:, self._length : after] = scalars.T
        self._length = after

    def forget(self, last: int) -> None:
        """Drop all iterations up to `last`, and the memory they took."""
        count = int(np.searchsorted(self._iterations[: self._length], last + 1))
        self._resize(count, max(_FIRST_CAPACITY, 2 * (self._length - count)))

    def _resize(self, start: int, capacity: int) -> None:
        iterations, values = self._iterations, self._values
        kept = self._length - start
        self._iterations = np.empty(capacity, np.int32)
        self._values = np.empty((len(self._names), capacity))
        self._iterations[:kept] = iterations[start : self._length]
        self._values[:, :kept] = values[:, start : self._length]
        self._length = kept

"""Memory that lanes share: they run one after another, so each may overwrite the last."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from engine.arrays import Array

Allocate = Callable[[tuple[int, ...], Any], Array]

ALIGNMENT = 64
"""Bytes; a cache line, and the widest vector register."""


class Arena:
    """Bytes for the most demanding of several users, handed out anew to each.

    Parameters
    ----------
    users : list of callable
        Each is given an ``allocate(shape, dtype)`` and asks it for all that it will need.
    """

    def __init__(self, users: list[Callable[[Allocate], object]]) -> None:
        size = 0
        for user in users:
            needs: list[int] = []

            # The shape without the memory: a user only slices what it is given.
            def tally(shape: tuple[int, ...], dtype: Any, needs: list[int] = needs) -> Array:
                needs.append(prod(shape) * np.dtype(dtype).itemsize + ALIGNMENT)
                return np.broadcast_to(np.zeros((), dtype), shape)

            user(tally)
            size = max(size, sum(needs))
        self._bytes = np.empty(size, np.uint8)

    def allocator(self) -> Allocate:
        """Return an ``allocate`` that begins at the first byte again."""
        used = 0

        def take(shape: tuple[int, ...], dtype: Any) -> Array:
            nonlocal used
            start = used + (-(self._bytes.ctypes.data + used)) % ALIGNMENT
            used = start + prod(shape) * np.dtype(dtype).itemsize
            block: Array = self._bytes[start:used].view(dtype).reshape(shape)
            return block

        return take

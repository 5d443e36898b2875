"""Parameters of a cell that are neither weights of a product nor biases of one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.initializers import uniform


@dataclass(frozen=True)
class Vector:
    """A parameter that acts on each unit by itself, such as a peephole or a gain.

    Attributes
    ----------
    chunks : int
        It has H numbers for each of so many chunks.
    start : float, optional
        Where all of them start; if not given, they are drawn uniformly on ±1/√H, whatever the
        scheme of the other weights.
    """

    chunks: int = 1
    start: float | None = None

    def draw(self, rng: np.random.Generator, hidden_size: int) -> Array:
        """Return initial numbers (chunks · H,)."""
        shape = (self.chunks * hidden_size,)
        if self.start is None:
            return uniform(rng, shape, hidden_size)
        return np.full(shape, self.start)

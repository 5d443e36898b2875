"""What one pass of a layer leaves out: inputs and states that are dropped, states that are held."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from engine.arrays import Array


@dataclass(frozen=True)
class Masks:
    """What one pass of a layer drops and holds; None: nothing.

    Attributes
    ----------
    input : ndarray, shape (T, D, B) or (1, D, B)
        What multiplies x_t before any weight does: 0, or 1 / (1 − p) with inverted dropout.
    hidden : ndarray, shape (H, B)
        What multiplies h_{t−1} before W_hh does, the same at all timesteps.
    hold_h, hold_c : ndarray of bool, shape (T, H, B) or (T, 1, B)
        Where a state is that of the timestep before, whatever the equations made of it: units that
        zoneout holds, and timesteps that pad a sequence.
    """

    input: Array | None = None
    hidden: Array | None = None
    hold_h: Array | None = None
    hold_c: Array | None = None

    @property
    def holds(self) -> bool:
        """Whether any state is held."""
        return self.hold_h is not None or self.hold_c is not None

    def padded(self, lengths: Array | None, timesteps: int, *, reverse: bool = False) -> Self:
        """Return them with all states held beyond the last timestep of each example, (B,).

        In `reverse` that is at the beginning of what is read.
        """
        if lengths is None:
            return self
        beyond = np.arange(timesteps)[:, np.newaxis, np.newaxis] >= lengths  # (T, 1, B)
        if reverse:
            beyond = beyond[::-1]
        held = (beyond if mask is None else mask | beyond for mask in (self.hold_h, self.hold_c))
        hold_h, hold_c = held
        return replace(self, hold_h=hold_h, hold_c=hold_c)

    def for_members(self, members: int) -> Self:
        """Return them for an ensemble whose networks all see the same batch."""
        given = {name: value for name, value in vars(self).items() if value is not None}
        tiled = {
            name: np.tile(value, (*[1] * (value.ndim - 1), members))
            for name, value in given.items()
        }
        return replace(self, **tiled)

"""What one pass of a layer leaves out: inputs and states that are dropped, states that are held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
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

    @classmethod
    def beside(cls, several: Sequence[Self]) -> Self:
        """Return those of an ensemble, whose networks' batches stand one after the other."""
        joined: dict[str, Array] = {}
        for each in fields(cls):
            parts = [getattr(masks, each.name) for masks in several]
            if parts[0] is not None:
                joined[each.name] = np.concatenate(parts, axis=-1)
        return cls(**joined)

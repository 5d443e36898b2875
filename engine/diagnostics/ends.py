"""Where the sequences of a batch end, and what that means for means over the batch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.diagnostics.flow import Spread, spread
from engine.diagnostics.reach import horizon, reach


@dataclass(frozen=True)
class Ends:
    """The ends of a batch's sequences.

    Where lengths differ, an example counts at the timesteps that it has: a timestep that pads it is
    absent, not zero.

    Attributes
    ----------
    last : int
        The t of the last state that has a loss, in the longest sequence.
    lengths : ndarray of int, shape (B,), or None
        Of each sequence, which has its loss at its own last timestep. None: all end alike.
    """

    last: int
    lengths: Array | None = None

    def present(self, timesteps: int) -> Array | None:
        """Return which timesteps each example has, (T, B); None: all."""
        if self.lengths is None:
            return None
        found: Array = np.arange(timesteps)[:, np.newaxis] < self.lengths
        return found

    def spread(self, flow: Array) -> Spread:
        """Return mean and quantiles (T+1,) over the batch of a flow (T+1, B); NaN where none is."""
        if self.lengths is None:
            return spread(flow)
        result = Spread(*(np.full(len(flow), np.nan) for _ in range(3)))
        ends = np.unique(self.lengths)
        for before, end in zip([-1, *ends[:-1]], ends, strict=True):
            rows = slice(before + 1, end + 1)
            some = spread(flow[rows][:, self.lengths >= end])
            for whole, part in zip(result, some, strict=True):
                whole[rows] = part
        return result

    def reach(self, joint: Array) -> float:
        """Return `reach` of ‖∂ℓ/∂s_t‖ (T+1, B), each example from its own end."""
        from_ends = joint.mean(axis=1)
        if self.lengths is not None:
            from_ends[self.last] = self._at_ends(joint, 0).mean()
        return reach(from_ends, self.last)

    def horizon(self, joint: Array) -> float:
        """Return `horizon` of ‖∂ℓ/∂s_t‖ (T+1, B), counted back from each example's own end."""
        if self.lengths is None:
            return horizon(joint.mean(axis=1), self.last)
        back = range(self.last, -1, -1)
        from_ends = [self._at_ends(joint, k) for k in back]
        means = [each.mean() if each.size else np.nan for each in from_ends]
        return horizon(np.array(means), self.last)

    def _at_ends(self, joint: Array, back: int) -> Array:
        """Return the values so many timesteps before the end, of all examples that are so long."""
        assert self.lengths is not None
        long = np.flatnonzero(self.lengths >= back)
        found: Array = joint[self.lengths[long] - back, long]
        return found


def only_present(array: Array, present: Array | None) -> Array:
    """Return what examples have at their timesteps, one after the other: (n, H, 1).

    Parameters
    ----------
    array : ndarray, shape (T, H, B)
        Returned as it is if all is present.
    present : ndarray of bool, shape (T, B), or None
        As `Ends.present` returns it.
    """
    if present is None:
        return array
    return array.transpose(0, 2, 1)[present][:, :, np.newaxis]

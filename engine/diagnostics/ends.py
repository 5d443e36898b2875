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
        if self.lengths is None:
            return reach(joint.mean(axis=1), self.last)
        return reach(np.array([np.nan, joint[1].mean(), self._at_ends(joint, 0).mean()]), 2)

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


class ReverseEnds(Ends):
    """The same of a half that reads each sequence from its end to its beginning.

    Its arrays are in the order in which it reads: what pads a sequence comes first, and each one
    begins at its own end.
    """

    def spread(self, flow: Array) -> Spread:
        """Return mean and quantiles (T+1,) over the batch of a flow (T+1, B); NaN where none is."""
        if self.lengths is None:
            return super().spread(flow)
        return Spread(*(each[::-1] for each in super().spread(flow[::-1])))

    def reach(self, joint: Array) -> float:
        """Return what arrives at the first timestep that is read, as part of that at the last."""
        return super().reach(self._from_beginnings(joint))

    def horizon(self, joint: Array) -> float:
        """Return how many timesteps back, as it reads, the gradient stays above 1 %."""
        return super().horizon(self._from_beginnings(joint))

    def _from_beginnings(self, joint: Array) -> Array:
        """Return each example's values from its own beginning on, (T+1, B)."""
        if self.lengths is None:
            return joint
        T = len(joint) - 1
        moved = np.full_like(joint, np.nan)
        for b, length in enumerate(self.lengths):
            moved[: length + 1, b] = joint[T - length :, b]
        return moved


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

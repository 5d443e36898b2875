"""The scalars of a lane's last iterations: what a diagnosis reads of its past."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.arrays import Array

KEPT = 100
"""Iterations that are kept: enough for a median, few enough that a change shows soon."""

NAMES = ("loss", "grad_norm", "clip_factor", "reach", "update_norm", "diverged")
"""The scalars that are kept of each iteration."""


class Recent:
    """The scalars of the last iterations under the present hyperparameters.

    Once a lane has diverged nothing more is taken in until it is finite again, so that the
    iterations that led there stay.
    """

    def __init__(self) -> None:
        self.values = np.zeros((KEPT, 1 + len(NAMES)))
        self.clear()

    def clear(self) -> None:
        """Forget all."""
        self.values[...] = 0
        self.values[:, 0] = -1

    def note(self, iteration: int, scalars: Mapping[str, float]) -> None:
        """Take in an iteration; one that comes again replaces itself."""
        last = self.values[self.values[:, 0].argmax()]
        if scalars["diverged"] and last[-1] and last[0] < iteration:
            return
        row = self.values[iteration % KEPT]
        row[0] = iteration
        row[1:] = [scalars[name] for name in NAMES]

    def columns(self) -> dict[str, Array]:
        """Return ``iteration`` and each of `NAMES`, (n,), the oldest first."""
        numbers = self.values[:, 0]
        known = self.values[(numbers >= 0) & (numbers > numbers.max() - KEPT)]
        known = known[known[:, 0].argsort()]
        return {name: known[:, k] for k, name in enumerate(("iteration", *NAMES))}

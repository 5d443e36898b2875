"""Truncated backpropagation through time: where the gradient is cut, and what it still reaches."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array


def cut_timesteps(timesteps: int, truncate: int | None) -> frozenset[int]:
    """Return the t whose state passes no gradient back from t + 1: every so many from the last."""
    return frozenset(range(timesteps - truncate, 0, -truncate)) if truncate else frozenset()


def reached_states(enters: Array, cut: frozenset[int]) -> Array:
    """Return which h_t some loss reaches when nothing passes back from t + 1 to a cut t.

    Parameters
    ----------
    enters : ndarray of bool, shape (T+1,)
        Where a gradient enters from outside.
    cut : frozenset of int
        As `cut_timesteps` returns it.

    Returns
    -------
    ndarray of bool, shape (T+1,)
    """
    if not cut:
        anything_after: Array = np.logical_or.accumulate(enters[::-1])[::-1]
        return anything_after
    last = len(enters) - 1
    t = np.arange(last + 1)
    next_loss = np.minimum.accumulate(np.where(enters, t, last + 1)[::-1])[::-1]
    next_cut = np.full(last + 1, last)
    for each in sorted(cut, reverse=True):
        next_cut[: each + 1] = each
    return next_loss <= next_cut

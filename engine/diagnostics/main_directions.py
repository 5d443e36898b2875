"""The main directions of a cloud of states: the plane in which most of their variance is seen."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.arrays import Array
from engine.quantities import Quantity, register

DIRECTIONS = 3
"""How many are shown: a plane, and one more to turn to."""

MOST_STATES = 512
"""Of a longer path as many are taken, evenly: its main directions hardly depend on more."""

register(
    Quantity(
        "plane.mean",
        "s̄",
        "Mean over the timesteps of the example's joint state: h, or h and c",
        axes=("entry",),
        view="plane",
    ),
    Quantity(
        "plane.axes",
        "u_k",
        "Main directions of the example's joint state, of length 1",
        axes=("rank", "entry"),
        view="plane",
    ),
    Quantity(
        "plane.share",
        "σ_k²/Σσ²",
        "Share of the state's variance along each main direction",
        axes=("rank",),
        view="plane",
    ),
)


class MainDirections(NamedTuple):
    """What a principal component analysis gives.

    Attributes
    ----------
    mean : ndarray, shape (N,)
    axes : ndarray, shape (3, N)
        Orthonormal, the direction of most variance first; the largest entry of each is positive.
        Rows of zeros beyond N.
    share : ndarray, shape (3,)
        Of the whole variance; 0 where there is none.
    """

    mean: Array
    axes: Array
    share: Array

    def project(self, states: Array) -> Array:
        """Return the coordinates (…, 3) of states (…, N)."""
        result: Array = (states - self.mean) @ self.axes.T
        return result


def main_directions(states: Array) -> MainDirections:
    """Return the main directions of states (n, N) (Pearson 1901; Hotelling 1933).

    Raises
    ------
    ValueError
        If there are no states.
    """
    if states.ndim != 2 or not states.size:
        raise ValueError(f"states has shape {states.shape}; (n, N) is expected, with n at least 1")
    states = states[:: -(-len(states) // MOST_STATES)].astype(np.float64)
    size = states.shape[1]
    axes, share = np.zeros((DIRECTIONS, size)), np.zeros(DIRECTIONS)
    if not np.isfinite(states).all():
        return MainDirections(np.full(size, np.nan), axes * np.nan, share * np.nan)
    mean = states.mean(axis=0)
    # Squares of states beyond 1e154 would overflow.
    scale = np.abs(states - mean).max() or 1.0
    _, lengths, directions = np.linalg.svd((states - mean) / scale, full_matrices=False)
    count = min(DIRECTIONS, len(lengths))
    largest = directions[range(count), np.abs(directions[:count]).argmax(axis=1)]
    axes[:count] = directions[:count] * np.where(largest < 0, -1, 1)[:, np.newaxis]
    total = (lengths**2).sum()
    share[:count] = lengths[:count] ** 2 / total if total > 0 else 0
    return MainDirections(mean, axes, share)

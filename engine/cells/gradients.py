"""What a backward pass of a cell gives."""

from __future__ import annotations

from dataclasses import dataclass

from engine.arrays import Array


@dataclass(frozen=True)
class Gradients:
    """What one backward pass of one cell gives.

    Attributes
    ----------
    params : dict of str to ndarray
        ∂L/∂parameter, named and shaped like the parameters; empty if not asked for.
    dh, dc : ndarray, shape (T+1, B, H)
        Total ∂L/∂h_t and ∂L/∂c_t, through all paths; `dc` is None for cells without c.
    dx : ndarray, shape (T, B, D), or None
        ∂L/∂x_t; None if it was not asked for.
    reached : ndarray of bool, shape (T+1,)
        False where truncation keeps every loss from reaching h_t: a gap, not a vanished gradient.
    """

    params: dict[str, Array]
    dh: Array
    dc: Array | None
    dx: Array | None
    reached: Array

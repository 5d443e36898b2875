"""What a forward pass of a cell leaves."""

from __future__ import annotations

from dataclasses import dataclass

from engine.arrays import Array
from engine.cells.workspace import Workspace


@dataclass(frozen=True)
class Trace:
    """All timesteps of one forward pass of one cell.

    Attributes
    ----------
    h, c : ndarray, shape (T+1, B, H)
        States; index 0 is the initial state. `c` is None for cells without one.
    gates : dict of str to ndarray, shape (T, B, H)
        Activations by the cell's `gate_names`.
    workspace : Workspace
        The memory behind them. A trace on a workspace that is used again changes with it.
    """

    h: Array
    c: Array | None
    gates: dict[str, Array]
    workspace: Workspace

"""The halves of a network: one that reads the sequence forward, and perhaps one backward."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.cells import Cell, Params, Trace, Workspace
from engine.model import Model, Pass
from engine.quantities import REVERSE, quantity_of


@dataclass(frozen=True)
class Half:
    """One layer of one half, as a pass left it.

    Attributes
    ----------
    cell : Cell
    params : dict of str to ndarray
        The layer's, by the names of its cell.
    trace : Trace
        In the order in which the half reads.
    reverse : bool
        Whether it reads the sequence backward.
    """

    cell: Cell
    params: Params
    trace: Trace
    reverse: bool

    @property
    def space(self) -> Workspace:
        """The memory of the pass."""
        return self.trace.workspace

    def named(self, arrays: Mapping[str, Array]) -> dict[str, Array]:
        """Return arrays of this half as a frame has them.

        Those of the reverse half have the suffix ``.reverse``, and along ``t`` the order of the
        sequence instead of that in which it reads. The registry says which axis that is.
        """
        if not self.reverse:
            return dict(arrays)
        return {f"{name}.{REVERSE}": _turned(name, array) for name, array in arrays.items()}


def halves(model: Model, params: Params, passed: Pass, layer: int) -> list[Half]:
    """Return one layer of a model's forward half and, if there is one, of its reverse half."""
    both = (model.cells, passed.traces), (model.reverse_cells, passed.reverse)
    return [
        Half(
            cells[layer],
            model.layer_params(params, layer, reverse=reverse),
            traces[layer],
            reverse,
        )
        for reverse, (cells, traces) in zip((False, True), both, strict=True)
        if cells
    ]


def _turned(name: str, array: Array) -> Array:
    quantity = quantity_of(name)
    if quantity is None or "t" not in quantity.axes:
        return array
    return np.flip(array, quantity.axes.index("t"))

"""Units that no longer listen: gates at their ends, and ReLU units that never speak."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array
from engine.cells import Cell, Workspace
from engine.diagnostics.ends import only_present
from engine.quantities import Quantity, register

register(
    *(
        Quantity(
            f"gate.*.{end}",
            f"share at the {end} end",
            f"Share of a gate's activations at its {end} end, over timesteps and batch: {where}",
            axes=("unit",),
            view="saturation",
        )
        for end, where in (
            ("low", "of a σ below 0.1, of a hard σ exactly 0, of a softsign below −0.9"),
            ("high", "of a σ above 0.9, of a hard σ exactly 1, of a softsign above 0.9"),
        )
    ),
    Quantity(
        "dead",
        "dead",
        "1 for a ReLU unit that is 0 at every timestep of every example",
        axes=("unit",),
        view="saturation",
    ),
)


def saturation(cell: Cell, space: Workspace, present: Array | None = None) -> dict[str, Array]:
    """Return how often each unit is saturated, over all timesteps and the whole batch.

    For each gate, ``gate.<name>.low`` and ``gate.<name>.high`` (H,) are the fractions of its
    activations at the two ends of its range, as `Nonlinearity.saturated` has them; NaN for a unit
    with an activation that is NaN.
    For a ReLU network, ``dead`` (H,) is 1 for units at 0 at every timestep of every example:
    nothing reaches their weights through φ′ = 0 (Lu et al. 2020).

    Parameters
    ----------
    cell : Cell
    space : Workspace
        As the forward pass left it.
    present : ndarray of bool, shape (T, B), optional
        The timesteps that each example has; all if not given.
    """
    H = cell.hidden_size
    numbers = space.timesteps * space.batch if present is None else int(present.sum())
    there = {block.start: None if present is None else present[block] for block in space.blocks()}
    arrays: dict[str, Array] = {}
    for name in (gate for gate in cell.gate_names if gate in cell.sigmoids):
        k = cell.blocks.index(name) * H
        low, high, lost = np.zeros(H), np.zeros(H), np.zeros(H, dtype=bool)
        for block in space.blocks():
            gate = only_present(space.gates[block, k : k + H], there[block.start])
            at_low, at_high = cell.gate_function.saturated(gate)
            low += at_low.sum(axis=(0, 2))
            high += at_high.sum(axis=(0, 2))
            lost |= np.isnan(gate).any(axis=(0, 2))
        low[lost] = high[lost] = np.nan
        arrays |= {f"gate.{name}.low": low / numbers, f"gate.{name}.high": high / numbers}
    if cell.rectified:
        silent = np.ones(H, dtype=bool)
        for block in space.blocks():
            h = only_present(space.h[1:][block], there[block.start])
            silent &= (h == 0).all(axis=(0, 2))
        arrays["dead"] = silent.astype(np.float64)
    return arrays

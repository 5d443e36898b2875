"""Which inputs and states an iteration's pass drops or holds, at random.

What is drawn follows from seed and iteration alone, so that a replay and a fork leave out the same;
lanes whose shapes allow it do so as well. Examples that views show are read whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.arrays import Array
from engine.cells import Cell, DroppingWorkspace, HoldingWorkspace, Masks, Workspace
from engine.random_streams import stream

if TYPE_CHECKING:
    from engine.recipe import Hyperparameters

FIELDS = ("dropout", "input_dropout", "recurrent_dropout", "zoneout")
"""The hyperparameters that leave something out."""


def drops(hyperparameters: Hyperparameters) -> bool:
    """Return whether anything is left out at random."""
    return any(getattr(hyperparameters, field) for field in FIELDS)


def workspace_kind(hyperparameters: Hyperparameters, *, unequal: bool) -> type[Workspace]:
    """Return which memory passes need, also where sequences are of `unequal` lengths."""
    if unequal or hyperparameters.zoneout:
        return HoldingWorkspace
    return DroppingWorkspace if drops(hyperparameters) else Workspace


def draw_masks(
    hyperparameters: Hyperparameters,
    cells: Sequence[Cell],
    seed: int,
    iteration: int,
    shape: tuple[int, int],
    dtype: Any = np.float64,
    reverse: bool = False,
) -> list[Masks]:
    """Draw what each layer's pass leaves out at an iteration.

    Parameters
    ----------
    hyperparameters : Hyperparameters
        ``dropout`` drops what a layer gives to the next one, anew at each timestep, as PyTorch's
        layers do (Zaremba et al. 2014); ``input_dropout`` the inputs and ``recurrent_dropout`` the
        state that W_hh multiplies, each with one mask for all timesteps (Gal & Ghahramani 2016);
        ``zoneout`` holds units, anew at each timestep, h and c apart (Krueger et al. 2017).
    cells : sequence of Cell
        The layers, the lowest first.
    seed, iteration : int
    shape : (int, int)
        T and B.
    dtype : dtype
    reverse : bool
        Of the half that reads the sequence backward. What it reads is dropped as for the other
        half; its states have draws of their own.

    Returns
    -------
    list of Masks
        One a layer.
    """
    T, B = shape
    of_states = {"recurrent_dropout", "zoneout"}
    streams = {
        field: stream(
            seed, f"{field} reverse" if reverse and field in of_states else field, iteration
        ).spawn(len(cells))
        for field in FIELDS
        if getattr(hyperparameters, field)
    }

    def kept(field: str, layer: int, shape: tuple[int, ...]) -> Array | None:
        if field not in streams:
            return None
        p = getattr(hyperparameters, field)
        drawn = streams[field][layer].random(shape, np.float32) >= p
        factors: Array = np.divide(drawn, 1 - p, dtype=dtype)
        return factors

    masks = []
    for layer, cell in enumerate(cells):
        D, H = cell.input_size, cell.hidden_size
        of_x = kept("dropout", layer, (T, D, B)) if layer else kept("input_dropout", 0, (1, D, B))
        if of_x is not None and reverse:
            of_x = of_x[::-1]
        hold = {}
        if "zoneout" in streams:
            rng, p = streams["zoneout"][layer], hyperparameters.zoneout
            hold = {
                f"hold_{name}": rng.random((T, H, B), np.float32) < p for name in cell.state_names
            }
        masks.append(Masks(of_x, kept("recurrent_dropout", layer, (H, B)), **hold))
    return masks


def masks_of_batch(
    hyperparameters: Hyperparameters,
    halves: Sequence[Sequence[Cell]],
    seed: int,
    iteration: int,
    shape: tuple[int, int],
    dtype: Any = np.float64,
    lengths: Array | None = None,
    *,
    whole: bool = False,
) -> list[Masks]:
    """Return what a batch's pass leaves out at an iteration, of sequences of these lengths.

    Parameters
    ----------
    hyperparameters, seed, iteration, shape, dtype
        As `draw_masks` takes them.
    halves : sequence of sequence of Cell
        The layers of the half that reads forward, and of the one that reads backward, if any.
    lengths : ndarray of int, shape (B,), optional
        All have T if not given.
    whole : bool
        Leave nothing out but what pads a sequence.

    Returns
    -------
    list of Masks
        One a layer, the lowest first; of the forward half, and then of the reverse one.
    """
    found: list[Masks] = []
    for place, cells in enumerate(halves):
        reverse, masks = place == 1, [Masks()] * len(cells)
        if drops(hyperparameters) and not whole:
            masks = draw_masks(
                hyperparameters, cells, seed, iteration, shape, dtype, reverse=reverse
            )
        found += [each.padded(lengths, shape[0], reverse=reverse) for each in masks]
    return found

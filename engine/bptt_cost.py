"""What BPTT costs as sequences grow: the price that makes people truncate it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.arrays import Array
from engine.cells import Params, Workspace
from engine.model import Model


@dataclass(frozen=True)
class Cost:
    """The cost of one forward and backward pass at one sequence length.

    Attributes
    ----------
    timesteps : int
        T.
    kept : dict of str to int
        Bytes of each array that is kept over all timesteps, by names like ``h_l0``: see `kept`.
    scratch : int
        Bytes of the passes' other arrays, which stop growing once T fills a block.
    forward, backward : float
        Seconds, or what else the clock counts; the median over the passes.
    """

    timesteps: int
    kept: dict[str, int]
    scratch: int
    forward: float
    backward: float

    @property
    def bytes(self) -> int:
        """All that is kept, which grows in proportion to T."""
        return sum(self.kept.values())


def kept(workspaces: list[Workspace], *, bidirectional: bool = False) -> dict[str, int]:
    """Return the bytes of the arrays that hold something of every timestep, by name.

    ``x`` is the lowest layer's input; of each layer, ``h_l0``, ``c_l0`` and ``gates_l0`` are
    states and activations, ``inner_l0`` is what backward would else compute again (an LSTM's
    tanh(c), a GRU's W_hn h + b_hn), ``scales_l0`` is what layer normalisation multiplied with, and
    ``dh_l0`` and ``dc_l0`` are the totals. Where states are held, ``made_l0`` is the cell state as
    the equations made it, and ``arriving_l0`` the gradients by what they made. ∂L/∂x of a layer is
    written into the dh of the layer below. Names of nothing are left out. Of both directions, the
    reverse half's names are ``h_l0_reverse``, …, and what enters is kept for each half of each
    layer: ``x``, ``x_l0_reverse``, ``x_l1``, ….

    Parameters
    ----------
    workspaces : list of Workspace
        As `Model.workspaces` returns them.
    bidirectional : bool
        Whether the second half of them is that of a reverse half.
    """
    layers = len(workspaces) // (1 + bidirectional)
    sizes = {"x": workspaces[0].input.nbytes}
    for index, space in enumerate(workspaces):
        reverse, layer = divmod(index, layers)
        end = f"_l{layer}_reverse" if reverse else f"_l{layer}"
        if index and bidirectional:
            sizes[f"x{end}"] = space.input.nbytes
        arrays = {
            "h": space.state,
            "c": space.c,
            # A cell without gates has its activations where its states are.
            "gates": space.gates[:0] if np.shares_memory(space.gates, space.h) else space.gates,
            "inner": space.kept,
            "scales": space.scales,
            "dh": space.dh,
            "dc": space.dc,
        }
        sizes |= {f"{name}{end}": array.nbytes for name, array in arrays.items() if array.size}
        if not np.shares_memory(space.arriving_dh, space.dh):
            sizes[f"arriving{end}"] = space.arriving_dh.nbytes + space.arriving_dc.nbytes
            if space.has_c:
                sizes[f"made{end}"] = space.made_c.nbytes
    return sizes


def scratch(workspaces: list[Workspace], *, bidirectional: bool = False) -> int:
    """Return the bytes that do not grow with T.

    Arrays that hold a timestep, or a block of them, at a time; and, as each layer's state stands a
    timestep later than the state below it, or than the layer's input, the corners that are left
    over.
    """
    at_a_time: int = sum(array.nbytes for space in workspaces for array in space.at_a_time)
    if bidirectional:
        corners: int = sum(space.input[0].nbytes for space in workspaces)
        return at_a_time + corners
    layers = len(workspaces)
    x, state = (array[0].nbytes for array in (workspaces[0].input, workspaces[0].state))
    total: int = at_a_time + layers * x + layers * (layers - 1) * state
    return total


def bptt_cost(
    model: Model,
    params: Params,
    timesteps: Sequence[int],
    batch_size: int,
    clock: Callable[[], float],
    passes: int = 5,
    *,
    window: int | None = None,
    progress: Callable[[float], None] = lambda share: None,
) -> list[Cost]:
    """Measure passes over sequences of growing length, with a loss at the last timestep.

    Parameters
    ----------
    model : Model
    params : dict of str to ndarray
    timesteps : sequence of int
        The lengths T.
    batch_size : int
        B.
    clock : callable
        Returns the time; the engine has none of its own. ``time.perf_counter`` will do.
    passes : int
        So many at each length, after one that touches the memory for the first time.
    window : int, optional
        Truncate: go through the sequence in windows of so many timesteps, each forward and back
        before the next one, in the same memory (Williams & Peng 1990). What is kept is that of one
        window. Each has a loss at its end, so that each has a way back.
    progress : callable
        Told now and then which share is done; may wait, which a clock of the thread's own time does
        not count, or raise.
    """
    sizes = ("batch_size", batch_size), ("passes", passes), *_named(timesteps)
    for name, value in (*sizes, *([] if window is None else [("window", window)])):
        if value < 1:
            raise ValueError(f"{name} is {value}; at least 1 is needed")
    whole, done, costs = sum(timesteps), 0, []
    for T in timesteps:
        measured = _Passes(model, params, batch_size, clock, partial(progress, done / whole))
        costs.append(measured.cost(T, min(T, window or T), passes))
        done += T
        progress(done / whole)
    return costs


class _Passes:
    """Passes over sequences, window by window."""

    def __init__(
        self,
        model: Model,
        params: Params,
        batch_size: int,
        clock: Callable[[], float],
        checkpoint: Callable[[], None],
    ) -> None:
        self._model, self._params, self._batch = model, params, batch_size
        self._clock, self._checkpoint = clock, checkpoint
        self._dtype = params["readout.weight"].dtype
        shape = (1, model.output_size, batch_size)
        self._doutput = np.full(shape, 1 / batch_size, self._dtype)

    def cost(self, T: int, window: int, passes: int) -> Cost:
        """Return the median cost of passes over T timesteps."""
        length, rest = divmod(T, window)
        spaces = self._workspaces(window)
        windows = [(window, spaces)] * length
        if rest:
            windows.append((rest, self._workspaces(rest)))
        rng = np.random.default_rng(0)
        x = rng.standard_normal((window, self._batch, self._model.input_size))
        took = []
        for _ in range(1 + passes):
            each = [self._once(x[:count], memory) for count, memory in windows]
            took.append(np.sum(each, axis=0))
        forward, backward = np.median(took[1:], axis=0).tolist()
        both = bool(self._model.reverse_cells)
        sizes = kept(spaces, bidirectional=both), scratch(spaces, bidirectional=both)
        return Cost(T, *sizes, forward, backward)

    def _workspaces(self, timesteps: int) -> list[Workspace]:
        spaces = self._model.workspaces(timesteps, self._batch, self._dtype)
        for space in spaces:
            space.checkpoint = self._checkpoint
        return spaces

    def _once(self, x: Array, spaces: list[Workspace]) -> tuple[float, float]:
        """Return what forward and backward over one window took."""
        start = self._clock()
        passed = self._model.forward(self._params, x, slice(len(x) - 1, len(x)), spaces)
        between = self._clock()
        self._model.backward(self._params, passed, self._doutput)
        return between - start, self._clock() - between


def _named(timesteps: Sequence[int]) -> list[tuple[str, int]]:
    return [(f"timesteps[{k}]", T) for k, T in enumerate(timesteps)]

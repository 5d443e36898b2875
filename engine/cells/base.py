"""What the three cells share: parameters, the layout of kept arrays, and the bookkeeping of BPTT.

Inside, every array is batch-last, ``(T, units, B)``: one timestep of one gate is then one
contiguous block. What callers see are time-major views ``(T, B, units)`` of the same memory.

What enters a timestep stands one under the other, ``[x_t, 1, h_{t−1}]``, so that a timestep takes
one matrix product with ``[W_ih, b, W_hh]``, and another gives the gradients of all three. In a
stack the rows go on upwards, ``[x_{t+1}, 1, h⁰_t, 1, h¹_{t−1}, …]``: a layer's state is the next
one's input where it is.

An ensemble of E networks is a batch in which every B examples have weights of their own, with one
more axis: ``(E, rows, H)``. Whatever is elementwise is as it was; `Workspace.by_member` is how the
matrix products see the batch. The same equations serve one network and E of them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np

from engine.initializers import Scheme

Array = np.ndarray[Any, np.dtype[Any]]
Params = Mapping[str, Array]
Allocate = Callable[[tuple[int, ...], Any], Array]

BLOCK_BYTES = 512 * 1024
"""Size of the derivative factors of one block of timesteps: half of what a core's cache holds."""


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


class Workspace:
    """The arrays of one cell for sequences of one shape, written anew by every pass.

    Parameters
    ----------
    cell : Cell
    timesteps, batch : int
    dtype : dtype
        float64 or float32.
    allocate : callable, optional
        ``allocate(shape, dtype)`` gives uninitialised memory; lanes that run in turn share theirs.
    entering : ndarray, shape (T+1, D + 1 + H, B), optional
        Where inputs and states are; allocated if not given.
    members : int, optional
        E networks share the batch evenly, one after the other; a single one has it if not given.
    """

    def __init__(
        self,
        cell: Cell,
        timesteps: int,
        batch: int,
        dtype: Any,
        allocate: Allocate = np.empty,
        entering: Array | None = None,
        members: int | None = None,
    ) -> None:
        T, B, H, D = timesteps, batch, cell.hidden_size, cell.input_size
        self.members = members
        self.timesteps, self.batch, self.dtype = T, B, np.dtype(dtype)
        rows = len(cell.blocks) * H
        if entering is None:
            entering = allocate((T + 1, D + 1 + H, B), dtype)
        self.entering = entering  # [x_{t+1}, 1, h_t]
        self.input = entering[:-1, :D]
        self.state = entering[:, D:]  # h under its row of ones
        self.h = entering[:, D + 1 :]
        self.has_c = "c" in cell.state_names
        none = np.empty((0, H, B), dtype)
        self.c = allocate((T + 1, H, B), dtype) if self.has_c else none
        # A cell without gates turns its pre-activations into states where they stand.
        self.activations = allocate((T, rows, B), dtype) if cell.gate_names else self.h[1:]
        self.gates = self.activations[:, : cell.gate_rows]
        beyond = self.activations[:, cell.gate_rows :]
        self.kept = allocate((T, H, B), dtype) if cell.keeps else beyond
        self.dh = allocate((T + 1, H, B), dtype)
        self.dc = allocate((T + 1, H, B), dtype) if self.has_c else none
        self.scratch = allocate((H, B), dtype)
        length = BLOCK_BYTES // (rows * B * self.dtype.itemsize)
        self.block = n = min(T, max(1, length))
        self.da = allocate((n, rows, B), dtype)
        self.factor = allocate((n, H, B), dtype) if self.has_c else none
        E, each = ((), B) if members is None else ((members,), B // members)
        self._da = allocate((*E, rows, n, each), dtype)
        self._entering = allocate((*E, D + 1 + H, n, each), dtype)
        # Slicing costs as much as a small product, so loops find their views made: by timestep
        # for forward and backward, and by place in a block for da and its factor.
        self.forward_views = cell.forward_views(self)
        self.backward_views = cell.backward_views(self)
        self.block_views = cell.block_views(self)

    def take_input(self, x: Array) -> None:
        """Copy x (T, B, D) in."""
        self.input[...] = x.transpose(0, 2, 1)

    def start(self, h_0: Array | None, c_0: Array | None) -> None:
        """Write the initial state (B, H), zero where it is None."""
        self.state[:, 0] = 1
        self.h[0] = 0 if h_0 is None else h_0.T
        if self.has_c:
            self.c[0] = 0 if c_0 is None else c_0.T

    def by_member(self, array: Array) -> Array:
        """Return (…, rows, E·B) seen as (…, E, rows, B); of a single network, the array itself."""
        if self.members is None:
            return array
        return array.reshape(*array.shape[:-1], self.members, -1).swapaxes(-2, -3)

    def flat(self, which: Array, source: Array) -> Array:
        """Return source (n, rows, B) as (rows, n·B), so that one product sums over n and B."""
        into = which[..., : len(source), :]
        by_member = self.by_member(source)
        np.copyto(into, by_member.transpose(*range(1, by_member.ndim - 1), 0, -1))
        return into.reshape(*into.shape[:-2], -1)

    def blocks(self) -> Iterator[slice]:
        """Yield the blocks of timesteps, the last first."""
        for stop in range(self.timesteps, 0, -self.block):
            yield slice(max(0, stop - self.block), stop)


class Cell(ABC):
    """The equations of one recurrent layer.

    Parameters
    ----------
    input_size : int
        Features of an input, D.
    hidden_size : int
        Units of a state, H.

    Notes
    -----
    Parameters are a dict of ``weight_ih (G·H, D)``, ``weight_hh (G·H, H)``, ``bias_ih (G·H,)``
    and ``bias_hh (G·H,)`` with G gates in the order of `gate_names`, as PyTorch has them.
    """

    title: ClassVar[str]
    """What readers call the cell."""
    gate_names: ClassVar[tuple[str, ...]]
    """The gates whose activations a trace holds, in PyTorch's order."""
    state_names: ClassVar[tuple[str, ...]]
    """``("h",)`` or ``("h", "c")``."""
    chunks: ClassVar[tuple[str, ...]]
    """Names of the H-row chunks of the weights, in PyTorch's order."""
    blocks: ClassVar[tuple[str, ...]]
    """Names of the H-row blocks of pre-activations, in the order in which we keep them."""
    sigmoids: ClassVar[tuple[str, ...]] = ()
    """Blocks with a logistic activation: σ(a) = ½ tanh(½ a) + ½, so one tanh serves all gates."""
    input_blocks: ClassVar[slice] = slice(None)
    """The blocks that the input enters; always the first ones."""
    hidden_blocks: ClassVar[slice] = slice(None)
    """The blocks that the previous hidden state enters; always the last ones."""
    hidden_chunks: ClassVar[dict[str, str]] = {}
    """Where a hidden block has another name than the weight chunk it stems from."""
    keeps: ClassVar[bool] = False
    """Whether backward needs one more array of H rows that forward computes from its blocks."""

    def __init__(self, input_size: int, hidden_size: int) -> None:
        for name, value in (("input_size", input_size), ("hidden_size", hidden_size)):
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ValueError(f"{name} is {value!r}; it must be an integer of at least 1")
        self.input_size = input_size
        self.hidden_size = hidden_size
        H = hidden_size
        place = {name: k for k, name in enumerate(self.chunks)}
        entering = [self.hidden_chunks.get(name, name) for name in self.blocks[self.hidden_blocks]]
        self._ih_rows = _rows([place[name] for name in self.blocks[self.input_blocks]], H)
        self._hh_rows = _rows([place[name] for name in entering], H)
        self._ih_back, self._hh_back = np.argsort(self._ih_rows), np.argsort(self._hh_rows)
        halves = [0.5 if name in self.sigmoids else 1.0 for name in self.blocks]
        self._scale = np.repeat(halves, H)[:, None]
        count = len(self.blocks)
        (_, ih_stop, _), (hh_start, _, _) = (
            blocks.indices(count) for blocks in (self.input_blocks, self.hidden_blocks)
        )
        self.gate_rows = ih_stop * H
        self._ih_da, self._hh_da = slice(0, ih_stop * H), slice(hh_start * H, count * H)
        D = input_size
        # Where [W_ih, b, W_hh] is not zero: rows that take the input alone, both, the state alone.
        parts = (
            (slice(0, hh_start * H), slice(0, D + 1)),
            (slice(hh_start * H, ih_stop * H), slice(0, D + 1 + H)),
            (slice(ih_stop * H, count * H), slice(D, D + 1 + H)),
        )
        self._parts = [(rows, columns) for rows, columns in parts if rows.start < rows.stop]

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(input_size={self.input_size}, hidden_size={self.hidden_size})"
        )

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of each parameter by its name."""
        rows = len(self.chunks) * self.hidden_size
        return {
            "weight_ih": (rows, self.input_size),
            "weight_hh": (rows, self.hidden_size),
            "bias_ih": (rows,),
            "bias_hh": (rows,),
        }

    def init(
        self,
        rng: np.random.Generator,
        scheme: str = "pytorch",
        *,
        std: float = 0.1,
        spectral_radius: float | Array | None = None,
        forget_bias: float | None = None,
        update_bias: float | None = None,
        dtype: Any = np.float64,
    ) -> dict[str, Array]:
        """Draw initial parameters.

        Parameters
        ----------
        rng : numpy.random.Generator
            Each parameter gets a stream of its own, so that a scheme that draws more numbers for
            one of them leaves the others as they were.
        scheme : {"pytorch", "xavier_uniform", "xavier_normal", "normal", "orthogonal", "identity"}
        std : float
            Standard deviation of the scheme ``normal``.
        spectral_radius : float or ndarray (R,), optional
            Rescale each gate's H × H block of ``weight_hh`` to this largest |eigenvalue|. Of
            several, ``weight_hh`` is (R, G·H, H): the same draw, R times.
        forget_bias, update_bias : float, optional
            The LSTM's forget gate, the GRU's update gate get this bias in all; other cells leave
            it aside.
        dtype : dtype

        Returns
        -------
        dict of str to ndarray

        Raises
        ------
        ValueError
            If there is no such scheme.
        """
        draw = Scheme(scheme, std, spectral_radius)
        gates, H = len(self.chunks), self.hidden_size
        for_ih, for_hh, *for_biases = rng.spawn(4)
        params = {
            "weight_ih": draw.weight_ih(for_ih, gates, (H, self.input_size)),
            "weight_hh": draw.weight_hh(for_hh, gates, H),
            "bias_ih": draw.bias(for_biases[0], gates * H, H),
            "bias_hh": draw.bias(for_biases[1], gates * H, H),
        }
        for gate, bias in (("f", forget_bias), ("z", update_bias)):
            if bias is not None and gate in self.chunks:
                k = self.chunks.index(gate) * H
                params["bias_ih"][k : k + H] = bias
                params["bias_hh"][k : k + H] = 0
        return {name: value.astype(dtype) for name, value in params.items()}

    def workspace(
        self,
        timesteps: int,
        batch: int,
        dtype: Any = np.float64,
        allocate: Allocate = np.empty,
        entering: Array | None = None,
        members: int | None = None,
    ) -> Workspace:
        """Return memory for passes over sequences of this shape, to be used again and again."""
        return Workspace(self, timesteps, batch, dtype, allocate, entering, members)

    def forward(
        self, params: Params, x: Array, h_0: Array | None = None, c_0: Array | None = None
    ) -> Trace:
        """Run the cell over a batch of sequences and keep every state and gate.

        Parameters
        ----------
        params : dict of str to ndarray
            See the class.
        x : ndarray, shape (T, B, D)
        h_0, c_0 : ndarray, shape (B, H), optional
            Initial states; zero if not given.

        Returns
        -------
        Trace

        Raises
        ------
        ValueError
            If an argument has the wrong name, shape or kind of number.
        """
        dtype = self._check_params(params)
        x = self._check("x", x, (None, None, self.input_size))
        T, B, _ = x.shape
        if not T or not B:
            raise ValueError(f"x has shape {x.shape}; at least one timestep and example is needed")
        states = {"h_0": h_0, "c_0": c_0}
        if c_0 is not None and "c" not in self.state_names:
            raise ValueError(f"c_0 is given; {type(self).__name__} has no cell state")
        for name, state in states.items():
            if state is not None:
                states[name] = self._check(name, state, (B, self.hidden_size))
        workspace = self.workspace(T, B, dtype)
        workspace.take_input(x)
        return self.run(params, workspace, states["h_0"], states["c_0"])

    def backward(self, params: Params, trace: Trace, dh: Array) -> Gradients:
        """Backpropagate through time, exactly.

        Parameters
        ----------
        params : dict of str to ndarray
            Those that the trace was computed with.
        trace : Trace
        dh : ndarray, shape (T, B, H)
            ∂L/∂h_t that enters from outside at each timestep: ``dh[t]`` belongs to
            ``trace.h[t + 1]``.

        Returns
        -------
        Gradients

        Raises
        ------
        ValueError
            If an argument has the wrong name, shape or kind of number.
        """
        self._check_params(params)
        space = trace.workspace
        dh = self._check("dh", dh, (space.timesteps, space.batch, self.hidden_size))
        space.dh[0] = 0
        space.dh[1:] = dh.transpose(0, 2, 1)
        enters = np.concatenate([[False], dh.any(axis=(1, 2))])
        return self.run_back(params, space, enters, with_dx=True)

    def run(
        self,
        params: Params,
        workspace: Workspace,
        h_0: Array | None = None,
        c_0: Array | None = None,
    ) -> Trace:
        """Run forward over the input that the workspace holds."""
        workspace.start(h_0, c_0)
        self._forward(self._joint(params), workspace)
        return self.trace(workspace)

    def _joint(self, params: Params) -> Array:
        """Return [W_ih, b, W_hh] (rows, D + 1 + H) of the blocks, halved for σ."""
        ih, hh, D = self._ih_rows, self._hh_rows, self.input_size
        W = self._joint_zeros(params)
        W[..., self._ih_da, :D] = params["weight_ih"].take(ih, axis=-2)
        W[..., self._ih_da, D] = params["bias_ih"].take(ih, axis=-1)
        W[..., self._hh_da, D] += params["bias_hh"].take(hh, axis=-1)
        W[..., self._hh_da, D + 1 :] = params["weight_hh"].take(hh, axis=-2)
        W *= self._scale
        return W

    def _joint_zeros(self, params: Params) -> Array:
        """Return zeros for [W_ih, b, W_hh]."""
        weight_hh, H = params["weight_hh"], self.hidden_size
        shape = (*weight_hh.shape[:-2], len(self.blocks) * H, self.input_size + 1 + H)
        return np.zeros(shape, weight_hh.dtype)

    def _apart(self, dW: Array) -> dict[str, Array]:
        """Return the gradients by parameter of d[W_ih, b, W_hh]."""
        D = self.input_size
        dW_ih = dW[..., self._ih_da, : D + 1].take(self._ih_back, axis=-2)
        dW_hh = dW[..., self._hh_da, D:].take(self._hh_back, axis=-2)
        return {
            "weight_ih": dW_ih[..., :D],
            "weight_hh": dW_hh[..., 1:],
            "bias_ih": dW_ih[..., D],
            "bias_hh": dW_hh[..., 0],
        }

    def run_back(
        self,
        params: Params,
        workspace: Workspace,
        enters: Array,
        *,
        with_dx: bool,
        dx: Array | None = None,
        truncate: int | None = None,
        with_params: bool = True,
    ) -> Gradients:
        """Run backward; ``workspace.dh`` holds what enters from outside and then the totals.

        Parameters
        ----------
        params, workspace
            Those of the forward pass.
        enters : ndarray of bool, shape (T+1,)
            Where something enters; elsewhere ``workspace.dh`` need not be set.
        with_dx : bool
            Whether to compute ∂L/∂x.
        dx : ndarray, shape (T, D, B), optional
            Where to.
        truncate : int, optional
            Cut the gradient every so many timesteps, counted from the last one.
        with_params : bool
            Whether to compute ∂L/∂parameters.
        """
        T, D = workspace.timesteps, self.input_size
        W_ih_T = params["weight_ih"].take(self._ih_rows, axis=-2).swapaxes(-1, -2)
        W_hh_T = params["weight_hh"].take(self._hh_rows, axis=-2).swapaxes(-1, -2)
        W_hh_T = np.ascontiguousarray(W_hh_T)
        dW = self._joint_zeros(params) if with_params else None
        if with_dx and dx is None:
            dx = np.empty((T, D, workspace.batch), workspace.dtype)
        cut = cut_timesteps(T, truncate)
        reached = _reached(enters, cut)
        entering_at = enters.tolist()  # reading a list is faster than reading an array
        if not enters[T]:
            workspace.dh[T] = 0
        if workspace.has_c:
            workspace.dc[T] = 0
        for block in workspace.blocks():
            da = self._backward(W_hh_T, workspace, block, entering_at, cut)
            if with_dx and dx is not None:
                into_input = workspace.by_member(self.into_input(da))
                np.matmul(W_ih_T, into_input, out=workspace.by_member(dx[block]))
            if dW is not None:
                flat_da = workspace.flat(workspace._da, da)
                entering = workspace.flat(workspace._entering, workspace.entering[block])
                for rows, columns in self._parts:
                    # (rows, n·B) @ (n·B, columns)
                    part = flat_da[..., rows, :] @ entering[..., columns, :].swapaxes(-1, -2)
                    dW[..., rows, columns] += part
        return Gradients(
            params={} if dW is None else self._apart(dW),
            dh=workspace.dh.transpose(0, 2, 1),
            dc=workspace.dc.transpose(0, 2, 1) if workspace.has_c else None,
            dx=None if dx is None else dx.transpose(0, 2, 1),
            reached=reached,
        )

    def into_hidden(self, da: Array) -> Array:
        """Return the rows of da (n, rows, B) that the hidden state's product feeds."""
        return da[:, self._hh_da]

    def into_input(self, da: Array) -> Array:
        """Return the rows of da (n, rows, B) that the input's product feeds."""
        return da[:, self._ih_da]

    @property
    def rectified(self) -> bool:
        """Whether states are cut off below 0, so that a unit can be dead."""
        return False

    def trace(self, workspace: Workspace) -> Trace:
        """Return time-major views of what the workspace holds."""
        H = self.hidden_size
        gates = {
            name: workspace.gates[:, k * H : (k + 1) * H].transpose(0, 2, 1)
            for name, k in ((name, self.blocks.index(name)) for name in self.gate_names)
        }
        return Trace(
            h=workspace.h.transpose(0, 2, 1),
            c=workspace.c.transpose(0, 2, 1) if workspace.has_c else None,
            gates=gates,
            workspace=workspace,
        )

    @abstractmethod
    def forward_views(self, space: Workspace) -> list[Any]:
        """Return, for each timestep, what a round of the forward loop takes."""

    @abstractmethod
    def backward_views(self, space: Workspace) -> list[Any]:
        """Return, for each timestep, what a round of the backward loop takes."""

    @abstractmethod
    def block_views(self, space: Workspace) -> list[Any]:
        """Return, for each place in a block, what a round of the backward loop takes."""

    @abstractmethod
    def _forward(self, W: Array, space: Workspace) -> None:
        """Fill states and gates from ``space.entering``; W is what `_joint` returns."""

    @abstractmethod
    def _backward(
        self, W_hh_T: Array, space: Workspace, block: slice, enters: list[bool], cut: frozenset[int]
    ) -> Array:
        """Carry ``space.dh`` (and dc) back over a block; return da (n, rows, B)."""

    @abstractmethod
    def factors(self, space: Workspace, block: slice) -> Array:
        """Return what turns ∂L/∂h_t (or ∂L/∂c_t) of a block into da (n, rows, B), elementwise."""

    @abstractmethod
    def preactivation_gradients(self, space: Workspace, block: slice) -> Array:
        """Return da (n, rows, B) of a block from the finished ``space.dh`` and ``space.dc``."""

    @abstractmethod
    def jacobians(self, params: Params, space: Workspace, block: slice, example: int = 0) -> Array:
        """Return ∂s_t/∂s_{t−1} of one example for the timesteps of a block, exactly.

        Parameters
        ----------
        params, space
            Those of the forward pass.
        block : slice
            Timesteps, no more than ``space.block`` of them.
        example : int

        Returns
        -------
        ndarray of float64, shape (n, N, N)
            s is the joint state, h, or h and under it c: N is H or 2H. Rows are of s_t.
        """

    @abstractmethod
    def paths(self, params: Params, space: Workspace, block: slice) -> dict[str, Array]:
        """Return the parts (n, H, B) of a gradient on its way from t to t − 1, by name.

        Of ∂L/∂c_{t−1} or, for a cell without c, ∂L/∂h_{t−1}; from the finished ``space.dh`` and
        ``space.dc``.
        """

    def _hidden_factors(self, params: Params, da: Array, example: int) -> tuple[Array, Array]:
        """Return da_k of one example and W_k, for the hidden blocks k: (n, K, H), (K, H, H)."""
        H = self.hidden_size
        W_hh = params["weight_hh"][self._hh_rows].astype(np.float64)
        diagonal = self.into_hidden(da)[:, :, example].astype(np.float64)
        return diagonal.reshape(len(da), -1, H), W_hh.reshape(-1, H, H)

    def _check_params(self, params: Params) -> np.dtype[Any]:
        shapes = self.shapes()
        if set(params) != set(shapes):
            raise ValueError(
                f"params has {', '.join(sorted(params)) or 'nothing'}; "
                f"{self!r} takes {', '.join(shapes)}"
            )
        for name, shape in shapes.items():
            value = self._check(name, params[name], shape)
            if not np.isfinite(value).all():
                raise ValueError(f"{name} holds NaN or inf; every weight must be finite")
        dtypes = {np.asarray(params[name]).dtype for name in shapes}
        if len(dtypes) != 1:
            raise ValueError(f"params mixes {', '.join(map(str, dtypes))}; one dtype is expected")
        dtype: np.dtype[Any] = dtypes.pop()
        return dtype

    def _check(self, name: str, value: Any, shape: tuple[int | None, ...]) -> Array:
        array = np.asarray(value)
        letters = ", ".join("any" if size is None else str(size) for size in shape)
        if array.dtype not in (np.float64, np.float32):
            raise ValueError(f"{name} has dtype {array.dtype}; float64 or float32 is expected")
        if array.ndim != len(shape) or any(
            want is not None and want != got for want, got in zip(shape, array.shape, strict=True)
        ):
            raise ValueError(f"{name} has shape {array.shape}; ({letters}) is expected by {self!r}")
        return array


def product(W: Array) -> Callable[[Array, Array], Any]:
    """Return the function that writes W @ x into its second argument.

    One matrix takes ``ndarray.dot``: a call of it costs a third of one of ``matmul``, which is what
    counts when batches are small. An ensemble's stack of matrices takes ``matmul``.
    """
    return W.dot if W.ndim == 2 else partial(np.matmul, W)


def cut_timesteps(timesteps: int, truncate: int | None) -> frozenset[int]:
    """Return the t whose state passes no gradient back from t + 1: every so many from the last."""
    return frozenset(range(timesteps - truncate, 0, -truncate)) if truncate else frozenset()


def _rows(chunks: list[int], H: int) -> Array:
    """Return the row numbers of these H-row chunks, one chunk after the other."""
    return np.concatenate([np.arange(k * H, (k + 1) * H) for k in chunks])


def augmented(weight: Array, bias: Array) -> Array:
    """Return the weights after the bias, the column that meets the row of ones."""
    return np.concatenate([bias[..., None], weight], axis=-1)


def _reached(enters: Array, cut: frozenset[int]) -> Array:
    """Return which h_t some loss reaches when nothing passes back from t + 1 to a cut t."""
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

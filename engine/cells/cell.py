"""What all cells share: parameters, passes forward and backward, and their bookkeeping."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from engine.arrays import Array
from engine.cells.checks import check_array, check_choices, check_params, check_size
from engine.cells.gradients import Gradients
from engine.cells.joint_weights import JointWeights, Params
from engine.cells.layout import Layout
from engine.cells.nonlinearities import (
    NO_CHOICES,
    NONLINEARITIES,
    Apply,
    ApplyBoth,
    Choices,
)
from engine.cells.trace import Trace
from engine.cells.truncation import cut_timesteps, reached_states
from engine.cells.vector import Vector
from engine.cells.workspace import Allocate, Workspace
from engine.initializers import Scheme


class Cell(ABC):
    """The equations of one recurrent layer.

    Parameters
    ----------
    input_size : int
        Features of an input, D.
    hidden_size : int
        Units of a state, H.
    **chosen : str
        Names of nonlinearities by the names of `choices`.

    Attributes
    ----------
    gate_function : Nonlinearity
        Of the blocks in `sigmoids`: σ where there is no choice.
    state_function : Nonlinearity
        Of the candidate and of c on its way to h, or of the hidden state of a cell without gates:
        tanh where there is no choice.

    Raises
    ------
    ValueError
        If there is no such choice, or no such nonlinearity to choose.

    Notes
    -----
    Parameters are a dict of ``weight_ih (G·H, D)``, ``weight_hh (G·H, H)``, ``bias_ih (G·H,)``
    and ``bias_hh (G·H,)`` with G gates in the order of `gate_names`, as PyTorch has them, and of
    what a cell names in `vectors`.
    """

    name: ClassVar[str]
    """What a recipe calls it."""
    title: ClassVar[str]
    """What people call it."""
    gate_names: ClassVar[tuple[str, ...]]
    """The gates whose activations a trace holds, in PyTorch's order."""
    state_names: ClassVar[tuple[str, ...]]
    """``("h",)`` or ``("h", "c")``."""
    chunks: ClassVar[tuple[str, ...]]
    """Names of the H-row chunks of the weights, in PyTorch's order."""
    blocks: ClassVar[tuple[str, ...]]
    """Names of the H-row blocks of pre-activations, in the order in which we keep them."""
    sigmoids: ClassVar[tuple[str, ...]] = ()
    """Blocks that the gates' nonlinearity acts on, σ unless another is chosen.

    σ(a) = ½ tanh(½ a) + ½, so one tanh serves all gates. Measured against 1 / (1 + exp(−a)) with
    NumPy 2.4, whole passes, B = 1 and 32: exp takes 0.98 to 1.04 of the time with AVX-512, about
    0.97 with AVX2 alone, and 0.65 to 0.97 on the processors without it, which are rare. So there is
    one formula for all, and it cannot overflow.
    """
    input_blocks: ClassVar[slice] = slice(None)
    """The blocks that the input enters; always the first ones."""
    hidden_blocks: ClassVar[slice] = slice(None)
    """The blocks that the previous hidden state enters; always the last ones."""
    hidden_chunks: ClassVar[dict[str, str]] = {}
    """Where a hidden block has another name than the weight chunk it stems from."""
    choices: ClassVar[Choices] = NO_CHOICES
    """Which nonlinearities there are to choose, by the name of the hyperparameter."""
    scaled: ClassVar[bool] = True
    """Whether the joint weights give what a gate takes scaled as `Nonlinearity.scale` says."""
    kept_blocks: ClassVar[slice] = slice(None)
    """The blocks that stay, as activations or as they are, for the way back: the first ones."""
    keeps: ClassVar[int] = 0
    """How many more arrays of H rows that forward computes from its blocks backward needs."""
    more_factors: ClassVar[int] = 0
    """How many arrays of H rows `factors` has to return besides a factor for each block."""
    norms: ClassVar[int] = 0
    """How many sums a timestep normalises, by factors that stay for the way back."""
    vectors: ClassVar[Mapping[str, Vector]] = MappingProxyType({})
    """The parameters besides weights and biases, by name, in the order in which a workspace has
    them: see `Workspace.vectors`."""
    more_parts: ClassVar[int] = 0
    """How many arrays (T, H) `preactivations` returns besides the two of each chunk."""
    path_count: ClassVar[int] = 2
    """How many parts `paths` returns."""
    bias_of: ClassVar[dict[str, str]] = {}
    """Which chunk an option of `init` sets the bias of: ``{"forget_bias": "f"}``."""

    def __init__(self, input_size: int, hidden_size: int, **chosen: str) -> None:
        check_size("input_size", input_size)
        check_size("hidden_size", hidden_size)
        check_choices(chosen, self.choices, self)
        names = {option: each[0] for option, each in self.choices.items()} | chosen
        of_state = "candidate_nonlinearity" if self.gate_names else "nonlinearity"
        self.gate_function = NONLINEARITIES[names.get("gate_nonlinearity", "sigmoid")]
        self.state_function = NONLINEARITIES[names.get(of_state, "tanh")]
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.joint = joint = JointWeights(
            input_size,
            hidden_size,
            chunks=self.chunks,
            blocks=self.blocks,
            input_blocks=self.input_blocks,
            hidden_blocks=self.hidden_blocks,
            hidden_chunks=self.hidden_chunks,
            scales=dict.fromkeys(self.sigmoids if self.scaled else (), self.gate_function.scale),
        )
        self.layout = Layout(
            input_size=input_size,
            hidden_size=hidden_size,
            rows=joint.rows,
            kept_rows=len(self.blocks[self.kept_blocks]) * hidden_size,
            gate_rows=joint.input_rows.stop,
            has_gates=bool(self.gate_names),
            has_c="c" in self.state_names,
            keeps=self.keeps,
            more_factors=self.more_factors,
            norms=self.norms,
            vector_rows=sum(vector.chunks for vector in self.vectors.values()) * hidden_size,
        )

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(input_size={self.input_size}, hidden_size={self.hidden_size})"
        )

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of each parameter by its name."""
        H, rows = self.hidden_size, len(self.chunks) * self.hidden_size
        return {
            "weight_ih": (rows, self.input_size),
            "weight_hh": (rows, H),
            "bias_ih": (rows,),
            "bias_hh": (rows,),
            **{name: (vector.chunks * H,) for name, vector in self.vectors.items()},
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
            An LSTM's forget gate, a GRU's update gate get this bias in all; other cells leave it
            aside.
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
        for_vectors = rng.spawn(len(self.vectors))
        params = {
            "weight_ih": draw.weight_ih(for_ih, gates, (H, self.input_size)),
            "weight_hh": draw.weight_hh(for_hh, gates, H),
            "bias_ih": draw.bias(for_biases[0], gates * H, H),
            "bias_hh": draw.bias(for_biases[1], gates * H, H),
            **{
                name: vector.draw(stream, H)
                for (name, vector), stream in zip(self.vectors.items(), for_vectors, strict=True)
            },
        }
        biases = {"forget_bias": forget_bias, "update_bias": update_bias}
        for option, chunk in self.bias_of.items():
            bias = biases[option]
            if bias is not None:
                k = self.chunks.index(chunk) * H
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
        kind: type[Workspace] = Workspace,
    ) -> Workspace:
        """Return memory for passes over sequences of this shape, to be used again and again.

        `kind` says whether something can be dropped or held in them: see `Masks`.
        """
        space = kind(self.layout, timesteps, batch, dtype, allocate, entering, members)
        space.forward_views = self.forward_views(space)
        space.backward_views = self.backward_views(space)
        space.block_views = self.block_views(space)
        return space

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
        dtype = check_params(params, self.shapes(), self)
        x = check_array("x", x, (None, None, self.input_size), self)
        T, B, _ = x.shape
        if not T or not B:
            raise ValueError(f"x has shape {x.shape}; at least one timestep and example is needed")
        states = {"h_0": h_0, "c_0": c_0}
        if c_0 is not None and "c" not in self.state_names:
            raise ValueError(f"c_0 is given; {type(self).__name__} has no cell state")
        for name, state in states.items():
            if state is not None:
                states[name] = check_array(name, state, (B, self.hidden_size), self)
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
        check_params(params, self.shapes(), self)
        space = trace.workspace
        dh = check_array("dh", dh, (space.timesteps, space.batch, self.hidden_size), self)
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
        workspace.take_vectors(self._ordered_vectors(params))
        self._forward(self.joint.join(params), workspace)
        return self.trace(workspace)

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
        last_dc: Array | None = None,
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
        last_dc : ndarray, shape (B, H), optional
            ∂L/∂c_T that enters from outside; zero if not given.
        """
        T, D = workspace.timesteps, self.input_size
        W_ih_T = self._input_weights(params, workspace).swapaxes(-1, -2)
        W_hh_T = np.ascontiguousarray(self.joint.weight_hh(params).swapaxes(-1, -2))
        dW = self.joint.zeros(params) if with_params else None
        dvectors = {name: np.zeros_like(params[name]) for name in self.vectors}
        workspace.dvectors = dvectors if with_params else {}
        if with_dx and dx is None:
            dx = np.empty((T, D, workspace.batch), workspace.dtype)
        cut = cut_timesteps(T, truncate)
        reached = reached_states(enters, cut)
        # Reading a list is faster than reading an array or looking into a set.
        enters_at = enters.tolist()
        cut_at = [False] * T
        for t in cut:
            cut_at[t] = True
        if not enters[T]:
            workspace.dh[T] = 0
        if workspace.has_c:
            workspace.dc[T] = 0 if last_dc is None else last_dc.T
        for block in workspace.blocks():
            da = self._backward(W_hh_T, workspace, block, enters_at, cut_at)
            if with_dx and dx is not None:
                into_input = workspace.by_member(self.into_input(da))
                np.matmul(W_ih_T, into_input, out=workspace.by_member(dx[block]))
                workspace.back_to_input(dx[block], block)
            if dW is not None:
                self._add_weight_gradients(dW, da, workspace, block)
        return Gradients(
            params={} if dW is None else self._by_name(dW, dvectors),
            dh=workspace.dh.transpose(0, 2, 1),
            dc=workspace.dc.transpose(0, 2, 1) if workspace.has_c else None,
            dx=None if dx is None else dx.transpose(0, 2, 1),
            reached=reached,
        )

    def _add_weight_gradients(self, dW: Array, da: Array, space: Workspace, block: slice) -> None:
        """Add a block's part to dW, which is shaped like what `JointWeights.join` returns."""
        flat_da, entering = space.flat_da(da), space.flat_entering(block)
        for rows, columns in self.joint.parts:
            # (rows, n·B) @ (n·B, columns)
            part = flat_da[..., rows, :] @ entering[..., columns, :].swapaxes(-1, -2)
            dW[..., rows, columns] += part

    def _input_weights(self, params: Params, space: Workspace) -> Array:
        """Return W_ih with its chunks in the order of the input blocks."""
        return self.joint.weight_ih(params)

    def _by_name(self, dW: Array, dvectors: dict[str, Array]) -> dict[str, Array]:
        """Return all gradients by parameter, from those of the joint weights and of `vectors`."""
        return self.joint.split(dW) | dvectors

    def _ordered_vectors(self, params: Params) -> list[Array]:
        """Return `vectors` (rows,), of an ensemble (E, rows), as the workspace is to have them."""
        return [params[name] for name in self.vectors]

    def into_hidden(self, da: Array) -> Array:
        """Return the rows of da (n, rows, B) that the hidden state's product feeds."""
        return da[:, self.joint.hidden_rows]

    def into_input(self, da: Array) -> Array:
        """Return the rows of da (n, rows, B) that the input's product feeds."""
        return da[:, self.joint.input_rows]

    def hidden_products(
        self, da: Array, space: Workspace, block: slice
    ) -> list[tuple[Array, Array]]:
        """Return which rows of da stem from which product of W_hh, and what W_hh multiplied there.

        Pairs of (n, rows, B) and (n, H, B): their outer products, over the batch, are ∂L/∂W_hh.
        """
        return [(self.into_hidden(da), space.read_hidden(block))]

    def preactivations(
        self, params: Params, space: Workspace, example: int = 0
    ) -> dict[str, Array]:
        """Return what each gate of one example adds up before its nonlinearity, in two parts.

        ``input.<chunk>`` (T, H) is W_i x_t + b_i, ``recurrent.<chunk>`` (T, H) is
        W_h h_{t−1} + b_h. Their sum is what the nonlinearity takes, but for the n of `GRU`, whose
        recurrent part r scales first, and where a cell has `more_parts`.
        """
        H = self.hidden_size
        parts = {
            "input": space.input[:, :, example] @ params["weight_ih"].T + params["bias_ih"],
            "recurrent": space.h[:-1, :, example] @ params["weight_hh"].T + params["bias_hh"],
        }
        return {
            f"{part}.{chunk}": values[:, k * H : (k + 1) * H]
            for part, values in parts.items()
            for k, chunk in enumerate(self.chunks)
        }

    @property
    def rectified(self) -> bool:
        """Whether states are cut off below 0, so that a unit can be dead."""
        return self.state_function.rectifies

    def _prepared(self, space: Workspace, gates: int = 1) -> tuple[Apply, Apply]:
        """Return the functions of so many gates at once, and of a candidate or state."""
        H, B, dtype = self.hidden_size, space.batch, space.dtype
        squash = self.gate_function.prepared((gates * H, B), dtype)
        return squash, self.state_function.prepared((H, B), dtype)

    def _prepared_with_candidate(self, space: Workspace, gates: int) -> ApplyBoth:
        """Return what turns the sums of a candidate and so many gates into activations at once."""
        H, B = self.hidden_size, space.batch
        return self.gate_function.prepared_with(
            self.state_function, (gates * H, B), (H, B), space.dtype
        )

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
        """Fill states and gates from ``space.entering``; W is what `JointWeights.join` returns."""

    @abstractmethod
    def _backward(
        self, W_hh_T: Array, space: Workspace, block: slice, enters: list[bool], cut: list[bool]
    ) -> Array:
        """Carry ``space.dh`` (and dc) back over a block; return da (n, rows, B).

        The block's part of the gradients of `vectors` is added to ``space.dvectors``, unless that
        is empty.

        ``enters[t]`` says that a gradient enters h_t from outside, so that ``space.dh[t]`` is to be
        added to; ``cut[t]`` that none passes from t + 1 to t.
        """

    @abstractmethod
    def factors(self, space: Workspace, block: slice) -> Array:
        """Return what turns ∂L/∂h_t (or ∂L/∂c_t) of a block into da (n, rows, B), elementwise."""

    @abstractmethod
    def preactivation_gradients(self, params: Params, space: Workspace, block: slice) -> Array:
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
        W_hh = self.joint.weight_hh(params).astype(np.float64)
        diagonal = self.into_hidden(da)[:, :, example].astype(np.float64)
        return diagonal.reshape(len(da), -1, H), W_hh.reshape(-1, H, H)

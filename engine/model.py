"""Stacked cells and a linear readout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from engine.arrays import Array
from engine.cells import (
    CELLS,
    Allocate,
    Cell,
    DroppingWorkspace,
    Gradients,
    HoldingWorkspace,
    Masks,
    Params,
    Trace,
    Workspace,
    augmented,
    cut_timesteps,
    reached_states,
)
from engine.initializers import uniform


@dataclass(frozen=True)
class Pass:
    """One forward pass of a model.

    Attributes
    ----------
    traces : list of Trace
        One a layer, the lowest first.
    at : slice
        The timesteps that were read out, S of them.
    output : ndarray, shape (S, O, B)
        The readout, batch-last as the losses take it; of an ensemble (S, E, O, B).
    reverse : list of Trace
        The layers of the half that reads the sequence backward, in the order in which it reads:
        see `engine.bidirectional`. Empty for one direction.
    reverse_at : slice
        Which of the states of `reverse`, in that order, the S outputs were read from.
    """

    traces: list[Trace]
    at: slice
    output: Array
    reverse: list[Trace] = field(default_factory=list)
    reverse_at: slice = field(default_factory=lambda: slice(0))

    @property
    def spaces(self) -> list[Workspace]:
        """The layers' workspaces."""
        return [trace.workspace for trace in self.traces]

    @property
    def reverse_spaces(self) -> list[Workspace]:
        """Those of the half that reads the sequence backward."""
        return [trace.workspace for trace in self.reverse]

    def only(self, k: int) -> Self:
        """Return the same pass as if the k-th of its S timesteps alone had been read out.

        `output` stays as it is.
        """
        timesteps = range(self.traces[0].workspace.timesteps)
        one = self.reverse_at
        if self.reverse:
            places = timesteps[self.reverse_at]
            place = places[k if len(places) > 1 else 0]
            one = slice(place, place + 1)
        place = timesteps[self.at][k]
        return replace(self, at=slice(place, place + 1), reverse_at=one)


@dataclass(frozen=True)
class ModelGradients:
    """What one backward pass of a model gives.

    Attributes
    ----------
    params : dict of str to ndarray
        ∂L/∂parameter by the model's names.
    layers : list of Gradients
        dh, dc of every layer, the lowest first.
    reverse : list of Gradients
        Those of the half that reads the sequence backward, in the order in which it reads. Empty
        for one direction.
    """

    params: dict[str, Array]
    layers: list[Gradients]
    reverse: list[Gradients] = field(default_factory=list)


class Reached(NamedTuple):
    """Which states of each layer some loss reaches, in the order in which a half reads.

    Attributes
    ----------
    layers, reverse : list of ndarray of bool, shape (T+1,)
        The lowest first; `reverse` is empty for one direction.
    """

    layers: list[Array]
    reverse: list[Array]

    def halves(self, layer: int) -> list[Array]:
        """Return those of one layer, of the forward half first."""
        return [each[layer] for each in self if each]


class Model:
    """Cells stacked on each other and a linear readout of the topmost hidden state.

    Parameters
    ----------
    cell : str
        A name of `CELLS`.
    input_size, hidden_size, output_size : int
        D, H and O.
    num_layers : int, default 1
    nonlinearity : {"tanh", "relu", "softsign"}, default "tanh"
        Of the RNN; other cells leave it aside.
    gate_nonlinearity : {"sigmoid", "hard_sigmoid", "softsign"}, default "sigmoid"
    candidate_nonlinearity : {"tanh", "softsign"}, default "tanh"
        Of cells with gates; others leave them aside.

    Notes
    -----
    Parameters are named as PyTorch names them: ``weight_ih_l0``, ``weight_hh_l0``, ``bias_ih_l0``,
    ``bias_hh_l0``, ``weight_ih_l1``, …, ``readout.weight (O, H)`` and ``readout.bias (O,)``; what a
    cell has besides, in the same way: ``weight_ci_l0``.

    Attributes
    ----------
    cells : list of Cell
        The layers, the lowest first.
    reverse_cells : list of Cell
        The layers of the half that reads the sequence backward; empty here.
    """

    directions: ClassVar[int] = 1
    """How many hidden states a layer has at a timestep, for the next layer or the readout."""

    def __init__(
        self,
        cell: str,
        input_size: int,
        hidden_size: int,
        output_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        gate_nonlinearity: str = "sigmoid",
        candidate_nonlinearity: str = "tanh",
    ) -> None:
        if cell not in CELLS:
            raise ValueError(f"cell is {cell!r}; it must be one of {', '.join(CELLS)}")
        for name, value in (("output_size", output_size), ("num_layers", num_layers)):
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ValueError(f"{name} is {value!r}; it must be an integer of at least 1")
        sizes = [input_size, *[self.directions * hidden_size] * (num_layers - 1)]
        named = {
            "nonlinearity": nonlinearity,
            "gate_nonlinearity": gate_nonlinearity,
            "candidate_nonlinearity": candidate_nonlinearity,
        }
        chosen = {option: named[option] for option in CELLS[cell].choices}
        self.cells: list[Cell]
        self.reverse_cells: list[Cell]
        self.cells, *others = (
            [CELLS[cell](size, hidden_size, **chosen) for size in sizes]
            for _ in range(self.directions)
        )
        self.reverse_cells = others[0] if others else []
        self.input_size, self.hidden_size, self.output_size = input_size, hidden_size, output_size

    def named_cells(self) -> Iterator[tuple[str, Cell]]:
        """Yield the end of the parameters' names and the cell that they are of, in their order."""
        for layer, cell in enumerate(self.cells):
            yield f"_l{layer}", cell

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of each parameter by its name."""
        shapes = {
            f"{name}{end}": shape
            for end, cell in self.named_cells()
            for name, shape in cell.shapes().items()
        }
        O, H = self.output_size, self.directions * self.hidden_size  # noqa: E741
        return {**shapes, "readout.weight": (O, H), "readout.bias": (O,)}

    def init(
        self, rng: np.random.Generator, scheme: str = "pytorch", **options: Any
    ) -> dict[str, Array]:
        """Draw initial parameters.

        Parameters
        ----------
        rng : numpy.random.Generator
            Readout and layers get streams of their own: models that share a part's shape and
            scheme draw the same numbers for it.
        scheme, **options
            As ``Cell.init`` takes them. The readout is uniform on ±1/√H in every scheme, or
            ±1/√(2H), if it reads 2H numbers.
        """
        for_readout, *for_cells = self._streams(rng)
        params = {
            f"{name}{end}": value
            for (end, cell), stream in zip(self.named_cells(), for_cells, strict=True)
            for name, value in cell.init(stream, scheme, **options).items()
        }
        dtype = next(iter(params.values())).dtype
        for name in ("readout.weight", "readout.bias"):
            fan_in = self.directions * self.hidden_size
            params[name] = uniform(for_readout, self.shapes()[name], fan_in).astype(dtype)
        return params

    def _streams(self, rng: np.random.Generator) -> list[np.random.Generator]:
        """Return the readout's stream, and those of the `named_cells`."""
        return rng.spawn(1 + len(self.cells))

    def workspaces(
        self,
        timesteps: int,
        batch: int,
        dtype: Any = np.float64,
        allocate: Allocate = np.empty,
        members: int | None = None,
        kind: type[Workspace] = Workspace,
    ) -> list[Workspace]:
        """Return memory for passes over sequences of this shape, to be used again and again.

        `kind` says whether something can be dropped or held in them: see `Masks`.
        """
        T, L = timesteps, len(self.cells)
        # A layer's state is written where the next layer, a timestep later, has its input.
        rows = self.input_size + L * (1 + self.hidden_size)
        tower = allocate((T + L, rows, batch), dtype)
        spaces, first = [], 0
        for layer, cell in enumerate(self.cells):
            stop = first + cell.input_size + 1 + self.hidden_size
            entering = tower[layer : layer + T + 1, first:stop]
            spaces.append(cell.workspace(T, batch, dtype, allocate, entering, members, kind))
            first += cell.input_size + 1
        return spaces

    def forward(
        self,
        params: Params,
        x: Array,
        at: slice = slice(None),
        workspaces: list[Workspace] | None = None,
        initial: Array | None = None,
        masks: Sequence[Masks] | None = None,
    ) -> Pass:
        """Run over a batch of sequences.

        Parameters
        ----------
        params : dict of str to ndarray
        x : ndarray, shape (T, B, D)
            Of an ensemble (T, E·B, D), with parameters (E, …) and workspaces that are made for it.
        at : slice, optional
            Timesteps to read out; all if not given.
        workspaces : list of Workspace, optional
            Memory to use. With it nothing is checked: weights that are not finite run through.
        initial : ndarray, shape (L, S, H, B), optional
            Initial states of the L layers, h and, if the cell has it, c: what `final_states` of an
            earlier pass returned. Zeros if not given.
        masks : sequence of Masks, optional
            What each layer drops and holds, of an ensemble for all E·B examples. Workspaces that
            are given have to be of a kind that can. Nothing if not given.

        Returns
        -------
        Pass

        Raises
        ------
        ValueError
            If an argument has the wrong name, shape or kind of number.
        """
        if workspaces is None:
            x, workspaces = self._checked(params, x, masks)
        workspaces[0].take_input(x)
        take_masks(workspaces, masks)
        traces = [
            cell.run(
                self.layer_params(params, layer),
                space,
                *(() if initial is None else (state.T for state in initial[layer])),
            )
            for layer, (cell, space) in enumerate(zip(self.cells, workspaces, strict=True))
        ]
        weight = augmented(params["readout.weight"], params["readout.bias"])
        top = workspaces[-1]
        return Pass(traces, at, weight @ top.by_member(top.state[1:][at]))  # (O, 1+H) @ (S, 1+H, B)

    def final_states(self, spaces: list[Workspace]) -> Array:
        """Return the states after the last timestep, (L, S, H, B): a copy."""
        return np.array(
            [
                [getattr(space, name)[-1] for name in cell.state_names]
                for cell, space in zip(self.cells, spaces, strict=True)
            ]
        )

    def backward(
        self,
        params: Params,
        passed: Pass,
        doutput: Array,
        truncate: int | None = None,
        *,
        with_params: bool = True,
    ) -> ModelGradients:
        """Backpropagate through the layers and through time, exactly.

        Parameters
        ----------
        params : dict of str to ndarray
            Those of the forward pass.
        passed : Pass
        doutput : ndarray, shape (S, O, B)
            ∂L/∂output.
        truncate : int, optional
            Cut the gradient every so many timesteps, counted from the last one.
        with_params : bool
            Whether to compute ∂L/∂parameters; dh and dc are all there is without.
        """
        spaces = passed.spaces
        top = spaces[-1]
        doutput = doutput.astype(top.dtype, copy=False)
        entering = top.by_member(top.dh[1:][passed.at])
        np.matmul(params["readout.weight"].swapaxes(-1, -2), doutput, out=entering)
        enters = np.zeros(top.timesteps + 1, dtype=bool)
        enters[1:][passed.at] = True
        layers: list[Gradients] = []
        for layer in reversed(range(len(self.cells))):
            grads = self.cells[layer].run_back(
                self.layer_params(params, layer),
                spaces[layer],
                enters,
                with_dx=layer > 0,
                dx=spaces[layer - 1].dh[1:] if layer else None,
                truncate=truncate,
                with_params=with_params,
            )
            layers.insert(0, grads)
            enters = grads.reached.copy()
            enters[0] = False
        params_out = {
            f"{name}_l{layer}": value
            for layer, grads in enumerate(layers)
            for name, value in grads.params.items()
        }
        if with_params:
            states = top.by_member(top.state[1:][passed.at])
            params_out |= readout_gradients(doutput, states)
        return ModelGradients(params_out, layers)

    def reached(self, passed: Pass, truncate: int | None = None) -> Reached:
        """Return which states the losses of a pass reach, as `backward` would."""
        T = passed.spaces[0].timesteps
        cut, enters = cut_timesteps(T, truncate), np.zeros(T + 1, dtype=bool)
        enters[1:][passed.at] = True
        layers: list[Array] = []
        for _ in self.cells:
            layers.insert(0, reached_states(enters, cut))
            enters = layers[0].copy()
            enters[0] = False
        return Reached(layers, [])

    def layer_params(
        self, params: Params, layer: int, *, reverse: bool = False
    ) -> dict[str, Array]:
        """Return one layer's parameters by the names of its cell.

        Parameters
        ----------
        params : dict of str to ndarray
        layer : int
        reverse : bool
            Whether of the half that reads the sequence backward.
        """
        end = f"_l{layer}_reverse" if reverse else f"_l{layer}"
        return {name: params[f"{name}{end}"] for name in self.cells[layer].shapes()}

    def _checked(
        self, params: Params, x: Array, masks: Sequence[Masks] | None
    ) -> tuple[Array, list[Workspace]]:
        """Return x as an array, and memory for a pass over it; refuse what does not fit."""
        x = self._check(params, x)
        T, B, _ = x.shape
        dtype = params["readout.weight"].dtype
        return x, self.workspaces(T, B, dtype, kind=kind_for(masks))

    def _check(self, params: Params, x: Array) -> Array:
        shapes = self.shapes()
        if set(params) != set(shapes):
            raise ValueError(
                f"params has {', '.join(sorted(params)) or 'nothing'}; "
                f"this model takes {', '.join(shapes)}"
            )
        for name, shape in shapes.items():
            value = np.asarray(params[name])
            if value.shape != shape:
                raise ValueError(f"{name} has shape {value.shape}; {shape} is expected")
            if not np.isfinite(value).all():
                raise ValueError(f"{name} holds NaN or inf; every weight must be finite")
        x = np.asarray(x)
        if x.ndim != 3 or x.shape[2] != self.input_size or not x.size:
            raise ValueError(f"x has shape {x.shape}; (T, B, {self.input_size}) is expected")
        return x


def kind_for(masks: Sequence[Masks] | None) -> type[Workspace]:
    """Return which memory passes with these masks need."""
    if masks is None:
        return Workspace
    return HoldingWorkspace if any(each.holds for each in masks) else DroppingWorkspace


def take_masks(workspaces: Sequence[Workspace], masks: Sequence[Masks] | None) -> None:
    """Let the next pass of each workspace drop and hold what its masks say; nothing if None."""
    for layer, space in enumerate(workspaces):
        if isinstance(space, DroppingWorkspace):
            space.masks = Masks() if masks is None else masks[layer]


def readout_gradients(doutput: Array, states: Array) -> dict[str, Array]:
    """Return the gradients of the readout's parameters by name.

    Parameters
    ----------
    doutput : ndarray, shape (S, O, B)
        ∂L/∂output.
    states : ndarray, shape (S, 1 + H, B)
        What was read, under a row of ones.
    """
    dreadout = _over_timesteps(doutput) @ _over_timesteps(states).swapaxes(-1, -2)  # (O, 1+H)
    return {"readout.weight": dreadout[..., 1:], "readout.bias": dreadout[..., 0]}


def _over_timesteps(array: Array) -> Array:
    """Return (S, …, rows, B) as (…, rows, S·B), so that one product sums over S and B."""
    return array.transpose(*range(1, array.ndim - 1), 0, -1).reshape(*array.shape[1:-1], -1)

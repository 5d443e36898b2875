"""Both directions: a half that reads the sequence forward, and one that reads it backward.

Schuster & Paliwal (1997, "Bidirectional Recurrent Neural Networks"): two stacks of the same cell
that know nothing of each other within a layer; the next layer, and the readout, see both states.

The reverse half is an ordinary stack whose input is turned round: its workspaces, traces and
gradients are in the order in which it reads, x_T first. Row k of its states is what it has after k
timesteps, so h[k] belongs to t = T + 1 − k of the sequence: row 0, the initial state, to t = T + 1,
and row T, the end of its way, to t = 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from engine.arrays import Array
from engine.cells import (
    Allocate,
    Cell,
    Gradients,
    Masks,
    Params,
    Workspace,
    augmented,
    cut_timesteps,
    reached_states,
)
from engine.model import (
    Model,
    ModelGradients,
    Pass,
    Reached,
    readout_gradients,
    take_masks,
)


class BidirectionalModel(Model):
    """Stacked layers of two halves, and a linear readout of both topmost hidden states.

    Parameters are named as those of PyTorch's ``nn.LSTM(bidirectional=True)``: ``weight_ih_l0``, …,
    ``bias_hh_l0``, ``weight_ih_l0_reverse``, …, ``weight_ih_l1 (G·H, 2H)``, …, and
    ``readout.weight (O, 2H)``, whose first H columns take the forward half's state.

    A loss at timestep s reads ``[h_s of the forward half, h_s of the reverse half]``. A loss at the
    last timestep, if it is the only one, reads what each half has at the end of its own way, the
    forward half after x_T and the reverse half after x_1: PyTorch's ``h_n``, not ``output[-1]``, in
    which the reverse half has read x_T and nothing else. (Keras' ``Bidirectional`` does the same.)

    Parameters
    ----------
    cell, input_size, hidden_size, output_size, num_layers, nonlinearity
        As `Model` takes them. Each half has H units.
    """

    directions: ClassVar[int] = 2
    reads_ends = False
    """Whether all that is read out are the ends of sequences, though they end apart: the reverse
    half's is then at t = 1 for each of them."""

    def named_cells(self) -> Iterator[tuple[str, Cell]]:
        """Yield the end of the parameters' names and the cell that they are of, in their order."""
        for layer, (forward, reverse) in enumerate(
            zip(self.cells, self.reverse_cells, strict=True)
        ):
            yield f"_l{layer}", forward
            yield f"_l{layer}_reverse", reverse

    def _streams(self, rng: np.random.Generator) -> list[np.random.Generator]:
        for_readout, *forward = super()._streams(rng)
        # Drawn last, so that the forward half has the weights that it has alone.
        reverse = rng.spawn(len(self.reverse_cells))
        return [
            for_readout,
            *(each for pair in zip(forward, reverse, strict=True) for each in pair),
        ]

    def workspaces(
        self,
        timesteps: int,
        batch: int,
        dtype: Any = np.float64,
        allocate: Allocate = np.empty,
        members: int | None = None,
        kind: type[Workspace] = Workspace,
    ) -> list[Workspace]:
        """Return memory for passes: the forward half's layers, and then the reverse half's.

        States can't be the next layer's input where they are, as those of the two halves are in
        opposite orders: each layer has an input of its own.
        """
        return [
            cell.workspace(timesteps, batch, dtype, allocate, members=members, kind=kind)
            for cell in (*self.cells, *self.reverse_cells)
        ]

    def forward(
        self,
        params: Params,
        x: Array,
        at: slice = slice(None),
        workspaces: list[Workspace] | None = None,
        initial: Array | None = None,
        masks: Sequence[Masks] | None = None,
    ) -> Pass:
        """Run over a batch of sequences, in both directions.

        Parameters
        ----------
        params, x, at, workspaces
            As `Model.forward` takes them; `at` are consecutive timesteps.
        initial : None
            Both halves begin with zeros.
        masks : sequence of Masks, optional
            What is dropped and held: in each layer of the forward half, and then of the reverse
            half, in the order in which it reads.

        Raises
        ------
        ValueError
            If an argument has the wrong name, shape or kind of number, or an initial state is
            given.
        """
        if initial is not None:
            raise ValueError(
                f"initial has shape {initial.shape}; a model of both directions begins with zeros: "
                "what its reverse half would go on from lies in the future"
            )
        if workspaces is None:
            x, workspaces = self._checked(params, x, masks)
        take_masks(workspaces, masks)
        count = len(self.cells)
        halves = list(zip(workspaces[:count], workspaces[count:], strict=True))
        ends = slice(len(x) - 1, len(x))
        places = ends if self.reads_ends else reading_places(at, len(x))
        passed = Pass([], at, np.empty(0), [], places)
        below: Sequence[Array] = [x.transpose(0, 2, 1)]  # what enters, in the sequence's order
        for layer, (forward, reverse) in enumerate(halves):
            _enter(forward, below)
            _enter(reverse, [part[::-1] for part in below])
            cell, other = self.cells[layer], self.reverse_cells[layer]
            passed.traces.append(cell.run(self.layer_params(params, layer), forward))
            passed.reverse.append(
                other.run(self.layer_params(params, layer, reverse=True), reverse)
            )
            below = [forward.h[1:], reverse.h[:0:-1]]
        weight = augmented(params["readout.weight"], params["readout.bias"])
        # (O, 1+2H) @ (S, 1+2H, B)
        output = weight @ workspaces[0].by_member(_states_read(passed))
        return Pass(passed.traces, at, output, passed.reverse, passed.reverse_at)

    def backward(
        self,
        params: Params,
        passed: Pass,
        doutput: Array,
        truncate: int | None = None,
        *,
        with_params: bool = True,
    ) -> ModelGradients:
        """Backpropagate through the layers and, in either direction, through time, exactly.

        Parameters
        ----------
        params, passed, doutput, with_params
            As `Model.backward` takes them.
        truncate : int, optional
            Cut the gradient every so many timesteps, of each half counted from the last one that
            it reads.
        """
        spaces, reverse_spaces, H = passed.spaces, passed.reverse_spaces, self.hidden_size
        top, reverse_top = spaces[-1], reverse_spaces[-1]
        doutput = doutput.astype(top.dtype, copy=False)
        W_T = params["readout.weight"].swapaxes(-1, -2)  # (2H, O)
        for space, at, rows in (
            (top, passed.at, slice(H)),
            (reverse_top, passed.reverse_at, slice(H, None)),
        ):
            entering = space.by_member(space.dh[1:][at])
            # The one end of the reverse half is read beside each of the other one's.
            by_state = doutput if len(entering) == len(doutput) else doutput.sum(0, keepdims=True)
            np.matmul(W_T[..., rows, :], by_state, out=entering)
        enters, reverse_enters = self._enters(passed)
        layers: list[Gradients] = []
        reverse_layers: list[Gradients] = []
        for layer in reversed(range(len(self.cells))):
            grads, reverse_grads = (
                cell.run_back(
                    self.layer_params(params, layer, reverse=reverse),
                    space,
                    where,
                    with_dx=layer > 0,
                    truncate=truncate,
                    with_params=with_params,
                )
                for cell, space, where, reverse in (
                    (self.cells[layer], spaces[layer], enters, False),
                    (self.reverse_cells[layer], reverse_spaces[layer], reverse_enters, True),
                )
            )
            if layer:
                below = spaces[layer - 1], reverse_spaces[layer - 1]
                grads, reverse_grads = _handed_down(grads, reverse_grads, *below)
            layers.insert(0, grads)
            reverse_layers.insert(0, reverse_grads)
            enters, reverse_enters = _below(grads.reached, reverse_grads.reached)
        by_cell = [each for pair in zip(layers, reverse_layers, strict=True) for each in pair]
        params_out = {
            f"{name}{end}": value
            for (end, _), grads in zip(self.named_cells(), by_cell, strict=True)
            for name, value in grads.params.items()
        }
        if with_params:
            params_out |= readout_gradients(doutput, top.by_member(_states_read(passed)))
        return ModelGradients(params_out, layers, reverse_layers)

    def reached(self, passed: Pass, truncate: int | None = None) -> Reached:
        """Return which states the losses of a pass reach, as `backward` would."""
        cut = cut_timesteps(passed.spaces[0].timesteps, truncate)
        enters, reverse_enters = self._enters(passed)
        found = Reached([], [])
        for _ in self.cells:
            found.layers.insert(0, reached_states(enters, cut))
            found.reverse.insert(0, reached_states(reverse_enters, cut))
            enters, reverse_enters = _below(found.layers[0], found.reverse[0])
        return found

    def _enters(self, passed: Pass) -> tuple[Array, Array]:
        """Return where the losses enter the topmost layer's halves, (T+1,) each."""
        enters = np.zeros((2, passed.spaces[0].timesteps + 1), dtype=bool)
        enters[0, 1:][passed.at] = True
        enters[1, 1:][passed.reverse_at] = True
        return enters[0], enters[1]


def reading_places(at: slice, timesteps: int) -> slice:
    """Return which of the states 1 … T of the reverse half, as it reads, a readout takes.

    Parameters
    ----------
    at : slice
        The timesteps of the sequence that are read out, from 0: consecutive ones.
    timesteps : int
        T.

    Returns
    -------
    slice
        Of rows of ``h[1:]``, in the order of `at`. If that is the last timestep alone, the end of
        the reverse half's own way.
    """
    seen = range(timesteps)[at]
    if list(seen) == [timesteps - 1]:
        return slice(timesteps - 1, timesteps)
    first, last = timesteps - 1 - seen[0], timesteps - 1 - seen[-1]
    return slice(first, last - 1 if last else None, -1)


def _enter(space: Workspace, parts: Sequence[Array]) -> None:
    """Copy inputs (T, rows, B) in, one under the other."""
    first = 0
    for part in parts:
        space.input[:, first : first + part.shape[1]] = part
        first += part.shape[1]


def _states_read(passed: Pass) -> Array:
    """Return what the readout takes, (S, 1 + 2H, B): a row of ones over both states."""
    top, reverse_top = passed.spaces[-1], passed.reverse_spaces[-1]
    states = top.state[1:][passed.at]
    reverse = reverse_top.h[1:][passed.reverse_at]
    return np.concatenate([states, np.broadcast_to(reverse, (len(states), *reverse.shape[1:]))], 1)


def _handed_down(
    grads: Gradients, reverse_grads: Gradients, below: Workspace, reverse_below: Workspace
) -> tuple[Gradients, Gradients]:
    """Write ∂L/∂x of a layer into the states below; return the gradients without it.

    Both halves read both states: x_t = [h_t, h_t of the reverse half].
    """
    if grads.dx is not None and reverse_grads.dx is not None:
        dx = (grads.dx + reverse_grads.dx[::-1]).transpose(0, 2, 1)  # (T, 2H, B)
        H = dx.shape[1] // 2
        below.dh[1:] = dx[:, :H]
        reverse_below.dh[1:] = dx[::-1, H:]
    return replace(grads, dx=None), replace(reverse_grads, dx=None)


def _below(reached: Array, reverse_reached: Array) -> tuple[Array, Array]:
    """Return where a gradient enters the halves below, which both halves of a layer read."""
    enters, reverse_enters = np.zeros((2, len(reached)), dtype=bool)
    enters[1:] = reached[1:] | reverse_reached[:0:-1]
    reverse_enters[1:] = enters[:0:-1]
    return enters, reverse_enters

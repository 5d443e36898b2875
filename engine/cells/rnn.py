"""The plain recurrent network (Elman 1990).

h_t = φ(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh),   φ = tanh, ReLU or softsign
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.cells.cell import Cell
from engine.cells.joint_weights import Params
from engine.cells.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ForwardViews:
    """What one timestep of the forward loop reads and writes."""

    entering: Array  # [x_t, 1, h_{t−1}], by member
    h: Array
    h_by_member: Array


@dataclass(frozen=True, slots=True)
class BackwardViews:
    """What one timestep of the backward loop reads and writes."""

    dh: Array
    dh_prev: Array  # of t − 1
    dh_prev_by_member: Array


@dataclass(frozen=True, slots=True)
class BlockViews:
    """The same of what is made anew for each block of timesteps."""

    da: Array
    da_by_member: Array


class RNN(Cell):
    """The equations of one plain recurrent layer.

    Parameters
    ----------
    input_size : int
        Features of an input, D.
    hidden_size : int
        Units of a state, H.
    nonlinearity : {"tanh", "relu", "softsign"}

    Notes
    -----
    Parameters are a dict of ``weight_ih (H, D)``, ``weight_hh (H, H)``, ``bias_ih (H,)`` and
    ``bias_hh (H,)``, as PyTorch has them.
    """

    name = "rnn"
    title = "RNN"
    gate_names = ()
    state_names = ("h",)
    chunks = ("h",)
    blocks = ("h",)
    choices = {"nonlinearity": ("tanh", "relu", "softsign")}  # noqa: RUF012

    def __init__(self, input_size: int, hidden_size: int, nonlinearity: str = "tanh") -> None:
        super().__init__(input_size, hidden_size, nonlinearity=nonlinearity)

    def _forward(self, W: Array, space: Workspace) -> None:
        times_W, (_, bend) = space.times(W), self._prepared(space)
        for now in space.forward_rounds():
            # h = φ(W [x, 1, h_prev])
            times_W(now.entering, now.h_by_member)  # (H, D+1+H) @ (D+1+H, B)
            bend(now.h, now.h)

    def _backward(
        self, W_hh_T: Array, space: Workspace, block: slice, enters: list[bool], cut: list[bool]
    ) -> Array:
        back, add, multiply, scratch = space.back(W_hh_T), np.add, np.multiply, space.scratch
        by_member = space.by_member(scratch)
        da = self.factors(space, block)
        for t, now, d in space.backward_rounds(block, cut):
            # da = φ′ * dh
            multiply(d.da, now.dh, d.da)
            if cut[t]:
                if not enters[t]:
                    now.dh_prev[...] = 0
            # dh_prev += W_hhᵀ da, where dh_prev begins with what enters from outside
            elif enters[t]:
                back(d.da_by_member, by_member)  # (H, H) @ (H, B)
                add(now.dh_prev, scratch, now.dh_prev)
            else:
                back(d.da_by_member, now.dh_prev_by_member)
        return da

    def factors(self, space: Workspace, block: slice) -> Array:
        """Return dh → da, that is φ′, (n, H, B) of a block."""
        h = space.made_h[block]
        return self.state_function.slope(h, space.da[: len(h)])

    def preactivation_gradients(self, params: Params, space: Workspace, block: slice) -> Array:
        """Return da (n, H, B) of a block from the finished ``space.dh``."""
        da = self.factors(space, block)
        da *= space.arriving_dh[block]
        return da

    def jacobians(self, params: Params, space: Workspace, block: slice, example: int = 0) -> Array:
        """Return ∂h_t/∂h_{t−1} = diag(φ′) W_hh of one example, (n, H, H)."""
        diagonal, W = self._hidden_factors(params, self.factors(space, block), example)
        h = space.made_h[block, :, example]
        # ReLU′ of what is not a number would be 0: a lost state is not a vanished one.
        slope = np.where(np.isnan(h), np.nan, diagonal[:, 0])
        result: Array = np.einsum("nh,hj->nhj", slope, W[0])
        return result

    def paths(self, params: Params, space: Workspace, block: slice) -> dict[str, Array]:
        """Return φ′ ⊙ dh_t, and what W_hhᵀ makes of it: the one path, factor by factor."""
        da = self.preactivation_gradients(params, space, block)
        return {"nonlinearity": da, "weight": params["weight_hh"].T @ da}

    def forward_views(self, space: Workspace) -> list[ForwardViews]:
        """Return what each timestep of the forward loop takes."""
        entering, h = space.by_member(space.entering[:-1]), space.made_h
        return list(map(ForwardViews, entering, h, space.by_member(h)))

    def backward_views(self, space: Workspace) -> list[BackwardViews]:
        """Return what each timestep of the backward loop takes."""
        dh_prev = space.dh[:-1]
        return list(map(BackwardViews, space.arriving_dh, dh_prev, space.by_member(dh_prev)))

    def block_views(self, space: Workspace) -> list[BlockViews]:
        """Return what each place in a block gives the backward loop."""
        return list(map(BlockViews, space.da, space.by_member(space.da)))

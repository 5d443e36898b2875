"""What the cells with a cell state share, of which h_t = o ⊙ tanh(c_t)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.cells.cell import Cell
from engine.cells.joint_weights import Params
from engine.cells.workspace import Workspace


@dataclass(frozen=True, slots=True)
class BackwardViews:
    """What one timestep of the backward loop reads and writes."""

    dh: Array
    dc: Array
    dh_prev: Array  # of t − 1
    dh_prev_by_member: Array
    dc_prev: Array
    f: Array


class WithCellState(Cell):
    """A cell with a state c beside h: c_t = f ⊙ c_{t−1} + …, and h_t = o ⊙ tanh(c_t).

    Its last block is o; all others enter c_t.
    """

    state_names = ("h", "c")
    keeps = 1  # tanh(c)
    more_factors = 1  # dh → dc

    def preactivation_gradients(self, params: Params, space: Workspace, block: slice) -> Array:
        """Return da (n, rows, B) of a block from the finished ``space.dh`` and ``space.dc``."""
        H, da = self.hidden_size, self.factors(space, block)
        for k in range(len(self.blocks) - 1):
            da[:, k * H : (k + 1) * H] *= space.arriving_dc[block]
        da[:, -H:] *= space.arriving_dh[block]
        return da

    def jacobians(self, params: Params, space: Workspace, block: slice, example: int = 0) -> Array:
        """Return ∂(h_t, c_t)/∂(h_{t−1}, c_{t−1}) of one example, (n, 2H, 2H).

        ∂c_t/∂h_{t−1} = A = Σ diag(∂c_t/∂k) W_k over all k but o      ∂c_t/∂c_{t−1} = diag(f)
        ∂h_t/∂h_{t−1} = diag(q) A + diag(∂h_t/∂o) W_o                 ∂h_t/∂c_{t−1} = diag(q ⊙ f)
        with q = ∂h_t/∂c_t = o ⊙ (1 − tanh² c_t).
        """
        H, n = self.hidden_size, block.stop - block.start
        diagonal, W = self._hidden_factors(params, self.factors(space, block), example)
        A = np.einsum("nkh,khj->nhj", diagonal[:, :-1], W[:-1])
        q = space.factor[:n, :H, example].astype(np.float64)
        f = self._forget_gate(space)[block, :, example]
        result = np.zeros((n, 2 * H, 2 * H))
        result[:, :H, :H] = q[:, :, np.newaxis] * A + diagonal[:, -1, :, np.newaxis] * W[-1]
        result[:, H:, :H] = A
        result[:, range(H), range(H, 2 * H)] = q * f
        result[:, range(H, 2 * H), range(H, 2 * H)] = f
        return result

    def paths(self, params: Params, space: Workspace, block: slice) -> dict[str, Array]:
        """Return f_t ⊙ dc_t, and what comes by h_{t−1} and the gates of t through W_hh."""
        H = self.hidden_size
        dh_ = self.joint.weight_hh(params).T @ self.preactivation_gradients(params, space, block)
        first = int(block.start == 0)  # h_0 is given: c_0 has no way through it
        before = slice(block.start - 1 + first, block.stop - 1)
        o_, tanh_c_ = space.gates[before, -H:], space.kept[before]
        dh_[:first] = 0
        dh_[first:] *= o_ * self.state_function.slope(tanh_c_)
        return {"cell": self._forget_gate(space)[block] * space.arriving_dc[block], "gates": dh_}

    def backward_views(self, space: Workspace) -> list[BackwardViews]:
        """Return what each timestep of the backward loop takes."""
        dh, dc = space.dh, space.dc
        dh_prev, f = dh[:-1], self._forget_gate(space)
        by_member = space.by_member(dh_prev)
        arriving = space.arriving_dh, space.arriving_dc
        return list(map(BackwardViews, *arriving, dh_prev, by_member, dc[:-1], f))

    def _forget_gate(self, space: Workspace) -> Array:
        """Return f (T, H, B)."""
        k = self.blocks.index("f") * self.hidden_size
        return space.gates[:, k : k + self.hidden_size]

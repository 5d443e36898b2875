"""The GRU (Cho et al. 2014) in PyTorch's variant, whose reset gate acts after the product.

r, z = σ(W_i· x_t + b_i· + W_h· h_{t−1} + b_h·)
n = tanh(W_in x_t + b_in + r ⊙ m)        m = W_hn h_{t−1} + b_hn
h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}

Another function may stand for σ, and another one for tanh: see `nonlinearities`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.cells.cell import Cell
from engine.cells.joint_weights import Params
from engine.cells.nonlinearities import OF_GATED
from engine.cells.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ForwardViews:
    """What one timestep of the forward loop reads and writes."""

    entering: Array  # [x_t, 1, h_{t−1}], by member
    rzm_by_member: Array
    rz: Array
    n: Array
    r: Array
    z: Array
    m: Array
    h_prev: Array  # of t − 1
    h: Array


@dataclass(frozen=True, slots=True)
class BackwardViews:
    """What one timestep of the backward loop reads and writes."""

    dh: Array
    dh_prev: Array  # of t − 1
    z: Array


@dataclass(frozen=True, slots=True)
class BlockViews:
    """The same of what is made anew for each block of timesteps."""

    da_rzm_by_member: Array
    da_n: Array
    da_r: Array
    da_z: Array
    da_m: Array


class GRU(Cell):
    """The equations of one GRU layer; parameters and methods are those of `Cell`."""

    name = "gru"
    title = "GRU"
    gate_names = ("r", "z", "n")
    state_names = ("h",)
    chunks = ("r", "z", "n")
    blocks = ("n", "r", "z", "m")  # the input enters n, r, z and the hidden state r, z, m
    sigmoids = ("r", "z")
    input_blocks = slice(0, 3)
    hidden_blocks = slice(1, 4)
    hidden_chunks = {"m": "n"}  # noqa: RUF012
    bias_of = {"update_bias": "z"}  # noqa: RUF012
    choices = OF_GATED

    def _forward(self, W: Array, space: Workspace) -> None:
        add, multiply, subtract = np.add, np.multiply, np.subtract
        squash, bend = self._prepared(space, 2)
        H, D, rm = self.hidden_size, self.input_size, space.scratch
        W_n, times_W = W[..., :H, : D + 1], space.times(W[..., H:, :])
        # n takes the input alone, of all timesteps at once; r ⊙ m comes in one by one.
        x, a_n = space.read(slice(0, space.timesteps))[:, : D + 1], space.activations[:, :H]
        np.matmul(W_n, space.by_member(x), out=space.by_member(a_n))
        for now in space.forward_rounds():
            rz, n, h = now.rz, now.n, now.h
            # r, z, m = σ, σ, identity of W [x, 1, h_prev]
            times_W(now.entering, now.rzm_by_member)  # (3H, D+1+H) @ (D+1+H, B)
            squash(rz, rz)
            # n = tanh(W_in x + b_in + r * m)
            multiply(now.r, now.m, rm)
            add(n, rm, n)
            bend(n, n)
            # h = (1 − z) * n + z * h_prev, as (h_prev − n) * z + n
            subtract(now.h_prev, n, h)
            multiply(h, now.z, h)
            add(h, n, h)

    def _backward(
        self, W_hh_T: Array, space: Workspace, block: slice, enters: list[bool], cut: list[bool]
    ) -> Array:
        back, add, multiply, scratch = space.back(W_hh_T), np.add, np.multiply, space.scratch
        by_member = space.by_member(scratch)
        da = self.factors(space, block)
        for t, now, d in space.backward_rounds(block, cut):
            dh, dh_prev = now.dh, now.dh_prev
            # da_n = (1 − z) * (1 − n²) * dh, da_r = m * da_n * r * (1 − r)
            multiply(d.da_n, dh, d.da_n)
            multiply(d.da_r, dh, d.da_r)
            # da_z = (h_prev − n) * z * (1 − z) * dh, da_m = r * da_n
            multiply(d.da_z, dh, d.da_z)
            multiply(d.da_m, dh, d.da_m)
            if cut[t]:
                if not enters[t]:
                    dh_prev[...] = 0
                continue
            # dh_prev += z * dh + W_hhᵀ da, where dh_prev begins with what enters from outside
            back(d.da_rzm_by_member, by_member)  # (H, 3H) @ (3H, B)
            if enters[t]:
                add(dh_prev, scratch, dh_prev)
                multiply(dh, now.z, scratch)
            else:
                multiply(dh, now.z, dh_prev)
            add(dh_prev, scratch, dh_prev)
        return da

    def factors(self, space: Workspace, block: slice) -> Array:
        """Return dh → da of n, r, z, m as (n, 4H, B)."""
        H = self.hidden_size
        gates, m, h_ = space.gates[block], space.kept[block], space.h[block]
        n, r, z = gates[:, :H], gates[:, H : 2 * H], gates[:, 2 * H :]
        da = space.da[: len(gates)]
        da_n, da_r, da_z, da_m = (da[:, k * H : (k + 1) * H] for k in range(4))
        self.state_function.slope(n, da_n)
        np.subtract(1, z, out=da_z)
        np.multiply(da_n, da_z, out=da_n)
        self.gate_function.slope_from_rest(z, da_z)
        np.subtract(h_, n, out=da_r)  # in memory that is not needed yet
        np.multiply(da_z, da_r, out=da_z)
        np.multiply(da_n, r, out=da_m)
        self.gate_function.times_slope(da_n, r, da_m, out=da_r)
        np.multiply(da_r, m, out=da_r)
        return da

    def preactivation_gradients(self, params: Params, space: Workspace, block: slice) -> Array:
        """Return da (n, 4H, B) of a block from the finished ``space.dh``."""
        H, da = self.hidden_size, self.factors(space, block)
        for k in range(4):
            da[:, k * H : (k + 1) * H] *= space.arriving_dh[block]
        return da

    def jacobians(self, params: Params, space: Workspace, block: slice, example: int = 0) -> Array:
        """Return ∂h_t/∂h_{t−1} = diag(z) + Σ diag(∂h_t/∂k) W_k over k = r, z, m, (n, H, H)."""
        H = self.hidden_size
        diagonal, W = self._hidden_factors(params, self.factors(space, block), example)
        result: Array = np.einsum("nkh,khj->nhj", diagonal, W)
        z = space.gates[block, 2 * H :, example]
        result[:, range(H), range(H)] += z
        return result

    def paths(self, params: Params, space: Workspace, block: slice) -> dict[str, Array]:
        """Return z ⊙ dh_t, and what comes by n_t and its gates through W_hh."""
        da_rzm = self.into_hidden(self.preactivation_gradients(params, space, block))
        z, dh = space.gates[block, 2 * self.hidden_size :], space.arriving_dh[block]
        return {"carry": z * dh, "candidate": self.joint.weight_hh(params).T @ da_rzm}

    def forward_views(self, space: Workspace) -> list[ForwardViews]:
        """Return what each timestep of the forward loop takes."""
        H, entering = self.hidden_size, space.by_member(space.entering)
        rzm = space.by_member(space.activations[:, H:])
        return [
            ForwardViews(
                entering=entering[t],
                rzm_by_member=rzm[t],
                rz=a[H : 3 * H],
                n=a[:H],
                r=a[H : 2 * H],
                z=a[2 * H : 3 * H],
                m=a[3 * H :],
                h_prev=space.h[t],
                h=space.made_h[t],
            )
            for t, a in enumerate(space.activations)
        ]

    def backward_views(self, space: Workspace) -> list[BackwardViews]:
        """Return what each timestep of the backward loop takes."""
        z = space.gates[:, 2 * self.hidden_size :]
        return list(map(BackwardViews, space.arriving_dh, space.dh[:-1], z))

    def block_views(self, space: Workspace) -> list[BlockViews]:
        """Return what each place in a block gives the backward loop."""
        H, da = self.hidden_size, space.da
        parts = (da[:, k * H : (k + 1) * H] for k in range(4))
        return list(map(BlockViews, space.by_member(da[:, H:]), *parts))

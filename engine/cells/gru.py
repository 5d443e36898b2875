"""The GRU (Cho et al. 2014) in PyTorch's variant, whose reset gate acts after the product.

r, z = σ(W_i· x_t + b_i· + W_h· h_{t−1} + b_h·)
n = tanh(W_in x_t + b_in + r ⊙ m)        m = W_hn h_{t−1} + b_hn
h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}
"""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.cells.base import Array, Cell, Params, Workspace, product


class GRU(Cell):
    """The equations of one GRU layer; parameters and methods are those of `Cell`."""

    title = "GRU"
    gate_names = ("r", "z", "n")
    state_names = ("h",)
    chunks = ("r", "z", "n")
    blocks = ("n", "r", "z", "m")  # the input enters n, r, z and the hidden state r, z, m
    sigmoids = ("r", "z")
    input_blocks = slice(0, 3)
    hidden_blocks = slice(1, 4)
    hidden_chunks = {"m": "n"}  # noqa: RUF012

    def _forward(self, W: Array, space: Workspace) -> None:
        tanh, add, multiply, subtract = np.tanh, np.add, np.multiply, np.subtract
        H, D, rm, half = self.hidden_size, self.input_size, space.scratch, space.dtype.type(0.5)
        W_n, times_W = W[..., :H, : D + 1], product(W[..., H:, :])
        # n takes the input alone, of all timesteps at once; r ⊙ m comes in one by one.
        x, a_n = space.entering[:-1, : D + 1], space.activations[:, :H]
        np.matmul(W_n, space.by_member(x), out=space.by_member(a_n))
        for entering, a_rzm, n, rz, r, z, m, h_, h in space.forward_views:
            times_W(entering, a_rzm)  # (3H, D+1+H) @ (D+1+H, B)
            tanh(rz, rz)
            multiply(rz, half, rz)
            add(rz, half, rz)
            multiply(r, m, rm)
            add(n, rm, n)
            tanh(n, n)
            subtract(h_, n, h)
            multiply(h, z, h)
            add(h, n, h)

    def _backward(
        self, W_hh_T: Array, space: Workspace, block: slice, enters: list[bool], cut: frozenset[int]
    ) -> Array:
        back, add, multiply, scratch = product(W_hh_T), np.add, np.multiply, space.scratch
        by_member = space.by_member(scratch)
        da = self.factors(space, block)
        rounds = zip(space.backward_views[block], space.block_views, strict=False)
        for t, (at_t, in_block) in reversed(list(enumerate(rounds, start=block.start))):
            dh, dh_, z = at_t
            da_rzm, da_n, da_r, da_z, da_m = in_block
            multiply(da_n, dh, da_n)
            multiply(da_r, dh, da_r)
            multiply(da_z, dh, da_z)
            multiply(da_m, dh, da_m)
            if t in cut:
                if not enters[t]:
                    dh_[...] = 0
                continue
            back(da_rzm, by_member)  # (H, 3H) @ (3H, B)
            if enters[t]:
                add(dh_, scratch, dh_)
                multiply(dh, z, scratch)
            else:
                multiply(dh, z, dh_)
            add(dh_, scratch, dh_)
        return da

    def factors(self, space: Workspace, block: slice) -> Array:
        """Return dh → da of n, r, z, m as (n, 4H, B)."""
        H = self.hidden_size
        gates, m, h_ = space.gates[block], space.kept[block], space.h[block]
        n, r, z = gates[:, :H], gates[:, H : 2 * H], gates[:, 2 * H :]
        da = space.da[: len(gates)]
        da_n, da_r, da_z, da_m = (da[:, k * H : (k + 1) * H] for k in range(4))
        np.multiply(n, n, out=da_n)
        np.subtract(1, da_n, out=da_n)  # tanh′ = 1 − tanh²
        np.subtract(1, z, out=da_z)
        np.multiply(da_n, da_z, out=da_n)
        np.multiply(da_z, z, out=da_z)  # σ′ = σ (1 − σ)
        np.subtract(h_, n, out=da_r)  # in memory that is not needed yet
        np.multiply(da_z, da_r, out=da_z)
        np.multiply(da_n, r, out=da_m)
        np.subtract(1, r, out=da_r)
        np.multiply(da_r, da_m, out=da_r)
        np.multiply(da_r, m, out=da_r)
        return da

    def preactivation_gradients(self, space: Workspace, block: slice) -> Array:
        """Return da (n, 4H, B) of a block from the finished ``space.dh``."""
        H, da = self.hidden_size, self.factors(space, block)
        for k in range(4):
            da[:, k * H : (k + 1) * H] *= space.dh[block.start + 1 : block.stop + 1]
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
        da_rzm = self.into_hidden(self.preactivation_gradients(space, block))
        z, dh = space.gates[block, 2 * self.hidden_size :], space.dh[1:][block]
        return {"carry": z * dh, "candidate": params["weight_hh"][self._hh_rows].T @ da_rzm}

    def forward_views(self, space: Workspace) -> list[Any]:
        """Return of each timestep what `_forward` takes.

        [x_t, 1, h_{t−1}] and [r, z, m] by member, n, [r, z], r, z, m, h_{t−1} and h_t.
        """
        H, entering = self.hidden_size, space.by_member(space.entering)
        a_rzm = space.by_member(space.activations[:, H:])
        views = []
        for t, a in enumerate(space.activations):
            n, rz, r, z, m = a[:H], a[H : 3 * H], a[H : 2 * H], a[2 * H : 3 * H], a[3 * H :]
            views.append((entering[t], a_rzm[t], n, rz, r, z, m, space.h[t], space.h[t + 1]))
        return views

    def backward_views(self, space: Workspace) -> list[Any]:
        """Return dh_t, dh_{t−1} and z_t of each timestep."""
        z = space.gates[:, 2 * self.hidden_size :]
        return list(zip(space.dh[1:], space.dh[:-1], z, strict=True))

    def block_views(self, space: Workspace) -> list[Any]:
        """Return da of [r, z, m] by member, n, r, z and m of each place in a block."""
        H, da = self.hidden_size, space.da
        parts = (da[:, k * H : (k + 1) * H] for k in range(4))
        return list(zip(space.by_member(da[:, H:]), *parts, strict=True))

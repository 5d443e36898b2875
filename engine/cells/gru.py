"""The GRU (Cho et al. 2014) in PyTorch's variant, whose reset gate acts after the product.

r, z = σ(W_i· x_t + b_i· + W_h· h_{t−1} + b_h·)
n = tanh(W_in x_t + b_in + r ⊙ m)        m = W_hn h_{t−1} + b_hn
h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}
"""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.cells.base import Array, Cell, Params, Workspace


class GRU(Cell):
    """The equations of one GRU layer; parameters and methods are those of `Cell`."""

    gate_names = ("r", "z", "n")
    state_names = ("h",)
    chunks = ("r", "z", "n")
    blocks = ("n", "r", "z", "m")  # the input enters n, r, z and the hidden state r, z, m
    sigmoids = ("r", "z")
    input_blocks = slice(0, 3)
    hidden_blocks = slice(1, 4)
    hidden_chunks = {"m": "n"}  # noqa: RUF012
    keeps = True  # m

    def _forward(self, W_hh: Array, space: Workspace) -> None:
        matmul, tanh, add, multiply, subtract = (
            np.matmul,
            np.tanh,
            np.add,
            np.multiply,
            np.subtract,
        )
        H, product, half = self.hidden_size, space.product, space.dtype.type(0.5)
        by_member = space.by_member(product)
        product_rz, product_m = product[: 2 * H], product[2 * H :]
        for state, n, rz, r, z, m, h_, h in space.forward_views:
            matmul(W_hh, state, by_member)  # (3H, H+1) @ (H+1, B)
            add(rz, product_rz, rz)
            tanh(rz, rz)
            multiply(rz, half, rz)
            add(rz, half, rz)
            np.copyto(m, product_m)
            multiply(r, m, product_m)
            add(n, product_m, n)
            tanh(n, n)
            subtract(h_, n, h)
            multiply(h, z, h)
            add(h, n, h)

    def _backward(
        self, W_hh_T: Array, space: Workspace, block: slice, enters: Array, cut: frozenset[int]
    ) -> Array:
        matmul, add, multiply, scratch = np.matmul, np.add, np.multiply, space.scratch
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
            matmul(W_hh_T, da_rzm, by_member)  # (H, 3H) @ (3H, B)
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
        np.multiply(da_n, r, out=da_m)
        np.subtract(1, r, out=da_r)
        np.multiply(da_r, da_m, out=da_r)
        np.multiply(da_r, m, out=da_r)
        np.multiply(da_z, z, out=da_z)  # σ′ = σ (1 − σ)
        np.multiply(da_z, h_ - n, out=da_z)
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
        """Return [h, 1]_{t−1}, n, [r, z], r, z, m, h_{t−1} and h_t of each timestep."""
        H, m, state = self.hidden_size, space.kept, space.by_member(space.state)
        views = []
        for t, a in enumerate(space.gates):
            n, rz, r, z = a[:H], a[H:], a[H : 2 * H], a[2 * H :]
            views.append((state[t], n, rz, r, z, m[t], space.h[t], space.h[t + 1]))
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

"""The LSTM (Hochreiter & Schmidhuber 1997; forget gate: Gers, Schmidhuber & Cummins 2000).

With W, b for the two weights and biases of PyTorch, and σ(a) = ½ tanh(½ a) + ½:

    i, f, o = σ(W_i· [x_t, h_{t−1}] + b_i·), …      g = tanh(W_g· [x_t, h_{t−1}] + b_g·)
    c_t = f ⊙ c_{t−1} + i ⊙ g                       h_t = o ⊙ tanh(c_t)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.cells.base import Array, Cell, Params, Workspace, product


class LSTM(Cell):
    """The equations of one LSTM layer; parameters and methods are those of `Cell`."""

    title = "LSTM"
    gate_names = ("i", "f", "g", "o")
    state_names = ("h", "c")
    chunks = ("i", "f", "g", "o")
    blocks = ("g", "i", "f", "o")  # the three that σ takes side by side
    sigmoids = ("i", "f", "o")
    keeps = True  # tanh(c)

    def _forward(self, W: Array, space: Workspace) -> None:
        times_W, tanh, add, multiply = product(W), np.tanh, np.add, np.multiply
        ig, half = space.scratch, space.dtype.type(0.5)
        for entering, a_by_member, a, g, i, f, o, ifo, c_, c, tanh_c, h in space.forward_views:
            times_W(entering, a_by_member)  # (4H, D+1+H) @ (D+1+H, B)
            tanh(a, a)
            multiply(ifo, half, ifo)
            add(ifo, half, ifo)
            multiply(i, g, ig)
            multiply(f, c_, c)
            add(c, ig, c)
            tanh(c, tanh_c)
            multiply(o, tanh_c, h)

    def _backward(
        self, W_hh_T: Array, space: Workspace, block: slice, enters: list[bool], cut: frozenset[int]
    ) -> Array:
        back, add, multiply, scratch = product(W_hh_T), np.add, np.multiply, space.scratch
        by_member = space.by_member(scratch)
        da = self.factors(space, block)
        rounds = zip(space.backward_views[block], space.block_views, strict=False)
        for t, (at_t, in_block) in reversed(list(enumerate(rounds, start=block.start))):
            dh, dc, dh_, dh_by_member, dc_, f = at_t
            da_by_member, da_g, da_i, da_f, da_o, dh_to_dc = in_block
            multiply(dh_to_dc, dh, dh_to_dc)
            add(dc, dh_to_dc, dc)  # ∂L/∂c_t is complete
            multiply(da_g, dc, da_g)
            multiply(da_i, dc, da_i)
            multiply(da_f, dc, da_f)
            multiply(da_o, dh, da_o)
            if t in cut:
                dc_[...] = 0
                if not enters[t]:
                    dh_[...] = 0
                continue
            multiply(dc, f, dc_)
            if enters[t]:
                back(da_by_member, by_member)  # (H, 4H) @ (4H, B)
                add(dh_, scratch, dh_)
            else:
                back(da_by_member, dh_by_member)
        return da

    def factors(self, space: Workspace, block: slice) -> Array:
        """Return dc → da (g, i, f) and dh → da (o), (n, 4H, B); ``space.factor`` gets dh → dc."""
        H, n = self.hidden_size, block.stop - block.start
        gates, tanh_c, c_ = space.gates[block], space.kept[block], space.c[block]
        g, i, o = gates[:, :H], gates[:, H : 2 * H], gates[:, 3 * H :]
        da, dh_to_dc = space.da[:n], space.factor[:n]
        da_g, da_ifo = da[:, :H], da[:, H:]
        np.subtract(1, gates[:, H:], out=da_ifo)
        np.multiply(da_ifo, gates[:, H:], out=da_ifo)  # σ′ = σ (1 − σ)
        for k, with_what in enumerate((g, c_, tanh_c), start=1):
            part = da[:, k * H : (k + 1) * H]
            np.multiply(part, with_what, out=part)
        np.multiply(g, g, out=da_g)
        np.subtract(1, da_g, out=da_g)  # tanh′ = 1 − tanh²
        np.multiply(da_g, i, out=da_g)
        np.multiply(tanh_c, tanh_c, out=dh_to_dc)
        np.subtract(1, dh_to_dc, out=dh_to_dc)
        np.multiply(dh_to_dc, o, out=dh_to_dc)
        return da

    def preactivation_gradients(self, space: Workspace, block: slice) -> Array:
        """Return da (n, 4H, B) of a block from the finished ``space.dh`` and ``space.dc``."""
        H, da = self.hidden_size, self.factors(space, block)
        after = slice(block.start + 1, block.stop + 1)
        for k in range(3):
            da[:, k * H : (k + 1) * H] *= space.dc[after]
        da[:, 3 * H :] *= space.dh[after]
        return da

    def jacobians(self, params: Params, space: Workspace, block: slice, example: int = 0) -> Array:
        """Return ∂(h_t, c_t)/∂(h_{t−1}, c_{t−1}) of one example, (n, 2H, 2H).

        ∂c_t/∂h_{t−1} = A = Σ diag(∂c_t/∂k) W_k over k = g, i, f      ∂c_t/∂c_{t−1} = diag(f)
        ∂h_t/∂h_{t−1} = diag(q) A + diag(∂h_t/∂o) W_o                 ∂h_t/∂c_{t−1} = diag(q ⊙ f)
        with q = ∂h_t/∂c_t = o ⊙ (1 − tanh² c_t).
        """
        H, n = self.hidden_size, block.stop - block.start
        diagonal, W = self._hidden_factors(params, self.factors(space, block), example)
        A = np.einsum("nkh,khj->nhj", diagonal[:, :3], W[:3])
        q = space.factor[:n, :, example].astype(np.float64)
        f = space.gates[block, 2 * H : 3 * H, example]
        result = np.zeros((n, 2 * H, 2 * H))
        result[:, :H, :H] = q[:, :, np.newaxis] * A + diagonal[:, 3, :, np.newaxis] * W[3]
        result[:, H:, :H] = A
        result[:, range(H), range(H, 2 * H)] = q * f
        result[:, range(H, 2 * H), range(H, 2 * H)] = f
        return result

    def paths(self, params: Params, space: Workspace, block: slice) -> dict[str, Array]:
        """Return f_t ⊙ dc_t, and what comes by h_{t−1} and the gates of t through W_hh."""
        H = self.hidden_size
        dh_ = params["weight_hh"][self._hh_rows].T @ self.preactivation_gradients(space, block)
        first = int(block.start == 0)  # h_0 is given: c_0 has no way through it
        before = slice(block.start - 1 + first, block.stop - 1)
        o_, tanh_c_ = space.gates[before, 3 * H :], space.kept[before]
        dh_[:first] = 0
        dh_[first:] *= o_ * (1 - tanh_c_ * tanh_c_)
        return {"cell": space.gates[block, 2 * H : 3 * H] * space.dc[1:][block], "gates": dh_}

    def forward_views(self, space: Workspace) -> list[Any]:
        """Return of each timestep what `_forward` takes.

        [x_t, 1, h_{t−1}] and the gates by member, the gates, c_{t−1}, c_t, tanh(c_t) and h_t.
        """
        H, c, tanh_c = self.hidden_size, space.c, space.kept
        entering, gates = space.by_member(space.entering), space.by_member(space.gates)
        views = []
        for t, a in enumerate(space.gates):
            g, i, f, o = a[:H], a[H : 2 * H], a[2 * H : 3 * H], a[3 * H :]
            states = c[t], c[t + 1], tanh_c[t], space.h[t + 1]
            views.append((entering[t], gates[t], a, g, i, f, o, a[H:], *states))
        return views

    def backward_views(self, space: Workspace) -> list[Any]:
        """Return dh_t, dc_t, dh_{t−1}, plain and by member, dc_{t−1} and f_t of each timestep."""
        H, dh, dc = self.hidden_size, space.dh, space.dc
        f = space.gates[:, 2 * H : 3 * H]
        dh_ = dh[:-1]
        return list(zip(dh[1:], dc[1:], dh_, space.by_member(dh_), dc[:-1], f, strict=True))

    def block_views(self, space: Workspace) -> list[Any]:
        """Return da by member, its parts g, i, f, o, and dh → dc of each place in a block."""
        H, da, dh_to_dc = self.hidden_size, space.da, space.factor
        parts = (da[:, k * H : (k + 1) * H] for k in range(4))
        return list(zip(space.by_member(da), *parts, dh_to_dc, strict=True))

"""The LSTM (Hochreiter & Schmidhuber 1997; forget gate: Gers, Schmidhuber & Cummins 2000).

With W, b for the two weights and biases of PyTorch, and σ(a) = ½ tanh(½ a) + ½:

    i, f, o = σ(W_i· [x_t, h_{t−1}] + b_i·), …      g = tanh(W_g· [x_t, h_{t−1}] + b_g·)
    c_t = f ⊙ c_{t−1} + i ⊙ g                       h_t = o ⊙ tanh(c_t)

Another function may stand for σ, and another one for both tanh: see `nonlinearities`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.cells.cell_state import WithCellState
from engine.cells.nonlinearities import OF_GATED
from engine.cells.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ForwardViews:
    """What one timestep of the forward loop reads and writes."""

    entering: Array  # [x_t, 1, h_{t−1}], by member
    gates_by_member: Array
    gates: Array  # [g, i, f, o]
    ifo: Array
    g: Array
    i: Array
    f: Array
    o: Array
    c_prev: Array  # of t − 1
    c: Array
    tanh_c: Array
    h: Array


@dataclass(frozen=True, slots=True)
class BlockViews:
    """What a timestep of the backward loop takes of what is made anew for each block of them."""

    da_by_member: Array
    da_g: Array
    da_i: Array
    da_f: Array
    da_o: Array
    dh_to_dc: Array


class LSTM(WithCellState):
    """The equations of one LSTM layer; parameters and methods are those of `Cell`."""

    name = "lstm"
    title = "LSTM"
    gate_names = ("i", "f", "g", "o")
    chunks = ("i", "f", "g", "o")
    blocks = ("g", "i", "f", "o")  # the three that σ takes side by side
    sigmoids = ("i", "f", "o")
    bias_of = {"forget_bias": "f"}  # noqa: RUF012
    choices = OF_GATED

    def _forward(self, W: Array, space: Workspace) -> None:
        times_W, add, multiply, ig = space.times(W), np.add, np.multiply, space.scratch
        activate, (_, bend) = self._prepared_with_candidate(space, 3), self._prepared(space)
        for now in space.forward_rounds():
            c, tanh_c = now.c, now.tanh_c
            # g, i, f, o = tanh, σ, σ, σ of W [x, 1, h_prev]
            times_W(now.entering, now.gates_by_member)  # (4H, D+1+H) @ (D+1+H, B)
            activate(now.gates, now.ifo, now.g)
            # c = f * c_prev + i * g
            multiply(now.i, now.g, ig)
            multiply(now.f, now.c_prev, c)
            add(c, ig, c)
            # h = o * tanh(c)
            bend(c, tanh_c)
            multiply(now.o, tanh_c, now.h)

    def _backward(
        self, W_hh_T: Array, space: Workspace, block: slice, enters: list[bool], cut: list[bool]
    ) -> Array:
        back, add, multiply, scratch = space.back(W_hh_T), np.add, np.multiply, space.scratch
        by_member = space.by_member(scratch)
        da = self.factors(space, block)
        for t, now, d in space.backward_rounds(block, cut):
            dh, dc, dh_prev, dh_to_dc = now.dh, now.dc, now.dh_prev, d.dh_to_dc
            # dc += o * (1 − tanh(c)²) * dh
            multiply(dh_to_dc, dh, dh_to_dc)
            add(dc, dh_to_dc, dc)  # ∂L/∂c_t is complete
            # da_g = i * (1 − g²) * dc, da_i = g * i * (1 − i) * dc
            # da_f = c_prev * f * (1 − f) * dc
            multiply(d.da_g, dc, d.da_g)
            multiply(d.da_i, dc, d.da_i)
            multiply(d.da_f, dc, d.da_f)
            # da_o = tanh(c) * o * (1 − o) * dh
            multiply(d.da_o, dh, d.da_o)
            if cut[t]:
                now.dc_prev[...] = 0
                if not enters[t]:
                    dh_prev[...] = 0
                continue
            # dc_prev = f * dc
            multiply(dc, now.f, now.dc_prev)
            # dh_prev += W_hhᵀ da, where dh_prev begins with what enters from outside
            if enters[t]:
                back(d.da_by_member, by_member)  # (H, 4H) @ (4H, B)
                add(dh_prev, scratch, dh_prev)
            else:
                back(d.da_by_member, now.dh_prev_by_member)
        return da

    def factors(self, space: Workspace, block: slice) -> Array:
        """Return dc → da (g, i, f) and dh → da (o), (n, 4H, B); ``space.factor`` gets dh → dc."""
        H, n = self.hidden_size, block.stop - block.start
        gates, tanh_c, c_ = space.gates[block], space.kept[block], space.c[block]
        g, i, o = gates[:, :H], gates[:, H : 2 * H], gates[:, 3 * H :]
        da, dh_to_dc = space.da[:n], space.factor[:n, :H]
        da_g, da_ifo = da[:, :H], da[:, H:]
        self.gate_function.slope(gates[:, H:], da_ifo)
        for k, with_what in enumerate((g, c_, tanh_c), start=1):
            part = da[:, k * H : (k + 1) * H]
            np.multiply(part, with_what, out=part)
        self.state_function.slope(g, da_g)
        np.multiply(da_g, i, out=da_g)
        self.state_function.slope(tanh_c, dh_to_dc)
        np.multiply(dh_to_dc, o, out=dh_to_dc)
        return da

    def forward_views(self, space: Workspace) -> list[Any]:
        """Return what each timestep of the forward loop takes."""
        H = self.hidden_size
        entering, gates = space.by_member(space.entering), space.by_member(space.gates)
        return [
            ForwardViews(
                entering=entering[t],
                gates_by_member=gates[t],
                gates=a,
                ifo=a[H:],
                g=a[:H],
                i=a[H : 2 * H],
                f=a[2 * H : 3 * H],
                o=a[3 * H :],
                c_prev=space.c[t],
                c=space.made_c[t],
                tanh_c=space.kept[t],
                h=space.made_h[t],
            )
            for t, a in enumerate(space.gates)
        ]

    def block_views(self, space: Workspace) -> list[Any]:
        """Return what each place in a block gives the backward loop."""
        H, da = self.hidden_size, space.da
        parts = (da[:, k * H : (k + 1) * H] for k in range(4))
        return list(map(BlockViews, space.by_member(da), *parts, space.factor))

"""The LSTM whose input gate is what the forget gate leaves: i = 1 − f.

f, o = σ(W_f· [x_t, h_{t−1}] + b_f·), …         g = tanh(W_g· [x_t, h_{t−1}] + b_g·)
c_t = f ⊙ c_{t−1} + (1 − f) ⊙ g                 h_t = o ⊙ tanh(c_t)

Greff, Srivastava, Koutník, Steunebrink & Schmidhuber 2017, section 3, call it CIFG, coupled input
and forget gate. c_t lies between c_{t−1} and g, so that |c_t| never exceeds the largest |g| so far,
where the LSTM's c can grow by 1 at each timestep. PyTorch has no such cell; weights and biases are
named and shaped as it would have them, in its order f, g, o.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    gates: Array  # [g, f, o]
    fo: Array
    g: Array
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
    da_f: Array
    da_o: Array
    dh_to_dc: Array


class CoupledLSTM(WithCellState):
    """The equations of one coupled LSTM layer; parameters and methods are those of `Cell`."""

    name = "coupled_lstm"
    title = "Coupled LSTM"
    gate_names = ("f", "g", "o")
    chunks = ("f", "g", "o")
    blocks = ("g", "f", "o")  # the two that σ takes side by side
    sigmoids = ("f", "o")
    bias_of = {"forget_bias": "f"}  # noqa: RUF012
    choices = OF_GATED

    def _forward(self, W: Array, space: Workspace) -> None:
        times_W, add, multiply, subtract = space.times(W), np.add, np.multiply, np.subtract
        activate, (_, bend) = self._prepared_with_candidate(space, 2), self._prepared(space)
        for now in space.forward_rounds():
            g, c, tanh_c = now.g, now.c, now.tanh_c
            # g, f, o = tanh, σ, σ of W [x, 1, h_prev]
            times_W(now.entering, now.gates_by_member)  # (3H, D+1+H) @ (D+1+H, B)
            activate(now.gates, now.fo, g)
            # c = f * c_prev + (1 − f) * g, as (c_prev − g) * f + g
            subtract(now.c_prev, g, c)
            multiply(c, now.f, c)
            add(c, g, c)
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
            # da_o = tanh(c) * o * (1 − o) * dh
            multiply(d.da_o, dh, d.da_o)
            # dc += o * (1 − tanh(c)²) * dh
            multiply(dh_to_dc, dh, dh_to_dc)
            add(dc, dh_to_dc, dc)  # ∂L/∂c_t is complete
            # da_g = (1 − f) * (1 − g²) * dc, da_f = (c_prev − g) * f * (1 − f) * dc
            multiply(d.da_g, dc, d.da_g)
            multiply(d.da_f, dc, d.da_f)
            if cut[t]:
                now.dc_prev[...] = 0
                if not enters[t]:
                    dh_prev[...] = 0
                continue
            # dc_prev = f * dc
            multiply(dc, now.f, now.dc_prev)
            # dh_prev += W_hhᵀ da, where dh_prev begins with what enters from outside
            if enters[t]:
                back(d.da_by_member, by_member)  # (H, 3H) @ (3H, B)
                add(dh_prev, scratch, dh_prev)
            else:
                back(d.da_by_member, now.dh_prev_by_member)
        return da

    def factors(self, space: Workspace, block: slice) -> Array:
        """Return dc → da (g, f) and dh → da (o), (n, 3H, B); ``space.factor`` gets dh → dc."""
        H, n = self.hidden_size, block.stop - block.start
        gates, tanh_c, c_ = space.gates[block], space.kept[block], space.c[block]
        g, fo, o = gates[:, :H], gates[:, H:], gates[:, 2 * H :]
        da, dh_to_dc = space.da[:n], space.factor[:n]
        da_g, da_fo, da_f, da_o = da[:, :H], da[:, H:], da[:, H : 2 * H], da[:, 2 * H :]
        np.subtract(1, fo, out=da_fo)  # 1 − f for da_g
        self.state_function.slope(g, da_g)
        np.multiply(da_g, da_f, out=da_g)
        self.gate_function.slope_from_rest(fo, da_fo)
        np.subtract(c_, g, out=dh_to_dc)  # in memory that is not needed yet
        np.multiply(da_f, dh_to_dc, out=da_f)
        np.multiply(da_o, tanh_c, out=da_o)
        self.state_function.slope(tanh_c, dh_to_dc)
        np.multiply(dh_to_dc, o, out=dh_to_dc)
        return da

    def forward_views(self, space: Workspace) -> list[ForwardViews]:
        """Return what each timestep of the forward loop takes."""
        H = self.hidden_size
        entering, gates = space.by_member(space.entering), space.by_member(space.gates)
        return [
            ForwardViews(
                entering=entering[t],
                gates_by_member=gates[t],
                gates=a,
                fo=a[H:],
                g=a[:H],
                f=a[H : 2 * H],
                o=a[2 * H :],
                c_prev=space.c[t],
                c=space.made_c[t],
                tanh_c=space.kept[t],
                h=space.made_h[t],
            )
            for t, a in enumerate(space.gates)
        ]

    def block_views(self, space: Workspace) -> list[BlockViews]:
        """Return what each place in a block gives the backward loop."""
        H, da = self.hidden_size, space.da
        parts = (da[:, k * H : (k + 1) * H] for k in range(3))
        return list(map(BlockViews, space.by_member(da), *parts, space.factor))

"""The LSTM with peepholes (Gers & Schmidhuber 2000): its gates see the cell state itself.

With W, b for the two weights and biases of PyTorch, p for the peepholes `weight_ci`, `weight_cf`
and `weight_co`, and σ(a) = ½ tanh(½ a) + ½:

    i = σ(W_i [x_t, h_{t−1}] + b_i + p_i ⊙ c_{t−1})     g = tanh(W_g [x_t, h_{t−1}] + b_g)
    f = σ(W_f [x_t, h_{t−1}] + b_f + p_f ⊙ c_{t−1})     c_t = f ⊙ c_{t−1} + i ⊙ g
    o = σ(W_o [x_t, h_{t−1}] + b_o + p_o ⊙ c_t)         h_t = o ⊙ tanh(c_t)

Each unit's gates see that unit's c alone: the peepholes are diagonal matrices, as Graves (2013,
equations 7 to 11) has them. The gradient passes through them, as in Graves & Schmidhuber (2005);
in the paper of 2000 it was cut there. PyTorch has no such cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.cells import lstm
from engine.cells.joint_weights import Params
from engine.cells.lstm import LSTM
from engine.cells.vector import Vector
from engine.cells.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ForwardViews:
    """What one timestep of the forward loop reads and writes."""

    entering: Array  # [x_t, 1, h_{t−1}], by member
    gates_by_member: Array
    gif: Array  # [g, i, f]
    rows_if: Array  # (2H, B)
    i_and_f: Array  # (2, H, B)
    i: Array
    f: Array
    g: Array
    o: Array
    c_prev: Array  # of t − 1
    c: Array
    tanh_c: Array
    h: Array


@dataclass(frozen=True, slots=True)
class BlockViews(lstm.BlockViews):
    """What is made anew for each block of timesteps."""

    dc_to_dc_prev: Array


class PeepholeLSTM(LSTM):
    """The equations of one LSTM layer with peepholes; methods are those of `Cell`.

    Notes
    -----
    Beside the parameters of an LSTM there are ``weight_ci (H,)``, ``weight_cf (H,)`` and
    ``weight_co (H,)``.
    """

    name = "peephole_lstm"
    title = "Peephole LSTM"
    more_factors = 2  # dh → dc, and dc → dc of t − 1
    more_parts = 3
    path_count = 3
    vectors = {  # noqa: RUF012
        "weight_ci": Vector(),
        "weight_cf": Vector(),
        "weight_co": Vector(),
    }

    def _forward(self, W: Array, space: Workspace) -> None:
        times_W, add, multiply = space.times(W), np.add, np.multiply
        activate, (squash, bend) = self._prepared_with_candidate(space, 2), self._prepared(space)
        H, ig = self.hidden_size, space.scratch
        scaled = space.dtype.type(self.gate_function.scale) * space.vectors  # as W is
        p_if, p_o = scaled[: 2 * H].reshape(2, H, -1), scaled[2 * H :]
        pc, pc_if = np.empty_like(p_o), np.empty_like(p_if)
        for now in space.forward_rounds():
            i_and_f, c, o, tanh_c = now.i_and_f, now.c, now.o, now.tanh_c
            # g, i, f = tanh, σ, σ of W [x, 1, h_prev] + p * c_prev, but for g
            times_W(now.entering, now.gates_by_member)  # (4H, D+1+H) @ (D+1+H, B)
            multiply(p_if, now.c_prev, pc_if)
            add(i_and_f, pc_if, i_and_f)
            activate(now.gif, now.rows_if, now.g)
            # c = f * c_prev + i * g
            multiply(now.i, now.g, ig)
            multiply(now.f, now.c_prev, c)
            add(c, ig, c)
            # o = σ(W_o [x, 1, h_prev] + p_o * c)
            multiply(p_o, c, pc)
            add(o, pc, o)
            squash(o, o)
            # h = o * tanh(c)
            bend(c, tanh_c)
            multiply(o, tanh_c, now.h)

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
            # dc += o * (1 − tanh(c)²) * dh + p_o * da_o
            multiply(dh_to_dc, dh, dh_to_dc)
            add(dc, dh_to_dc, dc)  # ∂L/∂c_t is complete
            # da_g = i * (1 − g²) * dc, da_i = g * i * (1 − i) * dc
            # da_f = c_prev * f * (1 − f) * dc
            multiply(d.da_g, dc, d.da_g)
            multiply(d.da_i, dc, d.da_i)
            multiply(d.da_f, dc, d.da_f)
            if cut[t]:
                now.dc_prev[...] = 0
                if not enters[t]:
                    dh_prev[...] = 0
                continue
            # dc_prev = f * dc + p_i * da_i + p_f * da_f
            multiply(dc, d.dc_to_dc_prev, now.dc_prev)
            # dh_prev += W_hhᵀ da, where dh_prev begins with what enters from outside
            if enters[t]:
                back(d.da_by_member, by_member)  # (H, 4H) @ (4H, B)
                add(dh_prev, scratch, dh_prev)
            else:
                back(d.da_by_member, now.dh_prev_by_member)
        # dp_i += Σ da_i * c_prev, dp_f += Σ da_f * c_prev, dp_o += Σ da_o * c
        H, c_prev, c = self.hidden_size, space.c[block], space.made_c[block]
        seen = dict(zip(self.vectors, (c_prev, c_prev, c), strict=True))
        for k, (name, dp) in enumerate(space.dvectors.items(), start=1):
            dp += space.summed_product(da[:, k * H : (k + 1) * H], seen[name])
        return da

    def factors(self, space: Workspace, block: slice) -> Array:
        """Return dc → da (g, i, f) and dh → da (o), (n, 4H, B).

        ``space.factor`` gets dh → dc, o (1 − tanh²(c)) + p_o tanh(c) σ′(o), and under it
        dc → dc_prev, f + p_i g σ′(i) + p_f c_prev σ′(f).
        """
        H, da = self.hidden_size, super().factors(space, block)
        da_i, da_f, da_o = (da[:, k * H : (k + 1) * H] for k in (1, 2, 3))
        p_i, p_f, p_o = space.vectors.reshape(3, H, -1)
        dh_to_dc, dc_to_dc_prev = space.factor[: len(da), :H], space.factor[: len(da), H:]
        f = space.gates[block, 2 * H : 3 * H]
        np.multiply(p_o, da_o, out=dc_to_dc_prev)  # in memory that is not needed yet
        np.add(dh_to_dc, dc_to_dc_prev, out=dh_to_dc)
        np.multiply(p_i, da_i, out=dc_to_dc_prev)
        np.add(dc_to_dc_prev, f, out=dc_to_dc_prev)
        dc_to_dc_prev += p_f * da_f
        return da

    def preactivations(
        self, params: Params, space: Workspace, example: int = 0
    ) -> dict[str, Array]:
        """Return three parts of what each gate adds up: g's peephole part does not exist.

        ``peephole.i``, ``peephole.f`` and ``peephole.o`` (T, H) are p ⊙ c, of c_{t−1} or, for o,
        of c_t.
        """
        c = space.c[:, :, example]
        return {
            **super().preactivations(params, space, example),
            "peephole.i": c[:-1] * params["weight_ci"],
            "peephole.f": c[:-1] * params["weight_cf"],
            "peephole.o": c[1:] * params["weight_co"],
        }

    def jacobians(self, params: Params, space: Workspace, block: slice, example: int = 0) -> Array:
        """Return ∂(h_t, c_t)/∂(h_{t−1}, c_{t−1}) of one example, (n, 2H, 2H).

        ∂c_t/∂h_{t−1} = A = Σ diag(∂c_t/∂k) W_k over k = g, i, f      ∂c_t/∂c_{t−1} = diag(r)
        ∂h_t/∂h_{t−1} = diag(q) A + diag(∂h_t/∂o) W_o                 ∂h_t/∂c_{t−1} = diag(q ⊙ r)
        with q = ∂h_t/∂c_t and r = ∂c_t/∂c_{t−1}, both with what comes by the peepholes.
        """
        H, n = self.hidden_size, block.stop - block.start
        result = super().jacobians(params, space, block, example)
        q, r = space.factor[:n, :, example].astype(np.float64).reshape(n, 2, H).swapaxes(0, 1)
        result[:, range(H), range(H, 2 * H)] = q * r
        result[:, range(H, 2 * H), range(H, 2 * H)] = r
        return result

    def paths(self, params: Params, space: Workspace, block: slice) -> dict[str, Array]:
        """Return f_t ⊙ dc_t, what comes by the peepholes of t, and by its gates through W_hh."""
        H, da = self.hidden_size, self.preactivation_gradients(params, space, block)
        dh_ = self.joint.weight_hh(params).T @ da
        p_i, p_f, p_o = space.vectors.reshape(3, H, -1)
        peepholes = p_i * da[:, H : 2 * H] + p_f * da[:, 2 * H : 3 * H]
        first = int(block.start == 0)  # h_0 is given: c_0 has no way through it
        before = slice(block.start - 1 + first, block.stop - 1)
        o_, tanh_c_ = space.gates[before, 3 * H :], space.kept[before]
        dh_[:first] = 0
        by_o = p_o * tanh_c_ * self.gate_function.slope(o_)
        dh_[first:] *= o_ * self.state_function.slope(tanh_c_) + by_o
        cell = space.gates[block, 2 * H : 3 * H] * space.arriving_dc[block]
        return {"cell": cell, "peepholes": peepholes, "gates": dh_}

    def forward_views(self, space: Workspace) -> list[Any]:
        """Return what each timestep of the forward loop takes."""
        H = self.hidden_size
        entering, gates = space.by_member(space.entering), space.by_member(space.gates)
        return [
            ForwardViews(
                entering=entering[t],
                gates_by_member=gates[t],
                gif=a[: 3 * H],
                rows_if=a[H : 3 * H],
                i_and_f=a[H : 3 * H].reshape(2, H, -1),
                i=a[H : 2 * H],
                f=a[2 * H : 3 * H],
                g=a[:H],
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
        dh_to_dc, dc_to_dc_prev = space.factor[:, :H], space.factor[:, H:]
        return list(map(BlockViews, space.by_member(da), *parts, dh_to_dc, dc_to_dc_prev))

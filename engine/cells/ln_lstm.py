"""The LSTM with layer normalisation (Ba, Kiros & Hinton 2016, equations 20 to 22).

With W, b for the two weights and biases of PyTorch, and LN as `layer_norm` has it:

    i, f, g, o = σ, σ, tanh, σ of LN(W_ih x_t; α₁, β₁) + b_ih + LN(W_hh h_{t−1}; α₂, β₂) + b_hh
    c_t = f ⊙ c_{t−1} + i ⊙ g
    h_t = o ⊙ tanh(LN(c_t; α₃, β₃))

Each LN of a product is over all its 4H rows at once, since the paper's LN takes the whole vector
that stands in its parentheses, (f; i; o; g) in one, as its authors' code does; other libraries
normalise gate by gate. c itself goes on as it is, so that the gradient's straight way along f
stays. The paper has one b, after the normalisation; the authors' code adds it to W x_t before that
as well. PyTorch has no such cell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.cells.joint_weights import Params
from engine.cells.layer_norm import back_to_centred, matrices, mean, normalise, without_mean
from engine.cells.nonlinearities import OF_GATED
from engine.cells.normed import NormedCell
from engine.cells.vector import Vector
from engine.cells.workspace import Workspace

OF_H, OF_C = 1, 2
"""Where scales of the norms stand that the loops take."""


@dataclass(frozen=True, slots=True)
class ForwardViews:
    """What one timestep of the forward loop reads and writes."""

    h_prev_by_member: Array  # of t − 1
    scale_of_h: Array
    scale_of_c: Array
    gates: Array  # [g, i, f, o]
    ifo: Array
    g: Array
    i: Array
    f: Array
    o: Array
    c_prev: Array  # of t − 1
    c: Array
    tanh_n: Array
    h: Array


@dataclass(frozen=True, slots=True)
class BackwardViews:
    """What one timestep of the backward loop reads and writes."""

    dh: Array
    dc: Array
    dh_prev: Array  # of t − 1
    dh_prev_by_member: Array
    dc_prev: Array
    f: Array
    scale_of_h: Array
    scale_of_c: Array


@dataclass(frozen=True, slots=True)
class BlockViews:
    """The same of what is made anew for each block of timesteps."""

    da: Array
    da_gif: Array  # (3, H, B)
    da_o: Array
    n_h: Array
    du_h: Array
    du_h_by_member: Array
    dh_to_v: Array
    n_c: Array


class LNLSTM(NormedCell):
    """The equations of one LSTM layer with layer normalisation; methods are those of `Cell`.

    Notes
    -----
    Beside the parameters of an LSTM there are the gains α, ``ln_ih_weight (4H,)``,
    ``ln_hh_weight (4H,)`` and ``ln_c_weight (H,)``, and the shifts β, ``ln_ih_bias``,
    ``ln_hh_bias`` and ``ln_c_bias``.
    """

    name = "ln_lstm"
    title = "LN-LSTM"
    gate_names = ("i", "f", "g", "o")
    state_names = ("h", "c")
    chunks = ("i", "f", "g", "o")
    blocks = ("g", "i", "f", "o", "g_h", "i_h", "f_h", "o_h")
    sigmoids = ("i", "f", "o")
    input_blocks = slice(0, 4)
    hidden_blocks = slice(4, 8)
    hidden_chunks = {"g_h": "g", "i_h": "i", "f_h": "f", "o_h": "o"}  # noqa: RUF012
    groups_of_x = (slice(0, 4),)
    groups_of_h = (slice(0, 4),)
    kept_blocks = slice(0, 4)
    keeps = 1  # tanh(LN(c))
    norms = 3
    more_factors = 10  # da, n of W_hh h, dh → v, n of c
    more_parts = 1
    bias_of = {"forget_bias": "f"}  # noqa: RUF012
    choices = OF_GATED
    vectors = {  # noqa: RUF012
        "ln_ih_weight": Vector(4, start=1),
        "ln_ih_bias": Vector(4, start=0),
        "ln_hh_weight": Vector(4, start=1),
        "ln_hh_bias": Vector(4, start=0),
        "ln_c_weight": Vector(start=1),
        "ln_c_bias": Vector(start=0),
    }

    def _forward(self, W: Array, space: Workspace) -> None:
        add, multiply, subtract = np.add, np.multiply, np.subtract
        activate, (_, bend) = self._prepared_with_candidate(space, 3), self._prepared(space)
        H, scale = self.hidden_size, self.gate_function.scale
        scales = np.repeat(np.array([1, *[scale] * 3], space.dtype), H)[:, np.newaxis]
        self._start(W, space, scales)  # gates = LN(W_ih x) + b, scaled where a gate takes it
        times_W_hh = space.times_hidden(space.weights[1])
        gain, gain_c, shift_c = scales * self._vector(space, 2), *self._of_c(space)
        u, squares = np.empty((2, 4 * H, space.batch), space.dtype)
        u_by_member, ig = space.by_member(u), space.scratch
        n, squares_n = u[:H], squares[:H]
        for now in space.forward_rounds():
            gates, c, tanh_n = now.gates, now.c, now.tanh_n
            # g, i, f, o = tanh, σ, σ, σ of LN(W_ih x) + b + LN(W_hh h_prev)
            times_W_hh(now.h_prev_by_member, u_by_member)  # (4H, H) @ (H, B)
            normalise(u, now.scale_of_h, squares)
            multiply(u, gain, u)
            add(gates, u, gates)
            activate(gates, now.ifo, now.g)
            # c = f * c_prev + i * g
            multiply(now.i, now.g, ig)
            multiply(now.f, now.c_prev, c)
            add(c, ig, c)
            # h = o * tanh(LN(c))
            subtract(c, mean(c), n)
            normalise(n, now.scale_of_c, squares_n)
            multiply(n, gain_c, n)
            add(n, shift_c, n)
            bend(n, tanh_n)
            multiply(now.o, tanh_n, now.h)

    def _backward(
        self, W_hh_T: Array, space: Workspace, block: slice, enters: list[bool], cut: list[bool]
    ) -> Array:
        # W_hh with its mean taken out does so on the way back as well.
        back = space.back(np.ascontiguousarray(space.weights[1].swapaxes(-1, -2)))
        H, add, multiply, scratch = self.hidden_size, np.add, np.multiply, space.scratch
        by_member, gain = space.by_member(scratch), self._vector(space, 2)
        products = np.empty((4 * H, space.batch), space.dtype)
        d_all = self.factors(space, block)
        for t, now, d in space.backward_rounds(block, cut):
            dh, dc, dh_prev, v = now.dh, now.dc, now.dh_prev, d.dh_to_v
            # v = α * o * (1 − tanh(LN(c))²) * dh
            # dc += (v − mean(v) − n * mean(v * n)) / √(var(c) + ε)
            multiply(v, dh, v)
            back_to_centred(v, d.n_c, now.scale_of_c, scratch)
            without_mean(v)
            add(dc, v, dc)  # ∂L/∂c_t is complete
            # da_g = i * (1 − g²) * dc, da_i = g * i * (1 − i) * dc
            # da_f = c_prev * f * (1 − f) * dc
            multiply(d.da_gif, dc, d.da_gif)
            # da_o = tanh(LN(c)) * o * (1 − o) * dh
            multiply(d.da_o, dh, d.da_o)
            # du = (v − mean(v) − n * mean(v * n)) / √(var(W_hh h_prev) + ε), v = α * da
            multiply(d.da, gain, d.du_h)
            back_to_centred(d.du_h, d.n_h, now.scale_of_h, products)
            if cut[t]:
                now.dc_prev[...] = 0
                if not enters[t]:
                    dh_prev[...] = 0
                continue
            # dc_prev = f * dc
            multiply(dc, now.f, now.dc_prev)
            # dh_prev += W_hhᵀ du, where dh_prev begins with what enters from outside
            if enters[t]:
                back(d.du_h_by_member, by_member)  # (H, 4H) @ (4H, B)
                add(dh_prev, scratch, dh_prev)
            else:
                back(d.du_h_by_member, now.dh_prev_by_member)
        da, n_h, _, n_c = self._parts(space.factor[: len(d_all)])
        self._learn("hh", da, n_h, space)
        if space.dvectors:
            # dα += Σ o * (1 − tanh(LN(c))²) * n * dh, dβ += the same without n
            o, tanh_n = space.gates[block, 3 * H :], space.kept[block]
            dn = o * self.state_function.slope(tanh_n) * space.arriving_dh[block]
            space.dvectors["ln_c_weight"] += space.summed_product(dn, n_c)
            space.dvectors["ln_c_bias"] += space.by_member(dn).sum(axis=(0, -1))
        self._through_norm_of_x(da, space, block, learn=True)
        return space.da[: len(da)]  # but for means over the rows, which no centred weight takes

    def factors(self, space: Workspace, block: slice) -> Array:
        """Return dc → da (g, i, f) and dh → da (o), (n, 4H, B), which is in ``space.factor``.

        Under it there are W_hh h_{t−1}, normalised (n, 4H, B); dh → v = α ⊙ ∂L/∂LN(c_t) (n, H, B);
        and c_t, normalised (n, H, B).
        """
        H, n = self.hidden_size, block.stop - block.start
        da, n_h, dh_to_v, n_c = self._parts(space.factor[:n])
        gates, tanh_n = space.gates[block], space.kept[block]
        g, i, o = gates[:, :H], gates[:, H : 2 * H], gates[:, 3 * H :]
        da_g, da_ifo = da[:, :H], da[:, H:]
        self.gate_function.slope(gates[:, H:], da_ifo)
        for k, with_what in enumerate((g, space.c[block], tanh_n), start=1):
            part = da[:, k * H : (k + 1) * H]
            np.multiply(part, with_what, out=part)
        self.state_function.slope(g, da_g)
        np.multiply(da_g, i, out=da_g)
        self.state_function.slope(tanh_n, dh_to_v)
        np.multiply(dh_to_v, o, out=dh_to_v)
        np.multiply(dh_to_v, self._of_c(space)[0], out=dh_to_v)
        self._products_of_h(space, block, n_h)
        n_c[...] = self._normed_c(space, block)
        return da

    def preactivation_gradients(self, params: Params, space: Workspace, block: slice) -> Array:
        """Return ∂L/∂(W_ih x) and, under it, ∂L/∂(W_hh h) of a block, (n, 8H, B)."""
        H, da = self.hidden_size, self.factors(space, block)
        da[:, : 3 * H].reshape(len(da), 3, H, -1)[...] *= space.arriving_dc[block][:, np.newaxis]
        da[:, 3 * H :] *= space.arriving_dh[block]
        _, n_h, _, _ = self._parts(space.factor[: len(da)])
        self._through_norm_of_h(da, n_h, space, block)
        self._through_norm_of_x(da, space, block, learn=False)
        return self._without_means(space.da[: len(da)])

    def preactivations(
        self, params: Params, space: Workspace, example: int = 0
    ) -> dict[str, Array]:
        """Return the two parts of what each gate adds up, and LN(c_t; α₃, β₃) as ``normed.c``."""
        n = self._normed_c(space, slice(0, space.timesteps))[:, :, example]
        normed = n * params["ln_c_weight"] + params["ln_c_bias"]
        return {**super().preactivations(params, space, example), "normed.c": normed}

    def jacobians(self, params: Params, space: Workspace, block: slice, example: int = 0) -> Array:
        """Return ∂(h_t, c_t)/∂(h_{t−1}, c_{t−1}) of one example, (n, 2H, 2H).

        ∂c_t/∂h_{t−1} = A = Σ diag(∂c_t/∂k) N_k over k = g, i, f      ∂c_t/∂c_{t−1} = diag(f)
        ∂h_t/∂h_{t−1} = Q A + diag(∂h_t/∂o) N_o                       ∂h_t/∂c_{t−1} = Q diag(f)
        with N = ∂LN(W_hh h_{t−1})/∂h_{t−1} and Q = ∂h_t/∂c_t, both of which mix all units.
        """
        H, n = self.hidden_size, block.stop - block.start
        diagonal = self.factors(space, block)[:, :, example].astype(np.float64).reshape(n, 4, H)
        _, n_h, dh_to_v, n_c = self._parts(space.factor[:n])
        A = self._by_norm_of_h(diagonal[:, :3], slice(0, 3), n_h, space, block, example)
        by_o = self._by_norm_of_h(diagonal[:, 3:], slice(3, 4), n_h, space, block, example)
        scale = space.scales[block, OF_C, :, example].astype(np.float64)
        Q = matrices(n_c[:, :, example].astype(np.float64), scale, np.eye(H) - 1 / H)
        Q *= dh_to_v[:, :, example, np.newaxis]
        f = space.gates[block, 2 * H : 3 * H, example]
        result = np.zeros((n, 2 * H, 2 * H))
        result[:, :H, :H] = Q @ A + by_o
        result[:, H:, :H] = A
        result[:, :H, H:] = Q * f[:, np.newaxis]
        result[:, range(H, 2 * H), range(H, 2 * H)] = f
        return result

    def paths(self, params: Params, space: Workspace, block: slice) -> dict[str, Array]:
        """Return f_t ⊙ dc_t, and what comes by h_{t−1} and the gates of t through W_hh."""
        H = self.hidden_size
        du = self.into_hidden(self.preactivation_gradients(params, space, block))
        dh_ = self.joint.weight_hh(params).T @ du
        first = int(block.start == 0)  # h_0 is given: c_0 has no way through it
        before = slice(block.start - 1 + first, block.stop - 1)
        o_, tanh_n_, v = space.gates[before, 3 * H :], space.kept[before], dh_[first:]
        dh_[:first] = 0
        v *= o_ * self.state_function.slope(tanh_n_) * self._of_c(space)[0]
        n_c, scale = self._normed_c(space, before), space.scales[before, OF_C]
        back_to_centred(v, n_c, scale, np.empty_like(v))
        without_mean(v)
        return {"cell": space.gates[block, 2 * H : 3 * H] * space.arriving_dc[block], "gates": dh_}

    def _shared_shift(self, b: Array, space: Workspace) -> Array:
        """Return b_ih + β₂ + b_hh: everything enters the same sums."""
        rows = 4 * self.hidden_size
        both = b[..., :rows] + b[..., rows:]
        return space.over_batch(both) + self._vector(space, 3)

    def _of_c(self, space: Workspace) -> tuple[Array, Array]:
        """Return α₃ and β₃, (H, B)."""
        H = self.hidden_size
        return space.vectors[16 * H : 17 * H], space.vectors[17 * H :]

    def _normed_c(self, space: Workspace, block: slice) -> Array:
        """Return c_t, normalised, (n, H, B)."""
        n = space.made_c[block].copy()
        without_mean(n)
        n *= space.scales[block, OF_C]
        return n

    def _parts(self, factor: Array) -> list[Array]:
        """Return the parts of ``space.factor``: da, n of W_hh h, dh → v, and n of c."""
        H = self.hidden_size
        return np.split(factor, [4 * H, 8 * H, 9 * H], axis=1)

    def forward_views(self, space: Workspace) -> list[ForwardViews]:
        """Return what each timestep of the forward loop takes."""
        H, h_prev = self.hidden_size, space.by_member(space.h[:-1])
        return [
            ForwardViews(
                h_prev_by_member=h_prev[t],
                scale_of_h=space.scales[t, OF_H],
                scale_of_c=space.scales[t, OF_C],
                gates=a,
                ifo=a[H:],
                g=a[:H],
                i=a[H : 2 * H],
                f=a[2 * H : 3 * H],
                o=a[3 * H :],
                c_prev=space.c[t],
                c=space.made_c[t],
                tanh_n=space.kept[t],
                h=space.made_h[t],
            )
            for t, a in enumerate(space.gates)
        ]

    def backward_views(self, space: Workspace) -> list[BackwardViews]:
        """Return what each timestep of the backward loop takes."""
        H, dh, dc = self.hidden_size, space.dh, space.dc
        dh_prev, f = dh[:-1], space.gates[:, 2 * H : 3 * H]
        by_member, scales = space.by_member(dh_prev), space.scales
        arriving = space.arriving_dh, space.arriving_dc
        arrays = dh_prev, by_member, dc[:-1], f, scales[:, OF_H], scales[:, OF_C]
        return list(map(BackwardViews, *arriving, *arrays))

    def block_views(self, space: Workspace) -> list[BlockViews]:
        """Return what each place in a block gives the backward loop."""
        H = self.hidden_size
        da, n_h, dh_to_v, n_c = self._parts(space.factor)
        da_gif = da[:, : 3 * H].reshape(len(da), 3, H, -1)
        du_h = self.into_hidden(space.da)
        arrays = da, da_gif, da[:, 3 * H :], n_h, du_h, space.by_member(du_h), dh_to_v, n_c
        return list(map(BlockViews, *arrays))

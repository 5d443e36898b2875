"""The GRU with layer normalisation (Ba, Kiros & Hinton 2016, supplementary material).

With W, b for the two weights and biases of PyTorch, and LN as `layer_norm` has it:

    r, z = σ of LN(W_ih x_t; α₁, β₁) + b_ih + LN(W_hh h_{t−1}; α₂, β₂) + b_hh
    n = tanh(LN(W_in x_t; α₁, β₁) + b_in + r ⊙ m)        m = LN(W_hn h_{t−1}; α₂, β₂) + b_hn
    h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}

The paper normalises the rows of r and z together, 2H of them, and those of n by themselves; its
reset gate acts after the product, as in PyTorch's GRU. It has 1 − z where PyTorch has z, and no b;
its authors' code has z as PyTorch does, and b within the normalised W x_t. Here b comes after the
normalisation, as in the LN-LSTM. PyTorch has no such cell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.cells.joint_weights import Params
from engine.cells.layer_norm import back_to_centred, normalise
from engine.cells.nonlinearities import OF_GATED
from engine.cells.normed import NormedCell
from engine.cells.vector import Vector
from engine.cells.workspace import Workspace

OF_RZ, OF_M = 2, 3
"""Where scales of the norms stand that the loops take."""


@dataclass(frozen=True, slots=True)
class ForwardViews:
    """What one timestep of the forward loop reads and writes."""

    h_prev_by_member: Array  # of t − 1
    scale_of_rz: Array
    scale_of_m: Array
    rz: Array
    n: Array
    r: Array
    z: Array
    h_prev: Array
    h: Array


@dataclass(frozen=True, slots=True)
class BackwardViews:
    """What one timestep of the backward loop reads and writes."""

    dh: Array
    dh_prev: Array  # of t − 1
    z: Array
    scale_of_rz: Array
    scale_of_m: Array


@dataclass(frozen=True, slots=True)
class BlockViews:
    """The same of what is made anew for each block of timesteps."""

    da: Array  # (4, H, B)
    da_rzm: Array
    du: Array
    du_by_member: Array
    du_rz: Array
    du_m: Array
    n_rz: Array
    n_m: Array


class LNGRU(NormedCell):
    """The equations of one GRU layer with layer normalisation; methods are those of `Cell`.

    Notes
    -----
    Beside the parameters of a GRU there are the gains α, ``ln_ih_weight (3H,)`` and
    ``ln_hh_weight (3H,)``, and the shifts β, ``ln_ih_bias`` and ``ln_hh_bias``.
    """

    name = "ln_gru"
    title = "LN-GRU"
    gate_names = ("r", "z", "n")
    state_names = ("h",)
    chunks = ("r", "z", "n")
    blocks = ("n", "r", "z", "r_h", "z_h", "m")
    sigmoids = ("r", "z")
    input_blocks = slice(0, 3)
    hidden_blocks = slice(3, 6)
    hidden_chunks = {"r_h": "r", "z_h": "z", "m": "n"}  # noqa: RUF012
    groups_of_x = (slice(0, 1), slice(1, 3))
    groups_of_h = (slice(0, 2), slice(2, 3))
    kept_blocks = slice(0, 3)
    norms = 4
    more_factors = 7  # da of n, r, z and m, n of W_hh h
    bias_of = {"update_bias": "z"}  # noqa: RUF012
    choices = OF_GATED
    vectors = {  # noqa: RUF012
        "ln_ih_weight": Vector(3, start=1),
        "ln_ih_bias": Vector(3, start=0),
        "ln_hh_weight": Vector(3, start=1),
        "ln_hh_bias": Vector(3, start=0),
    }

    def _forward(self, W: Array, space: Workspace) -> None:
        add, multiply, subtract = np.add, np.multiply, np.subtract
        squash, bend = self._prepared(space, 2)
        H, rm, scale = self.hidden_size, space.scratch, space.dtype.type(self.gate_function.scale)
        scales = np.repeat(np.array([1, scale, scale], space.dtype), H)[:, np.newaxis]
        self._start(W, space, scales)  # n, r, z = LN(W_ih x) + b, scaled where a gate takes it
        times_W_hh = space.times_hidden(space.weights[1])
        gain_rz, (gain_m, shift_m) = scale * self._vector(space, 2)[: 2 * H], self._of_m(space)
        u, squares = np.empty((2, 3 * H, space.batch), space.dtype)
        u_by_member, u_rz, u_m = space.by_member(u), u[: 2 * H], u[2 * H :]
        squares_rz, squares_m = squares[: 2 * H], squares[2 * H :]
        for now in space.forward_rounds():
            rz, n, h = now.rz, now.n, now.h
            # r, z = σ, σ of LN(W_ih x) + b + LN(W_hh h_prev)
            times_W_hh(now.h_prev_by_member, u_by_member)  # (3H, H) @ (H, B)
            normalise(u_rz, now.scale_of_rz, squares_rz)
            multiply(u_rz, gain_rz, u_rz)
            add(rz, u_rz, rz)
            squash(rz, rz)
            # m = LN(W_hn h_prev) + b_hn
            m = u_m
            normalise(m, now.scale_of_m, squares_m)
            multiply(m, gain_m, m)
            add(m, shift_m, m)
            # n = tanh(LN(W_in x) + b_in + r * m)
            multiply(now.r, m, rm)
            add(n, rm, n)
            bend(n, n)
            # h = (1 − z) * n + z * h_prev, as (h_prev − n) * z + n
            subtract(now.h_prev, n, h)
            multiply(h, now.z, h)
            add(h, n, h)

    def _backward(
        self, W_hh_T: Array, space: Workspace, block: slice, enters: list[bool], cut: list[bool]
    ) -> Array:
        # W_hh with its mean taken out does so on the way back as well.
        back = space.back(np.ascontiguousarray(space.weights[1].swapaxes(-1, -2)))
        H, add, multiply, scratch = self.hidden_size, np.add, np.multiply, space.scratch
        by_member, gain = space.by_member(scratch), self._vector(space, 2)
        products = np.empty((3 * H, space.batch), space.dtype)
        products_rz, products_m = products[: 2 * H], products[2 * H :]
        da = self.factors(space, block)
        for t, now, d in space.backward_rounds(block, cut):
            dh, dh_prev = now.dh, now.dh_prev
            # da_n = (1 − z) * (1 − n²) * dh, da_r = m * da_n * r * (1 − r)
            # da_z = (h_prev − n) * z * (1 − z) * dh, da_m = r * da_n
            multiply(d.da, dh, d.da)
            # du = (v − mean(v) − n * mean(v * n)) / √(var(W_hh h_prev) + ε), v = α * da
            multiply(d.da_rzm, gain, d.du)
            back_to_centred(d.du_rz, d.n_rz, now.scale_of_rz, products_rz)
            back_to_centred(d.du_m, d.n_m, now.scale_of_m, products_m)
            if cut[t]:
                if not enters[t]:
                    dh_prev[...] = 0
                continue
            # dh_prev += z * dh + W_hhᵀ du, where dh_prev begins with what enters from outside
            back(d.du_by_member, by_member)  # (H, 3H) @ (3H, B)
            if enters[t]:
                add(dh_prev, scratch, dh_prev)
                multiply(dh, now.z, scratch)
            else:
                multiply(dh, now.z, dh_prev)
            add(dh_prev, scratch, dh_prev)
        self._learn("hh", da[:, H:], self._normed_h(space, len(da)), space)
        self._through_norm_of_x(da[:, : 3 * H], space, block, learn=True)
        return space.da[: len(da)]  # but for means over the rows, which no centred weight takes

    def factors(self, space: Workspace, block: slice) -> Array:
        """Return dh → da of n, r, z, m as (n, 4H, B), which is in ``space.factor``.

        Under it there is W_hh h_{t−1}, normalised (n, 3H, B).
        """
        H, gates = self.hidden_size, space.gates[block]
        n, r, z = gates[:, :H], gates[:, H : 2 * H], gates[:, 2 * H :]
        da = space.factor[: len(gates), : 4 * H]
        da_n, da_r, da_z, da_m = (da[:, k * H : (k + 1) * H] for k in range(4))
        self.state_function.slope(n, da_n)
        np.subtract(1, z, out=da_z)
        np.multiply(da_n, da_z, out=da_n)
        self.gate_function.slope_from_rest(z, da_z)
        np.subtract(space.h[block], n, out=da_r)  # in memory that is not needed yet
        np.multiply(da_z, da_r, out=da_z)
        np.multiply(da_n, r, out=da_m)
        self.gate_function.times_slope(da_n, r, da_m, out=da_r)
        normed = self._normed_h(space, len(da))
        self._products_of_h(space, block, normed)
        m, (gain, shift) = space.spare(da_r), self._of_m(space)
        np.multiply(normed[:, 2 * H :], gain, out=m)
        np.add(m, shift, out=m)
        np.multiply(da_r, m, out=da_r)
        return da

    def preactivation_gradients(self, params: Params, space: Workspace, block: slice) -> Array:
        """Return ∂L/∂(W_ih x) and, under it, ∂L/∂(W_hh h) of a block, (n, 6H, B)."""
        H, da = self.hidden_size, self.factors(space, block)
        for k in range(4):
            da[:, k * H : (k + 1) * H] *= space.arriving_dh[block]
        self._through_norm_of_h(da[:, H:], self._normed_h(space, len(da)), space, block)
        self._through_norm_of_x(da[:, : 3 * H], space, block, learn=False)
        return self._without_means(space.da[: len(da)])

    def jacobians(self, params: Params, space: Workspace, block: slice, example: int = 0) -> Array:
        """Return ∂h_t/∂h_{t−1} of one example, (n, H, H).

        diag(z) + Σ diag(∂h_t/∂k) N_k over k = r, z, m, with N = ∂LN(W_hh h_{t−1})/∂h_{t−1}.
        """
        H, da = self.hidden_size, self.factors(space, block)
        slopes = da[:, H:, example].astype(np.float64).reshape(len(da), 3, H)
        n = self._normed_h(space, len(da))
        result = self._by_norm_of_h(slopes, slice(0, 3), n, space, block, example)
        result[:, range(H), range(H)] += space.gates[block, 2 * H :, example]
        return result

    def paths(self, params: Params, space: Workspace, block: slice) -> dict[str, Array]:
        """Return z ⊙ dh_t, and what comes by n_t and its gates through W_hh."""
        du = self.into_hidden(self.preactivation_gradients(params, space, block))
        z, dh = space.gates[block, 2 * self.hidden_size :], space.arriving_dh[block]
        return {"carry": z * dh, "candidate": self.joint.weight_hh(params).T @ du}

    def _shared_shift(self, b: Array, space: Workspace) -> Array:
        """Return b_in, and of r and z b_ih + β₂ + b_hh."""
        H = self.hidden_size
        shift = space.over_batch(b[..., : 3 * H])
        shift[H:] += space.over_batch(b[..., 3 * H : 5 * H]) + self._vector(space, 3)[: 2 * H]
        return shift

    def _of_m(self, space: Workspace) -> tuple[Array, Array]:
        """Return α₂ and β₂ + b_hn of m, (H, B)."""
        H, (_, _, b) = self.hidden_size, space.weights
        gain, shift = self._vector(space, 2)[2 * H :], self._vector(space, 3)[2 * H :]
        return gain, shift + space.over_batch(b[..., 5 * H :])

    def _normed_h(self, space: Workspace, length: int) -> Array:
        """Return where W_hh h_{t−1}, normalised, stands: (length, 3H, B)."""
        return space.factor[:length, 4 * self.hidden_size :]

    def forward_views(self, space: Workspace) -> list[ForwardViews]:
        """Return what each timestep of the forward loop takes."""
        H, h_prev = self.hidden_size, space.by_member(space.h[:-1])
        return [
            ForwardViews(
                h_prev_by_member=h_prev[t],
                scale_of_rz=space.scales[t, OF_RZ],
                scale_of_m=space.scales[t, OF_M],
                rz=a[H:],
                n=a[:H],
                r=a[H : 2 * H],
                z=a[2 * H :],
                h_prev=space.h[t],
                h=space.made_h[t],
            )
            for t, a in enumerate(space.gates)
        ]

    def backward_views(self, space: Workspace) -> list[BackwardViews]:
        """Return what each timestep of the backward loop takes."""
        z, scales = space.gates[:, 2 * self.hidden_size :], space.scales
        arrays = space.arriving_dh, space.dh[:-1], z, scales[:, OF_RZ], scales[:, OF_M]
        return list(map(BackwardViews, *arrays))

    def block_views(self, space: Workspace) -> list[BlockViews]:
        """Return what each place in a block gives the backward loop."""
        H, da = self.hidden_size, space.factor[:, : 4 * self.hidden_size]
        du, n = self.into_hidden(space.da), self._normed_h(space, len(da))
        arrays = da.reshape(len(da), 4, H, -1), da[:, H:], du, space.by_member(du)
        split = du[:, : 2 * H], du[:, 2 * H :], n[:, : 2 * H], n[:, 2 * H :]
        return list(map(BlockViews, *arrays, *split))

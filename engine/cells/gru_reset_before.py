"""The GRU as Cho et al. 2014 have it: the reset gate acts before the product.

r, z = σ(W_i· x_t + b_i· + W_h· h_{t−1} + b_h·)
n = tanh(W_in x_t + b_in + W_hn (r ⊙ h_{t−1}) + b_hn)
h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}

Their equations 5 to 8 write h̃ for n and have no biases; in Keras it is ``reset_after=False``.
PyTorch has the other variant alone (`engine.cells.gru`); weights and biases are named, shaped and
ordered as there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.cells.gated_product import WithGatedProduct
from engine.cells.joint_weights import Params
from engine.cells.nonlinearities import OF_GATED
from engine.cells.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ForwardViews:
    """What one timestep of the forward loop reads and writes."""

    entering: Array  # [x_t, 1, h_{t−1}], by member
    rz_by_member: Array
    rz: Array
    r: Array
    z: Array
    n: Array
    h_prev: Array  # of t − 1
    h: Array
    h_by_member: Array


@dataclass(frozen=True, slots=True)
class BackwardViews:
    """What one timestep of the backward loop reads and writes."""

    dh: Array
    dh_prev: Array  # of t − 1
    dh_prev_by_member: Array
    r: Array
    z: Array


@dataclass(frozen=True, slots=True)
class BlockViews:
    """What a timestep of the backward loop takes of what is made anew for each block of them."""

    da_r: Array
    da_z: Array
    da_n: Array
    da_n_by_member: Array
    da_rz_by_member: Array


class GRUResetBefore(WithGatedProduct):
    """The equations of one such GRU layer; parameters and methods are those of `Cell`."""

    name = "gru_reset_before"
    title = "GRU reset before"
    gate_names = ("r", "z", "n")
    state_names = ("h",)
    chunks = ("r", "z", "n")
    blocks = ("r", "z", "n")
    sigmoids = ("r", "z")
    bias_of = {"update_bias": "z"}  # noqa: RUF012
    choices = OF_GATED

    def _forward(self, W: Array, space: Workspace) -> None:
        add, multiply, subtract = np.add, np.multiply, np.subtract
        squash, bend = self._prepared(space, 2)
        times_W_rz, times_W_hn = self._products(W, space)
        from_hidden, from_hidden_by_member = space.scratch, space.by_member(space.scratch)
        for now in space.forward_rounds():
            rz, n, h_prev, h = now.rz, now.n, now.h_prev, now.h
            # r, z = σ(W [x, 1, h_prev])
            times_W_rz(now.entering, now.rz_by_member)  # (2H, D+1+H) @ (D+1+H, B)
            squash(rz, rz)
            # n = tanh(W_in x + b_n + W_hn (r * h_prev))
            multiply(now.r, h_prev, h)  # r * h_prev, where h will be
            times_W_hn(now.h_by_member, from_hidden_by_member)  # (H, H) @ (H, B)
            add(n, from_hidden, n)
            bend(n, n)
            # h = (1 − z) * n + z * h_prev, as (h_prev − n) * z + n
            subtract(h_prev, n, h)
            multiply(h, now.z, h)
            add(h, n, h)

    def _backward(
        self, W_hh_T: Array, space: Workspace, block: slice, enters: list[bool], cut: list[bool]
    ) -> Array:
        add, multiply = np.add, np.multiply
        back_rz, back_n = self._products_back(W_hh_T, space)
        drh, by_member = space.scratch, space.by_member(space.scratch)
        da = self.factors(space, block)
        for t, now, d in space.backward_rounds(block, cut):
            dh, dh_prev = now.dh, now.dh_prev
            # da_z = (h_prev − n) * z * (1 − z) * dh, da_n = (1 − z) * (1 − n²) * dh
            multiply(d.da_z, dh, d.da_z)
            multiply(d.da_n, dh, d.da_n)
            # drh = W_hnᵀ da_n, da_r = h_prev * r * (1 − r) * drh
            back_n(d.da_n_by_member, by_member)  # (H, H) @ (H, B)
            multiply(d.da_r, drh, d.da_r)
            if cut[t]:
                if not enters[t]:
                    dh_prev[...] = 0
                continue
            # dh_prev += z * dh + r * drh + W_hrᵀ da_r + W_hzᵀ da_z
            multiply(drh, now.r, drh)
            if enters[t]:
                add(dh_prev, drh, dh_prev)
                back_rz(d.da_rz_by_member, by_member)  # (H, 2H) @ (2H, B)
            else:
                back_rz(d.da_rz_by_member, now.dh_prev_by_member)
            add(dh_prev, drh, dh_prev)
            multiply(dh, now.z, drh)
            add(dh_prev, drh, dh_prev)
        return da

    def factors(self, space: Workspace, block: slice) -> Array:
        """Return dh → da of z and n, and d(r ⊙ h_{t−1}) → da of r, as (n, 3H, B)."""
        H, h_prev = self.hidden_size, space.h[block]
        rz, n = space.gates[block, : 2 * H], space.gates[block, 2 * H :]
        da, spare = space.da[: len(n)], space.factor[: len(n)]
        da_rz, da_r, da_z, da_n = da[:, : 2 * H], da[:, :H], da[:, H : 2 * H], da[:, 2 * H :]
        np.subtract(1, rz, out=da_rz)  # 1 − z for da_n
        self.state_function.slope(n, da_n)
        np.multiply(da_n, da_z, out=da_n)
        self.gate_function.slope_from_rest(rz, da_rz)
        np.multiply(da_r, h_prev, out=da_r)
        np.subtract(h_prev, n, out=spare)
        np.multiply(da_z, spare, out=da_z)
        return da

    def preactivation_gradients(self, params: Params, space: Workspace, block: slice) -> Array:
        """Return da (n, 3H, B) of a block from the finished ``space.dh``."""
        H, da, dh = self.hidden_size, self.factors(space, block), space.arriving_dh[block]
        da[:, H : 2 * H] *= dh
        da[:, 2 * H :] *= dh
        da[:, :H] *= params["weight_hh"][2 * H :].T @ da[:, 2 * H :]
        return da

    def jacobians(self, params: Params, space: Workspace, block: slice, example: int = 0) -> Array:
        """Return ∂h_t/∂h_{t−1} of one example, (n, H, H).

        diag(z) + diag(∂h_t/∂z) W_hz + diag(∂h_t/∂n) W_hn ∂(r ⊙ h_{t−1})/∂h_{t−1}, with
        ∂(r ⊙ h_{t−1})/∂h_{t−1} = diag(r) + diag(∂(r ⊙ h_{t−1})/∂r) W_hr; ∂/∂z, ∂/∂n and ∂/∂r are
        of pre-activations.
        """
        H = self.hidden_size
        diagonal, (W_hr, W_hz, W_hn) = self._hidden_factors(
            params, self.factors(space, block), example
        )
        by_r, by_z, by_n = (diagonal[:, k, :, np.newaxis] for k in range(3))
        r, z = (space.gates[block, k * H : (k + 1) * H, example] for k in range(2))
        of_rh = by_r * W_hr
        of_rh[:, range(H), range(H)] += r
        result: Array = by_z * W_hz + by_n * (W_hn @ of_rh)
        result[:, range(H), range(H)] += z
        return result

    def paths(self, params: Params, space: Workspace, block: slice) -> dict[str, Array]:
        """Return z ⊙ dh_t, and what comes by n_t and its gates through W_hh."""
        H, da = self.hidden_size, self.preactivation_gradients(params, space, block)
        W_rz_T, W_hn_T = params["weight_hh"][: 2 * H].T, params["weight_hh"][2 * H :].T
        r, z, dh = space.gates[block, :H], space.gates[block, H : 2 * H], space.arriving_dh[block]
        candidate = r * (W_hn_T @ da[:, 2 * H :]) + W_rz_T @ da[:, : 2 * H]
        return {"carry": z * dh, "candidate": candidate}

    def forward_views(self, space: Workspace) -> list[ForwardViews]:
        """Return what each timestep of the forward loop takes."""
        H, gates = self.hidden_size, space.gates
        rz, r, z, n = gates[:, : 2 * H], gates[:, :H], gates[:, H : 2 * H], gates[:, 2 * H :]
        h_prev, h = space.h[:-1], space.made_h
        entering, rz_by_member, h_by_member = map(space.by_member, (space.entering[:-1], rz, h))
        parts = entering, rz_by_member, rz, r, z, n, h_prev, h, h_by_member
        return list(map(ForwardViews, *parts))

    def backward_views(self, space: Workspace) -> list[BackwardViews]:
        """Return what each timestep of the backward loop takes."""
        H, dh_prev = self.hidden_size, space.dh[:-1]
        r, z = space.gates[:, :H], space.gates[:, H : 2 * H]
        return list(map(BackwardViews, space.arriving_dh, dh_prev, space.by_member(dh_prev), r, z))

    def block_views(self, space: Workspace) -> list[BlockViews]:
        """Return what each place in a block gives the backward loop."""
        H, da = self.hidden_size, space.da
        da_r, da_z, da_n = da[:, :H], da[:, H : 2 * H], da[:, 2 * H :]
        rz = space.by_member(da[:, : 2 * H])
        return list(map(BlockViews, da_r, da_z, da_n, space.by_member(da_n), rz))

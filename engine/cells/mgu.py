"""The minimal gated unit (Zhou, Wu, Zhang & Zhou 2016): one gate that forgets and updates at once.

f = σ(W_if x_t + b_if + W_hf h_{t−1} + b_hf)
n = tanh(W_in x_t + b_in + W_hn (f ⊙ h_{t−1}) + b_hn)
h_t = (1 − f) ⊙ h_{t−1} + f ⊙ n

The paper writes h̃ for n. PyTorch has no such cell; weights and biases are named and shaped as it
would have them, f before n.
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
    f_by_member: Array
    f: Array
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
    f: Array


@dataclass(frozen=True, slots=True)
class BlockViews:
    """The same of what is made anew for each block of timesteps."""

    da_f: Array
    da_f_by_member: Array
    da_n: Array
    da_n_by_member: Array
    dfh_to_da_f: Array
    dfh_to_da_f_by_member: Array


class MGU(WithGatedProduct):
    """The equations of one MGU layer; parameters and methods are those of `Cell`."""

    name = "mgu"
    title = "MGU"
    gate_names = ("f", "n")
    state_names = ("h",)
    chunks = ("f", "n")
    blocks = ("f", "n")
    sigmoids = ("f",)
    choices = OF_GATED

    def _forward(self, W: Array, space: Workspace) -> None:
        add, multiply, subtract = np.add, np.multiply, np.subtract
        squash, bend = self._prepared(space)
        times_W_f, times_W_hn = self._products(W, space)
        from_hidden, from_hidden_by_member = space.scratch, space.by_member(space.scratch)
        for now in space.forward_rounds():
            f, n, h_prev, h = now.f, now.n, now.h_prev, now.h
            # f = σ(W_f [x, 1, h_prev])
            times_W_f(now.entering, now.f_by_member)  # (H, D+1+H) @ (D+1+H, B)
            squash(f, f)
            # n = tanh(W_in x + b_n + W_hn (f * h_prev))
            multiply(f, h_prev, h)  # f * h_prev, where h will be
            times_W_hn(now.h_by_member, from_hidden_by_member)  # (H, H) @ (H, B)
            add(n, from_hidden, n)
            bend(n, n)
            # h = (1 − f) * h_prev + f * n, as (n − h_prev) * f + h_prev
            subtract(n, h_prev, h)
            multiply(h, f, h)
            add(h, h_prev, h)

    def _backward(
        self, W_hh_T: Array, space: Workspace, block: slice, enters: list[bool], cut: list[bool]
    ) -> Array:
        add, multiply, subtract = np.add, np.multiply, np.subtract
        back_f, back_n = self._products_back(W_hh_T, space)
        dfh, dfh_by_member, one = space.scratch, space.by_member(space.scratch), space.dtype.type(1)
        da = self.factors(space, block)
        for t, now, d in space.backward_rounds(block, cut):
            dh, dh_prev, f, da_f, da_n = now.dh, now.dh_prev, now.f, d.da_f, d.da_n
            # da_n = f * (1 − n²) * dh, dfh = W_hnᵀ da_n
            multiply(da_n, dh, da_n)
            back_n(d.da_n_by_member, dfh_by_member)  # (H, H) @ (H, B)
            # da_f = f * (1 − f) * ((n − h_prev) * dh + h_prev * dfh)
            from_dfh = d.dfh_to_da_f
            multiply(da_f, dh, da_f)
            multiply(from_dfh, dfh, from_dfh)
            add(da_f, from_dfh, da_f)
            if cut[t]:
                if not enters[t]:
                    dh_prev[...] = 0
                continue
            # dh_prev += (1 − f) * dh + f * dfh + W_hfᵀ da_f
            multiply(f, dfh, dfh)
            rest = from_dfh  # memory that is free again
            subtract(one, f, rest)
            multiply(rest, dh, rest)
            add(dfh, rest, dfh)
            if enters[t]:
                add(dh_prev, dfh, dh_prev)
                back_f(d.da_f_by_member, d.dfh_to_da_f_by_member)  # (H, H) @ (H, B)
                add(dh_prev, rest, dh_prev)
            else:
                back_f(d.da_f_by_member, now.dh_prev_by_member)
                add(dh_prev, dfh, dh_prev)
        return da

    def factors(self, space: Workspace, block: slice) -> Array:
        """Return dh → da of f and n as (n, 2H, B); ``space.factor`` gets d(f ⊙ h_{t−1}) → da_f.

        What comes to f by n has to pass W_hn first, so that dh alone does not give da_f.
        """
        H, h_prev = self.hidden_size, space.h[block]
        f, n = space.gates[block, :H], space.gates[block, H:]
        da, dfh_to_da_f = space.da[: len(f)], space.factor[: len(f)]
        da_f, da_n = da[:, :H], da[:, H:]
        self.gate_function.slope(f, da_f)
        np.multiply(da_f, h_prev, out=dfh_to_da_f)
        np.subtract(n, h_prev, out=da_n)  # in memory that is not needed yet
        np.multiply(da_f, da_n, out=da_f)
        self.state_function.slope(n, da_n)
        np.multiply(da_n, f, out=da_n)
        return da

    def preactivation_gradients(self, params: Params, space: Workspace, block: slice) -> Array:
        """Return da (n, 2H, B) of a block from the finished ``space.dh``."""
        H, da = self.hidden_size, self.factors(space, block)
        dh, dfh_to_da_f = space.arriving_dh[block], space.factor[: len(da)]
        da[:, :H] *= dh
        da[:, H:] *= dh
        da[:, :H] += dfh_to_da_f * (params["weight_hh"][H:].T @ da[:, H:])
        return da

    def jacobians(self, params: Params, space: Workspace, block: slice, example: int = 0) -> Array:
        """Return ∂h_t/∂h_{t−1} of one example, (n, H, H).

        diag(1 − f) + diag(∂h_t/∂f) W_hf + diag(∂h_t/∂n) W_hn ∂(f ⊙ h_{t−1})/∂h_{t−1}, with
        ∂(f ⊙ h_{t−1})/∂h_{t−1} = diag(f) + diag(∂(f ⊙ h_{t−1})/∂f) W_hf; ∂/∂f and ∂/∂n are of
        pre-activations.
        """
        H = self.hidden_size
        diagonal, (W_hf, W_hn) = self._hidden_factors(params, self.factors(space, block), example)
        by_f, by_n = diagonal[:, 0, :, np.newaxis], diagonal[:, 1, :, np.newaxis]
        f = space.gates[block, :H, example].astype(np.float64)
        of_fh = space.factor[: len(f), :, example, np.newaxis].astype(np.float64) * W_hf
        of_fh[:, range(H), range(H)] += f
        result: Array = by_f * W_hf + by_n * (W_hn @ of_fh)
        result[:, range(H), range(H)] += 1 - f
        return result

    def paths(self, params: Params, space: Workspace, block: slice) -> dict[str, Array]:
        """Return (1 − f) ⊙ dh_t, and what comes by n_t and its gate through W_hh."""
        H, da = self.hidden_size, self.preactivation_gradients(params, space, block)
        W_hf_T, W_hn_T = params["weight_hh"][:H].T, params["weight_hh"][H:].T
        f, dh = space.gates[block, :H], space.arriving_dh[block]
        candidate = f * (W_hn_T @ da[:, H:]) + W_hf_T @ da[:, :H]
        return {"carry": (1 - f) * dh, "candidate": candidate}

    def forward_views(self, space: Workspace) -> list[ForwardViews]:
        """Return what each timestep of the forward loop takes."""
        f, n = space.gates[:, : self.hidden_size], space.gates[:, self.hidden_size :]
        h_prev, h = space.h[:-1], space.made_h
        entering, f_by_member, h_by_member = map(space.by_member, (space.entering[:-1], f, h))
        return list(map(ForwardViews, entering, f_by_member, f, n, h_prev, h, h_by_member))

    def backward_views(self, space: Workspace) -> list[BackwardViews]:
        """Return what each timestep of the backward loop takes."""
        dh_prev, f = space.dh[:-1], space.gates[:, : self.hidden_size]
        return list(map(BackwardViews, space.arriving_dh, dh_prev, space.by_member(dh_prev), f))

    def block_views(self, space: Workspace) -> list[BlockViews]:
        """Return what each place in a block gives the backward loop."""
        H, da = self.hidden_size, space.da
        arrays = da[:, :H], da[:, H:], space.factor
        pairs = (view for array in arrays for view in (array, space.by_member(array)))
        return list(map(BlockViews, *pairs))

"""The plain recurrent network with layer normalisation (Ba, Kiros & Hinton 2016, equation 4).

    h_t = tanh(LN(W_ih x_t + W_hh h_{t−1}; α, β) + b_ih + b_hh)

with LN as `layer_norm` has it, over the H sums of both products; the gated cells normalise each
product by itself. The paper's b is all that is added after the normalisation, β + b_ih + b_hh, and
its g is α. PyTorch has no such cell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.cells.cell import Cell
from engine.cells.joint_weights import Params
from engine.cells.layer_norm import back_to_centred, centred, matrices, normalise, without_mean
from engine.cells.vector import Vector
from engine.cells.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ForwardViews:
    """What one timestep of the forward loop reads and writes."""

    entering: Array  # [x_t, 1, h_{t−1}], by member
    h: Array
    h_by_member: Array
    scale: Array


@dataclass(frozen=True, slots=True)
class BackwardViews:
    """What one timestep of the backward loop reads and writes."""

    dh: Array
    dh_prev: Array  # of t − 1
    dh_prev_by_member: Array
    scale: Array


@dataclass(frozen=True, slots=True)
class BlockViews:
    """The same of what is made anew for each block of timesteps."""

    da: Array
    n: Array
    du: Array
    du_by_member: Array


class LNRNN(Cell):
    """The equations of one plain recurrent layer with layer normalisation; see also `Cell`.

    Notes
    -----
    Beside the parameters of an RNN there are the gain α, ``ln_weight (H,)``, and the shift β,
    ``ln_bias (H,)``.
    """

    name = "ln_rnn"
    title = "LN-RNN"
    gate_names = ()
    state_names = ("h",)
    chunks = ("h",)
    blocks = ("h",)
    norms = 1
    more_factors = 2  # da, and the normalised sums
    more_parts = 1
    path_count = 3
    vectors = {"ln_weight": Vector(start=1), "ln_bias": Vector(start=0)}  # noqa: RUF012

    def _forward(self, W: Array, space: Workspace) -> None:
        tanh, add, multiply, D = np.tanh, np.add, np.multiply, self.input_size
        gain, shift = space.vectors[: self.hidden_size], space.vectors[self.hidden_size :]
        shift = shift + space.over_batch(W[..., D])
        W[..., D] = 0  # biases come after the normalisation
        space.weights = (centred(W),)
        times_W, squares = space.times(space.weights[0]), space.scratch
        for now in space.forward_rounds():
            # h = tanh(LN(W [x, h_prev]) + b)
            h = now.h
            times_W(now.entering, now.h_by_member)  # (H, D+1+H) @ (D+1+H, B)
            normalise(h, now.scale, squares)
            multiply(h, gain, h)
            add(h, shift, h)
            tanh(h, h)

    def _backward(
        self, W_hh_T: Array, space: Workspace, block: slice, enters: list[bool], cut: list[bool]
    ) -> Array:
        # W_hh with its mean taken out does so on the way back as well.
        back = space.back(np.ascontiguousarray(self._hidden_weights(space).swapaxes(-1, -2)))
        add, multiply, scratch = np.add, np.multiply, space.scratch
        gain, by_member = space.vectors[: self.hidden_size], space.by_member(scratch)
        da = self.factors(space, block)
        for t, now, d in space.backward_rounds(block, cut):
            # da = (1 − h²) * dh
            multiply(d.da, now.dh, d.da)
            # du = (v − mean(v) − n * mean(v * n)) / √(var(u) + ε), v = α * da
            multiply(d.da, gain, d.du)
            back_to_centred(d.du, d.n, now.scale, scratch)
            if cut[t]:
                if not enters[t]:
                    now.dh_prev[...] = 0
            # dh_prev += W_hhᵀ du, where dh_prev begins with what enters from outside
            elif enters[t]:
                back(d.du_by_member, by_member)  # (H, H) @ (H, B)
                add(now.dh_prev, scratch, now.dh_prev)
            else:
                back(d.du_by_member, now.dh_prev_by_member)
        if space.dvectors:
            # dα += Σ da * n, dβ += Σ da
            n = self._normed(space, len(da))
            space.dvectors["ln_weight"] += space.summed_product(da, n)
            space.dvectors["ln_bias"] += space.by_member(da).sum(axis=(0, -1))
        return space.da[: len(da)]  # but for its mean, which no centred weight takes

    def factors(self, space: Workspace, block: slice) -> Array:
        """Return dh → da, that is tanh′, (n, H, B), which is in ``space.factor``.

        Under it there is W_ih x_t + W_hh h_{t−1}, normalised (n, H, B).
        """
        h = space.made_h[block]
        da, n = space.factor[: len(h), : self.hidden_size], self._normed(space, len(h))
        np.multiply(h, h, out=da)
        np.subtract(1, da, out=da)  # tanh′ = 1 − tanh²
        entering = space.by_member(space.read(block))
        np.matmul(space.weights[0], entering, out=space.by_member(n))
        np.multiply(n, space.scales[block, 0], out=n)
        return da

    def preactivation_gradients(self, params: Params, space: Workspace, block: slice) -> Array:
        """Return ∂L/∂(W_ih x + W_hh h) (n, H, B) of a block from the finished ``space.dh``."""
        da = self.factors(space, block)
        da *= space.arriving_dh[block]
        return self._through_norm(da, space, block)

    def _through_norm(self, da: Array, space: Workspace, block: slice) -> Array:
        """Return ∂L/∂u (n, H, B) of the sums u from da = ∂L/∂LN(u), which is overwritten."""
        du = space.da[: len(da)]
        np.multiply(da, space.vectors[: self.hidden_size], out=du)
        back_to_centred(du, self._normed(space, len(da)), space.scales[block, 0], da)
        without_mean(du)
        return du

    def preactivations(
        self, params: Params, space: Workspace, example: int = 0
    ) -> dict[str, Array]:
        """Return W_ih x_t, W_hh h_{t−1} and, as ``normed.h``, what tanh takes."""
        (W,), b = space.weights, params["ln_bias"] + params["bias_ih"] + params["bias_hh"]
        n = space.entering[:-1, :, example] @ W.T * space.scales[:, 0, :, example]
        return {
            "input.h": space.input[:, :, example] @ params["weight_ih"].T,
            "recurrent.h": space.h[:-1, :, example] @ params["weight_hh"].T,
            "normed.h": n * params["ln_weight"] + b,
        }

    def jacobians(self, params: Params, space: Workspace, block: slice, example: int = 0) -> Array:
        """Return ∂h_t/∂h_{t−1} = diag(tanh′) ∂LN/∂h_{t−1} of one example, (n, H, H)."""
        slope = self.factors(space, block)[:, :, example].astype(np.float64)
        n = self._normed(space, len(slope))[:, :, example].astype(np.float64)
        scale = space.scales[block, 0, :, example].astype(np.float64)
        gain = space.vectors[: self.hidden_size, example].astype(np.float64)
        N = matrices(n, scale, self._hidden_weights(space).astype(np.float64))
        result: Array = (slope * gain)[:, :, np.newaxis] * N
        return result

    def paths(self, params: Params, space: Workspace, block: slice) -> dict[str, Array]:
        """Return what tanh′ leaves of dh_t, what LN leaves of that, and what W_hh makes of it."""
        da = self.factors(space, block)
        da *= space.arriving_dh[block]
        nonlinearity = da.copy()
        du = self._through_norm(da, space, block)
        return {"nonlinearity": nonlinearity, "norm": du, "weight": params["weight_hh"].T @ du}

    def _by_name(self, dW: Array, dvectors: dict[str, Array]) -> dict[str, Array]:
        """Return all gradients by parameter; biases and the shift have the same one."""
        bias = dvectors["ln_bias"]
        biases = {"bias_ih": bias.copy(), "bias_hh": bias.copy()}
        return super()._by_name(centred(dW), dvectors) | biases

    def _input_weights(self, params: Params, space: Workspace) -> Array:
        """Return W_ih, centred."""
        return space.weights[0][..., : self.input_size]

    def _hidden_weights(self, space: Workspace) -> Array:
        """Return W_hh, centred."""
        return space.weights[0][..., self.input_size + 1 :]

    def _normed(self, space: Workspace, length: int) -> Array:
        """Return where the normalised sums stand: (length, H, B)."""
        return space.factor[:length, self.hidden_size :]

    def forward_views(self, space: Workspace) -> list[ForwardViews]:
        """Return what each timestep of the forward loop takes."""
        h, entering = space.made_h, space.by_member(space.entering[:-1])
        return list(map(ForwardViews, entering, h, space.by_member(h), space.scales[:, 0]))

    def backward_views(self, space: Workspace) -> list[BackwardViews]:
        """Return what each timestep of the backward loop takes."""
        dh_prev = space.dh[:-1]
        arrays = space.arriving_dh, dh_prev, space.by_member(dh_prev), space.scales[:, 0]
        return list(map(BackwardViews, *arrays))

    def block_views(self, space: Workspace) -> list[BlockViews]:
        """Return what each place in a block gives the backward loop."""
        da, n = space.factor[:, : self.hidden_size], self._normed(space, space.block)
        return list(map(BlockViews, da, n, space.da, space.by_member(space.da)))

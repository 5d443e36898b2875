"""What cells share that normalise their two products, W_ih x_t and W_hh h_{t−1}, each by itself."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from engine.arrays import Array
from engine.cells.cell import Cell
from engine.cells.joint_weights import Params
from engine.cells.layer_norm import (
    back_to_centred,
    centred,
    normalise,
    without_mean,
)
from engine.cells.workspace import Workspace


class NormedCell(Cell):
    """A cell that adds up LN(W_ih x_t; α₁, β₁) + b_ih and LN(W_hh h_{t−1}; α₂, β₂) + b_hh.

    Gains α and shifts β are the vectors ``ln_ih_weight``, ``ln_ih_bias``, ``ln_hh_weight`` and
    ``ln_hh_bias``, with the rows of the weights. The two products have blocks of their own, those
    of the input and, after them, those of the hidden state.

    Normalised products are not kept, since together they would take as much memory as all that is
    named: the way back computes them again, a block of timesteps in one product, and has their
    scales from `Workspace.scales`.
    """

    scaled = False
    groups_of_x: ClassVar[tuple[slice, ...]]
    """The input blocks that are normalised together, by their places among all blocks."""
    groups_of_h: ClassVar[tuple[slice, ...]]
    """The hidden blocks that are normalised together, by their places among the hidden ones."""

    def _ordered_vectors(self, params: Params) -> list[Array]:
        """Return α₁, β₁, α₂ and β₂ in the order of the blocks, and then the other vectors."""
        x, h = self.joint.to_input_blocks, self.joint.to_hidden_blocks
        order = {"ln_ih_weight": x, "ln_ih_bias": x, "ln_hh_weight": h, "ln_hh_bias": h}
        return [order.get(name, np.asarray)(params[name]) for name in self.vectors]

    def _by_name(self, dW: Array, dvectors: dict[str, Array]) -> dict[str, Array]:
        """Return all gradients by parameter; a bias and the shift beside it have the same one."""
        for part, _ in self._normed_of_x:
            rows = dW[..., self.joint.input_rows, :][..., part, :]
            rows -= rows.mean(axis=-2, keepdims=True)
        for part, _ in self._normed_of_h:
            rows = dW[..., self.joint.hidden_rows, :][..., part, :]
            rows -= rows.mean(axis=-2, keepdims=True)
        biases = {f"bias_{of}": dvectors[f"ln_{of}_bias"].copy() for of in ("ih", "hh")}
        return super()._by_name(dW, dvectors) | biases

    def _input_weights(self, params: Params, space: Workspace) -> Array:
        """Return W_ih, centred."""
        return space.weights[0]

    def _vector(self, space: Workspace, place: int) -> Array:
        """Return one of α₁, β₁, α₂, β₂ (rows, B), counted from 0."""
        rows = len(self.chunks) * self.hidden_size
        return space.vectors[place * rows : (place + 1) * rows]

    def _normed(self, groups: tuple[slice, ...], first: int) -> list[tuple[slice, int]]:
        """Return the rows of each group, and where its scale stands."""
        H = self.hidden_size
        return [(slice(g.start * H, g.stop * H), first + k) for k, g in enumerate(groups)]

    @property
    def _normed_of_x(self) -> list[tuple[slice, int]]:
        return self._normed(self.groups_of_x, 0)

    @property
    def _normed_of_h(self) -> list[tuple[slice, int]]:
        return self._normed(self.groups_of_h, len(self.groups_of_x))

    def _start(self, W: Array, space: Workspace, scales: Array) -> None:
        """Fill the kept blocks with all that does not depend on h, times `scales` (rows, 1).

        That is LN(W_ih x; α₁, β₁) + b_ih, and in the blocks that h enters as well β₂ + b_hh.
        ``space.weights`` gets W_ih and W_hh, both centred, and the biases of all blocks.
        """
        D, rows = self.input_size, len(self.chunks) * self.hidden_size
        W_ih = W[..., self.joint.input_rows, :D].copy()
        W_hh = W[..., self.joint.hidden_rows, D + 1 :].copy()
        for weights, normed in ((W_ih, self._normed_of_x), (W_hh, self._normed_of_h)):
            for part, _ in normed:
                weights[..., part, :] = centred(weights[..., part, :])
        b = W[..., D].copy()
        space.weights = W_ih, W_hh, b
        gain = scales * self._vector(space, 0)
        shift = scales * (self._vector(space, 1) + self._shared_shift(b, space))
        for start in range(0, space.timesteps, space.block):
            block = slice(start, start + space.block)
            u = space.activations[block, :rows]
            x = space.by_member(space.read_input(block))
            np.matmul(W_ih, x, out=space.by_member(u))  # (rows, D) @ (n, D, B)
            for part, k in self._normed_of_x:
                some = u[:, part]
                normalise(some, space.scales[block, k], space.spare(some))
            np.multiply(u, gain, out=u)
            np.add(u, shift, out=u)

    def _shared_shift(self, b: Array, space: Workspace) -> Array:
        """Return what is added to LN(W_ih x; α₁, β₁) at every timestep, from the biases (rows,)."""
        raise NotImplementedError

    def _products_of_h(self, space: Workspace, block: slice, out: Array) -> None:
        """Write W_hh h_{t−1} (n, rows, B), normalised, once more."""
        _, W_hh, _ = space.weights
        np.matmul(W_hh, space.by_member(space.read_hidden(block)), out=space.by_member(out))
        for part, k in self._normed_of_h:
            some = out[:, part]
            np.multiply(some, space.scales[block, k], out=some)

    def _through_norm_of_h(self, d: Array, n: Array, space: Workspace, block: slice) -> None:
        """Turn d = ∂L/∂(LN of W_hh h) into ∂L/∂(W_hh h), in the hidden rows of ``space.da``.

        But for means over the rows, here and for W_ih x: centred weights leave them behind, and of
        the weights' own gradients they are taken out at the end.
        """
        du = self.into_hidden(space.da[: len(d)])
        np.multiply(d, self._vector(space, 2), out=du)
        for part, k in self._normed_of_h:
            some = du[:, part]
            back_to_centred(some, n[:, part], space.scales[block, k], space.spare(some))

    def _through_norm_of_x(self, d: Array, space: Workspace, block: slice, *, learn: bool) -> None:
        """Turn d = ∂L/∂(LN of W_ih x) into ∂L/∂(W_ih x), in the input rows of ``space.da``.

        d is overwritten. With `learn` the gradients of α₁ and β₁ are added up.
        """
        W_ih, _, _ = space.weights
        n, du = space.spare(d), self.into_input(space.da[: len(d)])
        np.matmul(W_ih, space.by_member(space.read_input(block)), out=space.by_member(n))
        for part, k in self._normed_of_x:
            some = n[:, part]
            np.multiply(some, space.scales[block, k], out=some)
        if learn:
            self._learn("ih", d, n, space)
        np.multiply(d, self._vector(space, 0), out=du)
        for part, k in self._normed_of_x:
            some = du[:, part]
            back_to_centred(some, n[:, part], space.scales[block, k], d[:, part])

    def _without_means(self, du: Array) -> Array:
        """Take the mean of each norm's rows out of du (n, rows, B), in place, and return it."""
        for rows, normed in (
            (self.into_input(du), self._normed_of_x),
            (self.into_hidden(du), self._normed_of_h),
        ):
            for part, _ in normed:
                without_mean(rows[:, part])
        return du

    def _learn(self, of: str, d: Array, n: Array, space: Workspace) -> None:
        # dα += Σ d * n, dβ += Σ d
        if not space.dvectors:
            return
        back = {"ih": self.joint.from_input_blocks, "hh": self.joint.from_hidden_blocks}[of]
        space.dvectors[f"ln_{of}_weight"] += back(space.summed_product(d, n))
        space.dvectors[f"ln_{of}_bias"] += back(space.by_member(d).sum(axis=(0, -1)))

    def preactivations(
        self, params: Params, space: Workspace, example: int = 0
    ) -> dict[str, Array]:
        """Return the two parts of what each gate adds up, both normalised.

        ``input.<chunk>`` (T, H) is LN(W_ih x_t; α₁, β₁) + b_ih, and ``recurrent.<chunk>``
        LN(W_hh h_{t−1}; α₂, β₂) + b_hh, of which the GRU's n takes r ⊙ its recurrent part.
        """
        H = self.hidden_size
        x, h = space.input[:, :, example], space.h[:-1, :, example]
        back_x, back_h = self.joint.from_input_blocks, self.joint.from_hidden_blocks
        found: dict[str, Array] = {}
        for part, of, entering, weights, normed, back in (
            ("input", "ih", x, space.weights[0], self._normed_of_x, back_x),
            ("recurrent", "hh", h, space.weights[1], self._normed_of_h, back_h),
        ):
            n = entering @ weights.T
            for rows, k in normed:
                n[:, rows] *= space.scales[:, k, :, example]
            sums = back(n) * params[f"ln_{of}_weight"] + params[f"ln_{of}_bias"]
            sums += params[f"bias_{of}"]
            found |= {
                f"{part}.{chunk}": sums[:, k * H : (k + 1) * H]
                for k, chunk in enumerate(self.chunks)
            }
        return found

    def _by_norm_of_h(
        self,
        slopes: Array,
        blocks: slice,
        n: Array,
        space: Workspace,
        block: slice,
        example: int,
    ) -> Array:
        """Return Σ diag(slopes_k) ∂LN_k/∂h_{t−1} of one example, (T, H, H), over hidden blocks k.

        With W_hh centred, ∂LN_k/∂h = diag(α_k) (W_k − n_k mean(n ⊙ W_hh)) · scale, where the mean
        is over the rows that are normalised together.

        Parameters
        ----------
        slopes : ndarray, shape (T, K, H)
        blocks : slice
            Which K of the hidden blocks.
        n : ndarray, shape (T, rows, B)
            W_hh h_{t−1}, normalised, of all hidden blocks.
        space, block, example
            As of `jacobians`.
        """
        H, T = self.hidden_size, len(n)
        W = space.weights[1].astype(np.float64)
        n = n[:, :, example].astype(np.float64)
        slopes = slopes * self._vector(space, 2)[:, example].reshape(-1, H)[blocks]
        means = []
        for k, (rows, place) in enumerate(self._normed_of_h):
            own = [j - blocks.start for j in self._blocks_of(k) if j in range(*blocks.indices(99))]
            slopes[:, own] *= space.scales[block, place, :, example, np.newaxis]
            inner = (slopes[:, own] * n.reshape(T, -1, H)[:, blocks][:, own]).sum(axis=1)
            means.append((inner, n[:, rows] @ W[rows] / (rows.stop - rows.start)))
        result: Array = np.einsum("nkh,khj->nhj", slopes, W.reshape(-1, H, H)[blocks])
        for inner, mean in means:
            result -= inner[:, :, np.newaxis] * mean[:, np.newaxis]
        return result

    def _blocks_of(self, group: int) -> range:
        """Return the places of the hidden blocks of a group."""
        return range(self.groups_of_h[group].start, self.groups_of_h[group].stop)

"""What the cells share whose candidate multiplies a gated state: W_hn (r ⊙ h_{t−1})."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array
from engine.cells.cell import Cell
from engine.cells.joint_weights import Params, Product
from engine.cells.workspace import Workspace


class WithGatedProduct(Cell):
    """A cell with n = tanh(W_in x_t + b_in + W_hn (r ⊙ h_{t−1}) + b_hn).

    r is its first gate, whatever it is called, and n its last chunk; between them may stand other
    gates of [x_t, h_{t−1}]. Blocks are in the order of the chunks.
    """

    more_factors = 1  # where r ⊙ h_{t−1} finds memory

    def _products(self, W: Array, space: Workspace) -> tuple[Product, Product]:
        """Write W_in x + b_in + b_hn of all timesteps to n; return the products of gates and W_hn.

        n takes the input of all timesteps at once; W_hn (r ⊙ h_{t−1}) comes in one by one.
        """
        n, D = self._gate_rows, self.input_size
        a_n = space.activations[:, n:]
        x = space.read(slice(0, space.timesteps))[:, : D + 1]
        np.matmul(W[..., n:, : D + 1], space.by_member(x), out=space.by_member(a_n))
        W_hn = np.ascontiguousarray(W[..., n:, D + 1 :])
        return space.times(W[..., :n, :]), space.times_hidden(W_hn)

    def _products_back(self, W_hh_T: Array, space: Workspace) -> tuple[Product, Product]:
        """Return the products of W_hhᵀ of the gates and of W_hnᵀ."""
        n = self._gate_rows
        of_gates, of_n = W_hh_T[..., :n], W_hh_T[..., n:]
        back_gates = space.back(np.ascontiguousarray(of_gates))
        return back_gates, space.back(np.ascontiguousarray(of_n))

    def _add_weight_gradients(self, dW: Array, da: Array, space: Workspace, block: slice) -> None:
        n, D = self._gate_rows, self.input_size
        flat_da, entering = space.flat_da(da), space.flat_entering(block)
        da_gates, da_n = flat_da[..., :n, :], flat_da[..., n:, :]
        dW[..., :n, :] += da_gates @ entering.swapaxes(-1, -2)
        dW[..., n:, : D + 1] += da_n @ entering[..., : D + 1, :].swapaxes(-1, -2)
        dW[..., n:, D + 1 :] += da_n @ space.flat_hidden(self._gated(space, block)).swapaxes(-1, -2)

    def hidden_products(
        self, da: Array, space: Workspace, block: slice
    ) -> list[tuple[Array, Array]]:
        """Return the rows of the gates with h_{t−1}, and those of n with r ⊙ h_{t−1}."""
        n = self._gate_rows
        return [(da[:, :n], space.read_hidden(block)), (da[:, n:], self._gated(space, block))]

    def preactivations(
        self, params: Params, space: Workspace, example: int = 0
    ) -> dict[str, Array]:
        """Return the two parts of what each gate adds up; n's recurrent one is of r ⊙ h_{t−1}."""
        H, n = self.hidden_size, self._gate_rows
        parts = super().preactivations(params, space, example)
        rh = space.gates[:, :H, example] * space.h[:-1, :, example]
        return parts | {"recurrent.n": rh @ params["weight_hh"][n:].T + params["bias_hh"][n:]}

    def _gated(self, space: Workspace, block: slice) -> Array:
        """Return r ⊙ h_{t−1} (n, H, B) in ``space.factor``, which is free once da is complete."""
        r = space.gates[block, : self.hidden_size]
        return np.multiply(r, space.read_hidden(block), out=space.factor[: len(r)])

    @property
    def _gate_rows(self) -> int:
        """Rows of the gates; those of n come after them."""
        return (len(self.chunks) - 1) * self.hidden_size

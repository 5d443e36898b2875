"""The parameters of a cell as one matrix, so that a timestep takes one matrix product.

PyTorch's parameters have H rows for each gate (its *chunk* of rows), in PyTorch's order. The joint
matrix ``[W_ih, b, W_hh]`` has H rows for each *block* of pre-activations, in the order that suits
the cell's loops, and zeros where a block takes the input alone or the hidden state alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from engine.arrays import Array

Params = Mapping[str, Array]
Product = Callable[[Array, Array], Any]


class JointWeights:
    """Where each chunk of the parameters stands in ``[W_ih, b, W_hh]``.

    Parameters
    ----------
    input_size, hidden_size : int
        D and H.
    chunks, blocks : tuple of str
        Names of the chunks and of the blocks.
    input_blocks, hidden_blocks : slice
        The blocks that the input enters, always the first ones, and those that the previous hidden
        state enters, always the last ones.
    hidden_chunks : dict of str to str
        Where a hidden block has another name than the chunk it stems from.
    scales : mapping of str to float
        Blocks whose pre-activations are wanted multiplied, and with what: with ½ where
        σ(a) = ½ tanh(½ a) + ½ takes them.

    Attributes
    ----------
    rows : int
        Of the joint matrix.
    input_rows, hidden_rows : slice
        Its rows that the input enters, and those that the previous hidden state enters.
    parts : list of (slice, slice)
        Rows and columns of the pieces of the joint matrix that are not zero.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        chunks: tuple[str, ...],
        blocks: tuple[str, ...],
        input_blocks: slice,
        hidden_blocks: slice,
        hidden_chunks: Mapping[str, str],
        scales: Mapping[str, float],
    ) -> None:
        self._input_size, self._hidden_size = D, H = input_size, hidden_size
        place = {name: k for k, name in enumerate(chunks)}
        entering = [hidden_chunks.get(name, name) for name in blocks[hidden_blocks]]
        self._ih_order = _rows([place[name] for name in blocks[input_blocks]], H)
        self._hh_order = _rows([place[name] for name in entering], H)
        self._ih_back, self._hh_back = np.argsort(self._ih_order), np.argsort(self._hh_order)
        self._scale = np.repeat([scales.get(name, 1.0) for name in blocks], H)[:, None]
        count = len(blocks)
        (_, ih_stop, _), (hh_start, _, _) = (
            some.indices(count) for some in (input_blocks, hidden_blocks)
        )
        self.rows = count * H
        self.input_rows, self.hidden_rows = slice(0, ih_stop * H), slice(hh_start * H, count * H)
        # Rows that take the input alone, both, the state alone.
        parts = (
            (slice(0, hh_start * H), slice(0, D + 1)),
            (slice(hh_start * H, ih_stop * H), slice(0, D + 1 + H)),
            (slice(ih_stop * H, count * H), slice(D, D + 1 + H)),
        )
        self.parts = [(rows, columns) for rows, columns in parts if rows.start < rows.stop]

    def join(self, params: Params) -> Array:
        """Return [W_ih, b, W_hh] (rows, D + 1 + H), scaled where that is wanted."""
        D = self._input_size
        W = self.zeros(params)
        W[..., self.input_rows, :D] = self.weight_ih(params)
        W[..., self.input_rows, D] = self.to_input_blocks(params["bias_ih"])
        W[..., self.hidden_rows, D] += self.to_hidden_blocks(params["bias_hh"])
        W[..., self.hidden_rows, D + 1 :] = self.weight_hh(params)
        W *= self._scale
        return W

    def to_input_blocks(self, vector: Array) -> Array:
        """Return numbers (…, G·H) that stand in the order of the chunks in that of the blocks."""
        return vector.take(self._ih_order, axis=-1)

    def to_hidden_blocks(self, vector: Array) -> Array:
        """Return the same in the order of the hidden blocks."""
        return vector.take(self._hh_order, axis=-1)

    def from_input_blocks(self, vector: Array) -> Array:
        """Return what stands in the order of the input blocks in that of the chunks."""
        return vector.take(self._ih_back, axis=-1)

    def from_hidden_blocks(self, vector: Array) -> Array:
        """Return what stands in the order of the hidden blocks in that of the chunks."""
        return vector.take(self._hh_back, axis=-1)

    def zeros(self, params: Params) -> Array:
        """Return zeros for [W_ih, b, W_hh]."""
        weight_hh = params["weight_hh"]
        shape = (*weight_hh.shape[:-2], self.rows, self._input_size + 1 + self._hidden_size)
        return np.zeros(shape, weight_hh.dtype)

    def split(self, dW: Array) -> dict[str, Array]:
        """Return the gradients by parameter of d[W_ih, b, W_hh]."""
        D = self._input_size
        dW_ih = dW[..., self.input_rows, : D + 1].take(self._ih_back, axis=-2)
        dW_hh = dW[..., self.hidden_rows, D:].take(self._hh_back, axis=-2)
        return {
            "weight_ih": dW_ih[..., :D],
            "weight_hh": dW_hh[..., 1:],
            "bias_ih": dW_ih[..., D],
            "bias_hh": dW_hh[..., 0],
        }

    def weight_ih(self, params: Params) -> Array:
        """Return W_ih with its chunks in the order of the input blocks."""
        return params["weight_ih"].take(self._ih_order, axis=-2)

    def weight_hh(self, params: Params) -> Array:
        """Return W_hh with its chunks in the order of the hidden blocks."""
        return params["weight_hh"].take(self._hh_order, axis=-2)


def product(W: Array) -> Product:
    """Return the function that writes W @ x into its second argument.

    One matrix takes ``ndarray.dot``: a call of it costs a third of one of ``matmul``, which is what
    counts when batches are small. An ensemble's stack of matrices takes ``matmul``.
    """
    return W.dot if W.ndim == 2 else partial(np.matmul, W)


def augmented(weight: Array, bias: Array) -> Array:
    """Return the weights after the bias, the column that meets the row of ones."""
    return np.concatenate([bias[..., None], weight], axis=-1)


def _rows(chunks: list[int], H: int) -> Array:
    """Return the row numbers of these H-row chunks, one chunk after the other."""
    return np.concatenate([np.arange(k * H, (k + 1) * H) for k in chunks])

"""Layer normalisation (Ba, Kiros & Hinton 2016) of what the units of a layer add up.

    LN(u; α, β) = α ⊙ n + β      n = (u − mean(u)) / √(var(u) + ε)

Mean and variance are over the rows of u, of each example and timestep by itself, the variance with
1 / rows. The paper has no ε; this one is that of PyTorch's ``LayerNorm`` and of the code that the
paper's authors published (github.com/ryankiros/layer-norm), under the root as there. Gains begin as
1 and shifts as 0, as in both.

On the way back, with v = α ⊙ ∂L/∂LN,

    ∂L/∂u = (v − mean(v) − n ⊙ mean(v ⊙ n)) / √(var(u) + ε)

Of a sum u = W x the mean is taken out beforehand, once for all timesteps: u − mean(u) is the
product of x with `centred` weights. As the columns of those have mean 0, mean(v) does not pass them
on the way back either.

Arrays are (…, rows, B), for one timestep or for many, and scales (…, 1, B).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from engine.arrays import Array

EPSILON = 1e-5


def centred(W: Array) -> Array:
    """Return weights (…, rows, columns) less each column's mean."""
    result: Array = W - W.mean(axis=-2, keepdims=True)
    return result


def mean(u: Array, out: Array | None = None) -> Array:
    """Return the mean over the rows, (…, 1, B), of u (…, rows, B).

    As a product with a row of 1 / rows, which takes a fifth of the time of a sum along that axis.
    """
    row = _averaging(u.shape[-2], u.dtype)
    if u.ndim == 2:
        result: Array = row.dot(u, out)
    else:
        result = np.matmul(row, u, out=out)
    return result


def normalise(u: Array, scale: Array, squares: Array) -> None:
    """Multiply u, whose mean is 0, in place with 1 / √(var(u) + ε), which goes into `scale`.

    Parameters
    ----------
    u : ndarray, shape (…, rows, B)
    scale : ndarray, shape (…, 1, B)
    squares : ndarray, shape (…, rows, B)
        Memory to use.
    """
    np.multiply(u, u, squares)
    mean(squares, scale)
    np.add(scale, EPSILON, scale)
    np.sqrt(scale, scale)
    np.divide(1, scale, scale)
    np.multiply(u, scale, u)


def back_to_centred(v: Array, n: Array, scale: Array, products: Array) -> None:
    """Turn v = α ⊙ ∂L/∂LN in place into ∂L/∂u but for what is the same in all rows.

    Parameters
    ----------
    v, n : ndarray, shape (…, rows, B)
    scale : ndarray, shape (…, 1, B)
        As `normalise` left it.
    products : ndarray, shape (…, rows, B)
        Memory to use.
    """
    # (v − n * mean(v * n)) * scale
    np.multiply(v, n, products)
    np.multiply(n, mean(products), products)
    np.subtract(v, products, v)
    np.multiply(v, scale, v)


def without_mean(v: Array) -> None:
    """Take the mean over the rows out, in place."""
    np.subtract(v, mean(v), v)


def matrices(n: Array, scale: Array, W: Array) -> Array:
    """Return ∂n/∂x of n = normalised W x of one example, for some timesteps.

    Parameters
    ----------
    n : ndarray, shape (T, rows)
    scale : ndarray, shape (T, 1)
    W : ndarray, shape (rows, columns)
        Centred.

    Returns
    -------
    ndarray, shape (T, rows, columns)
        (W − n mean(n ⊙ W)) · scale, the mean being over the rows of each column.
    """
    mean = n @ W / len(W)  # (T, columns)
    result: Array = (W - n[:, :, np.newaxis] * mean[:, np.newaxis]) * scale[:, :, np.newaxis]
    return result


@cache
def _averaging(rows: int, dtype: np.dtype[Any]) -> Array:
    """Return a row (1, rows) whose product with numbers is their mean."""
    return np.full((1, rows), 1 / rows, dtype)

"""Norms that lose nothing to the range of floats.

Arrays from a workspace are batch-last, ``(T, units, B)``; all results are float64.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

SAFE = 1e-290, 1e290
"""Sums of squares between these lost nothing to underflow or overflow."""


def norm(vector: Array) -> float:
    """Return the L2 norm of a vector (n,), exact where its squares leave the range of floats."""
    return float(norms(vector.reshape(1, -1, 1))[0, 0])


def norms(array: Array) -> Array:
    """Return the L2 norms over the units, shape (T, B), of an array (T, units, B).

    Where a sum of squares under- or overflows, the vector is scaled by its largest entry first,
    so that 1e-200 has a norm and is not a zero. Infinite entries give inf, NaN gives NaN.
    """
    array = array.astype(np.float64, copy=False)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        squares: Array = np.einsum("tub,tub->tb", array, array)
        odd = ~((squares > SAFE[0]) & (squares < SAFE[1])).all(axis=1)
        result = np.sqrt(squares)
        if odd.any():
            some = array[odd]
            largest = np.abs(some).max(axis=1, keepdims=True)
            scale = np.where((largest > 0) & np.isfinite(largest), largest, 1)
            scaled = some / scale
            result[odd] = np.sqrt(np.einsum("tub,tub->tb", scaled, scaled)) * scale[:, 0]
    return result


def scaled(array: Array) -> tuple[Array, Array]:
    """Return array (n, rows, columns) with entries whose squares are safe, and exponents (n,).

    ``np.ldexp`` of the two is the array again: powers of two change no digit.
    """
    largest = np.maximum(array.max(axis=(1, 2)), -array.min(axis=(1, 2)))
    exponent = np.zeros(len(array), dtype=int)
    odd = (largest < SAFE[0] ** 0.5) | (largest > SAFE[1] ** 0.5)
    odd &= (largest > 0) & np.isfinite(largest)
    if odd.any():
        exponent[odd] = np.frexp(largest[odd])[1]
        array = np.ldexp(array, -exponent[:, None, None])
    return array, exponent

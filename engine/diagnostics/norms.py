"""Norms that lose nothing to the range of floats.

Arrays from a workspace are batch-last, ``(T, units, B)``; all results are float64.
"""

from __future__ import annotations

import numpy as np

from engine.arrays import Array

SAFE = 1e-290, 1e290
"""Sums of squares between these lost nothing to underflow or overflow."""

RESCUE = 2.0**600, 2.0**-600
"""Factors for what lies below and above: powers of two, which change no digit."""


def norm(vector: Array) -> float:
    """Return the L2 norm of a vector (n,), exact where its squares leave the range of floats."""
    return float(norms(vector.reshape(1, -1, 1))[0, 0])


def norms(array: Array) -> Array:
    """Return the L2 norms over the units, shape (T, B), of an array (T, units, B).

    Where a sum of squares under- or overflows, it is taken again of scaled entries, so that 1e-200
    has a norm and is not a zero. Infinite entries give inf, NaN gives NaN.
    """
    single = array.dtype == np.float32
    array = array.astype(np.float64, copy=False)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        squares: Array = np.einsum("tub,tub->tb", array, array)
        result: Array = np.sqrt(squares)
        if single:  # the square of any float32 is a normal number in float64
            return result
        for odd, scale in zip((squares < SAFE[0], squares > SAFE[1]), RESCUE, strict=True):
            rows = odd.any(axis=1)
            if rows.any():
                rescued = array[rows] * scale
                again = np.sqrt(np.einsum("tub,tub->tb", rescued, rescued)) / scale
                result[rows] = np.where(odd[rows], again, result[rows])
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

"""What is read off a finished backward pass. None of it changes the numbers it reads.

Arrays from a workspace are batch-last, ``(T, units, B)``; all results are float64.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from engine.cells import Cell, Workspace

Array = np.ndarray[Any, np.dtype[Any]]

SAFE = 1e-290, 1e290
"""Sums of squares between these lost nothing to underflow or overflow."""

HORIZON_FRACTION = 0.01
"""A gradient below this fraction of its value at the last loss has vanished."""


class Spread(NamedTuple):
    """A quantity by timestep over a batch.

    Attributes
    ----------
    mean, q10, q90 : ndarray, shape (T,) or (T+1,)
        Mean, 10 % and 90 % quantile. NaN where there is a gap.
    """

    mean: Array
    q10: Array
    q90: Array


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


def state_gradient(gradient: Array, reached: Array) -> Array:
    """Return ‖∂ℓ_b/∂h_t‖₂ of each example's own loss (dh_norm and, from dc, dc_norm).

    L is the mean of ℓ_b over the batch, so ∂ℓ_b/∂h_t is B times example b's part of ∂L/∂h_t and
    does not change with the batch's size.

    Parameters
    ----------
    gradient : ndarray, shape (T+1, H, B)
        Total ∂L/∂h_t or ∂L/∂c_t.
    reached : ndarray of bool, shape (T+1,)
        False for timesteps that truncation cuts off from every loss: NaN in the result.

    Returns
    -------
    ndarray, shape (T+1, B)
    """
    result: Array = norms(gradient) * gradient.shape[2]
    result[~reached] = np.nan
    return result


def spread(values: Array) -> Spread:
    """Return mean and quantiles, linearly interpolated, over the batch of values (T, B)."""
    ordered = np.sort(values, axis=1)  # NaN last: a row that has one has it in its mean, too
    lost = np.isnan(ordered[:, -1])
    with np.errstate(invalid="ignore", over="ignore"):
        mean = values.mean(axis=1)
        quantiles = []
        for fraction in (0.1, 0.9):
            below, rest = divmod(fraction * (ordered.shape[1] - 1), 1)
            low = ordered[:, int(below)]
            high = ordered[:, min(int(below) + 1, ordered.shape[1] - 1)]
            between = low if rest == 0 else low + rest * (high - low)
            # Between two infinities lies no number, but they agree.
            quantile = np.where(low == high, low, between)
            quantile[lost] = np.nan
            quantiles.append(quantile)
        return Spread(mean, *quantiles)


def horizon(dh_norm: Array, last: int) -> float:
    """Return how many timesteps back dh_norm stays above 1 % of its value at the last loss.

    Parameters
    ----------
    dh_norm : ndarray, shape (T+1,)
    last : int
        The t of the last h_t that has a loss.

    Returns
    -------
    float
        From 0 to `last`; NaN if the value at `last` is not finite.
    """
    reference = dh_norm[last]
    if not np.isfinite(reference):
        return float("nan")
    above = dh_norm[last::-1] > HORIZON_FRACTION * reference
    fallen = np.flatnonzero(~above)
    return float(max(0, fallen[0] - 1) if len(fallen) else last)


def weight_contributions(cell: Cell, space: Workspace) -> Array:
    """Return ‖∂L/∂W_hh‖_F of each timestep's own contribution (dW_hh_norm).

    The contribution of t is δ_t h_{t−1}ᵀ with δ_t (rows, B) = ∂L/∂(pre-activations) of t. For a
    batch smaller than the layer, ‖δhᵀ‖² = Σ (δᵀδ ⊙ hᵀh) spares the outer product.

    Parameters
    ----------
    cell : Cell
    space : Workspace
        As the backward pass left it.

    Returns
    -------
    ndarray, shape (T,)
    """
    result = np.empty(space.timesteps)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        for block in space.blocks():
            delta = cell.into_hidden(cell.preactivation_gradients(space, block))
            delta = delta.astype(np.float64, copy=False)
            h = space.h[block].astype(np.float64, copy=False)
            delta, of_delta = _scaled(delta)  # by powers of two, which change no digit
            h, of_h = _scaled(h)
            if space.batch < cell.hidden_size:
                grams = delta.transpose(0, 2, 1) @ delta, h.transpose(0, 2, 1) @ h
                total = np.einsum("tij,tij->t", *grams)
            else:
                outer = delta @ h.transpose(0, 2, 1)
                total = np.einsum("tij,tij->t", outer, outer)
            result[block] = np.ldexp(np.sqrt(np.maximum(total, 0)), of_delta + of_h)
    return result


def _scaled(array: Array) -> tuple[Array, Array]:
    """Return array (n, rows, B) with entries whose squares are safe, and exponents (n,) of 2."""
    largest = np.maximum(array.max(axis=(1, 2)), -array.min(axis=(1, 2)))
    exponent = np.zeros(len(array), dtype=int)
    odd = (largest < SAFE[0] ** 0.5) | (largest > SAFE[1] ** 0.5)
    odd &= (largest > 0) & np.isfinite(largest)
    if odd.any():
        exponent[odd] = np.frexp(largest[odd])[1]
        array = np.ldexp(array, -exponent[:, None, None])
    return array, exponent

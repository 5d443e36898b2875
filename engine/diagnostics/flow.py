"""The gradient of the loss by timestep: dh_norm, dc_norm, and their spread."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.arrays import Array
from engine.diagnostics.norms import norms
from engine.quantities import Quantity, register

register(
    Quantity(
        "dh_norm",
        "‖∂ℓ/∂h_t‖",
        "Norm of the gradient of an example's loss by the hidden state, mean over the batch",
        unit="loss / state",
        log=True,
        axes=("t",),
        first_timestep=0,
        spread=True,
        clipped=True,
    ),
    Quantity(
        "dc_norm",
        "‖∂ℓ/∂c_t‖",
        "Norm of the gradient of an example's loss by the cell state, mean over the batch",
        unit="loss / state",
        log=True,
        axes=("t",),
        first_timestep=0,
        spread=True,
        clipped=True,
    ),
)


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

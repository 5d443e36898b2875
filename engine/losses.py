"""Losses at some of the timesteps of a batch, with their gradients.

Each example's own loss ℓ_b is the mean of its per-timestep losses under the mask, and the loss
of a batch is L = mean over b of ℓ_b. Outputs and gradients are batch-last, ``(S, O, B)``, for the
S timesteps that are read out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from engine.arrays import Array
from engine.quantities import Quantity, register

register(
    Quantity(
        "loss",
        "L",
        "Mean over the batch of each example's own loss",
        unit="the task's loss_unit",
        history=True,
    )
)


@dataclass(frozen=True)
class LossValue:
    """A loss and where it comes from.

    Attributes
    ----------
    loss : float
        L, the mean of `examples`.
    examples : ndarray, shape (B,)
        ℓ_b.
    doutput : ndarray, shape (S, O, B)
        ∂L/∂output.
    prediction : ndarray, shape (S, O, B)
        What the output says: the values themselves, or the probability of each class.
    """

    loss: float
    examples: Array
    doutput: Array
    prediction: Array


def mean_squared_error(output: Array, y: Array, mask: Array) -> LossValue:
    """Compare values: per timestep, the mean over the outputs of (output − y)².

    Parameters
    ----------
    output : ndarray, shape (S, O, B)
    y : ndarray of float, shape (S, B, O)
    mask : ndarray of bool, shape (S, B)
    """
    weight = _weight(mask)
    error = output - y.transpose(0, 2, 1)
    examples = (np.square(error).mean(axis=1) * weight).sum(axis=0)
    doutput = error * (weight * (2 / (output.shape[1] * output.shape[2])))[:, None]
    return LossValue(float(examples.mean()), examples, doutput, output)


def cross_entropy(output: Array, y: Array, mask: Array) -> LossValue:
    """Compare classes: per timestep, −log of the probability of the right one, in nats.

    Parameters
    ----------
    output : ndarray, shape (S, O, B)
        Unnormalised log-probabilities.
    y : ndarray of int, shape (S, B)
    mask : ndarray of bool, shape (S, B)
    """
    weight = _weight(mask)
    shifted = output - output.max(axis=1, keepdims=True)
    prediction = np.exp(shifted)
    total = prediction.sum(axis=1, keepdims=True)
    right = y[:, None]
    surprise = np.log(total) - np.take_along_axis(shifted, right, axis=1)  # (S, 1, B)
    prediction /= total
    examples = (surprise[:, 0] * weight).sum(axis=0)
    doutput = prediction.copy()
    np.put_along_axis(doutput, right, np.take_along_axis(doutput, right, axis=1) - 1, axis=1)
    doutput *= (weight / output.shape[2])[:, None]
    return LossValue(float(examples.mean()), examples, doutput, prediction)


def _weight(mask: Array) -> Array:
    """Return what each timestep counts in its example's mean (S, B)."""
    weight: Array = mask / np.maximum(mask.sum(axis=0), 1)
    return weight


LOSSES: Mapping[str, Callable[[Array, Array, Array], LossValue]] = MappingProxyType(
    {"mse": mean_squared_error, "cross_entropy": cross_entropy}
)
"""The losses by the names that tasks use."""

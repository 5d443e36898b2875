"""Gradient clipping (Pascanu, Mikolov & Bengio 2013), with PyTorch's semantics."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.arrays import Array
from engine.diagnostics import norm
from engine.quantities import Quantity, register

register(
    Quantity(
        "grad_norm",
        "‖∂L/∂θ‖",
        "Norm of the gradient of all weights, before clipping",
        unit="loss / weight",
        log=True,
        history=True,
        clipped=True,
    ),
    Quantity(
        "clip_factor", "c", "What clipping multiplied the norm of the gradient by", history=True
    ),
)


class Clipped(NamedTuple):
    """What clipping met, and what it did.

    Attributes
    ----------
    grad_norm : float
        Global L2 norm before clipping.
    clip_factor : float
        Norm after ÷ norm before; 1 where nothing was clipped.
    """

    grad_norm: float
    clip_factor: float


def clip(gradient: Array, mode: str, threshold: float) -> Clipped:
    """Clip a gradient in place.

    Parameters
    ----------
    gradient : ndarray, shape (n,)
        All parameters' gradients in one vector.
    mode : {"none", "norm", "value"}
        ``norm`` multiplies all by min(1, threshold / (norm + 1e-6)), as
        ``torch.nn.utils.clip_grad_norm_`` does; ``value`` limits each entry to ±threshold.
    threshold : float
    """
    before = norm(gradient)
    if mode == "norm":
        factor = min(1.0, threshold / (before + 1e-6)) if not np.isnan(before) else before
        if factor != 1:
            gradient *= factor
        return Clipped(before, factor)
    if mode == "value":
        np.clip(gradient, -threshold, threshold, out=gradient)
        after = norm(gradient)
        return Clipped(before, after / before if before > 0 else 1.0)
    return Clipped(before, 1.0)

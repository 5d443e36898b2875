"""The soft orthogonality constraint: recurrent weights are pulled towards keeping lengths.

Vorontsov, Trabelsi, Kadoury & Pal (2017, "On orthogonality and learning recurrent networks with
long term dependencies", section 3) add to the loss, for each recurrent matrix W_k,

    λ ‖W_kᵀ W_k − I‖²_F      with the gradient      4 λ W_k (W_kᵀ W_k − I).

All singular values of W_k are pulled towards 1, so that neither forward nor backward a direction
grows or shrinks by W_k alone. Of a cell with gates, each gate has a matrix of its own.
"""

from __future__ import annotations

import numpy as np

from engine.arrays import Array


def penalty(weight_hh: Array, strength: float) -> float:
    """Return λ Σ_k ‖W_kᵀ W_k − I‖²_F.

    Parameters
    ----------
    weight_hh : ndarray, shape (G·H, H)
    strength : float
        λ.
    """
    return strength * float(np.sum(_excess(_by_gate(weight_hh)) ** 2))


def penalty_gradient(weight_hh: Array, strength: float) -> Array:
    """Return its gradient, shaped like `weight_hh`.

    Parameters
    ----------
    weight_hh : ndarray, shape (G·H, H)
    strength : float
        λ.
    """
    W = _by_gate(weight_hh)
    gradient: Array = 4 * strength * W @ _excess(W)
    return gradient.reshape(weight_hh.shape)


def _by_gate(weight_hh: Array) -> Array:
    """Return (G·H, H) as (G, H, H)."""
    return weight_hh.reshape(-1, *weight_hh.shape[1:] * 2)


def _excess(W: Array) -> Array:
    """Return WᵀW − I of each matrix, (G, H, H)."""
    excess: Array = W.swapaxes(-1, -2) @ W - np.eye(W.shape[-1], dtype=W.dtype)
    return excess

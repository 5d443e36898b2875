"""Initial weights.

``pytorch``: uniform on ±1/√H, all weights and biases, as PyTorch's recurrent layers have them.
``orthogonal``: W_hh orthogonal gate by gate (Saxe, McClelland & Ganguli 2014), the rest as above.
``identity``: W_hh = I gate by gate, input weights normal with standard deviation 0.001, no bias
(the IRNN of Le, Jaitly & Hinton 2015).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def uniform(rng: np.random.Generator, shape: tuple[int, ...], hidden_size: int) -> Array:
    """Draw uniformly on ±1/√hidden_size."""
    bound = hidden_size**-0.5
    return rng.uniform(-bound, bound, shape)


def irnn(rng: np.random.Generator, shape: tuple[int, ...], hidden_size: int) -> Array:
    """Draw small normal weights; biases (one axis) are zero."""
    return rng.normal(0, 0.001, shape) if len(shape) > 1 else np.zeros(shape)


def orthogonal(rng: np.random.Generator, size: int) -> Array:
    """Draw a size × size orthogonal matrix, uniform over the group (Mezzadri 2007)."""
    q, r = np.linalg.qr(rng.standard_normal((size, size)))
    return q * np.sign(np.diag(r))


def rescale(weight: Array, spectral_radius: float) -> Array:
    """Scale a square matrix to this largest |eigenvalue|; a nilpotent one stays as it is."""
    present = np.abs(np.linalg.eigvals(weight)).max()
    return weight * (spectral_radius / present) if present > 0 else weight


WEIGHTS: Mapping[str, Callable[[np.random.Generator, tuple[int, ...], int], Array]] = (
    MappingProxyType({"pytorch": uniform, "orthogonal": uniform, "identity": irnn})
)
"""How each scheme draws all but W_hh."""


def init_hidden(
    rng: np.random.Generator,
    scheme: str,
    gates: int,
    hidden_size: int,
    spectral_radius: float | None,
) -> Array:
    """Draw W_hh, gate by gate.

    Parameters
    ----------
    rng : numpy.random.Generator
    scheme : {"pytorch", "orthogonal", "identity"}
    gates, hidden_size : int
    spectral_radius : float or None
        Rescale each gate's block to this largest |eigenvalue|.

    Returns
    -------
    ndarray, shape (gates · hidden_size, hidden_size)
    """
    H = hidden_size
    blocks = []
    for _ in range(gates):
        if scheme == "orthogonal":
            block = orthogonal(rng, H)
        elif scheme == "identity":
            block = np.eye(H)
        else:
            block = uniform(rng, (H, H), H)
        blocks.append(block if spectral_radius is None else rescale(block, spectral_radius))
    return np.concatenate(blocks)

"""The spectrum of the recurrent weights."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array
from engine.cells import Cell, Params
from engine.quantities import Quantity, register

register(
    Quantity(
        "spectrum.*",
        "λ",
        "Eigenvalues of a gate's block of W_hh, the largest first",
        axes=("rank", "part"),
        view="spectrum",
    ),
    Quantity(
        "spectral_radius.*",
        "max |λ|",
        "Largest modulus of an eigenvalue of a gate's block of W_hh",
        view="spectrum",
    ),
    Quantity(
        "singular_value.*",
        "‖W‖",
        "Largest singular value of a gate's block of W_hh",
        view="spectrum",
    ),
)


def spectrum(cell: Cell, params: Params) -> dict[str, Array]:
    """Return eigenvalues, spectral radius and largest singular value of W_hh, gate by gate.

    By name of an H × H block (``h`` for the RNN, else its gate): ``spectrum.<gate>`` (H, 2) are
    the eigenvalues λ as (Re λ, Im λ), the largest |λ| first; ``spectral_radius.<gate>`` is
    max |λ|; ``singular_value.<gate>`` is ‖W‖₂. For the RNN, ‖W_hh‖₂ < 1 / max φ′ is enough to
    vanish, and > 1 / max φ′ is needed to explode (Pascanu, Mikolov & Bengio 2013). All are NaN
    if a weight is not finite.
    """
    H = cell.hidden_size
    arrays: dict[str, Array] = {}
    for name, weight in zip(cell.chunks, params["weight_hh"].reshape(-1, H, H), strict=True):
        values, largest = _spectrum(weight.astype(np.float64))
        arrays[f"spectrum.{name}"] = np.stack([values.real, values.imag], axis=1)
        arrays[f"spectral_radius.{name}"] = np.array(np.abs(values[0]))
        arrays[f"singular_value.{name}"] = np.array(largest)
    return arrays


def _spectrum(weight: Array) -> tuple[Array, float]:
    """Return the eigenvalues (H,), the largest first, and the largest singular value."""
    if not np.isfinite(weight).all():
        return np.full(len(weight), complex(np.nan, np.nan)), float("nan")
    values = np.linalg.eigvals(weight)
    # Conjugate pairs have one modulus; the sign of Im λ keeps their order from frame to frame.
    values = values[np.lexsort((-values.imag, -values.real, -np.abs(values)))]
    return values, float(np.linalg.svd(weight, compute_uv=False)[0])

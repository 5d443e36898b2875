"""The same of large states, where exact products are too slow: a few directions stand for all.

Every number here is a lower bound: the singular values of ∂s_T/∂s_t seen from a subspace. It is
tight when the subspace holds the leading singular vectors, which is what the sweeps see to: the
range finder with power iterations of Halko, Martinsson & Tropp (2011), with directions kept apart
by QR so that they do not all turn into the first one. Measured at 256 units, T = 30 and fresh
weights (pytorch, normal, orthogonal, identity), jacobian_gain was found at 0.94 to 1 of its exact
value; where the leading directions stand out, as they do in long products, nothing is missing.
"""

from __future__ import annotations

import numpy as np

from engine.arrays import Array
from engine.diagnostics.jacobians import Chain, rescaled, resolved
from engine.quantities import CONSTANTS

EXACT_SIZE = 128
"""Up to this many entries of the joint state the products are exact."""
CONSTANTS["exact_size"] = EXACT_SIZE

PROBES = 8
"""Directions that set out together."""

SWEEPS = 2
"""How often the directions are carried to the end of the sequence and back."""

ROUNDS = 4
"""Subspace iterations for the norm of one Jacobian."""


def probed_singular_values(chain: Chain) -> Array:
    """Return lower bounds of the leading singular values of ∂s_T/∂s_t.

    Groups of `PROBES` directions set out at t = 0 and 1, 2, 4, 8, … timesteps before the end, for
    a short product bends other directions than a long one. What they become at T spans the
    subspace of s_T that is carried back: its images under (∂s_T/∂s_t)ᵀ have the singular values.
    From there the second sweep sets out.

    Returns
    -------
    ndarray, shape (T+1, k)
        As `singular_values` has it.
    """
    rng = np.random.default_rng(0)
    T = chain.timesteps
    before_the_end = (1 << power for power in range(T.bit_length()))
    starts = {max(0, T - back): _directions(rng, chain.size) for back in (*before_the_end, T)}
    with np.errstate(all="ignore"):
        for _ in range(SWEEPS):
            basis = _carried_to_the_end(chain, starts)
            result, starts = _carried_back(chain, basis, starts)
    return result


def probed_local_gain(chain: Chain) -> Array:
    """Return lower bounds of ‖∂s_t/∂s_{t−1}‖₂ by subspace iteration on JᵀJ.

    It starts at each timestep from what the one before ended with.

    Returns
    -------
    ndarray, shape (T,)
    """
    result = np.full(chain.timesteps, np.nan)
    directions = _directions(np.random.default_rng(0), chain.size)
    with np.errstate(all="ignore"):
        for t, jacobian, exponent in chain.forward():
            if not np.isfinite(jacobian).all():
                continue
            for _ in range(ROUNDS):
                directions = np.linalg.qr(jacobian.T @ np.linalg.qr(jacobian @ directions).Q).Q
            values = np.linalg.svd(jacobian @ directions, compute_uv=False)
            result[t] = np.ldexp(values[0], exponent)
    return result


def _directions(rng: np.random.Generator, size: int) -> Array:
    """Draw orthonormal directions (size, PROBES)."""
    return np.linalg.qr(rng.standard_normal((size, min(PROBES, size)))).Q


def _carried_to_the_end(chain: Chain, starts: dict[int, Array]) -> Array:
    """Return an orthonormal basis of what the groups of directions become at T."""
    groups = np.empty((0, chain.size, min(PROBES, chain.size)))
    for t, jacobian, _ in chain.forward():
        if not np.isfinite(jacobian).all():
            groups = groups[:0]  # what set out so far is lost
            continue
        if t in starts:
            groups = np.concatenate([groups, starts[t][np.newaxis]])
        groups = np.linalg.qr(jacobian @ groups).Q
    spanned = groups.transpose(1, 0, 2).reshape(chain.size, -1)
    return np.linalg.qr(spanned).Q if len(groups) else np.eye(chain.size, 1)


def _carried_back(
    chain: Chain, basis: Array, starts: dict[int, Array]
) -> tuple[Array, dict[int, Array]]:
    """Return singular values (T+1, k) of the basis carried back, and better directions."""
    k, better = chain.leading, dict(starts)
    result = np.full((chain.timesteps + 1, k), np.nan)
    result[-1] = 1
    image, exponent = basis, 0
    for t, jacobian, shift in chain.backward():
        image, exponent = rescaled(jacobian.T @ image, exponent + shift)
        if not np.isfinite(image).all():
            break
        if t in starts:
            left, values, _ = np.linalg.svd(image, full_matrices=False)
            better[t] = left[:, : starts[t].shape[1]]
        else:
            values = np.linalg.svd(image, compute_uv=False)
        result[t] = resolved(values[:k], chain.size, exponent)
    return result, better

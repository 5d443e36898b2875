"""Lyapunov exponents: how fast nearby states part, per timestep."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array
from engine.diagnostics.jacobians import LEADING, Chain
from engine.quantities import Quantity, register

register(
    Quantity(
        "lyapunov",
        "λ_k",
        "Leading Lyapunov exponents: how fast nearby states part, estimated from T timesteps",
        unit="nats / timestep",
        axes=("rank",),
        view="lyapunov",
    )
)


def lyapunov_exponents(chain: Chain) -> Array:
    """Return the leading Lyapunov exponents of one sequence.

    With Q_0 orthonormal and J_t Q_{t−1} = Q_t R_t, the i-th exponent is (1/T) Σ_t log |R_t,ii|
    (Benettin et al. 1980; of recurrent networks: Engelken, Wolf & Abbott 2023). It is the estimate
    of T timesteps: the turn of Q_0 into the leading directions is in it, and fades as 1/T.

    Returns
    -------
    ndarray, shape (k,)
        Natural logarithm per timestep; −inf where a direction is lost altogether, NaN where a
        state or weight is not finite.
    """
    directions = first_directions(chain.size, chain.leading)
    total = np.zeros(chain.leading)
    with np.errstate(all="ignore"):
        for _, jacobian, exponent in chain.forward():
            if not np.isfinite(jacobian).all():
                return np.full(chain.leading, np.nan)
            directions, stretch = np.linalg.qr(jacobian @ directions)
            total += np.log(np.abs(np.diag(stretch))) + exponent * np.log(2)
    return total / chain.timesteps


def first_directions(size: int, count: int) -> Array:
    """Return Q_0 (size, count), orthonormal: always the same one.

    Of more directions than `LEADING` the first ones are those of fewer.
    """
    rng = np.random.default_rng(0)
    first = min(count, LEADING)
    drawn = [rng.standard_normal((size, part)) for part in (first, count - first)]
    result: Array = np.linalg.qr(np.concatenate(drawn, axis=1)).Q
    return result

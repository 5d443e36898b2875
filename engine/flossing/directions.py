"""The leading directions of a sequence's Jacobians, how they stretch, and the way back from that.

With Q_0 orthonormal (n, K), the walk forward is that of the Lyapunov exponents:

    J_t Q_{t−1} = Q_t R_t        T λ_k = Σ_t log |R_t,kk|

The first k columns of J_T ⋯ J_1 Q_0 span a volume of logarithm Σ_{i≤k} T λ_i. The gradient of a
volume's logarithm by the columns is their pseudo-inverse, transposed, and that is Q_T times
(R_T ⋯ R_1)^{−T}. Carried back to each timestep, for P = Σ_k c_k T λ_k of any c:

    A_T = Q_T diag(c)    U_t = A_t R_t^{−T}    A_{t−1} = J_tᵀ U_t    ∂P/∂J_t = U_t Q_{t−1}ᵀ
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.diagnostics import Chain, first_directions


@dataclass(frozen=True)
class Directions:
    """The leading directions along one sequence.

    Attributes
    ----------
    chain : Chain
        The sequence's Jacobians.
    followed : int
        How many directions there were at the start; K of them are left.
    Q : ndarray, shape (T+1, n, K)
        Orthonormal columns.
    R : ndarray, shape (T, K, K)
        Upper triangular; ``R[t]`` is of ∂s_{t+1}/∂s_t, less a power of two.
    exponents : ndarray of int, shape (T,)
        The powers of two.
    """

    chain: Chain
    followed: int
    Q: Array
    R: Array
    exponents: Array

    @property
    def lyapunov(self) -> Array:
        """The exponents λ (K,), in nats per timestep."""
        logs = np.log(np.abs(np.einsum("tkk->tk", self.R)))
        result: Array = (logs + self.exponents[:, np.newaxis] * np.log(2)).mean(axis=0)
        return result

    def covectors(self, weights: Array) -> Array:
        """Return U (T, n, K), of which ∂P/∂J_t = U_t Q_{t−1}ᵀ; ``U[t]`` is of ∂s_{t+1}/∂s_t.

        Parameters
        ----------
        weights : ndarray, shape (K,)
            c, of P = Σ_k c_k T λ_k.
        """
        U, Q = np.empty_like(self.Q[1:]), self.Q
        R_inverse_T = np.linalg.inv(self.R).swapaxes(1, 2)
        upper, c = np.triu(np.ones(self.R.shape[1:])), np.diag(weights)
        A = Q[-1] * weights
        for t, jacobian, exponent in self.chain.backward():
            # U = A R^{−T}, A_prev = Jᵀ U; a power of two that J and R share remains in U alone
            U[t] = A @ R_inverse_T[t]
            A = jacobian.T @ U[t]
            U[t] = np.ldexp(U[t], -exponent)
            # q_iᵀ a_k is c_k for i = k and 0 for i < k. What rounding leaves there would grow on
            # the way back, as directions part on the way forward.
            A -= Q[t] @ (upper * (Q[t].T @ A) - c)
        return U


def directions(chain: Chain, count: int) -> Directions | None:
    """Follow the leading directions of a sequence.

    A direction of which some timestep leaves nothing but rounding, as one that has dead units
    alone, has the exponent −∞, and no gradient brings it back: it is left out, with those after it.

    Parameters
    ----------
    chain : Chain
    count : int
        How many directions, at most n.

    Returns
    -------
    Directions or None
        None where a state or weight is not finite.
    """
    T, n, K = chain.timesteps, chain.size, count
    Q, R = np.empty((T + 1, n, K)), np.empty((T, K, K))
    exponents = np.zeros(T, dtype=int)
    Q[0] = first_directions(n, K)
    for t, jacobian, exponent in chain.forward():
        if not np.isfinite(jacobian).all():
            return None
        Q[t + 1], R[t] = np.linalg.qr(jacobian @ Q[t])
        exponents[t] = exponent
    lengths = np.sqrt(np.square(R).sum(axis=1))  # of the columns of J_t Q_{t−1}
    lost = np.abs(np.einsum("tkk->tk", R)) <= n * np.finfo(np.float64).eps * lengths
    left = int(np.append(lost.any(axis=0), True).argmax())
    return Directions(chain, K, Q[:, :, :left], R[:, :left, :left], exponents)

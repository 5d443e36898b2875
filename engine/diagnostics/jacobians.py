"""How one timestep's state moves later ones: products of ∂s_t/∂s_{t−1}, free of the loss.

s is the joint state: h, or h and c. Whether ∂s_T/∂s_t vanishes or explodes decides whether any
loss at all could teach timestep t (Bengio, Simard & Frasconi 1994; Pascanu, Mikolov & Bengio 2013).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.cells import Cell, Params, Workspace
from engine.diagnostics.norms import scaled
from engine.quantities import Quantity, register

LEADING = 4
"""How many singular values and exponents are shown."""

BLOCK_BYTES = 8 * 1024 * 1024
"""How much memory the Jacobians that are held at once may take."""


register(
    Quantity(
        "jacobian_gain",
        "σ₁(∂s_T/∂s_t)",
        "The most that a nudge of the state at t can grow to at T, free of any loss",
        log=True,
        axes=("t",),
        first_timestep=0,
        view="jacobian",
    ),
    Quantity(
        "jacobian_exact",
        "exact",
        "1 where the products of Jacobians are exact, 0 where they are lower bounds",
        view="jacobian",
    ),
    Quantity(
        "jacobian_singular",
        "σ_k(∂s_T/∂s_t)",
        "Leading singular values of the Jacobian of the last state by the state at t",
        log=True,
        axes=("t", "rank"),
        first_timestep=0,
        view="jacobian_singular",
    ),
    Quantity(
        "local_gain",
        "‖∂s_t/∂s_{t−1}‖",
        "The most that one timestep can stretch a nudge of the state",
        log=True,
        axes=("t",),
        first_timestep=1,
        view="local_gain",
    ),
)


@dataclass(frozen=True)
class Chain:
    """The Jacobians ∂s_{t+1}/∂s_t of one example, for t = 0 … T−1.

    Attributes
    ----------
    cell : Cell
    params : dict of str to ndarray
    space : Workspace
        As the forward pass with these parameters left it.
    example : int
        Which of the workspace's batch.
    go_on : callable
        Told every now and then which share of a walk along the timesteps is done; it may raise to
        end what takes too long.
    """

    cell: Cell
    params: Params
    space: Workspace
    example: int = 0
    go_on: Callable[[float], None] = lambda _: None

    @property
    def size(self) -> int:
        """Entries of the joint state, n."""
        return len(self.cell.state_names) * self.cell.hidden_size

    @property
    def leading(self) -> int:
        """How many singular values and exponents are shown, k."""
        return min(LEADING, self.size)

    @property
    def timesteps(self) -> int:
        """Length of the sequence, T."""
        return self.space.timesteps

    def blocks(self) -> list[slice]:
        """Return the blocks of timesteps in which the Jacobians are made, the first first."""
        length = max(1, BLOCK_BYTES // (8 * self.size**2))
        length = min(length, self.space.block)
        return [slice(t, min(t + length, self.timesteps)) for t in range(0, self.timesteps, length)]

    def within(self, block: slice) -> tuple[Array, Array]:
        """Return a block's Jacobians (n, size, size), and powers of two (n,) to multiply with."""
        return scaled(self.cell.jacobians(self.params, self.space, block, self.example))

    def forward(self) -> Iterator[tuple[int, Array, int]]:
        """Yield t, ∂s_{t+1}/∂s_t and its power of two, the first t first."""
        for block in self.blocks():
            self.go_on(block.start / self.timesteps)
            jacobians, exponents = self.within(block)
            for k, jacobian in enumerate(jacobians):
                self.go_on((block.start + k) / self.timesteps)
                yield block.start + k, jacobian, int(exponents[k])

    def backward(self) -> Iterator[tuple[int, Array, int]]:
        """Yield the same, the last t first."""
        for block in reversed(self.blocks()):
            self.go_on(1 - block.stop / self.timesteps)
            jacobians, exponents = self.within(block)
            for k in reversed(range(len(jacobians))):
                self.go_on(1 - (block.start + k + 1) / self.timesteps)
                yield block.start + k, jacobians[k], int(exponents[k])


def singular_values(chain: Chain) -> Array:
    """Return the leading singular values of ∂s_T/∂s_t = J_T J_{T−1} … J_{t+1}, exactly.

    The first of them is jacobian_gain[t], the most that a nudge of s_t can grow to at T. The
    product is rescaled on its way, so that gains of 1e-300 have their digits.

    Returns
    -------
    ndarray, shape (T+1, k)
        1 at t = T. NaN where a state or weight is not finite, and for values so far below the
        first that float64 cannot tell them from zero (n ε σ₁).
    """
    result = np.full((chain.timesteps + 1, chain.leading), np.nan)
    result[-1] = 1
    product, exponent = np.eye(chain.size), 0
    with np.errstate(all="ignore"):
        for t, jacobian, shift in chain.backward():
            product, exponent = rescaled(product @ jacobian, exponent + shift)
            if not np.isfinite(product).all():
                break
            values = np.linalg.svd(product, compute_uv=False)
            result[t] = resolved(values[: chain.leading], chain.size, exponent)
    return result


def jacobian_gain(chain: Chain) -> Array:
    """Return the largest singular value of ∂s_T/∂s_t, exactly, without the others.

    σ₁² is the largest eigenvalue of PᵀP; squaring P costs σ₁ no digit, as it would the small
    ones, and a symmetric eigenvalue problem is done sooner than an SVD.

    Returns
    -------
    ndarray, shape (T+1,)
        1 at t = T. NaN where a state or weight is not finite.
    """
    result = np.full(chain.timesteps + 1, np.nan)
    result[-1] = 1
    product, exponent = np.eye(chain.size), 0
    with np.errstate(all="ignore"):
        for t, jacobian, shift in chain.backward():
            product, exponent = rescaled(product @ jacobian, exponent + shift)
            if not np.isfinite(product).all():
                break
            largest = np.linalg.eigvalsh(product.T @ product)[-1]
            result[t] = np.ldexp(np.sqrt(max(largest, 0.0)), exponent)
    return result


def local_gain(chain: Chain) -> Array:
    """Return ‖∂s_t/∂s_{t−1}‖₂, the most that one timestep can stretch a nudge, exactly.

    Returns
    -------
    ndarray, shape (T,)
        Entry t − 1 is of timestep t; NaN where a state or weight is not finite.
    """
    result = np.full(chain.timesteps, np.nan)
    with np.errstate(all="ignore"):
        for t, jacobian, exponent in chain.forward():
            if np.isfinite(jacobian).all():
                largest = np.linalg.svd(jacobian, compute_uv=False)[0]
                result[t] = np.ldexp(largest, exponent)
    return result


def rescaled(matrix: Array, exponent: int) -> tuple[Array, int]:
    """Return a matrix within the safe range of floats, and the power of two to multiply with."""
    matrices, shift = scaled(matrix[np.newaxis])
    return matrices[0], exponent + int(shift[0])


def resolved(values: Array, size: int, exponent: int) -> Array:
    """Return singular values times 2^exponent; NaN where rounding hides them behind the first."""
    floor = size * np.finfo(np.float64).eps * values[0]
    kept = np.where(values < floor, np.nan, values)
    result: Array = np.ldexp(kept, exponent)
    return result

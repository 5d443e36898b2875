"""All timesteps of one sequence side by side, as a batch of sequences one timestep long.

With s_t = F(s_{t−1}, x_t; θ), one pass of the cell over that batch gives derivatives by θ, s and x
of Σ_t a_tᵀ F, and, from states that are complex, those of Σ_t u_tᵀ J_t v_t as well: as
F(s + iεv) = F(s) + iε J v up to ε², the imaginary part of

    ∂/∂(θ, s, x) uᵀ F(s + iεv)

is ε times ∂/∂(θ, s, x) uᵀ J v. Nothing is subtracted, so that ε may be so small that its square is
nothing beside 1: second derivatives are exact but for rounding, from a cell's own two passes. This
is the complex step of Squire & Trapp (1998, "Using complex variables to estimate derivatives of
real functions"), taken through a gradient. At the kink of ReLU, where there is no derivative, it is
that of one side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.cells import Cell, Params, Workspace

STEP = 2.0**-100
"""ε; a power of two, which changes no digit."""

CHUNK_BYTES = 1024 * 1024
"""Size of the pre-activations that a pass takes at once."""


@dataclass(frozen=True)
class Derivatives:
    """Derivatives of a sum over all timesteps.

    Attributes
    ----------
    params : dict of str to ndarray
        By the parameters, by the cell's names.
    states : ndarray, shape (T, n)
        By s_{t−1} of each timestep.
    x : ndarray, shape (T, D)
        By x_t of each timestep.
    """

    params: dict[str, Array]
    states: Array
    x: Array


class Timesteps:
    """The timesteps of one layer's pass over one sequence.

    Parameters
    ----------
    cell : Cell
    params : dict of str to ndarray
    space : Workspace
        As the forward pass with these parameters left it.
    example : int
        Which of the workspace's batch.
    """

    def __init__(self, cell: Cell, params: Params, space: Workspace, example: int) -> None:
        self._cell, self._params = cell, params
        states = (space.h, space.c) if space.has_c else (space.h,)
        self._before = np.concatenate([each[:-1, :, example] for each in states], axis=1)
        self._x = space.input[:, :, example]
        self._checkpoint = space.checkpoint

    def gradient(self, a: Array) -> Derivatives:
        """Return the derivatives of Σ_t a_tᵀ F(s_{t−1}, x_t; θ).

        Parameters
        ----------
        a : ndarray, shape (T, n)
        """
        a = a[:, np.newaxis]
        return self._derivatives(a, np.broadcast_to(0.0, a.shape), 0.0)

    def curvature(self, u: Array, v: Array) -> Derivatives:
        """Return the derivatives of Σ_tk u_tkᵀ J_t v_tk, where J_t = ∂F/∂s at timestep t.

        Parameters
        ----------
        u, v : ndarray, shape (T, K, n)
        """
        found = self._derivatives(u, v, 1j * STEP)
        return Derivatives(
            {name: value.imag / STEP for name, value in found.params.items()},
            found.states.imag / STEP,
            found.x.imag / STEP,
        )

    def _derivatives(self, u: Array, v: Array, step: complex) -> Derivatives:
        """Return the derivatives of Σ_tk u_tkᵀ F(s_{t−1} + step · v_tk, x_t; θ)."""
        T, K, n = u.shape
        dtype = np.result_type(step)
        params = {name: value.astype(dtype) for name, value in self._params.items()}
        total = {name: np.zeros_like(value) for name, value in params.items()}
        by_state, by_x = np.zeros((T, n), dtype), np.zeros((T, self._x.shape[1]), dtype)
        for some in self._chunks(K, dtype.itemsize):
            self._checkpoint()
            # K columns a timestep: (timesteps · K, n), the timesteps one after the other.
            before = (self._before[some, np.newaxis] + step * v[some]).reshape(-1, n)
            x = np.repeat(self._x[some], K, axis=0)
            found = self._one_timestep(params, before, x, u[some].reshape(-1, n))
            for name, value in found.params.items():
                total[name] += value
            by_state[some] = found.states.reshape(-1, K, n).sum(axis=1)
            by_x[some] = found.x.reshape(-1, K, self._x.shape[1]).sum(axis=1)
        return Derivatives(total, by_state, by_x)

    def _one_timestep(self, params: Params, before: Array, x: Array, u: Array) -> Derivatives:
        """Return the derivatives of Σ_b u_bᵀ F(before_b, x_b; θ), for B states (B, n) before."""
        H, dtype = self._cell.hidden_size, next(iter(params.values())).dtype
        space = self._cell.workspace(1, len(x), dtype)
        space.take_input(x[np.newaxis])
        states = [
            slice(k, k + H) for k in range(0, before.shape[1], H)
        ]  # h and, if there is one, c
        self._cell.run(params, space, *(before[:, part] for part in states))
        dh, *dc = (u[:, part] for part in states)
        space.dh[1] = dh.T
        enters = np.array([False, True])
        back = self._cell.run_back(
            params, space, enters, with_dx=True, last_dc=dc[0] if dc else None
        )
        assert back.dx is not None
        by_state = [each[0] for each in (back.dh, back.dc) if each is not None]
        return Derivatives(back.params, np.concatenate(by_state, axis=1), back.dx[0])

    def _chunks(self, columns: int, itemsize: int) -> Iterator[slice]:
        """Yield the timesteps that a pass of so many columns a timestep takes at once."""
        if not columns:
            return
        length = chunk(self._cell, columns, itemsize)
        for start in range(0, len(self._before), length):
            yield slice(start, start + length)


def chunk(cell: Cell, columns: int, itemsize: int) -> int:
    """Return how many timesteps of so many columns each a pass takes at once."""
    return max(1, CHUNK_BYTES // (cell.layout.rows * columns * itemsize))

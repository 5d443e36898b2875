"""Fixed and slow points of a cell under a constant input: where its state stays, or nearly so.

F is one timestep, s its joint state: h, or h and c. Where F(s) = s a state is held for ever, and
the eigenvalues of ∂F/∂s say what a nudge becomes there. Sussillo & Barak (2013, "Opening the Black
Box", section 2): both kinds of points are minima of q(s) = ½ ‖F(s) − s‖², sought from states that
the network passes through; q = 0 at a fixed point, and is small at a slow one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from engine.arrays import Array
from engine.cells import Cell, Params

FIXED = 1e-8
"""A point is fixed where ‖F(s) − s‖ is less: rounding of float64 leaves about 1e-15."""

SLOW = 0.02
"""A minimum of q is slow where ‖F(s) − s‖ is less: 50 timesteps or more for a change by 1."""

SAME = {"fixed": 1e-3, "slow": 0.1}
"""Points nearer to each other than that (‖·‖) are one."""

SETTLED = 1e-6
"""A minimum of q has ‖∇q‖ less than that times ‖F(s) − s‖; elsewhere the search did not end."""

MOST_STEPS = 80
"""Of the search, after which what has not converged is left out."""

MOST_AT_ONCE = 32
"""States whose Jacobians are made at once."""

WORK_AT_ONCE = 2e7
"""Products N³ of a step that others wait for: of so many states at once, but always one."""

DAMPING = (1e-12, 1e-3, 1e6)
"""Least, first and most of μ, relative to the largest entry of the diagonal of AᵀA."""


class FixedPoints(NamedTuple):
    """What a search found, the fixed points first, the most stable of them first.

    Attributes
    ----------
    points : ndarray, shape (n, N)
        Joint states.
    residuals : ndarray, shape (n,)
        ‖F(s) − s‖₂.
    fixed : ndarray of bool, shape (n,)
        Otherwise slow.
    eigenvalues : ndarray of complex, shape (n, N)
        Of ∂F/∂s there, the largest modulus first.
    """

    points: Array
    residuals: Array
    fixed: Array
    eigenvalues: Array

    @property
    def unstable(self) -> Array:
        """How many directions a nudge grows in, (n,): eigenvalues with a modulus above 1."""
        count: Array = (np.abs(self.eigenvalues) > 1).sum(axis=1)
        return count


class Dynamics:
    """One timestep of a cell under a constant input, and its Jacobians, for many states at once.

    Parameters
    ----------
    cell : Cell
    params : dict of str to ndarray
        Taken as float64.
    x : ndarray, shape (D,)
        The input at every timestep.
    """

    def __init__(self, cell: Cell, params: Params, x: Array) -> None:
        if np.shape(x) != (cell.input_size,):
            raise ValueError(f"x has shape {np.shape(x)}; ({cell.input_size},) is expected")
        self.cell = cell
        self.params = {name: value.astype(np.float64) for name, value in params.items()}
        self._x = np.asarray(x, dtype=np.float64)
        self._chunk = int(np.clip(WORK_AT_ONCE / self.size**3, 1, MOST_AT_ONCE))
        self._space = cell.workspace(1, self._chunk, np.float64)
        self._space.take_input(np.broadcast_to(self._x, (1, self._chunk, cell.input_size)))

    @property
    def size(self) -> int:
        """Entries of the joint state, N."""
        return len(self.cell.state_names) * self.cell.hidden_size

    def step(self, states: Array) -> Array:
        """Return F(s) of states (n, N)."""
        result = np.empty((len(states), self.size))
        for some in self.chunks(len(states)):
            result[some] = self._step(states[some])
        return result

    def jacobians(self, states: Array) -> Array:
        """Return ∂F/∂s (n, N, N) at states (n, N)."""
        result = np.empty((len(states), self.size, self.size))
        for some in self.chunks(len(states)):
            self._step(states[some])
            for example, at in enumerate(range(some.start, some.stop)):
                result[at] = self.cell.jacobians(self.params, self._space, slice(0, 1), example)[0]
        return result

    def chunks(self, count: int) -> list[slice]:
        """Return slices that cover so many states, each of as many as one goes at once."""
        return [
            slice(start, min(start + self._chunk, count)) for start in range(0, count, self._chunk)
        ]

    def _step(self, states: Array) -> Array:
        H, n = self.cell.hidden_size, len(states)
        filled = np.zeros((self._chunk, self.size))
        filled[:n] = states
        has_c = self._space.has_c
        trace = self.cell.run(
            self.params, self._space, filled[:, :H], filled[:, H:] if has_c else None
        )
        parts = [trace.h[1, :n]]
        if trace.c is not None:
            parts.append(trace.c[1, :n])
        return np.concatenate(parts, axis=1)


def fixed_points(
    dynamics: Dynamics,
    starts: Array,
    go_on: Callable[[float], None] = lambda _: None,
    reach: float = 2.0,
) -> FixedPoints:
    """Search for fixed and slow points from each of the start states.

    Each start walks down q(s) = ½ ‖F(s) − s‖² by the steps of Levenberg and Marquardt
    (AᵀA + μI) δ = −Aᵀ(F(s) − s) with A = ∂F/∂s − I. Where μ is small that is Newton's method,
    which is as ready to end at a saddle as at a stable point; where a step would not lower q, μ
    grows, and it becomes a short step down the gradient ∇q = Aᵀ(F(s) − s).

    Parameters
    ----------
    dynamics : Dynamics
    starts : ndarray, shape (m, N)
        States of the network, at least 1. Those that are not finite are left aside.
    go_on : callable
        Told which share is done; it may raise to end what takes too long.
    reach : float
        Points farther from the starts' mean than that times the farthest start are left out: the
        network does not come there.

    Returns
    -------
    FixedPoints
        No two of them the same; none where there is none.

    Raises
    ------
    ValueError
        If `starts` has another shape.
    """
    starts = np.asarray(starts, dtype=np.float64)
    if starts.ndim != 2 or starts.shape[1] != dynamics.size or not len(starts):
        raise ValueError(f"starts has shape {starts.shape}; (m, {dynamics.size}) is expected")
    starts = starts[np.isfinite(starts).all(axis=1)]
    with np.errstate(all="ignore"):
        states, residuals, settled = _minima(dynamics, starts, go_on)
        center = starts.mean(axis=0) if len(starts) else np.zeros(dynamics.size)
        most = reach * np.linalg.norm(starts - center, axis=1).max(initial=0.0)
        away: Array = np.linalg.norm(states - center, axis=1)
        near: Array = away <= max(most, SAME["slow"])
        fixed: Array = near & (residuals < FIXED)
        slow: Array = near & ~fixed & settled & (residuals < SLOW)
        chosen = _distinct(states, residuals, fixed, slow)
        go_on(0.95)
        points, is_fixed = states[chosen], fixed[chosen]
        eigenvalues = _spectra(dynamics.jacobians(points), go_on)
    modulus = np.abs(eigenvalues)
    order = np.lexsort([modulus.max(axis=1, initial=0), (modulus > 1).sum(axis=1), ~is_fixed])
    return FixedPoints(points[order], residuals[chosen][order], is_fixed[order], eigenvalues[order])


def _minima(
    dynamics: Dynamics, starts: Array, go_on: Callable[[float], None]
) -> tuple[Array, Array, Array]:
    """Return where the walks ended (m, N), ‖F(s) − s‖ (m,), and whether in a minimum of q (m,)."""
    least, first, most = DAMPING
    states = starts.copy()
    residual = dynamics.step(states) - states
    damping = np.full(len(states), first)
    settled = np.zeros(len(states), dtype=bool)
    active = np.isfinite(residual).all(axis=1)
    for step in range(MOST_STEPS):
        go_on(0.95 * step / MOST_STEPS)
        places = np.flatnonzero(active)
        for some in (places[each] for each in dynamics.chunks(len(places))):
            go_on(0.95 * step / MOST_STEPS)
            s, r = states[some], residual[some]
            A = dynamics.jacobians(s) - np.eye(dynamics.size)
            gradient = (r[:, np.newaxis] @ A)[:, 0]  # Aᵀ r
            length = np.linalg.norm(r, axis=1)
            settled[some] = np.linalg.norm(gradient, axis=1) <= SETTLED * length
            normal = A.swapaxes(1, 2) @ A
            scale = np.maximum(np.diagonal(normal, axis1=1, axis2=2).max(axis=1), 1e-300)
            normal[:, range(dynamics.size), range(dynamics.size)] += (damping[some] * scale)[
                :, None
            ]
            there = s + _solved(normal, -gradient)
            moved = dynamics.step(there) - there
            better = np.linalg.norm(moved, axis=1) < length
            states[some[better]], residual[some[better]] = there[better], moved[better]
            damping[some] = np.where(
                better, np.maximum(damping[some] / 10, least), damping[some] * 10
            )
            reached = np.linalg.norm(residual[some], axis=1)
            active[some] = (reached > FIXED * 1e-4) & ~settled[some] & (damping[some] < most)
        if not active.any():
            break
    # A step so short that q no longer falls: as low as float64 sees.
    settled |= damping >= most
    return states, np.linalg.norm(residual, axis=1), settled


def _solved(normal: Array, right: Array) -> Array:
    """Return the solutions (n, N) of symmetric systems; 0 where one is singular or not finite."""
    fine = np.asarray(np.isfinite(normal).all(axis=(1, 2)) & np.isfinite(right).all(axis=1))
    normal = np.where(fine[:, None, None], normal, np.eye(normal.shape[-1]))
    right = np.where(fine[:, None], right, 0)
    try:
        result: Array = np.linalg.solve(normal, right[:, :, np.newaxis])[:, :, 0]
    except np.linalg.LinAlgError:
        return np.zeros_like(right)
    return result


def _distinct(states: Array, residuals: Array, fixed: Array, slow: Array) -> Array:
    """Return the indices of points that are not the same as another, the best residuals first.

    A slow point beside a fixed one is part of its surroundings, and is left out as well.
    """
    kept: list[int] = []
    for mask, distance in ((fixed, SAME["fixed"]), (slow, SAME["slow"])):
        candidates = np.flatnonzero(mask)
        for k in candidates[np.argsort(residuals[candidates], kind="stable")].tolist():
            apart = np.linalg.norm(states[kept] - states[k], axis=1)
            if not (apart < distance).any():
                kept.append(k)
    return np.array(kept, dtype=np.intp)


def _spectra(jacobians: Array, go_on: Callable[[float], None]) -> Array:
    """Return the eigenvalues (n, N) of each Jacobian, the largest modulus first."""
    result = np.empty(jacobians.shape[:2], dtype=complex)
    for k, jacobian in enumerate(jacobians):
        go_on(0.95 + 0.05 * k / len(jacobians))
        values = np.linalg.eigvals(jacobian)
        result[k] = values[np.argsort(-np.abs(values), kind="stable")]
    return result

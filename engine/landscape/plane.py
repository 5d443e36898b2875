"""A plane through a model's weights: a point and the two directions in which to leave it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import Array
from engine.cells import Params
from engine.diagnostics import norm

Entry = tuple[str, tuple[int, ...]]
Scale = Literal["filter", "unit"]


@dataclass(frozen=True)
class Plane:
    """The weights θ(α, β) = θ₀ + α u + β v.

    Attributes
    ----------
    origin : dict of str to ndarray
        θ₀, by the model's names.
    u, v : dict of str to ndarray
        Directions; a parameter that one does not name stays where it is.
    """

    origin: Params
    u: Params
    v: Params

    def __post_init__(self) -> None:
        """Refuse directions that do not fit the weights, or that are no plane."""
        for letter, direction in (("u", self.u), ("v", self.v)):
            for name, value in direction.items():
                if name not in self.origin:
                    raise ValueError(
                        f"{letter} names {name!r}; the weights are {', '.join(self.origin)}"
                    )
                if value.shape != self.origin[name].shape:
                    raise ValueError(
                        f"{letter}[{name!r}] has shape {value.shape}; "
                        f"{self.origin[name].shape} is expected"
                    )
        if np.linalg.matrix_rank(self.basis()) < 2:
            raise ValueError("u and v are parallel, or one of them is zero; they span no plane")

    def point(self, alpha: float, beta: float) -> dict[str, Array]:
        """Return the weights θ(α, β), in the precision of the origin."""
        weights = {}
        for name, value in self.origin.items():
            moved = value
            for distance, direction in ((alpha, self.u), (beta, self.v)):
                if name in direction:
                    moved = moved + distance * direction[name]
            weights[name] = moved.astype(value.dtype, copy=False)
        return weights

    def basis(self) -> Array:
        """Return u and v as the columns of a matrix (n, 2), parameters in the model's order."""
        columns = [
            np.concatenate(
                [
                    np.asarray(direction.get(name, np.zeros(value.shape)), np.float64).ravel()
                    for name, value in self.origin.items()
                ]
            )
            for direction in (self.u, self.v)
        ]
        return np.stack(columns, axis=1)

    def coordinates(self, displacement: Array) -> tuple[Array, float]:
        """Return where a displacement of all weights leads in the plane, and how much of it does.

        Parameters
        ----------
        displacement : ndarray, shape (n,)
            Parameters in the model's order.

        Returns
        -------
        coordinates : ndarray, shape (2,)
            α and β of its orthogonal projection: (BᵀB)⁻¹ Bᵀ Δθ, with B = [u, v].
        within : float
            Length of the projection ÷ length of the displacement, from 0 to 1; NaN of a
            displacement of length 0, or one that is not finite.
        """
        basis = self.basis()
        whole = np.asarray(displacement, np.float64)
        with np.errstate(all="ignore"):
            found: Array = np.linalg.solve(basis.T @ basis, basis.T @ whole)
            share = norm(basis @ found) / np.float64(norm(whole))
        return found, float(min(share, 1.0)) if share == share else float("nan")


def through_entries(params: Params, first: Entry, second: Entry) -> Plane:
    """Return the plane of two single weights, α and β being how far each is moved.

    Parameters
    ----------
    params : dict of str to ndarray
    first, second : (str, tuple of int)
        Name and index: ``("weight_hh_l0", (0, 0))``.

    Raises
    ------
    ValueError
        If there is no such entry, or the two are the same.
    """
    directions = []
    for argument, (name, index) in (("first", first), ("second", second)):
        if name not in params:
            raise ValueError(f"{argument} is {name!r}; the weights are {', '.join(params)}")
        shape = params[name].shape
        if len(index) != len(shape) or any(
            not 0 <= k < size for k, size in zip(index, shape, strict=True)
        ):
            raise ValueError(f"{argument} is {name}{list(index)}; {name} has shape {shape}")
        direction = np.zeros(shape)
        direction[index] = 1
        directions.append({name: direction})
    return Plane(params, *directions)


def at_random(params: Params, rng: np.random.Generator, scale: Scale = "filter") -> Plane:
    """Return a plane of two normal directions, which in many dimensions are nearly orthogonal.

    Parameters
    ----------
    params : dict of str to ndarray
    rng : numpy.random.Generator
    scale : {"filter", "unit"}
        ``filter``: each row of a direction (the weights into one unit, or one gate of it) is as
        long as that row of the weights, and biases stay: α = 1 moves each unit by its own size,
        so that surfaces of different networks compare (Li, Xu, Taylor, Studer & Goldstein 2018,
        "Visualizing the Loss Landscape of Neural Nets", section 4). ``unit``: each direction has
        length 1 over all parameters.
    """
    if scale not in ("filter", "unit"):
        raise ValueError(f"scale is {scale!r}; it must be one of filter, unit")
    directions = []
    for _ in range(2):
        drawn = {
            name: np.asarray(rng.standard_normal(value.shape)) for name, value in params.items()
        }
        if scale == "filter":
            direction = {
                name: value * (_row_norms(params[name]) / _row_norms(value))
                for name, value in drawn.items()
                if value.ndim == 2
            }
        else:
            length = float(np.linalg.norm(np.concatenate([v.ravel() for v in drawn.values()])))
            direction = {name: value / length for name, value in drawn.items()}
        directions.append(direction)
    return Plane(params, *directions)


def along_path(params: Params, displacements: Array) -> tuple[Plane, float]:
    """Return the plane in which a path of the weights moves most, and how much of it lies there.

    The two leading right singular vectors of the displacements, each of length 1 (Li et al. 2018,
    section 7.2, take the principal components of the same matrix). Not centred: the plane passes
    through the weights themselves.

    Parameters
    ----------
    params : dict of str to ndarray
        θ₀, from which the displacements are.
    displacements : ndarray, shape (K, n)
        θ_j − θ₀, the earliest first. The path goes towards α > 0: the first has α ≤ 0, and the
        last β ≥ 0.

    Returns
    -------
    plane : Plane
    explained : float
        Share of the sum of the squared lengths ‖θ_j − θ₀‖² that lies in the plane.

    Raises
    ------
    ValueError
        If the displacements are fewer than two, all parallel, or not finite.
    """
    path = np.asarray(displacements, np.float64)
    if path.ndim != 2 or len(path) < 2:
        raise ValueError(f"displacements has shape {path.shape}; at least two are needed")
    if not np.isfinite(path).all():
        raise ValueError("displacements are not all finite; they span no plane")
    # By the small matrix of their products: the weights may be a million.
    squares, mixes = np.linalg.eigh(path @ path.T)  # ascending
    total = squares.clip(0).sum()
    if squares[-2] <= 1e-12 * total or total == 0:
        raise ValueError("the displacements are all parallel, or zero; they span no plane")
    mix = mixes[:, [-1, -2]] / np.sqrt(squares[[-1, -2]])
    coordinates = path @ (path.T @ mix)  # (K, 2)
    signs = np.where([coordinates[0, 0] > 0, coordinates[-1, 1] < 0], -1.0, 1.0)
    u, v = ((path.T @ mix) * signs).T
    plane = Plane(params, _by_name(params, u), _by_name(params, v))
    return plane, float(squares[-2:].sum() / total)


def _by_name(params: Params, values: Array) -> dict[str, Array]:
    named, start = {}, 0
    for name, param in params.items():
        named[name] = values[start : start + param.size].reshape(param.shape)
        start += param.size
    return named


def _row_norms(weight: Array) -> Array:
    norms: Array = np.linalg.norm(weight.astype(np.float64, copy=False), axis=1, keepdims=True)
    return norms

"""The loss over a plane of weights, and where a step of gradient descent leads in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np

from engine.arrays import Array
from engine.cells import Masks, Params
from engine.clipping import Clipped, clip
from engine.landscape.plane import Plane
from engine.losses import LOSSES, LossValue
from engine.model import Model, Pass, kind_for
from engine.tasks import Batch

Clip = Literal["none", "norm", "value"]


class Objective:
    """The loss L(θ) of a model on one batch, as a function of its weights.

    Parameters
    ----------
    model : Model
    batch : Batch
    loss : {"mse", "cross_entropy"}
    at : slice, optional
        The timesteps that have a loss; all if not given.
    truncate : int, optional
        Cut the gradient every so many timesteps, as a run does; the loss is the same.
    dtype : dtype
        Of the weights.
    checkpoint : callable, optional
        Called every few milliseconds of a pass; it may wait, or raise.
    initial : ndarray, shape (L, S, H, B), optional
        The states that the batch begins with, as `Model.forward` takes them.
    masks : sequence of Masks, optional
        What the batch's passes drop and hold, likewise.
    """

    def __init__(
        self,
        model: Model,
        batch: Batch,
        loss: str,
        at: slice = slice(None),
        truncate: int | None = None,
        dtype: Any = np.float64,
        checkpoint: Callable[[], None] = lambda: None,
        initial: Array | None = None,
        masks: Sequence[Masks] | None = None,
    ) -> None:
        if loss not in LOSSES:
            raise ValueError(f"loss is {loss!r}; it must be one of {', '.join(LOSSES)}")
        if batch.x.ndim != 3 or batch.x.shape[2] != model.input_size:
            raise ValueError(f"x has shape {batch.x.shape}; (T, B, {model.input_size}) is expected")
        self.model, self.batch, self.at, self.truncate = model, batch, at, truncate
        self._loss, self._initial, self._masks = LOSSES[loss], initial, masks
        T, B, _ = batch.x.shape
        self._spaces = model.workspaces(T, B, dtype, kind=kind_for(masks))
        for space in self._spaces:
            space.checkpoint = checkpoint

    def loss(self, params: Params) -> float:
        """Return L(θ); where it overflows, inf or NaN."""
        with np.errstate(all="ignore"):
            return self._forward(params)[1].loss

    def gradient(self, params: Params) -> dict[str, Array]:
        """Return ∂L/∂θ by the names of the parameters, in their order."""
        with np.errstate(all="ignore"):
            passed, value = self._forward(params)
            grads = self.model.backward(params, passed, value.doutput, self.truncate)
        return {name: grads.params[name] for name in params}

    def _forward(self, params: Params) -> tuple[Pass, LossValue]:
        passed = self.model.forward(
            params, self.batch.x, self.at, self._spaces, self._initial, self._masks
        )
        y, mask = self.batch.y[self.at], self.batch.mask[self.at]
        return passed, self._loss(passed.output, y, mask)


@dataclass(frozen=True)
class Step:
    """A step of plain gradient descent, in the coordinates (α, β) of a plane.

    Attributes
    ----------
    at : ndarray, shape (2,)
        Where it starts.
    gradient : ndarray, shape (2,)
        ∂L/∂α = ⟨u, ∂L/∂θ⟩ and ∂L/∂β = ⟨v, ∂L/∂θ⟩.
    before, after : ndarray, shape (2,)
        The step without clipping, and with it.
    clipped : Clipped
        The norm that clipping met, and what it multiplied it by.
    """

    at: Array
    gradient: Array
    before: Array
    after: Array
    clipped: Clipped


@dataclass(frozen=True)
class Surface:
    """The loss over a grid of a plane.

    Attributes
    ----------
    alpha, beta : ndarray, shapes (M,) and (N,)
        Coordinates along u and v.
    loss : ndarray, shape (M, N)
        L(θ₀ + α u + β v). Where the network overflows there, inf or NaN, which are data.
    """

    alpha: Array
    beta: Array
    loss: Array


def loss_surface(
    objective: Objective,
    plane: Plane,
    alpha: Array,
    beta: Array,
    progress: Callable[[float], None] = lambda _: None,
) -> Surface:
    """Compute the loss at each point of a grid, one forward pass a point.

    A pass keeps its states in the same memory as the last one, so that a grid takes as much memory
    as one point. At T = 50, B = 32 and H = 32 a grid of 33 × 33 takes half a second for an RNN and
    two for an LSTM.

    Parameters
    ----------
    objective : Objective
    plane : Plane
    alpha, beta : ndarray, shapes (M,) and (N,)
    progress : callable, optional
        Told which share of the points is done, after each of them; it may raise.
    """
    alpha, beta = np.asarray(alpha, np.float64), np.asarray(beta, np.float64)
    for name, value in (("alpha", alpha), ("beta", beta)):
        if value.ndim != 1 or not value.size:
            raise ValueError(f"{name} has shape {value.shape}; (n,) with n of at least 1 is needed")
    loss = np.empty((alpha.size, beta.size))
    points = product(enumerate(alpha.tolist()), enumerate(beta.tolist()))
    for done, ((i, a), (j, b)) in enumerate(points, start=1):
        loss[i, j] = objective.loss(plane.point(a, b))
        progress(done / loss.size)
    return Surface(alpha, beta, loss)


def gradient_step(
    objective: Objective,
    plane: Plane,
    at: tuple[float, float] = (0.0, 0.0),
    learning_rate: float = 1.0,
    clip_mode: Clip = "norm",
    clip_threshold: float = 1.0,
    *,
    within: bool = False,
) -> Step:
    """Compute where gradient descent goes from a point of the plane, with and without clipping.

    Parameters
    ----------
    objective : Objective
    plane : Plane
    at : (float, float)
        α and β of the point.
    learning_rate : float
        η.
    clip_mode, clip_threshold
        As `clip` takes them.
    within : bool
        False: all weights are trained. Their whole gradient is clipped, and of the step −η ∂L/∂θ
        we see the part that lies in the plane (its orthogonal projection). True: α and β are all
        that is trained, so that the step is −η (∂L/∂α, ∂L/∂β) and the norm is theirs alone.
    """
    with np.errstate(all="ignore"):
        gradient = objective.gradient(plane.point(*at))
        whole = np.concatenate([value.ravel() for value in gradient.values()])
        whole = whole.astype(np.float64, copy=False)
        basis = plane.basis()
        in_plane = basis.T @ whole
        descended = in_plane if within else whole
        shortened = descended.copy()
        clipped = clip(shortened, clip_mode, clip_threshold)
        # Coordinates of a projection: (BᵀB)⁻¹ Bᵀ, with B = [u, v].
        into = np.eye(2) if within else np.linalg.solve(basis.T @ basis, basis.T)
        before, after = (-learning_rate * (into @ vector) for vector in (descended, shortened))
    return Step(np.array(at, np.float64), in_plane, before, after, clipped)

"""The penalty of gradient flossing, and its gradient.

Engelken (2023, "Gradient Flossing: Improving Gradient Descent through Dynamic Control of
Jacobians", arXiv 2312.17306) adds to the loss, or lowers by itself before training, the mean square
of the leading Lyapunov exponents,

    μ · (1/K) Σ_{k≤K} λ_k²        J_t Q_{t−1} = Q_t R_t        λ_k = (1/T) Σ_t log |R_t,kk|

with J_t = ∂s_t/∂s_{t−1} along the states of one sequence. Exponents of 0 let K directions of a
nudge, and as many of a gradient, neither grow nor shrink from one end of the sequence to the other.

λ depends on the weights by each J_t, and by the states that J_t is taken at. With
G_t = ∂P/∂J_t = U_t Q_{t−1}ᵀ from the way back through the directions, and s_t = F(s_{t−1}, x_t; θ),

    g_{t−1} = ∂⟨G_t, J_t⟩/∂s_{t−1}      a_t = g_t + J_{t+1}ᵀ a_{t+1}
    ∂P/∂θ = Σ_t ∂⟨G_t, J_t⟩/∂θ + Σ_t ∂(a_tᵀ F)/∂θ

and the same by x_t, which is h_t of the layer below: there it is added to g_t. Layers have
exponents of their own, of ∂s_t/∂s_{t−1} within the layer, and the penalties of all are added up.

It is of the whole sequence, however the loss's own gradient is truncated; the state that the
sequence begins with is given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.cells import Params, Workspace
from engine.diagnostics import Chain
from engine.flossing.directions import Directions, directions
from engine.flossing.timesteps import Derivatives, Timesteps
from engine.model import Model

MOST_FLOSSED = 16
"""At most so many exponents of a layer are pulled at."""


def flossed(size: int) -> int:
    """Return how many exponents are pulled at, K, of a joint state of `size` entries.

    The leading half. What a cell forgets whatever its weights are lies in the other one: layer
    normalisation leaves nothing of two directions of h, and an LSTM's h is made anew each timestep.
    """
    return min(MOST_FLOSSED, max(1, size // 2))


def flossing_penalty(
    model: Model, params: Params, spaces: list[Workspace], example: int = 0
) -> float:
    """Return Σ (1/K) Σ_k λ_k² over the layers, for a strength of 1.

    Directions that are lost (see `directions`) count as 0.

    Parameters
    ----------
    model : Model
    params : dict of str to ndarray
    spaces : list of Workspace
        The layers', as a forward pass with these parameters left them that dropped and held
        nothing; of both directions, the forward half's and then the reverse half's.
    example : int
        Which of the batch.

    Returns
    -------
    float
        In (nats per timestep)². NaN where a state or weight is not finite.
    """
    each = [
        _directions(layer.chain)
        for half in _halves(model, params, spaces, example)
        for layer in half
    ]
    if any(found is None for found in each):
        return float("nan")
    return sum(_mean_square(found) for found in each if found is not None)


def flossing_gradient(
    model: Model, params: Params, spaces: list[Workspace], example: int = 0
) -> dict[str, Array]:
    """Return the gradient of `flossing_penalty`, exactly.

    Parameters
    ----------
    model, params, spaces, example
        As of `flossing_penalty`.

    Returns
    -------
    dict of str to ndarray of float64
        By the names of the layers' parameters; the readout has no part in it. NaN where a state or
        weight is not finite.
    """
    gradient: dict[str, Array] = {}
    halves = _halves(model, params, spaces, example)
    T, H = spaces[0].timesteps, model.hidden_size
    from_above = [np.zeros((T, H)) for _ in halves]
    for level in reversed(range(len(model.cells))):
        by_input = np.zeros((T, model.cells[level].input_size))
        for place, half in enumerate(halves):
            layer = half[level]
            found = _gradient_of_layer(layer, from_above[place])
            if found is None:
                return {
                    f"{name}{end}": np.full(shape, np.nan)
                    for end, cell in model.named_cells()
                    for name, shape in cell.shapes().items()
                }
            gradient |= {f"{name}{layer.end}": value for name, value in found.params.items()}
            # Both halves read what both halves of the layer below say, in opposite orders.
            by_input = by_input + (found.x[::-1] if place else found.x)
        if level:
            below = np.split(by_input, len(halves), axis=1)
            from_above = [part[::-1] if place else part for place, part in enumerate(below)]
    return gradient


@dataclass(frozen=True)
class _Layer:
    """One layer of one half: its Jacobians, and the end of its parameters' names."""

    chain: Chain
    end: str


def _halves(
    model: Model, params: Params, spaces: list[Workspace], example: int
) -> list[list[_Layer]]:
    """Return the layers of the forward half and, if there is one, of the reverse half."""
    count = len(model.cells)
    both = (model.cells, spaces[:count]), (model.reverse_cells, spaces[count:])
    return [
        [
            _Layer(
                Chain(
                    cell,
                    model.layer_params(params, level, reverse=bool(place)),
                    space,
                    example,
                    _checkpoint_of(space),
                ),
                f"_l{level}_reverse" if place else f"_l{level}",
            )
            for level, (cell, space) in enumerate(zip(cells, some, strict=True))
        ]
        for place, (cells, some) in enumerate(both)
        if cells
    ]


def _checkpoint_of(space: Workspace) -> Callable[[float], None]:
    return lambda _: space.checkpoint()


def _gradient_of_layer(layer: _Layer, from_above: Array) -> Derivatives | None:
    """Return the derivatives of a layer's penalty, and of what those above it pass down (T, H)."""
    chain = layer.chain
    found = _directions(chain)
    if found is None:
        return None
    timesteps = Timesteps(chain.cell, chain.params, chain.space, chain.example)
    U = found.covectors(_slopes(found))
    by_jacobian = timesteps.curvature(U.swapaxes(1, 2), found.Q[:-1].swapaxes(1, 2))
    # a of s_1 … s_T: what enters there, and then all that comes back.
    a = np.zeros((chain.timesteps, chain.size))
    a[:-1] = by_jacobian.states[1:]
    a[:, : chain.cell.hidden_size] += from_above
    for t, jacobian, exponent in chain.backward():
        if t:
            a[t - 1] += np.ldexp(jacobian.T @ a[t], exponent)
    by_state = timesteps.gradient(a)
    params = {name: value + by_state.params[name] for name, value in by_jacobian.params.items()}
    return Derivatives(params, by_jacobian.states, by_jacobian.x + by_state.x)


def _directions(chain: Chain) -> Directions | None:
    return directions(chain, flossed(chain.size))


def _mean_square(found: Directions) -> float:
    """Return (1/K) Σ λ_k² of a layer."""
    return float(np.sum(found.lyapunov**2)) / found.followed


def _slopes(found: Directions) -> Array:
    """Return its derivatives by each T λ_k."""
    return 2 * found.lyapunov / (found.chain.timesteps * found.followed)

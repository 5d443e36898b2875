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

import numpy as np

from engine.arrays import Array
from engine.cells import Params, Workspace
from engine.diagnostics import Chain
from engine.flossing.directions import Directions, directions
from engine.flossing.timesteps import Timesteps
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
        The layers', as the forward pass with these parameters left them.
    example : int
        Which of the batch.

    Returns
    -------
    float
        In (nats per timestep)². NaN where a state or weight is not finite.
    """
    each = [
        _directions(_chain(model, params, spaces, layer, example)) for layer in range(len(spaces))
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
    from_above: float | Array = 0.0
    for layer in reversed(range(len(spaces))):
        cell, own = model.cells[layer], model.layer_params(params, layer)
        chain = _chain(model, params, spaces, layer, example)
        found = _directions(chain)
        if found is None:
            return {
                f"{name}_l{k}": np.full(shape, np.nan)
                for k, each in enumerate(model.cells)
                for name, shape in each.shapes().items()
            }
        timesteps = Timesteps(cell, own, spaces[layer], example)
        U = found.covectors(_slopes(found))
        by_jacobian = timesteps.curvature(U.swapaxes(1, 2), found.Q[:-1].swapaxes(1, 2))
        # a of s_1 … s_T: what enters there, and then all that comes back.
        a = np.zeros((chain.timesteps, chain.size))
        a[:-1] = by_jacobian.states[1:]
        a[:, : cell.hidden_size] += from_above
        for t, jacobian, exponent in chain.backward():
            if t:
                a[t - 1] += np.ldexp(jacobian.T @ a[t], exponent)
        by_state = timesteps.gradient(a)
        for name, value in by_jacobian.params.items():
            gradient[f"{name}_l{layer}"] = value + by_state.params[name]
        from_above = by_jacobian.x + by_state.x
    return gradient


def _chain(
    model: Model, params: Params, spaces: list[Workspace], layer: int, example: int
) -> Chain:
    space = spaces[layer]
    own = model.layer_params(params, layer)
    return Chain(model.cells[layer], own, space, example, lambda _: space.checkpoint())


def _directions(chain: Chain) -> Directions | None:
    return directions(chain, flossed(chain.size))


def _mean_square(found: Directions) -> float:
    """Return (1/K) Σ λ_k² of a layer."""
    return float(np.sum(found.lyapunov**2)) / found.followed


def _slopes(found: Directions) -> Array:
    """Return its derivatives by each T λ_k."""
    return 2 * found.lyapunov / (found.chain.timesteps * found.followed)

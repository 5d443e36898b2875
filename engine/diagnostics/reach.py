"""How far the gradient of one loss reaches back: reach and horizon, over the joint state.

Both look at ‖∂ℓ/∂s_t‖, where s_t is all that the network carries from t to t+1: the hidden states
of all layers, and the cell states where there are any. Of h alone, an LSTM's gradient falls steeply
right at the loss, where it enters by h, and goes on by c: a horizon over h ends there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

import numpy as np

from engine.arrays import Array
from engine.cells import Gradients, Workspace
from engine.diagnostics.flow import state_gradient
from engine.quantities import CONSTANTS, Quantity, register

HORIZON_FRACTION = 0.01
"""A gradient below this fraction of its value at the last loss has vanished."""
CONSTANTS["horizon_fraction"] = HORIZON_FRACTION

register(
    Quantity(
        "reach",
        "‖∂ℓ/∂s_1‖ ÷ ‖∂ℓ/∂s_T‖",
        "What is left of the last loss's gradient after the first timestep, as part of that at the "
        "last one; s is h, or h and c",
        log=True,
        history=True,
    ),
    Quantity(
        "horizon",
        "horizon",
        "So many timesteps back the last loss's gradient ‖∂ℓ/∂s_t‖ stays above 1 % of its value at "
        "the last one; s is h, or h and c",
        unit="timesteps",
        history=True,
    ),
)


def joint_state_gradient(spaces: Sequence[Workspace], layers: Sequence[Gradients]) -> Array:
    """Return ‖∂ℓ/∂s_t‖₂ of each example's own loss ℓ.

    Parameters
    ----------
    spaces : sequence of Workspace
        The layers, after a backward pass.
    layers : sequence of Gradients
        What that pass gave for each.

    Returns
    -------
    ndarray, shape (T+1, B)
        NaN where truncation keeps every layer's state from the loss.
    """
    states: list[tuple[Array, Array]] = []
    for space, grads in zip(spaces, layers, strict=True):
        states.append((space.dh, grads.reached))
        if space.has_c:
            states.append((space.dc, grads.reached))
    return joint_norms(states)


def joint_norms(states: Iterable[tuple[Array, Array]]) -> Array:
    """Return the norm of several states' gradients as that of one, of each example.

    Parameters
    ----------
    states : iterable of (ndarray, ndarray)
        ∂L/∂h_t or ∂L/∂c_t (T+1, H, B) of each, and whether some loss reaches it (T+1,).

    Returns
    -------
    ndarray, shape (T+1, B)
    """
    parts = [state_gradient(gradient, reached) for gradient, reached in states]
    # hypot, not squares: 1e-200 is a number here.
    with np.errstate(over="ignore", invalid="ignore"):
        joint: Array = reduce(np.hypot, parts)
    return joint


def reach(joint: Array, last: int) -> float:
    """Return ‖∂ℓ/∂s_1‖ ÷ ‖∂ℓ/∂s_last‖.

    Parameters
    ----------
    joint : ndarray, shape (T+1,)
        Mean over the batch of what `joint_state_gradient` returns, of the last loss alone.
    last : int
        The t of the last state that has a loss.

    Returns
    -------
    float
        NaN if one of the two is not finite, or truncation keeps s_1 from the loss.
    """
    with np.errstate(all="ignore"):
        return float(np.divide(joint[1], joint[last]))


def horizon(joint: Array, last: int) -> float:
    """Return how many timesteps back the gradient stays above 1 % of its value at the last loss.

    Parameters
    ----------
    joint : ndarray, shape (T+1,)
        Mean over the batch of what `joint_state_gradient` returns, of the last loss alone.
    last : int
        The t of the last state that has a loss.

    Returns
    -------
    float
        From 0 to `last`; NaN if the value at `last` is not finite.
    """
    reference = joint[last]
    if not np.isfinite(reference):
        return float("nan")
    above = joint[last::-1] > HORIZON_FRACTION * reference
    fallen = np.flatnonzero(~above)
    return float(max(0, fallen[0] - 1) if len(fallen) else last)

"""What each timestep adds to the gradient of the weights: dW_hh_norm and dW_ih_norm."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.arrays import Array
from engine.cells import Cell, Params, Workspace
from engine.diagnostics.norms import scaled
from engine.quantities import Quantity, register

register(
    *(
        Quantity(
            f"dW_{weights}_norm",
            f"own part of ∂L/∂W_{weights}",
            f"Norm of what timestep t itself adds to the gradient of the {which} weights",
            unit="loss / weight",
            log=True,
            axes=("t",),
            first_timestep=1,
            clipped=True,
        )
        for weights, which in (("hh", "recurrent"), ("ih", "input"))
    )
)


class Contributions(NamedTuple):
    """Norms of each timestep's own part of the weights' gradients.

    Attributes
    ----------
    dW_hh, dW_ih : ndarray, shape (T,)
    """

    dW_hh: Array  # noqa: N815
    dW_ih: Array  # noqa: N815


def weight_contributions(cell: Cell, params: Params, space: Workspace) -> Contributions:
    """Return ‖∂L/∂W_hh‖_F and ‖∂L/∂W_ih‖_F of each timestep's own contribution.

    The contribution of t is δ_t h_{t−1}ᵀ to W_hh and δ_t x_tᵀ to W_ih, with δ_t (rows, B) =
    ∂L/∂(pre-activations) of t (Werbos 1990); where W_hh multiplies something other than h_{t−1},
    that stands in its place (`Cell.hidden_products`). L is the mean over the batch, so a
    contribution is a sum over the examples: it has no spread over the batch, as dh_norm has.

    Parameters
    ----------
    cell : Cell
    params : dict of str to ndarray
        Those of the backward pass.
    space : Workspace
        As the backward pass left it.

    Returns
    -------
    Contributions
    """
    of_hh, of_ih = np.empty(space.timesteps), np.empty(space.timesteps)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        for block in space.blocks():
            delta = cell.preactivation_gradients(params, space, block)
            products = cell.hidden_products(delta, space, block)
            of_hh[block] = np.hypot.reduce([outer_norms(*product) for product in products])
            of_ih[block] = outer_norms(cell.into_input(delta), space.read_input(block))
    return Contributions(of_hh, of_ih)


def outer_norms(delta: Array, entering: Array) -> Array:
    """Return ‖δ vᵀ‖_F (n,) of δ (n, rows, B) and v (n, columns, B).

    Fewer examples than columns: ‖δvᵀ‖² = Σ (δᵀδ ⊙ vᵀv) spares the outer product.
    """
    delta, of_delta = scaled(delta.astype(np.float64, copy=False))
    entering, of_entering = scaled(entering.astype(np.float64, copy=False))
    if entering.shape[2] < entering.shape[1]:
        grams = delta.transpose(0, 2, 1) @ delta, entering.transpose(0, 2, 1) @ entering
        total = np.einsum("tij,tij->t", *grams)
    else:
        outer = delta @ entering.transpose(0, 2, 1)
        total = np.einsum("tij,tij->t", outer, outer)
    result: Array = np.ldexp(np.sqrt(np.maximum(total, 0)), of_delta + of_entering)
    return result

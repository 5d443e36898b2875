"""By which way the gradient came from t to t − 1, and what shrank it there."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array
from engine.cells import Cell, Params, Workspace, cut_timesteps
from engine.diagnostics.norms import norms
from engine.quantities import Quantity, register

register(
    Quantity(
        "paths.*",
        "path",
        "Norm of what came from t to t − 1 by this path; of an RNN, what the factor shrank it by",
        log=True,
        axes=("t",),
        first_timestep=1,
        view="paths",
    )
)


def paths(
    cell: Cell, params: Params, space: Workspace, reached: Array, truncate: int | None = None
) -> dict[str, Array]:
    """Return the norms of the parts of a gradient as it passes from t to t − 1.

    LSTMs, of ∂ℓ/∂c_{t−1}: ``cell`` is ‖f_t ⊙ ∂ℓ/∂c_t‖, the linear path of Hochreiter &
    Schmidhuber (1997), and ``gates`` is ‖o_{t−1} ⊙ (1 − tanh² c_{t−1}) ⊙ W_hhᵀ δ_t‖, what came by
    h_{t−1} and the gates of t (the two paths of Kanuparthi et al. 2019). What an LSTM has between h
    and c besides, a peephole or a normalisation, is part of ``gates``; what comes from the gates i
    and f of t by their peepholes is ``peepholes``.
    GRU, of ∂ℓ/∂h_{t−1}: ``carry`` is ‖z_t ⊙ ∂ℓ/∂h_t‖ and ``candidate`` ‖W_hhᵀ δ_t‖, what came by
    n_t and its gates, with layer normalisation or without; of the GRU whose reset acts before the
    product ‖r_t ⊙ W_hnᵀ δ_n + W_hrᵀ δ_r + W_hzᵀ δ_z‖. MGU: ``carry`` is ‖(1 − f_t) ⊙ ∂ℓ/∂h_t‖ and
    ``candidate`` the rest.
    Their sum as vectors is the gradient, but for what enters at t − 1 from outside: a loss there,
    or the layer above.
    RNN: there is one path, W_hhᵀ (φ′ ⊙ ∂ℓ/∂h_t), and its two factors stand in a row:
    ``nonlinearity`` is ‖φ′ ⊙ ∂ℓ/∂h_t‖ / ‖∂ℓ/∂h_t‖ and ``weight`` ‖W_hhᵀ δ_t‖ / ‖δ_t‖. Their
    product is how much the gradient shrank or grew (Pascanu, Mikolov & Bengio 2013). With layer
    normalisation there is a third factor between them, ``norm``.

    Parameters
    ----------
    cell : Cell
    params : dict of str to ndarray
    space : Workspace
        As the backward pass of one example left it.
    reached : ndarray of bool, shape (T+1,)
        Of that backward pass.
    truncate : int, optional
        Of that backward pass.

    Returns
    -------
    dict of str to ndarray, shape (T,)
        Entry t − 1 is of the passage from t to t − 1; NaN where truncation lets nothing pass, and
        for a ratio of zeros.
    """
    T = space.timesteps
    parts: dict[str, Array] = {}
    with np.errstate(all="ignore"):
        for block in space.blocks():
            for name, part in cell.paths(params, space, block).items():
                parts.setdefault(name, np.empty(T))[block] = norms(part)[:, 0]
        if not cell.gate_names:
            # One path: each part is what the factor of that name left of the one before it.
            before = norms(space.dh[1:])[:, 0]
            for name, left in parts.items():
                parts[name], before = left / before, left
    closed = ~reached[1:]
    closed[list(cut_timesteps(T, truncate))] = True
    for values in parts.values():
        values[closed] = np.nan
    return parts

"""How far an update moves each parameter, measured by the parameter's own size."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array
from engine.cells import Params
from engine.diagnostics.norms import norm
from engine.quantities import Quantity, register

register(
    *(
        Quantity(
            name,
            "‖Δθ‖/‖θ‖",
            "Norm of a parameter's change in the update that followed, over its norm before",
            log=True,
            view="update_ratio",
        )
        for name in ("update_ratio.*", "update_ratio.readout.*")
    )
)


def update_ratio(before: Params, after: Params) -> dict[str, Array]:
    """Return ‖Δθ‖₂ / ‖θ‖₂ of each parameter, θ being its weights before the update.

    Around 1e-3 is usual; far below, a parameter hardly learns, far above, it is thrown about.

    Parameters
    ----------
    before, after : dict of str to ndarray
        The weights by the model's names.

    Returns
    -------
    dict of str to ndarray, shape ()
        By ``update_ratio.<parameter>``. Where all weights were 0, inf, or NaN if they still are;
        0 where nothing moved.
    """
    ratios = {}
    with np.errstate(all="ignore"):
        for name, value in before.items():
            start = value.astype(np.float64, copy=False)
            change = after[name].astype(np.float64, copy=False) - start
            moved, size = np.float64(norm(change)), np.float64(norm(start))
            ratios[f"update_ratio.{name}"] = np.array(moved / size)
    return ratios

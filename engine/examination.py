"""A close look at one lane on one example: a pass of its own that leaves training as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine.diagnostics import norms
from engine.losses import LOSSES
from engine.tasks import Batch

if TYPE_CHECKING:
    from engine.learner import Learner

Array = np.ndarray[Any, np.dtype[Any]]

SOURCE_SIZE = 500_000
"""Numbers per kept array of the passes for `source`: more losses at once than that take turns."""


class Examination(NamedTuple):
    """What to look at: an example as a batch of one, a layer, and the views."""

    example: Batch
    layer: int
    views: tuple[str, ...]


def examine(learner: Learner, wanted: Examination) -> dict[str, Array]:
    """Return the watched arrays of one lane, by their names in a frame."""
    arrays: dict[str, Array] = {}
    if "gates" in wanted.views or "prediction" in wanted.views:
        passed = learner.examine(wanted.example)
        if "gates" in wanted.views:
            trace = passed.traces[wanted.layer]
            arrays["h"] = trace.h[:, 0]
            if trace.c is not None:
                arrays["c"] = trace.c[:, 0]
            arrays |= {f"gate.{name}": gate[:, 0] for name, gate in trace.gates.items()}
        if "prediction" in wanted.views:
            loss = LOSSES[learner.task.loss]
            y, mask = wanted.example.y[learner.at], wanted.example.mask[learner.at]
            arrays["prediction"] = loss(passed.output, y, mask).prediction[:, :, 0]
            arrays["target"] = y[:, 0]
    if "source" in wanted.views:
        arrays["source"] = source(learner, wanted)
    return {name: np.array(array) for name, array in arrays.items()}


def source(learner: Learner, wanted: Examination) -> Array:
    """Return source[s, t] = ‖∂ℓ(s)/∂h_t‖₂: how much the loss at s teaches timestep t.

    ℓ(s) is the share of timestep s in the example's loss. The S losses ride through one backward
    pass side by side, as the batch, instead of taking S passes.

    Returns
    -------
    ndarray, shape (S, T)
        Row s is the s-th timestep that has a loss; exactly 0 where t lies after s,
        NaN where truncation keeps the two apart.
    """
    x, y, mask = wanted.example
    at, T = learner.at, len(x)
    passed = learner.examine(wanted.example)
    loss = LOSSES[learner.task.loss](passed.output, y[at], mask[at])
    count = len(loss.doutput)
    group = max(1, SOURCE_SIZE // (T * learner.hidden_size * learner.num_layers))
    rows = []
    for first in range(0, count, group):
        some = range(first, min(first + group, count))
        together = learner.model.workspaces(T, len(some), learner.dtype)
        tiled = learner.model.forward(learner.params, x.repeat(len(some), axis=1), at, together)
        doutput = np.zeros((count, learner.model.output_size, len(some)))
        doutput[some, :, range(len(some))] = loss.doutput[some, :, 0]
        learner.model.backward(learner.params, tiled, doutput, learner.hyperparameters.truncate)
        rows.append(norms(together[wanted.layer].dh[1:]).T)
    result = np.concatenate(rows)
    truncate = learner.hyperparameters.truncate
    if truncate:
        for row, s in enumerate(range(*at.indices(T))):
            window = max(0, T - truncate * -(-(T - s) // truncate))  # where that of s begins
            result[row, :window] = np.nan
    return result

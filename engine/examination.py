"""A close look at one lane on one example: a pass of its own that leaves training as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine.diagnostics import (
    EXACT_SIZE,
    Chain,
    local_gain,
    lyapunov_exponents,
    norms,
    paths,
    probed_local_gain,
    probed_singular_values,
    singular_values,
    spectrum,
)
from engine.losses import LOSSES
from engine.model import Pass
from engine.tasks import Batch
from engine.watch import View

if TYPE_CHECKING:
    from engine.learner import Learner

Array = np.ndarray[Any, np.dtype[Any]]

SOURCE_SIZE = 500_000
"""Numbers per kept array of the passes for `source`: more losses at once than that take turns."""


class Examination(NamedTuple):
    """What to look at.

    Attributes
    ----------
    example : Batch
        Of one.
    layer : int
    views : tuple of str
    go_on : callable
        Called every now and then; it may raise to end what takes too long.
    """

    example: Batch
    layer: int
    views: tuple[View, ...]
    go_on: Callable[[], None] = lambda: None


def examine(learner: Learner, wanted: Examination) -> dict[str, Array]:
    """Return the watched arrays of one lane, by their names in a frame."""
    arrays: dict[str, Array] = {}
    if wanted.views:
        passed = learner.examine(wanted.example)
        for view in dict.fromkeys(wanted.views):
            wanted.go_on()
            found = VIEWS[view](learner, wanted, passed)
            # What they show lies in memory that the next view writes to.
            arrays |= {name: np.array(array) for name, array in found.items()}
    return arrays


def gates(_: Learner, wanted: Examination, passed: Pass) -> dict[str, Array]:
    """Return states and gates, (T+1, H) and (T, H)."""
    trace = passed.traces[wanted.layer]
    arrays = {"h": trace.h[:, 0]}
    if trace.c is not None:
        arrays["c"] = trace.c[:, 0]
    return arrays | {f"gate.{name}": gate[:, 0] for name, gate in trace.gates.items()}


def preactivations(learner: Learner, wanted: Examination, passed: Pass) -> dict[str, Array]:
    """Return what each gate adds up before its nonlinearity, as `Cell.preactivations` has it."""
    params = learner.model.layer_params(learner.params, wanted.layer)
    cell = learner.model.cells[wanted.layer]
    return cell.preactivations(params, passed.spaces[wanted.layer])


def prediction(learner: Learner, wanted: Examination, passed: Pass) -> dict[str, Array]:
    """Return what the network says, (S, O), and what it should have said."""
    y, mask = wanted.example.y[learner.at], wanted.example.mask[learner.at]
    value = LOSSES[learner.task.loss](passed.output, y, mask)
    return {"prediction": value.prediction[:, :, 0], "target": y[:, 0]}


def jacobian(learner: Learner, wanted: Examination, passed: Pass) -> dict[str, Array]:
    """Return gains of the state's Jacobians: exact for small states, else lower bounds."""
    cell = learner.model.cells[wanted.layer]
    params = learner.model.layer_params(learner.params, wanted.layer)
    chain = Chain(cell, params, passed.spaces[wanted.layer], go_on=wanted.go_on)
    exact = chain.size <= EXACT_SIZE
    singular = singular_values(chain) if exact else probed_singular_values(chain)
    return {
        "jacobian_gain": singular[:, 0],
        "jacobian_singular": singular,
        "local_gain": local_gain(chain) if exact else probed_local_gain(chain),
        "lyapunov": lyapunov_exponents(chain),
        "jacobian_exact": np.array(float(exact)),
    }


def backward_paths(learner: Learner, wanted: Examination, passed: Pass) -> dict[str, Array]:
    """Return by which way the example's gradient came, and the gradient (T+1, H) itself."""
    layer, truncate = wanted.layer, learner.hyperparameters.truncate
    grads = learner.examine_back(passed, wanted.example).layers[layer]
    cell, space = learner.model.cells[layer], passed.spaces[layer]
    params = learner.model.layer_params(learner.params, layer)
    parts = paths(cell, params, space, grads.reached, truncate)
    arrays = {f"paths.{name}": values for name, values in parts.items()}
    for name, total in (("dh", grads.dh), ("dc", grads.dc)):
        if total is not None:
            reached = grads.reached[:, np.newaxis]
            arrays[f"example.{name}"] = np.where(reached, total[:, 0], np.nan)
    return arrays


def batch_saturation(learner: Learner, wanted: Examination, _: Pass) -> dict[str, Array]:
    """Return saturated gates and dead units over the whole batch."""
    return learner.saturation(wanted.layer)


def weight_spectrum(learner: Learner, wanted: Examination, _: Pass) -> dict[str, Array]:
    """Return the spectrum of W_hh, gate by gate."""
    return spectrum(
        learner.model.cells[wanted.layer], learner.model.layer_params(learner.params, wanted.layer)
    )


def source(learner: Learner, wanted: Examination, passed: Pass) -> dict[str, Array]:
    """Return source[s, t] = ‖∂ℓ(s)/∂h_t‖₂: how much the loss at s teaches timestep t.

    ℓ(s) is the share of timestep s in the example's loss. The S losses ride through one backward
    pass side by side, as the batch, instead of taking S passes.

    Returns
    -------
    dict of str to ndarray, shape (S, T)
        Row s is the s-th timestep that has a loss; exactly 0 where t lies after s,
        NaN where truncation keeps the two apart.
    """
    x, y, mask = wanted.example
    at, T = learner.at, len(x)
    loss = LOSSES[learner.task.loss](passed.output, y[at], mask[at])
    count = len(loss.doutput)
    group = max(1, SOURCE_SIZE // (T * learner.hidden_size * learner.num_layers))
    rows = []
    for first in range(0, count, group):
        wanted.go_on()
        some = range(first, min(first + group, count))
        tiled = passed
        if len(some) > 1:
            spaces = learner.model.workspaces(T, len(some), learner.dtype)
            tiled = learner.model.forward(learner.params, x.repeat(len(some), axis=1), at, spaces)
        doutput = np.zeros((count, learner.model.output_size, len(some)))
        doutput[some, :, range(len(some))] = loss.doutput[some, :, 0]
        learner.model.backward(learner.params, tiled, doutput, learner.hyperparameters.truncate)
        rows.append(norms(tiled.spaces[wanted.layer].dh[1:]).T)
    result = np.concatenate(rows)
    truncate = learner.hyperparameters.truncate
    if truncate:
        for row, s in enumerate(range(*at.indices(T))):
            window = max(0, T - truncate * -(-(T - s) // truncate))  # where that of s begins
            result[row, :window] = np.nan
    return {"source": result}


VIEWS: dict[View, Callable[[Learner, Examination, Pass], dict[str, Array]]] = {
    "gates": gates,
    "preactivations": preactivations,
    "prediction": prediction,
    "source": source,
    "jacobian": jacobian,
    "paths": backward_paths,
    "saturation": batch_saturation,
    "spectrum": weight_spectrum,
}
"""What each view shows of a lane, from the forward pass of its example."""

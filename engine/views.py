"""The views of a frame: what each shows of one lane on one held-out example.

They run a pass of their own, which leaves training as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.arrays import Array
from engine.diagnosis import diagnosis_text
from engine.diagnostics import (
    EXACT_SIZE,
    Chain,
    jacobian_gain,
    local_gain,
    lyapunov_exponents,
    main_directions,
    norms,
    paths,
    probed_local_gain,
    probed_singular_values,
    singular_values,
    spectrum,
    update_ratio,
)
from engine.halves import Half, halves
from engine.losses import LOSSES
from engine.model import Pass
from engine.quantities import Quantity, quantity_of, register
from engine.run_cost import source_group
from engine.tasks import Batch

if TYPE_CHECKING:
    from engine.learner import Learner


register(
    Quantity(
        "h",
        "h_t",
        "Hidden state of the example",
        axes=("t", "unit"),
        first_timestep=0,
        view="states",
    ),
    Quantity(
        "c",
        "c_t",
        "Cell state of the example",
        axes=("t", "unit"),
        first_timestep=0,
        view="gates",
    ),
    Quantity(
        "gate.*",
        "gate",
        "Activations of a gate on the example",
        axes=("t", "unit"),
        first_timestep=1,
        view="gates",
    ),
    Quantity(
        "input.*",
        "W_i x_t + b_i",
        "What a gate's pre-activation takes from the input",
        axes=("t", "unit"),
        first_timestep=1,
        view="preactivations",
    ),
    Quantity(
        "recurrent.*",
        "W_h h_{t−1} + b_h",
        "What a gate's pre-activation takes from the last hidden state",
        axes=("t", "unit"),
        first_timestep=1,
        view="preactivations",
    ),
    Quantity(
        "peephole.*",
        "p ⊙ c",
        "What a gate's pre-activation takes from the cell state",
        axes=("t", "unit"),
        first_timestep=1,
        view="preactivations",
    ),
    Quantity(
        "normed.*",
        "LN",
        "What layer normalisation makes of a sum or a cell state, with what is added to it",
        axes=("t", "unit"),
        first_timestep=1,
        view="preactivations",
    ),
    Quantity(
        "prediction",
        "ŷ",
        "What the network says of the example: values, or the probability of each class",
        axes=("s", "output"),
        view="prediction",
    ),
    Quantity(
        "target",
        "y",
        "What the network should have said of the example: values, or classes",
        axes=("s", "output?"),
        view="prediction",
    ),
    Quantity(
        "source",
        "‖∂ℓ(s)/∂h_t‖",
        "How much the example's loss at timestep s teaches timestep t",
        unit="loss / state",
        log=True,
        axes=("s", "t"),
        first_timestep=1,
        view="source",
    ),
    *(
        Quantity(
            f"example.d{state}",
            f"∂ℓ/∂{state}_t",
            f"Gradient of the example's own loss by the {which} state",
            unit="loss / state",
            axes=("t", "unit"),
            first_timestep=0,
            view="paths",
        )
        for state, which in (("h", "hidden"), ("c", "cell"))
    ),
)


class ViewRequest(NamedTuple):
    """Which views of which example are asked for.

    Attributes
    ----------
    example : Batch
        Of one.
    layer : int
    views : tuple of str
    go_on : callable
        Told every now and then which share of all of them is done, or of one where it computes
        that one; it may raise to end what takes too long.
    initial : ndarray, shape (L, S, H, 1), or None
        The state that the example begins with; None: zeros.
    """

    example: Batch
    layer: int
    views: tuple[str, ...]
    go_on: Callable[[float], None] = lambda _: None
    initial: Array | None = None


def view_arrays(learner: Learner, request: ViewRequest) -> dict[str, Array]:
    """Return the watched arrays of one lane, by their names in a frame."""
    arrays: dict[str, Array] = {}
    lacks = learner.task.timesteps - len(request.example.x)
    specs = [VIEWS[name].arrays for name in dict.fromkeys(request.views)]
    of_a_pass = [compute for compute in specs if compute is not None]
    if of_a_pass:
        passed = learner.forward_example(
            request.example, lambda: request.go_on(0.0), request.initial
        )
        for place, compute in enumerate(of_a_pass):
            request.go_on(place / len(of_a_pass))
            one = request._replace(go_on=_within(request.go_on, place, len(of_a_pass)))
            found = compute(learner, one, passed)
            arrays |= {
                name: _padded(name, array, lacks) if lacks else _apart(array)
                for name, array in found.items()
            }
    return arrays


def _within(go_on: Callable[[float], None], place: int, count: int) -> Callable[[float], None]:
    """Return what is told the share of one of several views that is done."""
    return lambda share: go_on((place + share) / count)


def _apart(array: Array) -> Array:
    """Return an array that the next view does not write to: a copy of what is part of another."""
    return array if array.base is None else np.array(array)


def _padded(name: str, array: Array, lacks: int) -> Array:
    """Return an array with a gap at each timestep that the example lacks, at its end."""
    quantity = quantity_of(name)
    axes = () if quantity is None else quantity.axes[: array.ndim]
    widths = [(0, lacks if axis == "t" else 0) for axis in axes]
    if not any(after for _, after in widths):
        return _apart(array)
    return np.pad(array.astype(np.float64), widths, constant_values=np.nan)


def update_arrays(learner: Learner, views: tuple[str, ...]) -> dict[str, Array]:
    """Return the watched arrays of a lane's last update, by their names in a frame."""
    arrays: dict[str, Array] = {}
    for compute in filter(None, (VIEWS[name].update_arrays for name in dict.fromkeys(views))):
        arrays |= compute(learner)
    return arrays


def update_text(learner: Learner, views: tuple[str, ...]) -> dict[str, str]:
    """Return what is said of a lane after its last update, by its names in a frame."""
    said: dict[str, str] = {}
    for say in filter(None, (VIEWS[name].update_text for name in dict.fromkeys(views))):
        said |= say(learner)
    return said


OfHalf = Callable[["Learner", ViewRequest, Half], dict[str, Array]]
OfPass = Callable[["Learner", ViewRequest, Pass], dict[str, Array]]


def of_each_half(compute: OfHalf) -> OfPass:
    """Return a view that computes the same of one layer of each half, the forward one first."""

    @wraps(compute)
    def view(learner: Learner, request: ViewRequest, passed: Pass) -> dict[str, Array]:
        arrays: dict[str, Array] = {}
        for half in halves(learner.model, learner.params, passed, request.layer):
            arrays |= half.named(compute(learner, request, half))
        return arrays

    return view


@of_each_half
def states(_: Learner, __: ViewRequest, half: Half) -> dict[str, Array]:
    """Return the hidden states alone, (T+1, H)."""
    return {"h": half.trace.h[:, 0]}


@of_each_half
def gates(_: Learner, __: ViewRequest, half: Half) -> dict[str, Array]:
    """Return states and gates, (T+1, H) and (T, H)."""
    trace = half.trace
    arrays = {"h": trace.h[:, 0]}
    if trace.c is not None:
        arrays["c"] = trace.c[:, 0]
    return arrays | {f"gate.{name}": gate[:, 0] for name, gate in trace.gates.items()}


@of_each_half
def plane(_: Learner, __: ViewRequest, half: Half) -> dict[str, Array]:
    """Return the main directions (3, N) of the path of the joint state, their mean and shares."""
    trace = half.trace
    states = trace.h[:, 0] if trace.c is None else np.hstack([trace.h[:, 0], trace.c[:, 0]])
    return {f"plane.{name}": each for name, each in main_directions(states)._asdict().items()}


@of_each_half
def preactivations(_: Learner, __: ViewRequest, half: Half) -> dict[str, Array]:
    """Return what each gate adds up before its nonlinearity, as `Cell.preactivations` has it."""
    return half.cell.preactivations(half.params, half.space)


def prediction(learner: Learner, request: ViewRequest, passed: Pass) -> dict[str, Array]:
    """Return what the network says, (S, O), and what it should have said."""
    y, mask = request.example.y[learner.at], request.example.mask[learner.at]
    value = LOSSES[learner.task.loss](passed.output, y, mask)
    told, target = value.prediction[:, :, 0], y[:, 0]
    if learner.task.shortest is not None:  # it is asked at its end alone
        told, target = told[mask[:, 0]], target[mask[:, 0]]
    return {"prediction": told, "target": target}


@of_each_half
def jacobian(_: Learner, request: ViewRequest, half: Half) -> dict[str, Array]:
    """Return the gains (T+1,) of the state's Jacobians: exact for small states, else bounds."""
    chain, exact = _chain(request, half)
    gain = jacobian_gain(chain) if exact else probed_singular_values(chain)[:, 0]
    return {"jacobian_gain": gain, "jacobian_exact": np.array(float(exact))}


@of_each_half
def jacobian_singular(_: Learner, request: ViewRequest, half: Half) -> dict[str, Array]:
    """Return the leading singular values (T+1, k) of the same Jacobians."""
    chain, exact = _chain(request, half)
    values = singular_values(chain) if exact else probed_singular_values(chain)
    return {"jacobian_singular": values}


@of_each_half
def local_gains(_: Learner, request: ViewRequest, half: Half) -> dict[str, Array]:
    """Return how much each single timestep can stretch a nudge, (T,): exact or a lower bound."""
    chain, exact = _chain(request, half)
    return {"local_gain": local_gain(chain) if exact else probed_local_gain(chain)}


@of_each_half
def lyapunov(_: Learner, request: ViewRequest, half: Half) -> dict[str, Array]:
    """Return the leading Lyapunov exponents (k,)."""
    return {"lyapunov": lyapunov_exponents(_chain(request, half)[0])}


def _chain(request: ViewRequest, half: Half) -> tuple[Chain, bool]:
    """Return the example's Jacobians, and whether they are small enough to be exact."""
    chain = Chain(half.cell, half.params, half.space, go_on=request.go_on)
    return chain, chain.size <= EXACT_SIZE


def backward_paths(learner: Learner, request: ViewRequest, passed: Pass) -> dict[str, Array]:
    """Return by which way the example's gradient came, and the gradient (T+1, H) itself."""
    layer, truncate = request.layer, learner.hyperparameters.truncate
    both = learner.backward_example(passed, request.example)
    arrays: dict[str, Array] = {}
    for half in halves(learner.model, learner.params, passed, layer):
        grads = (both.reverse if half.reverse else both.layers)[layer]
        parts = paths(half.cell, half.params, half.space, grads.reached, truncate)
        found = {f"paths.{name}": values for name, values in parts.items()}
        for name, total in (("dh", grads.dh), ("dc", grads.dc)):
            if total is not None:
                reached = grads.reached[:, np.newaxis]
                found[f"example.{name}"] = np.where(reached, total[:, 0], np.nan)
        arrays |= half.named(found)
    return arrays


def batch_saturation(learner: Learner, request: ViewRequest, _: Pass) -> dict[str, Array]:
    """Return saturated gates and dead units over the whole batch."""
    return learner.saturation(request.layer)


@of_each_half
def weight_spectrum(_: Learner, __: ViewRequest, half: Half) -> dict[str, Array]:
    """Return the spectrum of W_hh, gate by gate."""
    return spectrum(half.cell, half.params)


def source(learner: Learner, request: ViewRequest, passed: Pass) -> dict[str, Array]:
    """Return source[s, t] = ‖∂ℓ(s)/∂h_t‖₂: how much the loss at s teaches timestep t.

    ℓ(s) is the share of timestep s in the example's loss. The S losses ride through one backward
    pass side by side, as the batch, instead of taking S passes.

    Returns
    -------
    dict of str to ndarray, shape (S, T)
        Row s is the s-th timestep of the example that has a loss; exactly 0 where what it reads had
        not read t yet (t lies after s, or, of the reverse half, before it), NaN where truncation
        keeps the two apart.
    """
    x, y, mask = request.example
    at, T, layer = learner.at, len(x), request.layer
    loss = LOSSES[learner.task.loss](passed.output, y[at], mask[at])
    count, outputs = loss.doutput.shape[:2]
    numbers = learner.hidden_size * len(passed.spaces + passed.reverse_spaces)
    widest = max(learner.task.input_size, numbers, outputs)
    group = source_group(T, widest, count)
    tiled = passed
    if group > 1:
        spaces = learner.model.workspaces(T, group, learner.dtype)
        for space in spaces:
            space.checkpoint = lambda: request.go_on(0.0)
        initial = None if request.initial is None else request.initial.repeat(group, axis=-1)
        tiled = learner.model.forward(learner.params, x.repeat(group, axis=1), at, spaces, initial)
    truncate = learner.hyperparameters.truncate
    both = halves(learner.model, learner.params, tiled, layer)
    found = [np.empty((count, T)) for _ in both]
    for first in range(0, count, group):
        request.go_on(first / count)
        some = range(first, min(first + group, count))
        # Where the last group leaves places empty, nothing enters.
        doutput = np.zeros((count, outputs, group))
        doutput[some, :, range(len(some))] = loss.doutput[some, :, 0]
        learner.model.backward(learner.params, tiled, doutput, truncate, with_params=False)
        for result, half in zip(found, both, strict=True):
            result[some] = norms(half.space.dh[1:, :, : len(some)]).T
    if truncate:
        for row in range(count):
            one = passed.only(row)
            windows = learner.model.reached(one, truncate), learner.model.reached(one)
            for result, cut, whole in zip(
                found, *(each.halves(layer) for each in windows), strict=True
            ):
                result[row, (whole & ~cut)[1:]] = np.nan
    if learner.task.shortest is not None:
        found = [result[mask[at, 0]] for result in found]
    arrays: dict[str, Array] = {}
    for result, half in zip(found, both, strict=True):
        arrays |= half.named({"source": result})
    return arrays


class ViewSpec(NamedTuple):
    """A view that can be asked for.

    Attributes
    ----------
    meaning : str
        What it shows, in a few words.
    arrays : callable or None
        Returns its arrays by their names in a frame, from the forward pass of the example.
    update_arrays : callable or None
        Returns arrays of the update that followed, once it is made.
    update_text : callable or None
        Returns texts, at the same time.
    seldom : bool
        Whether of a run that plays once a second is enough: it is to be read, or costs time.
    """

    meaning: str
    arrays: Callable[[Learner, ViewRequest, Pass], dict[str, Array]] | None
    update_arrays: Callable[[Learner], dict[str, Array]] | None = None
    update_text: Callable[[Learner], dict[str, str]] | None = None
    seldom: bool = False


VIEWS: dict[str, ViewSpec] = {
    "gates": ViewSpec("states and gates of the example", gates),
    "states": ViewSpec("its hidden states alone", states),
    "plane": ViewSpec("the directions in which its state moves most", plane),
    "preactivations": ViewSpec(
        "what each gate adds up, from the input and from the last state", preactivations
    ),
    "prediction": ViewSpec("what the network says of it", prediction),
    "source": ViewSpec("how much each timestep's loss teaches each timestep", source),
    "jacobian": ViewSpec("how far a nudge of each state reaches, whatever the loss", jacobian),
    "jacobian_singular": ViewSpec(
        "the leading singular values of the same Jacobians", jacobian_singular
    ),
    "local_gain": ViewSpec("how far each single timestep stretches a nudge", local_gains),
    "lyapunov": ViewSpec("how fast nearby states part", lyapunov),
    "paths": ViewSpec("by which way the example's gradient came back", backward_paths),
    "saturation": ViewSpec("gates at their ends, dead units", batch_saturation),
    "spectrum": ViewSpec("the eigenvalues of the recurrent weights", weight_spectrum),
    "update_ratio": ViewSpec(
        "how far the update moves each parameter, by the parameter's own size",
        None,
        lambda learner: update_ratio(learner.params_before, learner.params),
    ),
    "diagnosis": ViewSpec(
        "what is wrong with a lane, in words, and what would help",
        None,
        update_text=diagnosis_text,
        seldom=True,
    ),
}
"""The views of `Watch` by name."""

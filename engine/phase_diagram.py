"""Many networks in one pass: how their gradients flow before anything is learnt.

A small network spends most of its time in the calls of NumPy's functions. The members of an
ensemble share the calls: they stand side by side as one batch, and the equations are the cells'.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from pydantic import ValidationError

from engine.arrays import Array
from engine.cells import Masks, Workspace
from engine.diagnostics import Ends, norms
from engine.dropout import masks_of_batch, workspace_kind
from engine.learner import as_slice, initial_weights, model_for
from engine.losses import LOSSES
from engine.model import Model
from engine.random_streams import stream
from engine.recipe import Hyperparameters, Recipe
from engine.tasks import Task, make

Member = tuple[Hyperparameters, int]

INITIAL = ("spectral_radius", "init", "init_std", "forget_bias", "update_bias")
"""The hyperparameters that say how initial weights are drawn, and leave their shapes alone."""

GROUP_BYTES = 16 * 1024**2
"""What a group of members may keep of all timesteps, unless one member alone keeps more."""


def phase_diagram(
    recipe: Recipe,
    values: Sequence[Any],
    seeds: Sequence[int],
    *,
    knob: str = "spectral_radius",
    lane: int = 0,
    layer: int = 0,
) -> Array:
    """Return dh_norm at initialisation over a grid of a knob's values and seeds.

    Each member is what an ``Experiment`` of the recipe, with that value in that lane and with
    that seed, reports as ``dh_norm`` at iteration 0: the seed draws the weights and the batch.

    Parameters
    ----------
    recipe : Recipe
        Its own seed and its tweaks have no part in this.
    values : sequence, R of them
        Of the knob.
    seeds : sequence of int, S of them
    knob : str
        One of `INITIAL`.
    lane : int
        Whose hyperparameters the members share.
    layer : int
        Whose gradient; from 0, the lowest. Of both directions, that of the forward half.

    Returns
    -------
    ndarray of float64, shape (R, S, T+1)
        NaN where truncation keeps every loss from reaching h_t.

    Raises
    ------
    ValueError
        If an argument is not one of those allowed; it says which, what came and what is.
    """
    _check_integer("lane", lane, len(recipe.lanes) - 1)
    settings = _with_values(recipe.lane(lane), knob, values)
    _check_integer("layer", layer, settings[0].num_layers - 1)
    if not len(seeds):
        raise ValueError("seeds is empty; at least one is needed")
    for k, seed in enumerate(seeds):
        _check_integer(f"seeds[{k}]", seed, 2**32 - 1)
    task = make(recipe.task)
    model, B, dtype = model_for(settings[0], task), recipe.batch_size, settings[0].precision
    members = [(each, int(seed)) for seed in seeds for each in settings]
    size = max(1, GROUP_BYTES // _member_bytes(model, task.timesteps, B, np.dtype(dtype)))
    # Odd, as rows of E·B numbers at a distance of a power of two push each other out of the cache.
    size = min(size, len(members) // 2 + 1) | 1
    spaces: list[Workspace] = []
    rows: list[Array] = []
    for start in range(0, len(members), size):
        group = members[start : start + size]
        if start == 0 or len(group) < size:
            spaces = []  # gone before others take their place
            E = len(group)
            kind = workspace_kind(settings[0], unequal=task.shortest is not None)
            spaces = model.workspaces(task.timesteps, E * B, dtype, members=E, kind=kind)
        # Overflow, underflow and NaN are what a reader came to see: they are data here.
        with np.errstate(all="ignore"):
            rows.extend(_dh_norms(model, task, group, spaces, layer))
    return np.array(rows).reshape(len(seeds), len(settings), -1).swapaxes(0, 1)


def _dh_norms(
    model: Model, task: Task, members: list[Member], spaces: list[Workspace], layer: int
) -> Array:
    """Return dh_norm (E, T+1) of a group of members."""
    E, at, loss = len(members), as_slice(task.loss_timesteps), LOSSES[task.loss]
    B = spaces[0].batch // E
    drawn = {seed: task.batch(stream(seed, "batches"), B) for _, seed in members}
    batches = [drawn[seed] for _, seed in members]
    weights = [
        params
        for seed, of_seed in groupby(members, lambda member: member[1])
        for params in _weights(model, [settings for settings, _ in of_seed], seed)
    ]
    params = {name: np.stack([each[name] for each in weights]) for name in weights[0]}
    x = np.concatenate([batch.x for batch in batches], axis=1)  # (T, E·B, D)
    shape = len(x), B
    halves, dtype = (model.cells, model.reverse_cells), spaces[0].dtype
    left_out = {
        seed: masks_of_batch(members[0][0], halves, seed, 0, shape, dtype, batch.lengths)
        for seed, batch in drawn.items()
    }
    by_layer = zip(*(left_out[seed] for _, seed in members), strict=True)
    masks = [Masks.beside(layers) for layers in by_layer]
    passed = model.forward(params, x, at, spaces, masks=masks)
    outputs = passed.output.swapaxes(0, 1)  # (E, S, O, B)
    doutput = [
        loss(output, batch.y[at], batch.mask[at]).doutput
        for output, batch in zip(outputs, batches, strict=True)
    ]
    truncate = members[0][0].truncate
    grads = model.backward(params, passed, np.stack(doutput, axis=1), truncate, with_params=False)
    dh, reached = spaces[layer].dh, grads.layers[layer].reached
    by_example = norms(dh).reshape(-1, E, B) * B  # of each example's own loss: see state_gradient
    by_example[~reached] = np.nan
    ends = [Ends(at.stop, batch.lengths) for batch in batches]
    return np.array([end.spread(by_example[:, k]).mean for k, end in enumerate(ends)])


def _member_bytes(model: Model, T: int, B: int, dtype: np.dtype[Any]) -> int:
    """Return what a pass keeps of one member: x, h, c, gates, dh, dc and its weights."""
    rows = model.input_size + 1
    for cell in (*model.cells, *model.reverse_cells):
        states = 2 * len(cell.state_names) + cell.keeps
        states += len(cell.blocks[cell.kept_blocks]) if cell.gate_names else 0
        rows += 1 + states * cell.hidden_size + cell.norms
    weights = sum(int(np.prod(shape)) for shape in model.shapes().values())
    # As drawn, stacked, with biases as a column, and transposed; and what normalising cells keep.
    copies = 4 + 4 * bool(model.cells[0].norms)
    return (T * B * rows + copies * weights) * dtype.itemsize


def _weights(
    model: Model, settings: list[Hyperparameters], seed: int
) -> Iterator[dict[str, Array]]:
    """Yield the initial weights of one seed; those that differ in their radius share a draw."""
    radii = [each.spectral_radius for each in settings]
    if None in radii or len(set(radii)) < len(radii):  # the members differ in something else
        yield from (initial_weights(model, each, seed) for each in settings)
        return
    drawn = initial_weights(model, settings[0], seed, np.array(radii))
    for k in range(len(radii)):
        yield {n: w[k] if n.startswith("weight_hh") else w for n, w in drawn.items()}


def _with_values(
    settings: Hyperparameters, knob: str, values: Sequence[Any]
) -> list[Hyperparameters]:
    """Return the hyperparameters with each of a knob's values in turn."""
    if knob not in INITIAL:
        raise ValueError(f"knob is {knob!r}; it must be one of {', '.join(INITIAL)}")
    if not len(values):
        raise ValueError("values is empty; at least one is needed")
    found = []
    for k, value in enumerate(np.asarray(values, object).tolist()):
        plain = value.item() if isinstance(value, np.generic) else value
        try:
            found.append(Hyperparameters.model_validate({**settings.model_dump(), knob: plain}))
        except ValidationError as error:
            problem = error.errors()[0]["msg"]
            raise ValueError(f"values[{k}] is {value!r}; for {knob}: {problem}") from None
    return found


def _check_integer(name: str, value: object, most: int) -> None:
    integer = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not integer or not 0 <= value <= most:  # type: ignore[operator]
        raise ValueError(f"{name} is {value!r}; it must be an integer from 0 to {most}")

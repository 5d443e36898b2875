"""Sequences that end where they end: batches, losses, norms, views and studies."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine import Experiment, Recipe, Watch, phase_diagram
from engine.cells import CELLS, HoldingWorkspace
from engine.diagnostics import Ends
from engine.learner import Learner
from engine.losses import LOSSES
from engine.studies import WhatIfStudy
from engine.studies.dynamics import DynamicsStudy
from engine.studies.landscape import LandscapeStudy
from engine.tasks import Adding, Batch, Task, TemporalOrder
from engine.tasks.base import PaddedBatch
from engine.views import VIEWS
from tests.engine.runs import advance, differences, experiment, same_bits

T, B = 14, 6
ALL = Watch(lane=None, layer=1, example=1, views=tuple(VIEWS))
LANES = [{"cell": cell} for cell in ("rnn", "lstm", "ln_gru")]
SHORT = {"name": "adding", "seq_len": T, "shortest": 4}
TASKS = [Adding(T, 4), Adding(T, T), TemporalOrder(23, 2), TemporalOrder(40, 19)]
BY_T = ("h", "c", "jacobian_gain", "jacobian_singular", "local_gain", "example.dh", "example.dc")


def run(base: dict[str, Any] | None = None, **more: Any) -> Experiment:
    whole = {"num_layers": 2, **(base or {})}
    return experiment(**{"task": SHORT, "batch_size": B, "base": whole, "lanes": LANES, **more})


def learners_at(one: Experiment, iterations: int) -> list[tuple[Learner, dict[str, np.ndarray]]]:
    """Advance, and return the learners with the weights that the last iteration was made with."""
    advance(one, iterations, None)
    return [(lane, {n: p.copy() for n, p in lane.params_before.items()}) for lane in one.lanes]


# Batches


@pytest.mark.parametrize("task", TASKS, ids=lambda task: f"{task.name}-{task.shortest}")
def test_a_batch_has_sequences_of_every_length_that_is_allowed(task: Task) -> None:
    batch = task.batch(np.random.default_rng(0), 1000)
    assert isinstance(batch, PaddedBatch)
    assert sorted(set(batch.lengths)) == list(range(task.shortest, task.timesteps + 1))
    t = np.arange(task.timesteps)[:, np.newaxis]
    np.testing.assert_array_equal(batch.mask, t == batch.lengths - 1)
    assert not batch.x[t >= batch.lengths].any()
    assert set(np.flatnonzero(batch.mask.any(axis=1))) == set(task.loss_timesteps)
    # Another draw from the same state is the same.
    again = task.batch(np.random.default_rng(0), 1000)
    assert all(map(same_bits, [*batch, batch.lengths], [*again, again.lengths]))


def test_the_numbers_to_add_are_marked_in_the_halves_of_each_sequence() -> None:
    batch = Adding(T, 4).batch(np.random.default_rng(1), 500)
    assert batch.lengths is not None
    for b, length in enumerate(batch.lengths):
        first, second = np.flatnonzero(batch.x[:, b, 1])
        assert first < length // 2 <= second < length
        total = batch.x[first, b, 0] + batch.x[second, b, 0]
        assert batch.y[length - 1, b, 0] == total


@pytest.mark.parametrize("task", TASKS, ids=lambda task: f"{task.name}-{task.shortest}")
def test_the_memory_that_is_needed_is_that_of_the_nearest_and_the_farthest(task: Task) -> None:
    batch = task.batch(np.random.default_rng(2), 20_000)
    relevant = batch.x[:, :, 1] if task.name == "adding" else batch.x[:, :, :2].sum(axis=-1)
    back = batch.lengths - 1 - relevant.argmax(axis=0)
    assert (back.min(), back.max()) == task.memory


@pytest.mark.parametrize("task", TASKS, ids=lambda task: f"{task.name}-{task.shortest}")
def test_an_example_is_shown_with_its_own_length_and_target(task: Task) -> None:
    batch = task.batch(np.random.default_rng(3), 8)
    for b, length in enumerate(batch.lengths):
        shown, one = task.example(batch, b), batch.one(b)
        assert shown["length"] == length == len(one.x) == batch.length_of(b)
        if task.name == "adding":
            assert len(shown["values"]) == length
            assert shown["target"] == one.y[-1, 0, 0]
        else:
            assert len(shown["input"]) == length
            assert shown["target"] == [one.y[-1, 0]]


# Losses and norms


@pytest.mark.parametrize("task", [SHORT, {**SHORT, "name": "temporal_order"}])
@pytest.mark.parametrize("cell", CELLS)
def test_the_loss_and_its_gradient_are_means_over_examples_by_themselves(
    cell: str, task: dict[str, Any]
) -> None:
    one = run(task=task, lanes=[{"cell": cell, "clip": "none"}])
    ((lane, params),) = learners_at(one, 2)
    batch, kind = one.batch, LOSSES[one.task.loss]
    losses, total = [], {name: np.zeros_like(value) for name, value in params.items()}
    for b in range(B):
        x, y, mask = batch.one(b)
        passed = lane.model.forward(params, x, slice(-1, None))
        value = kind(passed.output, y[-1:], mask[-1:])
        grads = lane.model.backward(params, passed, value.doutput)
        losses.append(value.loss)
        for name, grad in grads.params.items():
            total[name] += grad / B
    frame = one.frame(Watch(views=()))
    assert float(frame.arrays["0/loss"]) == pytest.approx(np.mean(losses), rel=1e-13)
    norm = np.sqrt(sum(np.sum(np.square(grad)) for grad in total.values()))
    assert float(frame.arrays["0/grad_norm"]) == pytest.approx(norm, rel=1e-11)


def joint_of_each(lane: Learner, params: dict[str, np.ndarray], batch: Batch) -> list[np.ndarray]:
    """Return ‖∂ℓ_b/∂s_t‖ (length + 1,) of each example, read by itself."""
    found = []
    for b in range(batch.x.shape[1]):
        x, y, mask = batch.one(b)
        passed = lane.model.forward(params, x, slice(-1, None))
        doutput = LOSSES[lane.task.loss](passed.output, y[-1:], mask[-1:]).doutput
        layers = lane.model.backward(params, passed, doutput).layers
        states = [d[:, 0] for grads in layers for d in (grads.dh, grads.dc) if d is not None]
        found.append(np.sqrt(sum(np.square(state).sum(axis=1) for state in states)))
    return found


def test_reach_and_horizon_count_from_each_examples_own_end() -> None:
    one = run({"spectral_radius": 0.2})  # so that gradients vanish on the way
    horizons = set()
    for lane, params in learners_at(one, 2):
        index = one.lanes.index(lane)
        each = joint_of_each(lane, params, one.batch)
        ends = np.mean([joint[-1] for joint in each])
        arrays = one.frame(Watch(views=(), lane=None)).arrays
        reach = np.mean([joint[1] for joint in each]) / ends
        assert float(arrays[f"{index}/reach"]) == pytest.approx(reach, rel=1e-10)
        horizon = 0
        for back in range(T + 1):
            there = [joint[-1 - back] for joint in each if len(joint) > back]
            if not there or np.mean(there) <= 0.01 * ends:
                break
            horizon = back
        assert float(arrays[f"{index}/horizon"]) == horizon
        horizons.add(horizon)
    assert len(horizons) > 1
    assert min(horizons) < 4 <= max(horizons)


def test_norms_are_spread_over_the_examples_that_are_there() -> None:
    one = run()
    for lane, params in learners_at(one, 2):
        index = one.lanes.index(lane)
        arrays = one.frame(Watch(layer=0, views=(), lane=None)).arrays
        flow: list[list[float]] = [[] for _ in range(T + 1)]
        for b in range(B):
            x, y, mask = one.batch.one(b)
            passed = lane.model.forward(params, x, slice(-1, None))
            doutput = LOSSES["mse"](passed.output, y[-1:], mask[-1:]).doutput
            grads = lane.model.backward(params, passed, doutput).layers[0]
            for t, norm in enumerate(np.linalg.norm(grads.dh[:, 0], axis=1)):
                flow[t].append(norm)
        for t, there in enumerate(flow):
            names = {"": np.mean, ".q10": lambda v: np.quantile(v, 0.1)}
            names[".q90"] = lambda v: np.quantile(v, 0.9)
            for end, of in names.items():
                found = arrays[f"{index}/dh_norm{end}"][t]
                if there:
                    assert found == pytest.approx(of(there), rel=1e-10)
                else:
                    assert np.isnan(found)


def test_where_all_are_as_long_spread_reach_and_horizon_are_those_of_no_lengths() -> None:
    joint = np.random.default_rng(0).random((T + 1, B)) ** 8
    equal, plain = Ends(T, np.full(B, T)), Ends(T)
    assert all(map(same_bits, equal.spread(joint), plain.spread(joint)))
    assert equal.reach(joint) == plain.reach(joint)
    assert equal.horizon(joint) == plain.horizon(joint)
    assert equal.present(T).all()
    assert plain.present(T) is None


@pytest.mark.parametrize("cell", CELLS)
def test_with_all_lengths_equal_an_iteration_has_the_bits_of_a_plain_one(cell: str) -> None:
    padded = run(task={**SHORT, "shortest": T}, lanes=[{"cell": cell}]).lanes[0]
    plain = run(task={**SHORT, "shortest": None}, lanes=[{"cell": cell}]).lanes[0]
    assert isinstance(padded.workspaces[0], HoldingWorkspace)
    batch = padded.task.batch(np.random.default_rng(0), B)
    found = []
    for lane, given in ((padded, batch), (plain, Batch(*batch))):
        iteration = lane.compute(given)
        flow = [lane.gradient_flow(iteration, layer) for layer in range(2)]
        saturated = [lane.saturation(layer) for layer in range(2)]
        scalars, _ = lane.scalars(iteration)
        lane.update(0)
        found.append((scalars, [*flow, *saturated], lane.params))
    (scalars, arrays, params), (plain_scalars, plain_arrays, plain_params) = found
    assert scalars == plain_scalars
    for one, other in zip([*arrays, params], [*plain_arrays, plain_params], strict=True):
        assert one.keys() == other.keys()
        for name, array in one.items():
            assert same_bits(array, other[name]), name


@pytest.mark.parametrize("cell", [*CELLS, "relu"])
def test_saturation_is_that_of_timesteps_that_are_there(cell: str) -> None:
    lanes = [{"nonlinearity": "relu"} if cell == "relu" else {"cell": cell}]
    # Weights so large that some gates are at their ends.
    one = run({"cell": "rnn", "init": "normal", "init_std": 1.5}, lanes=lanes)
    ((lane, params),) = learners_at(one, 1)
    found = lane.saturation(1)
    traces = [lane.model.forward(params, one.batch.one(b).x).traces[1] for b in range(B)]
    for name in lane.cell.sigmoids:
        gate = np.concatenate([trace.gates[name][:, 0] for trace in traces])
        np.testing.assert_allclose(found[f"gate.{name}.low"], (gate < 0.1).mean(axis=0))
        np.testing.assert_allclose(found[f"gate.{name}.high"], (gate > 0.9).mean(axis=0))
        assert len(gate) == one.batch.lengths.sum() < T * B
    if cell == "relu":
        h = np.concatenate([trace.h[1:, 0] for trace in traces])
        np.testing.assert_array_equal(found["dead"], (h == 0).all(axis=0))


# What is shown


def test_views_show_an_example_of_its_own_length_and_gaps_beyond() -> None:
    one = run()
    lengths = one._held_out.lengths
    advance(one, 2, None)
    for example in np.argsort(lengths)[[0, -1]].tolist():
        length = int(lengths[example])
        frame = one.advance(ALL.model_copy(update={"example": example}))
        for index, lane in enumerate(one.lanes):
            x = one._held_out.one(example).x
            assert len(x) == length
            passed = lane.model.forward(lane.params_before, x, slice(-1, None))
            h = frame.arrays[f"{index}/h"]
            assert h.shape == (T + 1, 5)
            expected = passed.traces[1].h[:, 0]
            np.testing.assert_allclose(h[: length + 1], expected, rtol=1e-12)
            for name in BY_T:
                array = frame.arrays.get(f"{index}/{name}")
                if array is not None:
                    assert np.isnan(array[len(array) - (T - length) :]).all(), name
                    assert np.isfinite(array[: len(array) - (T - length)]).all(), name
            told = frame.arrays[f"{index}/prediction"]
            # Of the one loss that this example has, at its own end.
            np.testing.assert_allclose(told, passed.output[:1, :, 0], rtol=1e-12)
            [source] = frame.arrays[f"{index}/source"]
            assert np.isfinite(source[:length]).all()
            assert np.isnan(source[length:]).all()


@pytest.mark.parametrize("cell", CELLS)
def test_every_view_of_every_cell_is_computed(cell: str) -> None:
    frame = advance(run(lanes=[{"cell": cell}]), 3, ALL)[-1]
    assert float(frame.arrays["0/diverged"]) == 0
    shown = [name for name, array in frame.arrays.items() if np.isfinite(array).any()]
    assert set(frame.arrays) == set(shown)


def test_the_same_recipe_gives_the_same_bits_and_a_fork_goes_on_with_them() -> None:
    tweaks = [{"iteration": 2, "lane": None, "changes": {"zoneout": 0.2, "truncate": 5}}]
    one, other = run(tweaks=tweaks), run(tweaks=tweaks)
    for _ in range(4):
        assert not differences(one.advance(ALL), other.advance(ALL))
    third = run(tweaks=tweaks)
    third.restore(one.snapshot())
    assert not differences(one.frame(ALL), third.frame(ALL))
    for _ in range(3):
        assert not differences(one.advance(ALL), third.advance(ALL))


# Studies


def test_the_middle_of_the_landscape_is_the_iterations_loss() -> None:
    study = LandscapeStudy.model_validate(
        {"kind": "landscape", "lane": 1, "along": "random", "resolution": 5}
    )
    one, reached = run(), run()
    loss = float(advance(one, 3, None)[-1].arrays["1/loss"])
    advance(reached, 2, None)
    found, _ = study.compute_at(2, reached, lambda _: None)
    assert found["surface"][2, 2] == pytest.approx(loss, rel=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_what_if_with_all_paths_is_what_is(cell: str) -> None:
    one = run(lanes=[{"cell": cell}])
    frame = advance(one, 3, Watch(layer=0, views=()))[-1]
    arrays = WhatIfStudy(kind="what_if", lane=0).compute(one, lambda _: None).arrays
    assert arrays["cosine"] == pytest.approx(1, abs=1e-12)
    names = {name.removesuffix(".real") for name in arrays if name.endswith(".real")}
    for name in names:
        real = arrays[f"{name}.real"]
        np.testing.assert_allclose(arrays[name], real, rtol=1e-8, atol=1e-8, err_msg=name)
        its = frame.arrays.get(f"0/{name.removeprefix('log10_')}")
        if its is not None:
            with np.errstate(divide="ignore"):
                np.testing.assert_allclose(np.log10(its), real, rtol=1e-10)


def test_dynamics_look_at_sequences_as_far_as_all_of_them_go() -> None:
    one = run()
    advance(one, 2, None)
    study = DynamicsStudy(kind="dynamics", lane=0, starts=16)
    watched = study._watch(one, one.lanes[0], lambda _: None)
    length = one._held_out.lengths.min()
    assert watched.states.shape == (length, B, 5)
    for b in range(B):
        x = one._held_out.x[:length, b : b + 1]
        h = one.lanes[0].model.forward(one.lanes[0].params_before, x).traces[1].h[1:, 0]
        np.testing.assert_allclose(watched.states[:, b], h, rtol=1e-12)
    assert np.isfinite(study.compute(one, lambda _: None).arrays["lyapunov"]).all()


@pytest.mark.parametrize("cell", CELLS)
def test_a_phase_diagram_has_the_norms_of_each_experiment(cell: str) -> None:
    values, seeds = [0.5, 1.2], [3, 0]
    recipe = run(lanes=[{"cell": cell}]).recipe
    grid = phase_diagram(recipe, values, seeds, layer=1)
    for r, value in enumerate(values):
        for s, seed in enumerate(seeds):
            plain = recipe.model_dump()
            plain |= {"seed": seed, "base": {**plain["base"], "spectral_radius": value}}
            alone = Experiment(Recipe.model_validate(plain)).advance(Watch(layer=1))
            np.testing.assert_allclose(grid[r, s], alone.arrays["0/dh_norm"], rtol=1e-11)

"""Both directions: two halves glued by hand, and what a frame holds of either."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from engine import RNN, Experiment, Model, Recipe, Watch, phase_diagram
from engine.bidirectional import BidirectionalModel, reading_places
from engine.bptt_cost import bptt_cost, kept, scratch
from engine.cells import CELLS, cut_timesteps, reached_states
from engine.diagnosis import diagnose
from engine.diagnostics import horizon
from engine.losses import LOSSES
from engine.quantities import QUANTITIES, quantity_of
from engine.studies import DynamicsStudy, LandscapeStudy, WhatIfStudy
from tests.engine.runs import EVERY_VIEW, differences, experiment, same_bits

T, B, D, O = 6, 3, 2, 3  # noqa: E741
SEEDS = st.integers(0, 2**32 - 1)


def both(name: str, layers: int = 1, H: int = 4, seed: int = 0):
    """Return a model, random weights of it, and a batch."""
    rng = np.random.default_rng(seed)
    model = BidirectionalModel(name, D, H, O, layers)
    params = {name: 0.5 * rng.standard_normal(shape) for name, shape in model.shapes().items()}
    return model, params, rng.standard_normal((T, B, D)), rng


def by_hand(name: str, params: dict[str, Any], x: np.ndarray, layers: int, H: int):
    """Run two cells a layer over the sequence and its mirror image, without the model."""
    below, passes = x, []
    for layer in range(layers):
        cell = (RNN if name == "rnn" else CELLS[name])(below.shape[2], H)
        halves = []
        for end, turned in (("", below), ("_reverse", below[::-1])):
            own = {each: params[f"{each}_l{layer}{end}"] for each in cell.shapes()}
            halves.append((cell, own, cell.forward(own, turned)))
        passes.append(halves)
        below = np.concatenate([halves[0][2].h[1:], halves[1][2].h[1:][::-1]], axis=2)
    return passes, below


def back_by_hand(passes, dh: np.ndarray, dend: np.ndarray, H: int):
    """Return the gradients of each half's parameters and states, from what enters at the top.

    ``dh`` (T, B, 2H) enters in the order of the sequence, ``dend`` (B, H) the reverse half's last
    state.
    """
    found = []
    for halves in reversed(passes):
        (cell, own, trace), (other, its, reverse) = halves
        entering = dh[:, :, H:][::-1].copy()
        entering[-1] += dend
        grads = cell.backward(own, trace, dh[:, :, :H]), other.backward(its, reverse, entering)
        found.insert(0, grads)
        dh, dend = grads[0].dx + grads[1].dx[::-1], np.zeros_like(dend)
    return found


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(list(CELLS)),
    layers=st.integers(1, 3),
    first=st.integers(0, T - 1),
    H=st.integers(2, 5),
    seed=SEEDS,
    length=st.integers(1, T),
)
def test_it_is_two_models_of_one_direction_glued_by_hand(name, layers, first, H, seed, length):
    model, params, x, rng = both(name, layers, H, seed)
    at = slice(first, min(first + length, T))
    passes, top = by_hand(name, params, x, layers, H)
    passed = model.forward(params, x, at)
    read, ends = top[at], list(range(T)[at]) == [T - 1]
    if ends:
        read = np.concatenate([passes[-1][0][2].h[-1], passes[-1][1][2].h[-1]], axis=1)[None]
    output = read @ params["readout.weight"].T + params["readout.bias"]
    np.testing.assert_allclose(passed.output.transpose(0, 2, 1), output, rtol=0, atol=1e-12)
    w = rng.standard_normal(output.shape)
    grads = model.backward(params, passed, w.transpose(0, 2, 1))
    entering, dend = np.zeros((T, B, 2 * H)), np.zeros((B, H))
    entering[at] = w @ params["readout.weight"]
    if ends:
        dend = entering[-1, :, H:].copy()
        entering[-1, :, H:] = 0
    for layer, halves in enumerate(back_by_hand(passes, entering, dend, H)):
        for end, theirs, ours in zip(
            ("", "_reverse"), halves, (grads.layers[layer], grads.reverse[layer]), strict=True
        ):
            for each, value in theirs.params.items():
                mine = grads.params[f"{each}_l{layer}{end}"]
                np.testing.assert_allclose(mine, value, rtol=1e-9, atol=1e-11)
            np.testing.assert_allclose(ours.dh[1:], theirs.dh[1:], rtol=1e-9, atol=1e-11)
            if theirs.dc is not None:
                np.testing.assert_allclose(ours.dc[1:], theirs.dc[1:], rtol=1e-9, atol=1e-11)
    dW = np.einsum("sbo,sbh->oh", w, read)
    np.testing.assert_allclose(grads.params["readout.weight"], dW, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(grads.params["readout.bias"], w.sum(axis=(0, 1)), atol=1e-11)


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("at", [slice(T - 1, T), slice(1, T)], ids=["last", "several"])
def test_every_gradient_is_that_of_finite_differences(name, layers, at):
    model, params, x, rng = both(name, layers)
    y, mask = rng.standard_normal((T, B, O))[at], rng.random((T, B))[at] < 0.8

    def loss(weights):
        return LOSSES["mse"](model.forward(weights, x, at).output, y, mask)

    passed = model.forward(params, x, at)
    value = LOSSES["mse"](passed.output, y, mask)
    grads = model.backward(params, passed, value.doutput).params
    assert list(grads) == list(model.shapes())
    step = 1e-5
    for each, param in params.items():
        direction = rng.standard_normal(param.shape)
        above, below = (
            loss(params | {each: param + sign * step * direction}).loss for sign in (1, -1)
        )
        numeric, exact = (above - below) / (2 * step), np.vdot(grads[each], direction)
        assert abs(numeric - exact) <= 1e-6 * max(1, abs(exact)), (each, numeric, exact)


@pytest.mark.parametrize(
    ("at", "places"),
    [
        (slice(5, 6), [5]),  # the only loss, at the end: the end of the reverse half's way
        (slice(0, 6), [5, 4, 3, 2, 1, 0]),
        (slice(4, 6), [1, 0]),
        (slice(0, 1), [5]),
        (slice(2, 3), [3]),
    ],
)
def test_a_readout_takes_the_state_that_has_read_its_timestep(at, places):
    assert list(range(T)[reading_places(at, T)]) == places


def test_the_only_loss_at_the_end_depends_on_the_whole_reverse_half():
    """PyTorch's h_n: of ``output[-1]`` the reverse half would have read x_T and nothing else."""
    model, params, x, _ = both("gru")
    last = slice(T - 1, T)
    W = params["readout.weight"].copy()
    W[:, :4] = 0  # the reverse half alone
    params = params | {"readout.weight": W}
    moved = x.copy()
    moved[0] += 1
    outputs = [model.forward(params, each, last).output for each in (x, moved)]
    assert np.abs(outputs[0] - outputs[1]).min() > 1e-4
    several = [model.forward(params, each, slice(T - 2, T)).output[-1] for each in (x, moved)]
    np.testing.assert_array_equal(*several)


def test_the_forward_half_begins_with_the_weights_that_it_has_alone():
    alone, two = (
        kind("lstm", D, 4, O).init(np.random.default_rng(3)) for kind in (Model, BidirectionalModel)
    )
    for name in alone:
        if not name.startswith("readout"):
            assert same_bits(alone[name], two[name]), name
            assert not same_bits(alone[name], two[f"{name}_reverse"]), name
    assert np.abs(two["readout.weight"]).max() <= 1 / np.sqrt(8)


def test_no_half_begins_anywhere_but_at_zero():
    model, params, x, _ = both("rnn")
    with pytest.raises(ValueError, match="both directions begins with zeros"):
        model.forward(params, x, initial=np.zeros((1, 1, 4, B)))


# Frames


def run_of(task: str = "adding", seq_len: int = 9, layers: int = 1, **base: Any) -> Experiment:
    return experiment(
        task={"name": task, "seq_len": seq_len},
        base={"bidirectional": True, "num_layers": layers, **base},
        lanes=[{"cell": "lstm"}, {"cell": "gru"}],
    )


@pytest.mark.parametrize("task", ["adding", "copy", "next_char"])
@pytest.mark.parametrize("layers", [1, 2])
def test_every_array_of_a_half_has_its_counterpart_and_its_quantity(task, layers):
    run = run_of(task, layers=layers)
    arrays = run.advance(EVERY_VIEW).arrays
    of_lane = {"loss", "grad_norm", "clip_factor", "update_norm", "diverged"}
    of_lane |= {"prediction", "target"}
    for name, array in arrays.items():
        own = name.split("/")[1]
        if name.endswith(".reverse"):
            forward, quantity = arrays[name.removesuffix(".reverse")], quantity_of(name)
            assert quantity is not None
            assert np.shape(array) == np.shape(forward)
            assert quantity.name in QUANTITIES
            assert quantity.first_timestep == (1 if "t" in quantity.axes else None)
        elif own not in of_lane and not own.startswith("update_ratio"):
            assert f"{name}.reverse" in arrays, name
    named = [name for name in arrays if name.startswith("0/update_ratio.weight_hh")]
    assert sorted(named)[:2] == [
        "0/update_ratio.weight_hh_l0",
        "0/update_ratio.weight_hh_l0_reverse",
    ]


@pytest.mark.parametrize("layers", [1, 2])
def test_states_and_gradients_of_the_reverse_half_stand_in_the_order_of_the_sequence(layers):
    run = run_of(layers=layers)
    frame = run.advance(Watch(layer=layers - 1, views=("gates", "paths", "preactivations")))
    arrays, learner = frame.arrays, run.lanes[0]
    x = run._held_out.x[:, :1]
    params = learner.params_before
    passes, _ = by_hand("lstm", params, x, layers, 5)
    _, _, reverse = passes[-1][1]
    np.testing.assert_allclose(arrays["0/h.reverse"], reverse.h[::-1, 0], rtol=1e-12)
    np.testing.assert_allclose(arrays["0/c.reverse"], reverse.c[::-1, 0], rtol=1e-12)
    np.testing.assert_allclose(arrays["0/gate.f.reverse"], reverse.gates["f"][::-1, 0], rtol=1e-12)
    assert not arrays["0/h.reverse"][-1].any(), "the initial state stands last, at T + 1"
    if layers == 1:
        # What gate f adds up at t: W_if x_t + b and W_hf h_{t+1} + b.
        rows = slice(5, 10)
        W, b = params["weight_hh_l0_reverse"][rows], params["bias_hh_l0_reverse"][rows]
        recurrent = arrays["0/h.reverse"][1:] @ W.T + b
        np.testing.assert_allclose(arrays["0/recurrent.f.reverse"], recurrent, rtol=1e-10)
        W, b = params["weight_ih_l0_reverse"][rows], params["bias_ih_l0_reverse"][rows]
        np.testing.assert_allclose(arrays["0/input.f.reverse"], x[:, 0] @ W.T + b, rtol=1e-10)
    # The path along the cell state at t, from c_t to c_{t+1}: f_t ⊙ ∂ℓ/∂c_t.
    along = arrays["0/gate.f.reverse"] * arrays["0/example.dc.reverse"][:-1]
    np.testing.assert_allclose(
        arrays["0/paths.cell.reverse"], np.linalg.norm(along, axis=1), rtol=1e-10
    )


def test_the_norms_by_timestep_are_those_of_the_batch():
    run = run_of()
    frame = run.advance(Watch(views=()))
    learner, batch = run.lanes[0], run.batch
    passes, _ = by_hand("lstm", learner.params_before, batch.x, 1, 5)
    passed = learner.model.forward(learner.params_before, batch.x, learner.at)
    y, mask = batch.y[learner.at], batch.mask[learner.at]
    doutput = LOSSES["mse"](passed.output, y, mask).doutput[0]  # (O, B)
    dend = (learner.params_before["readout.weight"][:, 5:].T @ doutput).T
    cell, own, trace = passes[0][1]
    entering = np.zeros((9, 6, 5))
    entering[-1] = dend
    grads = cell.backward(own, trace, entering)
    norms = 6 * np.linalg.norm(grads.dh, axis=2)
    np.testing.assert_allclose(
        frame.arrays["0/dh_norm.reverse"], norms.mean(axis=1)[::-1], rtol=1e-10
    )
    np.testing.assert_allclose(
        frame.arrays["0/dh_norm.q90.reverse"], np.quantile(norms, 0.9, axis=1)[::-1], rtol=1e-10
    )
    joint = 6 * np.sqrt((grads.dh**2 + grads.dc**2).sum(axis=2)).mean(axis=1)
    np.testing.assert_allclose(frame.arrays["0/reach.reverse"], joint[1] / joint[-1], rtol=1e-10)
    assert frame.arrays["0/horizon.reverse"] == horizon(joint, 9)


def test_with_many_losses_reach_is_of_the_first_one_back_to_the_last_timestep():
    run = run_of("copy", 4, layers=2)
    frame = run.advance(Watch(views=()))
    learner, batch = run.lanes[0], run.batch
    passed = learner.model.forward(learner.params_before, batch.x, learner.at)
    y, mask = batch.y[learner.at], batch.mask[learner.at]
    doutput = LOSSES["cross_entropy"](passed.output, y, mask).doutput
    doutput[1:] = 0
    grads = learner.model.backward(learner.params_before, passed, doutput)
    squares = sum((each.dh**2).sum(axis=2) + (each.dc**2).sum(axis=2) for each in grads.reverse)
    joint = np.sqrt(squares).mean(axis=1)
    first = len(batch.x) - learner.at.start
    np.testing.assert_allclose(frame.arrays["0/reach.reverse"], joint[1] / joint[first], rtol=1e-10)


@pytest.mark.parametrize("truncate", [None, 4])
@pytest.mark.parametrize("layers", [1, 2])
def test_source_is_that_of_each_loss_alone(truncate, layers):
    run = run_of("next_char", 9, layers=layers, truncate=truncate)
    arrays = run.advance(Watch(layer=0, views=("source",))).arrays
    learner, example = run.lanes[0], run._held_out
    x, y, mask = (each[:, :1] for each in example)
    params = learner.params_before
    passed = learner.model.forward(params, x, learner.at)
    doutput = LOSSES["cross_entropy"](passed.output, y, mask).doutput
    whole = np.stack([arrays["0/source"], arrays["0/source.reverse"]])
    for s in range(9):
        alone = np.zeros_like(doutput)
        alone[s] = doutput[s]
        grads = learner.model.backward(params, passed, alone, truncate)
        expected = np.stack(
            [
                np.linalg.norm(grads.layers[0].dh[1:, 0], axis=1),
                np.linalg.norm(grads.reverse[0].dh[1:, 0], axis=1)[::-1],
            ]
        )
        lost = np.isnan(whole[:, s])
        np.testing.assert_allclose(whole[:, s][~lost], expected[~lost], rtol=1e-10)
        assert not expected[lost].any()
    if layers == 1:
        forward, reverse = whole
        assert not np.triu(np.nan_to_num(forward), 1).any(), "after s, nothing of the forward half"
        assert not np.tril(np.nan_to_num(reverse), -1).any(), "before s, nothing of the other"
        # The windows of either half are counted from the last timestep that it reads.
        cut = cut_timesteps(9, truncate)
        for s in range(9):
            enters = np.arange(10) == s + 1
            gap = ~reached_states(enters, cut)[1:] & (np.arange(9) <= s)
            np.testing.assert_array_equal(np.isnan(forward[s]), gap)
            np.testing.assert_array_equal(np.isnan(reverse[8 - s])[::-1], gap)


def test_a_truncated_half_has_gaps_beyond_its_own_window():
    run = run_of(seq_len=9, truncate=4)
    arrays = run.advance(Watch(views=())).arrays
    gaps = np.isnan(arrays["0/dh_norm"])
    assert np.flatnonzero(gaps).tolist() == [0, 1, 2, 3, 4, 5]
    np.testing.assert_array_equal(np.isnan(arrays["0/dh_norm.reverse"]), gaps[::-1])


def test_what_is_watched_changes_no_number_and_a_snapshot_goes_on_with_the_same_bits():
    watched, alone = run_of("copy", 4, layers=2), run_of("copy", 4, layers=2)
    for _ in range(3):
        frame = watched.advance(EVERY_VIEW)
        scalars = alone.advance(None)
        for name, value in scalars.arrays.items():
            assert same_bits(frame.arrays[name], value), name
    other = run_of("copy", 4, layers=2)
    other.restore(watched.snapshot())
    assert not differences(other.advance(EVERY_VIEW), watched.advance(EVERY_VIEW))
    part = Experiment(watched.recipe, lanes=[1])
    part.restore(watched.snapshot())
    ours, theirs = part.advance(EVERY_VIEW), watched.advance(EVERY_VIEW)
    assert ours.arrays
    for name, array in ours.arrays.items():
        assert same_bits(array, theirs.arrays[name]), name


def test_the_orthogonality_penalty_pulls_at_both_halves():
    runs = [run_of(orthogonality=strength) for strength in (0.0, 1.0)]
    for run in runs:
        run.advance(None)
    for name in ("weight_hh_l0", "weight_hh_l0_reverse"):
        one, other = (run.lanes[0].params[name] for run in runs)
        assert not np.array_equal(one, other), name


def test_an_overflow_of_the_reverse_half_is_said_with_its_timestep():
    run = experiment(
        task={"seq_len": 9},
        base={"cell": "rnn", "nonlinearity": "relu", "bidirectional": True},
        lanes=[{}],
    )
    params = run.lanes[0].params
    for name in params:
        params[name][...] = 0.1
    params["bias_ih_l0_reverse"][...] = 1e300
    params["weight_hh_l0_reverse"][...] = 1e10
    frame = run.advance(None)
    said = "forward pass: h of the backward half overflows from t = 8 down"
    assert frame.text["0/diverged"] == said


# The recipe


@pytest.mark.parametrize(
    ("where", "fields"),
    [
        (("lanes", 1, "bidirectional"), {"lanes": [{}, {"bidirectional": True}]}),
        (("base", "bidirectional"), {"base": {"bidirectional": True}, "lanes": [{}]}),
    ],
)
def test_a_stateful_run_refuses_both_directions(where, fields):
    with pytest.raises(ValidationError) as refused:
        Recipe.model_validate({"task": {"name": "next_char"}, "stateful": True, **fields})
    (error,) = refused.value.errors()
    assert error["loc"] == where
    assert "off is allowed" in error["msg"]
    Recipe.model_validate({"task": {"name": "next_char"}, **fields})


def test_a_lane_is_called_by_its_directions_where_that_sets_it_apart():
    run = experiment(lanes=[{"cell": "lstm"}, {"cell": "lstm", "bidirectional": True}])
    assert [lane.label for lane in run.lanes] == ["LSTM", "LSTM · both directions"]


# What it costs, and studies


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("name", CELLS)
def test_every_byte_is_kept_or_scratch(name, layers):
    asked = 0

    def allocate(shape, dtype):
        nonlocal asked
        array = np.empty(shape, dtype)
        asked += array.nbytes
        return array

    model = BidirectionalModel(name, 3, 5, 1, layers)
    spaces = model.workspaces(9, 4, np.float64, allocate)
    sizes = kept(spaces, bidirectional=True)
    assert sum(sizes.values()) + scratch(spaces, bidirectional=True) == asked
    assert sizes["h_l0"] == sizes["h_l0_reverse"] == 10 * 6 * 4 * 8
    assert sizes["x"] == sizes["x_l0_reverse"] == 9 * 3 * 4 * 8
    if layers == 2:
        assert sizes["x_l1"] == sizes["x_l1_reverse"] == 9 * 10 * 4 * 8
    clock = iter(range(100))
    params = model.init(np.random.default_rng(0))
    (cost,) = bptt_cost(model, params, [9], 4, lambda: float(next(clock)), passes=1)
    assert cost.kept == sizes


def test_a_phase_diagram_has_the_norms_of_the_forward_half():
    recipe = run_of(layers=2).recipe
    radii = [0.5, 1.5]
    grid = phase_diagram(recipe, radii, [0, 1], lane=1)
    for r, radius in enumerate(radii):
        for seed in (0, 1):
            whole = recipe.model_dump(mode="json")
            whole |= {"seed": seed}
            whole["lanes"][1] |= {"spectral_radius": radius}
            frame = Experiment(Recipe.model_validate(whole)).advance(Watch(views=()))
            np.testing.assert_allclose(grid[r, seed], frame.arrays["1/dh_norm"], rtol=1e-9)


def test_studies_are_right_or_say_what_they_are_of():
    run = run_of()
    run.advance(None)
    with pytest.raises(ValueError, match="reads in both directions"):
        WhatIfStudy(kind="what_if", off=("c",)).compute(run, lambda share: None)
    assert run.lanes[0].switchable_paths == ()
    dynamics = DynamicsStudy(kind="dynamics", starts=16).compute(run, lambda share: None)
    assert "readout" not in dynamics.arrays
    assert dynamics.arrays["points"].shape[1] == 10
    study = LandscapeStudy(
        kind="landscape", first="weight_hh_l0_reverse[0, 0]", resolution=5, extent=0.1
    )
    loss = float(run.advance(None).arrays["0/loss"])
    found = study.compute(run_after(2), lambda share: None)
    np.testing.assert_allclose(found.arrays["loss"], loss, rtol=1e-12)
    assert np.ptp(found.arrays["surface"][:, 2]) > 0


def run_after(iterations: int) -> Experiment:
    """Return a run that stands one iteration before the last of so many, as a study takes it."""
    run = run_of()
    for _ in range(iterations - 1):
        run.advance(None)
    return run


def test_a_diagnosis_says_which_half_it_is_about():
    run = experiment(
        task={"seq_len": 60},
        base={"cell": "rnn", "bidirectional": True, "spectral_radius": 0.2},
        lanes=[{"truncate": 5}, {}],
    )
    for _ in range(3):
        run.advance(None)
    truncated, vanishing = (diagnose(lane) for lane in run.lanes)
    assert "truncated" not in {finding.name for finding in truncated}
    (finding,) = [each for each in vanishing if each.name == "vanishing"]
    assert finding.says.endswith("those of the half that reads forward.")
    assert finding.severity == 1

"""Vanishing to 1e-200, exploding to inf, and float32 in between: numbers, never exceptions."""

from __future__ import annotations

import numpy as np
import pytest

from engine import Watch
from engine.frame import SCALARS
from tests.engine.reference import WITH_C
from tests.engine.runs import CELLS, EVERY_VIEW, advance, differences, experiment, same_bits

# Vanishing

HOPS = {
    "rnn": 80,
    "lstm": 70,
    "gru": 60,
    "mgu": 60,
    "coupled_lstm": 70,
    "gru_reset_before": 60,
    "peephole_lstm": 70,
    "ln_rnn": 55,
    "ln_lstm": 70,
    "ln_gru": 60,
}
"""How many hops take a gradient below 1e-160, and leave it above what float64 holds."""


@pytest.mark.parametrize("cell", CELLS)
def test_a_gradient_far_below_what_its_square_can_hold_is_still_a_number(cell):
    """Each hop shrinks it by about the same factor, all the way down to 1e-250."""
    base = {"cell": cell, "spectral_radius": 1e-3, "forget_bias": -10.0, "precision": "float64"}
    run = experiment(task={"seq_len": 120}, base={**base, "hidden_size": 6}, lanes=[{}])
    # Its update gate would pass the gradient on by itself.
    if cell in ("gru", "gru_reset_before", "ln_gru"):
        run.lanes[0].params["bias_ih_l0"][6:12] = -10.0
    if cell == "mgu":  # its gate would, too, where it is not open
        run.lanes[0].params["bias_ih_l0"][:6] = 10.0
    for name, value in run.lanes[0].params.items():
        if name.startswith("weight_c"):  # peepholes carry a gradient past both
            value *= 1e-3
        if name in ("ln_hh_weight_l0", "ln_weight_l0"):  # or LN would make up for small weights
            value *= 1e-3
    frame = run.advance(Watch())
    hops = slice(1, HOPS[cell])
    for name in ("dh_norm", "dh_norm.q10", "dh_norm.q90", "dW_hh_norm"):
        norm = frame.arrays[f"0/{name}"][::-1]
        assert (norm[hops] > 0).all(), name
        assert norm[hops][-1] < 1e-160, name
        hop = np.diff(np.log10(norm[hops]))
        assert hop.max() < -1, name
        assert hop.min() > -7, name
    if cell in WITH_C:
        assert (frame.arrays["0/dc_norm"][::-1][hops] > 0).all()


def test_a_vanished_gradient_of_1e_80_is_1e_80():
    """A linear RNN, tanh at states of exactly 0, hands on a fifth of the gradient per hop."""
    run = experiment(
        task={"seq_len": 300}, base={"cell": "rnn", "init": "identity", "spectral_radius": 0.2},
        lanes=[{}],
    )  # fmt: skip
    run.lanes[0].params["weight_ih_l0"][...] = 0
    frame = run.advance(Watch())
    norm = frame.arrays["0/dh_norm"]
    expected = norm[-1] * 5.0 ** (np.arange(301.0) - 300)
    assert expected.min() < 1e-200
    np.testing.assert_allclose(norm, expected, rtol=1e-11)
    assert frame.arrays["0/horizon"] == 2  # 0.2, 0.04, and then 0.008, which is below 1 %
    assert frame.text == {}


def test_an_exact_zero_is_a_zero():
    run = experiment(base={"cell": "rnn", "nonlinearity": "relu"}, lanes=[{}])
    run.lanes[0].params["bias_ih_l0"][...] = -100  # every unit is dead
    frame = run.advance(Watch())
    norm = frame.arrays["0/dh_norm"]
    assert norm[-1] > 0
    np.testing.assert_array_equal(norm[:-1], 0)
    np.testing.assert_array_equal(frame.arrays["0/dW_hh_norm"], 0)
    assert frame.arrays["0/horizon"] == 0
    assert frame.arrays["0/diverged"] == 0


def test_a_memory_cell_that_keeps_everything_keeps_its_gradient():
    run = experiment(base={"cell": "lstm"}, lanes=[{}], task={"seq_len": 200})
    params, H = run.lanes[0].params, 5
    params["bias_ih_l0"][: 2 * H] = [-100] * H + [100] * H  # input gate shut, forget gate open
    params["weight_hh_l0"][3 * H :] = 0  # the output gate does not listen to h
    frame = run.advance(Watch())
    dc = frame.arrays["0/dc_norm"]
    assert dc[-1] > 0
    np.testing.assert_array_equal(dc, dc[-1])


# Diverging

EXPLODES = {"cell": "rnn", "nonlinearity": "relu", "init": "identity", "spectral_radius": 10.0}
TAME = {"cell": "lstm"}


def explosive(*lanes, T=400, **more):
    return experiment(task={"seq_len": T}, lanes=lanes, **more)


def blow_up_input(run, lane: int) -> None:
    run.lanes[lane].params["weight_ih_l0"][...] = 1.0


def test_a_forward_pass_that_overflows_is_flagged_with_where():
    run = explosive(EXPLODES)
    blow_up_input(run, 0)
    frame = run.advance(EVERY_VIEW)
    assert frame.arrays["0/diverged"] == 1
    assert not np.isfinite(frame.arrays["0/loss"])
    said = frame.text["0/diverged"]
    assert said.startswith("forward pass: h")
    # About 10^(t−1) passes 1.8e308 near t = 309, for some of the batch earlier than for others.
    t = int(said.split("t = ")[1].split()[0])
    assert 308 <= t <= 311
    h = frame.arrays["0/h"]
    assert np.isfinite(h[: t - 3]).all()
    assert not np.isfinite(h[-1]).any()


def test_a_backward_pass_that_overflows_is_flagged_with_where():
    """States of exactly 0 stay 0 however unstable the network is; the gradient explodes."""
    run = explosive({**EXPLODES, "nonlinearity": "tanh", "clip": "none"})
    run.lanes[0].params["weight_ih_l0"][...] = 0
    frame = run.advance(EVERY_VIEW)
    assert np.isfinite(frame.arrays["0/loss"])
    assert frame.arrays["0/diverged"] == 1
    said = frame.text["0/diverged"]
    assert said.startswith("backward pass")
    t = int(said.split("t = ")[1].split()[0])
    assert abs(t - (400 - 308)) <= 2
    norm = frame.arrays["0/dh_norm"]
    assert np.isfinite(norm[t + 1 :]).all()
    assert not np.isfinite(norm[1 : t + 1]).any()


def test_a_norm_whose_square_overflows_is_still_a_number():
    run = explosive({**EXPLODES, "nonlinearity": "tanh"}, T=250)
    run.lanes[0].params["weight_ih_l0"][...] = 0
    frame = run.advance(Watch())
    norm = frame.arrays["0/dh_norm"]
    expected = norm[-1] * 10.0 ** (250 - np.arange(251.0))
    np.testing.assert_allclose(norm, expected, rtol=1e-11)
    assert frame.arrays["0/diverged"] == 0
    assert frame.arrays["0/horizon"] == 250


@pytest.mark.parametrize("place", [0, 1])
def test_a_lane_that_diverges_leaves_every_bit_of_the_others(place):
    lanes = [TAME, EXPLODES] if place else [EXPLODES, TAME]
    run, alone = explosive(*lanes), explosive(TAME)
    blow_up_input(run, place)
    for frame, expected in zip(advance(run, 4), advance(alone, 4), strict=True):
        assert frame.arrays[f"{place}/diverged"] == 1
        assert frame.arrays[f"{1 - place}/diverged"] == 0
        assert {name for name in frame.text if name.endswith("/diverged")} == {f"{place}/diverged"}
        assert not differences(expected, frame, {0: 1 - place})


def test_a_lane_of_weights_that_are_no_numbers_stays_so_and_says_so():
    run = explosive(EXPLODES, TAME, T=350)
    blow_up_input(run, 0)
    [first] = advance(run, 1)
    assert "overflows from t = " in first.text["0/diverged"]
    for frame in advance(run, 3):
        assert frame.arrays["0/diverged"] == 1
        assert np.isnan(frame.arrays["0/loss"])
        assert frame.text["0/diverged"] == first.text["0/diverged"]  # where it began
        assert "1/diverged" not in frame.text
        assert {f"0/{name}" for name in SCALARS} <= set(frame.arrays)
        assert frame.arrays["1/diverged"] == 0


RECKLESS = {"cell": "rnn", "nonlinearity": "relu", "optimizer": "sgd", "clip": "none"}


def reckless(**more):
    """Return a run whose first lane's learning rate throws its weights out of all numbers."""
    lanes = [{**RECKLESS, "learning_rate": 1e6}, {"cell": "gru"}]
    run = experiment(task={"seq_len": 30}, lanes=lanes, **more)
    for _ in range(60):
        if not np.isfinite(run.lanes[0].params["weight_hh_l0"]).all():
            return run
        run.advance(None)
    raise AssertionError("the weights are still finite")


def test_a_tweak_restarts_a_lane_of_lost_weights_from_its_initial_weights():
    run = reckless()
    initial = experiment(task={"seq_len": 30}, lanes=[{**RECKLESS, "learning_rate": 1e-3}])
    run.tweak(0, {"learning_rate": 1e-3})
    lost, other = run.lanes[0], run.lanes[1].params["weight_hh_l0"].copy()
    frame = run.advance(Watch())
    assert frame.arrays["0/diverged"] == 0
    assert frame.text == {}
    assert np.isfinite(frame.arrays["0/loss"])
    assert lost.hyperparameters.learning_rate == 1e-3
    moved = max(np.abs(lost.params[n] - v).max() for n, v in initial.lanes[0].params.items())
    assert 0 < moved < 0.1  # one small update away from where it began
    assert not np.array_equal(run.lanes[1].params["weight_hh_l0"], other)  # trains on
    assert np.abs(run.lanes[1].params["weight_hh_l0"] - other).max() < 0.01
    for frame in advance(run, 20):
        assert frame.arrays["0/diverged"] == 0


def test_a_restart_is_part_of_the_recipe_like_any_tweak():
    run = reckless()
    at = run.iteration
    run.tweak(0, {"learning_rate": 1e-3})
    frames = advance(run, 3)
    replay = type(run)(run.recipe)
    advance(replay, at, None)
    for a, b in zip(frames, advance(replay, 3), strict=True):
        assert not differences(a, b)


def test_a_tweak_of_another_lane_does_not_restart_it():
    run = reckless()
    run.tweak(1, {"learning_rate": 1e-3})
    run.tweak(None, {"learning_rate": 1e-3})  # the first lane sets its own
    (frame,) = advance(run, 1)
    assert frame.arrays["0/diverged"] == 1
    assert not np.isfinite(run.lanes[0].params["weight_hh_l0"]).all()


def test_a_tweak_of_a_lane_that_is_well_does_not_restart_it():
    run, untouched = experiment(), experiment()
    advance(run, 5), advance(untouched, 5)
    run.tweak(0, {"clip_threshold": 1e6, "clip": "norm"})
    (a,), (b,) = advance(run, 1), advance(untouched, 1)
    assert same_bits(a.arrays["0/loss"], b.arrays["0/loss"])


# float32


@pytest.mark.parametrize("cell", CELLS)
def test_a_float32_lane_computes_in_float32(cell):
    base = {"cell": cell, "optimizer": "sgd", "learning_rate": 0.1}
    run = experiment(lanes=[{}, {"precision": "float32"}], base=base)
    for frame in advance(run, 5):
        for name in ("loss", "grad_norm"):
            exact, rounded = (float(frame.arrays[f"{k}/{name}"]) for k in (0, 1))
            assert 0 < abs(rounded / exact - 1) < 1e-4, name
        np.testing.assert_allclose(
            frame.arrays["1/dh_norm"], frame.arrays["0/dh_norm"], rtol=1e-3, atol=1e-12
        )
        assert frame.arrays["1/h"].dtype == np.float32
        assert frame.arrays["1/dh_norm"].dtype == np.float64  # norms are always exact
        gap = np.abs(frame.arrays["1/h"] - frame.arrays["0/h"]).max()
        assert 1e-9 < gap < 1e-4
    for value in run.lanes[1].params.values():
        assert value.dtype == np.float32


def test_in_float32_a_gradient_underflows_to_an_exact_zero_where_float64_still_has_it():
    base = {"cell": "rnn", "init": "identity", "spectral_radius": 0.1, "hidden_size": 5}
    run = experiment(task={"seq_len": 100}, base=base, lanes=[{}, {"precision": "float32"}])
    for lane in run.lanes:
        lane.params["weight_ih_l0"][...] = 0
    frame = run.advance(Watch())
    exact, rounded = frame.arrays["0/dh_norm"], frame.arrays["1/dh_norm"]
    assert (exact > 0).all()
    np.testing.assert_array_equal(rounded[:50], 0)
    assert (rounded[60:] > 0).all()
    np.testing.assert_allclose(rounded[70:], exact[70:], rtol=1e-4)


def test_a_float32_lane_overflows_where_a_float64_lane_does_not():
    lane = {**EXPLODES, "clip": "none"}
    run = explosive(lane, {**lane, "precision": "float32"}, T=100)
    blow_up_input(run, 0), blow_up_input(run, 1)
    frame = run.advance(Watch())
    assert frame.arrays["0/diverged"] == 0
    assert frame.arrays["1/diverged"] == 1
    assert frame.text["1/diverged"].startswith("forward pass")


def test_a_float32_lane_shares_memory_with_others_and_disturbs_none():
    lanes = [{"precision": "float32"}, {"cell": "gru"}, {"cell": "rnn", "precision": "float32"}]
    together = advance(experiment(lanes=lanes), 3)
    for place, lane in enumerate(lanes):
        for frame, whole in zip(advance(experiment(lanes=[lane]), 3), together, strict=True):
            assert not differences(frame, whole, {0: place})

"""The nonlinearities of gates and states: values, slopes, ends, and the laws that follow."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine import GRU, LNRNN, LSTM, MGU, Recipe
from engine.cells import CELLS, NONLINEARITIES
from engine.diagnosis import diagnose
from engine.diagnosis.forgetting import bias_for
from engine.diagnostics import saturation
from engine.lane_labels import lane_labels
from tests.engine import reference
from tests.engine.kinds import GATED
from tests.engine.runs import experiment

A = np.array([-40.0, -3.5, -3.0, -1.0, -1e-9, 0.0, 0.25, 1.0, 2.9, 3.0, 7.0])
KINKS = {"relu": [0.0], "hard_sigmoid": [-3.0, 3.0]}


def applied(name: str, a: np.ndarray) -> np.ndarray:
    """Return φ(a) as the loops compute it, in place."""
    phi, y = NONLINEARITIES[name], a * a.dtype.type(NONLINEARITIES[name].scale)
    phi.prepared(y.shape, y.dtype)(y, y)
    return y


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", NONLINEARITIES)
def test_values_are_those_of_the_equations(name, dtype):
    y = applied(name, A.astype(dtype))
    assert y.dtype == dtype
    expected = reference.FUNCTIONS[name](A)
    np.testing.assert_allclose(y, expected, rtol=0, atol=10 * np.finfo(dtype).eps)
    assert NONLINEARITIES[name].at(0.25) == pytest.approx(expected[6], rel=1e-14)


@pytest.mark.parametrize("name", NONLINEARITIES)
def test_a_slope_by_the_activation_is_the_derivative_by_the_pre_activation(name):
    a = A[~np.isin(A, KINKS.get(name, []))]
    y, phi = applied(name, a), NONLINEARITIES[name]
    expected = reference.FUNCTIONS[name](a + reference.STEP).imag / reference.STEP.imag
    np.testing.assert_allclose(phi.slope(y), expected, rtol=1e-12, atol=1e-15)
    d, found = np.linspace(-1, 2, len(a)), np.empty_like(a)
    phi.times_slope(d, y, d * y, found)
    np.testing.assert_allclose(found, d * expected, rtol=1e-12, atol=1e-15)
    rest = 1 - y
    phi.slope_from_rest(y, rest)
    np.testing.assert_array_equal(rest, phi.slope(y))


@pytest.mark.parametrize("name", ["tanh", "softsign", "sigmoid", "hard_sigmoid"])
def test_the_slope_of_a_lost_number_is_lost_too(name):
    assert np.isnan(NONLINEARITIES[name].slope(np.array([np.nan]))).all()


def test_a_shut_hard_gate_is_exactly_0_an_open_one_exactly_1_and_neither_learns():
    rng = np.random.default_rng(0)
    T, B, H = 20, 3, 4
    cell = LSTM(2, H, gate_nonlinearity="hard_sigmoid")
    params = cell.init(rng)
    bias = dict(zip("ifgo", params["bias_ih"].reshape(4, H), strict=True))
    bias["f"] += 10
    bias["i"] -= 10
    x, c_0 = rng.standard_normal((T, B, 2)), rng.standard_normal((B, H))
    trace = cell.forward(params, x, c_0=c_0)
    assert (trace.gates["f"] == 1).all()
    assert (trace.gates["i"] == 0).all()
    assert (trace.c == c_0).all(), "nothing enters, nothing fades"
    dh = np.zeros((T, B, H))
    dh[-1] = rng.standard_normal((B, H))
    grads = cell.backward(params, trace, dh)
    for name in ("weight_ih", "weight_hh", "bias_ih"):
        i, f, g, o = np.split(grads.params[name], 4)
        assert not i.any()
        assert not f.any()
        assert not g.any(), "what a shut gate holds back learns nothing either"
        assert o.any()
    # Without W_hh the way along c is all there is from t to t − 1, and it passes all.
    params["weight_hh"][:] = 0
    alone = cell.backward(params, cell.forward(params, x, c_0=c_0), dh)
    np.testing.assert_array_equal(alone.dc, np.broadcast_to(alone.dc[-1], alone.dc.shape))


def test_a_gru_whose_hard_update_gate_is_open_keeps_the_state_and_hands_the_gradient_on_untouched():
    rng = np.random.default_rng(1)
    cell = GRU(2, 3, gate_nonlinearity="hard_sigmoid")
    params = cell.init(rng, update_bias=9.0)
    h_0 = rng.standard_normal((2, 3))
    trace = cell.forward(params, rng.standard_normal((50, 2, 2)), h_0)
    np.testing.assert_allclose(trace.h, np.broadcast_to(h_0, trace.h.shape), rtol=1e-13)
    dh = np.zeros((50, 2, 3))
    dh[-1] = rng.standard_normal((2, 3))
    grads = cell.backward(params, trace, dh)
    np.testing.assert_array_equal(grads.dh, np.broadcast_to(dh[-1], (51, 2, 3)))
    assert not any(gradient.any() for gradient in grads.params.values())


def test_a_softsign_gate_can_turn_the_sign_of_the_state():
    cell = LSTM(1, 1, gate_nonlinearity="softsign")
    params = {name: np.zeros(shape) for name, shape in cell.shapes().items()}
    params["bias_ih"][1] = -1  # f = softsign(−1) = −½
    trace = cell.forward(params, np.zeros((3, 1, 1)), c_0=np.array([[8.0]]))
    np.testing.assert_array_equal(trace.c[:, 0, 0], [8, -4, 2, -1])


@pytest.mark.parametrize("name", GATED)
def test_ends_are_counted_where_each_nonlinearity_has_them(name):
    x = np.array([-30.0, -3.0, -1.0, 1.0, 3.0, 30.0])[:, np.newaxis, np.newaxis]
    shares = {"hard_sigmoid": 2 / 6, "softsign": 1 / 6}  # |softsign(±3)| = 0.75
    for chosen, expected in shares.items():
        cell = CELLS[name](1, 2, gate_nonlinearity=chosen)
        params = {key: np.zeros(shape) for key, shape in cell.shapes().items()}
        params["bias_ih"][:] = 1  # x enters by the bias, which no cell normalises
        found = []
        for value in x[:, 0, 0]:
            at = params | {"bias_ih": params["bias_ih"] * value}
            found.append(saturation(cell, cell.forward(at, x[:1]).workspace))
        for gate in cell.sigmoids:
            for end in ("low", "high"):
                share = np.mean([each[f"gate.{gate}.{end}"] for each in found])
                assert share == pytest.approx(expected), (chosen, gate, end)


def test_what_cannot_be_chosen_is_refused():
    with pytest.raises(ValueError, match=r"gate_nonlinearity is 'relu'; .*sigmoid, hard_sigmoid"):
        LSTM(2, 3, gate_nonlinearity="relu")
    with pytest.raises(ValueError, match=r"candidate_nonlinearity is 'relu'; .*tanh, softsign"):
        MGU(2, 3, candidate_nonlinearity="relu")
    with pytest.raises(ValueError, match=r"gate_nonlinearity is given; LNRNN .*: nothing"):
        LNRNN(2, 3, gate_nonlinearity="sigmoid")


def test_a_lane_without_gates_leaves_their_nonlinearity_aside():
    chosen = {"gate_nonlinearity": "hard_sigmoid", "candidate_nonlinearity": "softsign"}
    run = experiment(
        lanes=[
            {"cell": "rnn"},
            {"cell": "rnn", **chosen},
            {"cell": "gru"},
            {"cell": "gru", **chosen},
        ]
    )
    for _ in range(3):
        frame = run.advance(None)
    plain, same, gru, other = (float(frame.arrays[f"{lane}/loss"]) for lane in range(4))
    assert plain == same
    assert gru != other


def test_lanes_are_told_apart_by_their_nonlinearities():
    lanes = [{}, {"gate_nonlinearity": "hard_sigmoid"}, {"candidate_nonlinearity": "softsign"}]
    recipe = {"lanes": [*lanes, {"cell": "rnn", "nonlinearity": "softsign"}]}
    assert lane_labels(Recipe.model_validate(recipe)) == [
        "LSTM",
        "LSTM · hard σ gates",
        "LSTM · softsign candidate",
        "RNN softsign",
    ]


@pytest.mark.parametrize(
    ("base", "says"),
    [
        (
            {"cell": "lstm", "gate_nonlinearity": "hard_sigmoid"},
            r"gates \w stand at exactly 0 or 1 more than half of the time, where hard σ′ is 0:",
        ),
        (
            {"cell": "lstm", "gate_nonlinearity": "softsign"},
            r"gates \w stand beyond ±0\.9 .*, where softsign′ is below 0\.01:",
        ),
        (
            {"cell": "rnn", "nonlinearity": "softsign"},
            r"softsign units stand beyond ±0\.9 .*, where softsign′ is below 0\.01:",
        ),
    ],
)
def test_the_diagnosis_names_the_nonlinearity_whose_ends_units_stand_at(base, says):
    run = experiment(
        base={**base, "hidden_size": 16, "init": "normal", "init_std": 10.0}, lanes=[{}]
    )
    run.advance(None)
    found = {finding.name: finding for finding in diagnose(run.lanes[0])}
    assert "saturated" in found
    assert re.search(says, found["saturated"].says)


def test_a_bias_is_proposed_by_the_function_of_the_gate():
    hard, softsign = (NONLINEARITIES[name] for name in ("hard_sigmoid", "softsign"))
    assert bias_for(50, phi=hard) == (3, 1.0)
    assert bias_for(50, phi=softsign) == (7, 7 / 8)
    assert bias_for(100, phi=softsign) == (10, 10 / 11), "the most there is, and not enough"


@pytest.mark.parametrize(
    ("lane", "advice", "changes"),
    [
        (
            {"cell": "lstm", "gate_nonlinearity": "hard_sigmoid"},
            r"A forget bias of 3 would start them at 1\.00\.",
            {"forget_bias": 3.0},
        ),
        (
            {"cell": "lstm", "gate_nonlinearity": "softsign"},
            r"softsign gates open slowly: a bias of 10 starts them at 0\.91\. σ gates with 3 start",
            {"gate_nonlinearity": "sigmoid", "forget_bias": 3.0},
        ),
        (
            {"cell": "mgu", "gate_nonlinearity": "hard_sigmoid"},
            r"This cell's gate has no bias to set; an LSTM's would start at 0\.95 with a forget",
            {"cell": "lstm", "forget_bias": 3.0, "gate_nonlinearity": "sigmoid"},
        ),
    ],
)
def test_the_remedy_for_gates_that_forget_is_true_of_their_nonlinearity(lane, advice, changes):
    base = {"hidden_size": 8, "forget_bias": 0.0, **lane}
    run = experiment(task={"seq_len": 100}, base=base, lanes=[{}])
    run.advance(None)
    (found,) = (finding for finding in diagnose(run.lanes[0]) if finding.name == "forgetting")
    assert re.match(advice, found.advice)
    assert found.remedy is not None
    assert found.remedy.changes == changes


def test_a_vanished_gradient_is_put_down_to_the_slope_of_the_lanes_own_function():
    base = {"cell": "rnn", "nonlinearity": "softsign", "hidden_size": 8}
    run = experiment(task={"seq_len": 50}, base=base, lanes=[{}])
    run.advance(None)
    (found,) = (finding for finding in diagnose(run.lanes[0]) if finding.name == "vanishing")
    h = run.lanes[0].space(0).h[1:]
    assert found.numbers["slope"] == pytest.approx(((1 - abs(h)) ** 2).mean())
    assert "softsign′ is" in found.says

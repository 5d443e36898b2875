"""Laws known in closed form: what must come out, whatever the code looks like.

A linear network is the one whose vanishing is a formula: with W_hh = ρQ and Q orthogonal,
‖∂L/∂h_1‖ / ‖∂L/∂h_T‖ = ρ^(T−1). Three regimes in which an RNN is exactly linear:

- tanh with every state at 0: tanh′(0) = 1 to the last digit, as the states are exact zeros.
- ReLU with Q a permutation and positive inputs and input weights: nothing ever becomes negative.
- ReLU at a fixed point s > 0 of h = b + ρQh, for a dense Q: with b = s − ρQs and no input the
  states stay at s, far from the kink.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import (
    GRU,
    LNGRU,
    LNLSTM,
    LNRNN,
    LSTM,
    MGU,
    RNN,
    CoupledLSTM,
    GRUResetBefore,
    PeepholeLSTM,
)
from tests.engine import reference

T, B, D, H = 50, 4, 3, 8
SHUT, OPEN = -100.0, 100.0
"""Biases at which the logistic function is 0 and 1 to the last digit."""


def orthogonal(rng: np.random.Generator) -> np.ndarray:
    q, _ = np.linalg.qr(rng.standard_normal((H, H)))
    return q


def at_zero(rng, rho):
    q = orthogonal(rng)
    params = {
        "weight_ih": rng.standard_normal((H, D)),
        "weight_hh": rho * q,
        "bias_ih": np.zeros(H),
        "bias_hh": np.zeros(H),
    }
    return RNN(D, H), params, np.zeros((T, B, D)), None


def permuted(rng, rho):
    params = {
        "weight_ih": rng.uniform(0.1, 1, (H, D)),
        "weight_hh": rho * np.eye(H)[rng.permutation(H)],
        "bias_ih": np.zeros(H),
        "bias_hh": np.zeros(H),
    }
    return RNN(D, H, nonlinearity="relu"), params, rng.uniform(0.1, 1, (T, B, D)), None


def at_a_fixed_point(rng, rho):
    q, s = orthogonal(rng), rng.uniform(1, 2, H)
    params = {
        "weight_ih": rng.standard_normal((H, D)),
        "weight_hh": rho * q,
        "bias_ih": s - rho * q @ s,
        "bias_hh": np.zeros(H),
    }
    return RNN(D, H, nonlinearity="relu"), params, np.zeros((T, B, D)), np.tile(s, (B, 1))


REGIMES = {"tanh at 0": at_zero, "permutation": permuted, "fixed point": at_a_fixed_point}


def loss_at_the_end(rng: np.random.Generator) -> np.ndarray:
    dh = np.zeros((T, B, H))
    dh[-1] = rng.standard_normal((B, H))
    return dh


@pytest.mark.parametrize("rho", [0.5, 0.9, 1.0, 1.1])
@pytest.mark.parametrize("regime", REGIMES)
def test_a_linear_rnns_gradient_shrinks_by_rho_at_every_timestep(regime: str, rho: float):
    rng = np.random.default_rng(0)
    cell, params, x, h_0 = REGIMES[regime](rng, rho)
    trace = cell.forward(params, x, h_0)
    if cell.rectified:
        assert (trace.h[1:] > 0.05).all()  # linear, and no rounding will change that
    dh = cell.backward(params, trace, loss_at_the_end(rng)).dh
    norms = np.linalg.norm(dh, axis=2)
    expected = norms[-1] * rho ** (T - np.arange(T + 1.0))[:, np.newaxis]
    np.testing.assert_allclose(norms, expected, rtol=1e-12)
    np.testing.assert_allclose(norms[1] / norms[-1], rho ** (T - 1), rtol=1e-12)


@pytest.mark.parametrize(("rho", "ratio"), [(0.9, 5.726e-3), (1.1, 106.7)])
def test_the_ratios_are_those_everybody_quotes(rho: float, ratio: float):
    rng = np.random.default_rng(1)
    cell, params, x, h_0 = at_zero(rng, rho)
    dh = cell.backward(params, cell.forward(params, x, h_0), loss_at_the_end(rng)).dh
    found = np.linalg.norm(dh[1, 0]) / np.linalg.norm(dh[-1, 0])
    assert found == pytest.approx(ratio, rel=1e-3)


def test_an_identity_relu_rnn_hands_the_gradient_on_untouched():
    rng = np.random.default_rng(2)
    cell, params, x, _ = permuted(rng, 1.0)
    params["weight_hh"] = np.eye(H)
    dh = cell.backward(params, cell.forward(params, x), loss_at_the_end(rng)).dh
    np.testing.assert_array_equal(dh, np.broadcast_to(dh[-1], dh.shape))


def test_a_relu_passes_the_gradient_whole_or_not_at_all():
    rng = np.random.default_rng(3)
    cell, params, x, _ = permuted(rng, 1.0)
    params["weight_hh"] = np.eye(H)
    params["bias_ih"][:3] = SHUT
    dh = cell.backward(params, cell.forward(params, x), loss_at_the_end(rng)).dh
    assert (dh[:-1, :, :3] == 0).all()
    np.testing.assert_array_equal(dh[:-1, :, 3:], np.broadcast_to(dh[-1, :, 3:], (T, B, H - 3)))


def lstm_with(rng, kind=LSTM, **biases: float | np.ndarray):
    """Return an LSTM with these gate biases, whose output gate does not listen to h.

    Otherwise ∂L/∂c_t would also arrive through o at later timesteps.
    """
    cell = kind(D, H)
    params = {name: 0.3 * rng.standard_normal(shape) for name, shape in cell.shapes().items()}
    for gate, bias in biases.items():
        k = cell.chunks.index(gate)
        rows = slice(k * H, (k + 1) * H)
        params["bias_ih"][rows], params["bias_hh"][rows] = bias, 0.0
        if np.ndim(bias):
            params["weight_ih"][rows] = params["weight_hh"][rows] = 0.0
    params["weight_hh"][-H:] = 0.0
    return cell, params


def test_an_lstm_with_its_forget_gate_open_and_input_gate_shut_keeps_dc():
    rng = np.random.default_rng(4)
    cell, params = lstm_with(rng, f=OPEN, i=SHUT)
    x, h_0, c_0 = (rng.standard_normal(s) for s in [(T, B, D), (B, H), (B, H)])
    trace = cell.forward(params, x, h_0, c_0)
    np.testing.assert_array_equal(trace.c, np.broadcast_to(c_0, trace.c.shape))
    grads = cell.backward(params, trace, loss_at_the_end(rng))
    assert (grads.dc[-1] != 0).all()
    np.testing.assert_array_equal(grads.dc, np.broadcast_to(grads.dc[-1], grads.dc.shape))
    assert (grads.dh[:-1] == 0).all()  # nothing but c carries the gradient here


@pytest.mark.parametrize(
    ("kind", "others"),
    [
        (LSTM, {"i": SHUT}),
        (CoupledLSTM, {"g": np.zeros(H)}),
    ],
)
def test_an_lstms_dc_decays_with_the_product_of_its_forget_gates(kind, others):
    rng = np.random.default_rng(5)
    forget = rng.uniform(0.3, 0.99, H)
    cell, params = lstm_with(rng, kind, f=np.log(forget / (1 - forget)), **others)
    trace = cell.forward(params, rng.standard_normal((T, B, D)), None, rng.standard_normal((B, H)))
    dc = cell.backward(params, trace, loss_at_the_end(rng)).dc
    back = (T - np.arange(T + 1.0))[:, np.newaxis, np.newaxis]
    np.testing.assert_allclose(dc, dc[-1] * forget**back, rtol=1e-12)


def test_an_lstm_with_its_forget_gate_shut_keeps_nothing():
    rng = np.random.default_rng(6)
    cell, params = lstm_with(rng, f=SHUT, i=SHUT)
    trace = cell.forward(params, rng.standard_normal((T, B, D)), None, rng.standard_normal((B, H)))
    dc = cell.backward(params, trace, loss_at_the_end(rng)).dc
    assert (dc[:-1] == 0).all()
    assert (dc[-1] != 0).all()


def coupled_states(seed: int, scale: float, kind=CoupledLSTM):
    """Return c_1 … c_T and g_1 … g_T of a cell at random weights of this scale, from c_0 = 0."""
    rng = np.random.default_rng(seed)
    cell = kind(D, H)
    params = {name: scale * rng.standard_normal(shape) for name, shape in cell.shapes().items()}
    trace = cell.forward(params, rng.standard_normal((T, B, D)), rng.uniform(-1, 1, (B, H)))
    return trace.c[1:], trace.gates["g"]


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**16), scale=st.floats(0.01, 30))
def test_coupled_gates_keep_c_within_the_range_of_g(seed, scale):
    c, g = coupled_states(seed, scale)
    highest = np.maximum.accumulate(np.maximum(g, 0))
    lowest = np.minimum.accumulate(np.minimum(g, 0))
    rounding = T * np.finfo(float).eps
    assert (c <= highest + rounding).all()
    assert (c >= lowest - rounding).all()
    assert (np.abs(c) <= np.maximum.accumulate(np.abs(g)) + rounding).all()


def test_gates_that_are_not_coupled_let_c_leave_the_range_of_g():
    c, g = coupled_states(1, 1.0, LSTM)
    assert (np.abs(c) > np.maximum.accumulate(np.abs(g)) + 0.5).any()


def test_a_coupled_lstm_with_its_forget_gate_open_keeps_c_and_dc():
    rng = np.random.default_rng(14)
    cell, params = lstm_with(rng, CoupledLSTM, f=OPEN)
    x, h_0, c_0 = (rng.standard_normal(s) for s in [(T, B, D), (B, H), (B, H)])
    trace = cell.forward(params, x, h_0, c_0)
    np.testing.assert_allclose(trace.c, np.broadcast_to(c_0, trace.c.shape), rtol=0, atol=1e-13)
    grads = cell.backward(params, trace, loss_at_the_end(rng))
    assert (grads.dc[-1] != 0).all()
    np.testing.assert_array_equal(grads.dc, np.broadcast_to(grads.dc[-1], grads.dc.shape))
    assert (grads.dh[:-1] == 0).all()  # nothing but c carries the gradient here


def test_a_coupled_lstm_with_its_forget_gate_shut_holds_what_is_new_alone():
    rng = np.random.default_rng(16)
    cell, params = lstm_with(rng, CoupledLSTM, f=SHUT)
    trace = cell.forward(params, rng.standard_normal((T, B, D)), None, rng.standard_normal((B, H)))
    np.testing.assert_allclose(trace.c[1:], trace.gates["g"], rtol=1e-14)


def gru_with(rng, z: float, kind=GRU):
    cell = kind(D, H)
    params = {name: 0.3 * rng.standard_normal(shape) for name, shape in cell.shapes().items()}
    params["bias_ih"][H : 2 * H] = z
    return cell, params


BOTH_GRUS = pytest.mark.parametrize("kind", [GRU, GRUResetBefore])


@BOTH_GRUS
def test_a_gru_with_its_update_gate_at_one_keeps_h_and_dh(kind):
    rng = np.random.default_rng(7)
    cell, params = gru_with(rng, OPEN, kind)
    x, h_0 = rng.standard_normal((T, B, D)), rng.uniform(-1, 1, (B, H))
    trace = cell.forward(params, x, h_0)
    np.testing.assert_allclose(trace.h, np.broadcast_to(h_0, trace.h.shape), rtol=0, atol=1e-13)
    dh = cell.backward(params, trace, loss_at_the_end(rng)).dh
    np.testing.assert_array_equal(dh, np.broadcast_to(dh[-1], dh.shape))


@BOTH_GRUS
def test_a_gru_with_update_gate_at_zero_and_reset_gate_at_one_is_a_tanh_rnn(kind):
    rng = np.random.default_rng(8)
    cell, params = gru_with(rng, SHUT, kind)
    params["bias_ih"][:H] = OPEN
    plain = RNN(D, H)
    n = slice(2 * H, 3 * H)
    same = {name: value[n] for name, value in params.items()}
    x, dh = rng.standard_normal((T, B, D)), rng.standard_normal((T, B, H))
    trace, expected = cell.forward(params, x), plain.forward(same, x)
    np.testing.assert_allclose(trace.h, expected.h, rtol=0, atol=1e-14)
    found, rnn = cell.backward(params, trace, dh), plain.backward(same, expected, dh)
    np.testing.assert_allclose(found.dh, rnn.dh, rtol=1e-10, atol=1e-14)
    for name, gradient in rnn.params.items():
        np.testing.assert_allclose(found.params[name][n], gradient, rtol=1e-10, atol=1e-12)


def test_the_two_grus_are_one_where_the_reset_gate_is_open_and_differ_where_it_is_not():
    rng = np.random.default_rng(17)
    after, before = GRU(D, H), GRUResetBefore(D, H)
    params = {name: 0.5 * rng.standard_normal(shape) for name, shape in after.shapes().items()}
    x, dh = rng.standard_normal((T, B, D)), rng.standard_normal((T, B, H))
    assert not np.allclose(after.forward(params, x).h, before.forward(params, x).h, atol=0.1)
    params["bias_ih"][:H] = OPEN
    one, other = after.forward(params, x), before.forward(params, x)
    np.testing.assert_allclose(one.h, other.h, rtol=0, atol=1e-14)
    found, expected = before.backward(params, other, dh), after.backward(params, one, dh)
    np.testing.assert_allclose(found.dh, expected.dh, rtol=1e-10, atol=1e-14)
    for name, gradient in expected.params.items():
        np.testing.assert_allclose(found.params[name], gradient, rtol=1e-10, atol=1e-12)


def mgu_with(rng, f: float):
    cell = MGU(D, H)
    params = {name: 0.3 * rng.standard_normal(shape) for name, shape in cell.shapes().items()}
    params["bias_ih"][:H] = f
    return cell, params


def test_an_mgu_with_its_gate_shut_keeps_h_and_dh():
    rng = np.random.default_rng(9)
    cell, params = mgu_with(rng, SHUT)
    x, h_0 = rng.standard_normal((T, B, D)), rng.uniform(-1, 1, (B, H))
    trace = cell.forward(params, x, h_0)
    np.testing.assert_array_equal(trace.h, np.broadcast_to(h_0, trace.h.shape))
    dh = cell.backward(params, trace, loss_at_the_end(rng)).dh
    np.testing.assert_array_equal(dh, np.broadcast_to(dh[-1], dh.shape))


def test_an_mgu_with_its_gate_open_is_a_tanh_rnn():
    rng = np.random.default_rng(10)
    cell, params = mgu_with(rng, OPEN)
    plain = RNN(D, H)
    n = slice(H, 2 * H)
    same = {name: value[n] for name, value in params.items()}
    x, dh = rng.standard_normal((T, B, D)), rng.standard_normal((T, B, H))
    trace, expected = cell.forward(params, x), plain.forward(same, x)
    np.testing.assert_allclose(trace.h, expected.h, rtol=0, atol=1e-14)
    found, rnn = cell.backward(params, trace, dh), plain.backward(same, expected, dh)
    np.testing.assert_allclose(found.dh, rnn.dh, rtol=1e-10, atol=1e-14)
    for name, gradient in rnn.params.items():
        np.testing.assert_allclose(found.params[name][n], gradient, rtol=1e-10, atol=1e-12)


def test_without_weights_in_its_peepholes_an_lstm_is_a_plain_one():
    rng = np.random.default_rng(11)
    cell, plain = PeepholeLSTM(D, H), LSTM(D, H)
    params = reference.random_params(rng, "peephole_lstm", D, H)
    same = {name: params[name] for name in plain.shapes()}
    for gate in "ifo":
        params[f"weight_c{gate}"][:] = 0
    x, dh = rng.standard_normal((T, B, D)), rng.standard_normal((T, B, H))
    trace, expected = cell.forward(params, x), plain.forward(same, x)
    np.testing.assert_allclose(trace.h, expected.h, rtol=0, atol=1e-14)
    found, lstm = cell.backward(params, trace, dh), plain.backward(same, expected, dh)
    np.testing.assert_allclose(found.dc, lstm.dc, rtol=1e-10, atol=1e-14)
    for name, gradient in lstm.params.items():
        np.testing.assert_allclose(found.params[name], gradient, rtol=1e-10, atol=1e-12)
    # What the peepholes would learn: Σ ∂L/∂a ⊙ c, which is not zero.
    assert all(np.abs(found.params[f"weight_c{gate}"]).min() > 0 for gate in "ifo")


NORMED = {"ln_rnn": LNRNN, "ln_lstm": LNLSTM, "ln_gru": LNGRU}
LARGE = 1e4
"""Weights so large that ε is 1e-12 of the variance or less."""


def normed_case(name: str):
    rng = np.random.default_rng(12)
    params = reference.random_params(rng, name, D, H)
    for weights in ("weight_ih", "weight_hh"):
        params[weights] *= LARGE
    x, h_0 = rng.standard_normal((T, B, D)), rng.uniform(-1, 1, (B, H))
    return NORMED[name](D, H), params, x, h_0, loss_at_the_end(rng)


@pytest.mark.parametrize("weights", ["weight_ih", "weight_hh"])
@pytest.mark.parametrize("name", ["ln_lstm", "ln_gru"])
def test_layer_norm_makes_states_invariant_to_the_scale_of_either_product(name, weights):
    cell, params, x, h_0, dh = normed_case(name)
    trace = cell.forward(params, x, h_0)
    h, grads = trace.h.copy(), cell.backward(params, trace, dh)
    scaled = params | {weights: 3 * params[weights]}
    other = cell.forward(scaled, x, h_0)
    np.testing.assert_allclose(other.h, h, rtol=0, atol=1e-8)
    found = cell.backward(scaled, other, dh)
    largest = np.abs(grads.dh).max()
    np.testing.assert_allclose(found.dh, grads.dh, rtol=0, atol=1e-7 * largest)
    # The gradient shrinks as the weights grow, and is at a right angle to them (Euler).
    dW = grads.params[weights]
    size = np.abs(dW).max()
    np.testing.assert_allclose(3 * found.params[weights], dW, rtol=0, atol=1e-7 * size)
    along = (dW * params[weights]).sum()
    assert abs(along) < 1e-7 * np.linalg.norm(dW) * np.linalg.norm(params[weights])


def test_layer_norm_of_an_rnn_is_invariant_to_the_scale_of_both_products_together():
    cell, params, x, h_0, dh = normed_case("ln_rnn")
    trace = cell.forward(params, x, h_0)
    h, grads = trace.h.copy(), cell.backward(params, trace, dh)
    scaled = params | {name: 3 * params[name] for name in ("weight_ih", "weight_hh")}
    np.testing.assert_allclose(cell.forward(scaled, x, h_0).h, h, rtol=0, atol=1e-8)
    alone = params | {"weight_hh": 3 * params["weight_hh"]}
    assert np.abs(cell.forward(alone, x, h_0).h - h).max() > 0.1
    both = [(grads.params[name], params[name]) for name in ("weight_ih", "weight_hh")]
    along = sum((dW * W).sum() for dW, W in both)
    assert abs(along) < 1e-7 * sum(np.linalg.norm(dW) * np.linalg.norm(W) for dW, W in both)


@pytest.mark.parametrize("name", NORMED)
def test_what_all_units_of_a_normalised_product_add_up_alike_does_not_count(name):
    """A row added to all rows that are normalised together moves their mean alone."""
    cell, params, x, h_0, dh = normed_case(name)
    trace = cell.forward(params, x, h_0)
    h, grads = trace.h.copy(), cell.backward(params, trace, dh)
    moved = dict(params)
    for weights in ("weight_ih", "weight_hh"):
        moved[weights] = params[weights] + LARGE * np.linspace(-1, 1, params[weights].shape[1])
    np.testing.assert_allclose(cell.forward(moved, x, h_0).h, h, rtol=0, atol=1e-10)
    groups = {"ln_rnn": [(0, 1)], "ln_lstm": [(0, 4)], "ln_gru": [(0, 2), (2, 3)]}[name]
    for weights in ("weight_ih", "weight_hh"):
        dW = grads.params[weights]
        for start, stop in groups:
            column = dW[start * H : stop * H].sum(axis=0)
            assert np.abs(column).max() < 1e-10 * np.abs(dW).max()


def test_an_ln_lstm_whose_forget_gate_is_open_keeps_c_and_dc():
    rng = np.random.default_rng(13)
    cell = LNLSTM(D, H)
    params = reference.random_params(rng, "ln_lstm", D, H)
    params["bias_ih"][: 2 * H] = np.repeat([SHUT, OPEN], H)
    x, c_0 = rng.standard_normal((T, B, D)), rng.standard_normal((B, H))
    trace = cell.forward(params, x, None, c_0)
    np.testing.assert_array_equal(trace.c, np.broadcast_to(c_0, trace.c.shape))
    params["weight_hh"][:] = 0  # no other way back
    trace = cell.forward(params, x, None, c_0)
    dc = cell.backward(params, trace, loss_at_the_end(rng)).dc
    assert np.abs(dc[-1]).min() > 0
    np.testing.assert_array_equal(dc, np.broadcast_to(dc[-1], dc.shape))

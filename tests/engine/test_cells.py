"""Cells: initial weights of every scheme, and what they say of a bad argument."""

from __future__ import annotations

import numpy as np
import pytest

from engine import GRU, LSTM, RNN
from engine.model import Model

D, H = 3, 16
CELLS = {"rnn": RNN, "lstm": LSTM, "gru": GRU}
GATES = {"rnn": 1, "lstm": 4, "gru": 3}
SCHEMES = ["pytorch", "orthogonal", "identity"]


@pytest.fixture(params=CELLS)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def cell(name: str):
    return CELLS[name](D, H)


def blocks(weight_hh: np.ndarray) -> np.ndarray:
    """Return W_hh gate by gate (G, H, H)."""
    return weight_hh.reshape(-1, H, H)


def init(cell, scheme="pytorch", seed=0, **options):
    return cell.init(np.random.default_rng(seed), scheme, **options)


def test_parameters_have_pytorchs_names_and_shapes(name, cell):
    rows = GATES[name] * H
    expected = {
        "weight_ih": (rows, D),
        "weight_hh": (rows, H),
        "bias_ih": (rows,),
        "bias_hh": (rows,),
    }
    assert {n: value.shape for n, value in init(cell).items()} == expected


def test_gates_and_states_are_named_in_pytorchs_order():
    assert (RNN.gate_names, RNN.state_names) == ((), ("h",))
    assert (LSTM.gate_names, LSTM.state_names) == (("i", "f", "g", "o"), ("h", "c"))
    assert (GRU.gate_names, GRU.state_names) == (("r", "z", "n"), ("h",))


def test_pytorchs_scheme_is_uniform_on_one_over_the_root_of_h(cell):
    bound = H**-0.5
    drawn = np.concatenate([v.ravel() for s in range(40) for v in init(cell, seed=s).values()])
    assert np.abs(drawn).max() <= bound
    assert np.abs(drawn).max() > 0.99 * bound
    assert abs(drawn.mean()) < 5 * bound / np.sqrt(3 * len(drawn))
    assert drawn.std() == pytest.approx(bound / np.sqrt(3), rel=0.02)


def test_the_orthogonal_scheme_keeps_lengths_gate_by_gate(cell):
    for block in blocks(init(cell, "orthogonal")["weight_hh"]):
        np.testing.assert_allclose(block @ block.T, np.eye(H), atol=1e-13)
    # Uniform over the group: no sign is preferred anywhere.
    corner = [blocks(init(cell, "orthogonal", s)["weight_hh"])[0, 0, 0] for s in range(400)]
    assert abs(np.mean(corner)) < 4 / np.sqrt(H * 400)


def test_gates_get_orthogonal_matrices_of_their_own():
    drawn = blocks(init(LSTM(D, H), "orthogonal")["weight_hh"])
    assert not np.allclose(drawn[0], drawn[1])


def test_the_identity_scheme_is_the_irnn(cell):
    params = init(cell, "identity")
    for block in blocks(params["weight_hh"]):
        np.testing.assert_array_equal(block, np.eye(H))
    assert not params["bias_ih"].any()
    assert not params["bias_hh"].any()
    inputs = np.concatenate([init(cell, "identity", s)["weight_ih"].ravel() for s in range(40)])
    assert inputs.std() == pytest.approx(0.001, rel=0.1)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("rho", [0.1, 0.95, 1.0, 3.0])
def test_the_spectral_radius_is_what_was_asked_for(cell, scheme, rho):
    for block in blocks(init(cell, scheme, spectral_radius=rho)["weight_hh"]):
        assert np.abs(np.linalg.eigvals(block)).max() == pytest.approx(rho, rel=1e-10)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_spectral_radius_changes_nothing_but_the_scale_of_w_hh(cell, scheme):
    drawn, scaled = init(cell, scheme), init(cell, scheme, spectral_radius=0.5)
    for n in ("weight_ih", "bias_ih", "bias_hh"):
        np.testing.assert_array_equal(drawn[n], scaled[n])
    for block, other in zip(blocks(drawn["weight_hh"]), blocks(scaled["weight_hh"]), strict=True):
        present = np.abs(np.linalg.eigvals(block)).max()
        np.testing.assert_allclose(other * present, block * 0.5, rtol=1e-12)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_forget_bias_is_the_sum_of_both_biases_of_the_forget_gate_alone(scheme):
    plain, open_ = init(LSTM(D, H), scheme), init(LSTM(D, H), scheme, forget_bias=1.5)
    total = {k: p["bias_ih"] + p["bias_hh"] for k, p in (("plain", plain), ("open", open_))}
    np.testing.assert_array_equal(total["open"][H : 2 * H], 1.5)
    for rows in (slice(0, H), slice(2 * H, 4 * H)):
        np.testing.assert_array_equal(total["open"][rows], total["plain"][rows])
    for n in ("weight_ih", "weight_hh"):
        np.testing.assert_array_equal(plain[n], open_[n])


@pytest.mark.parametrize("other", [RNN, GRU])
def test_cells_without_a_forget_gate_leave_its_bias_aside(other):
    for n, value in init(other(D, H), forget_bias=5.0).items():
        np.testing.assert_array_equal(value, init(other(D, H))[n])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_same_generator_gives_the_same_weights_and_another_gives_others(cell, scheme):
    one, same, other = (init(cell, scheme, seed) for seed in (0, 0, 1))
    for n in one:
        np.testing.assert_array_equal(one[n], same[n])
    assert not np.array_equal(one["weight_ih"], other["weight_ih"])


def test_float32_weights_are_the_float64_ones_rounded(cell):
    exact = init(cell, "orthogonal")
    for n, value in init(cell, "orthogonal", dtype=np.float32).items():
        assert value.dtype == np.float32
        np.testing.assert_array_equal(value, exact[n].astype(np.float32))


# Bad arguments


@pytest.mark.parametrize("bad", [0, -1, 2.0, True, "3", None])
def test_a_size_that_is_no_positive_integer_is_refused_by_name(name, bad):
    with pytest.raises(ValueError, match=r"input_size is .*integer"):
        CELLS[name](bad, 4)
    with pytest.raises(ValueError, match=r"hidden_size is .*integer"):
        CELLS[name](4, bad)
    with pytest.raises(ValueError, match=r"num_layers is .*integer"):
        Model(name, 2, 3, 1, num_layers=bad)
    with pytest.raises(ValueError, match=r"output_size is .*integer"):
        Model(name, 2, 3, bad)


def test_what_is_no_choice_is_refused_with_the_choices():
    with pytest.raises(ValueError, match=r"nonlinearity is 'sigmoid'; .*tanh, relu"):
        RNN(2, 3, nonlinearity="sigmoid")
    with pytest.raises(ValueError, match=r"cell is 'elman'; .*rnn, lstm, gru"):
        Model("elman", 2, 3, 1)
    with pytest.raises(
        ValueError, match=r"scheme is 'xavier'; .*pytorch, .*, orthogonal, identity"
    ):
        init(RNN(2, 3), "xavier")


@pytest.mark.parametrize("shape", [(5, 2), (5, 2, D + 1), (0, 2, D), (5, 0, D), (5, 2, D, 1)])
def test_an_input_of_the_wrong_shape_is_refused_with_the_right_one(cell, shape):
    with pytest.raises(ValueError, match=r"x has shape"):
        cell.forward(init(cell), np.zeros(shape))


def test_an_input_of_integers_is_refused(cell):
    with pytest.raises(ValueError, match=r"x has dtype int64; float64 or float32"):
        cell.forward(init(cell), np.zeros((5, 2, D), dtype=int))


def test_initial_states_of_the_wrong_shape_or_for_the_wrong_cell_are_refused(name, cell):
    x = np.zeros((5, 2, D))
    with pytest.raises(ValueError, match=r"h_0 has shape \(2, 3\); \(2, 16\)"):
        cell.forward(init(cell), x, np.zeros((2, 3)))
    if name == "lstm":
        with pytest.raises(ValueError, match=r"c_0 has shape \(3, 16\)"):
            cell.forward(init(cell), x, None, np.zeros((3, H)))
    else:
        with pytest.raises(ValueError, match=r"c_0 is given; (RNN|GRU) has no cell state"):
            cell.forward(init(cell), x, None, np.zeros((2, H)))


def test_a_dh_of_the_wrong_shape_is_refused(cell):
    trace = cell.forward(init(cell), np.zeros((5, 2, D)))
    with pytest.raises(ValueError, match=r"dh has shape \(6, 2, 16\); \(5, 2, 16\)"):
        cell.backward(init(cell), trace, np.zeros((6, 2, H)))


@pytest.mark.parametrize("parameter", ["weight_ih", "weight_hh", "bias_ih", "bias_hh"])
def test_a_weight_that_is_missing_misshapen_or_not_finite_is_refused_by_name(cell, parameter):
    x = np.zeros((5, 2, D))
    missing = {n: v for n, v in init(cell).items() if n != parameter}
    with pytest.raises(ValueError, match=rf"params has .*takes .*{parameter}"):
        cell.forward(missing, x)
    with pytest.raises(ValueError, match=rf"{parameter} has shape"):
        cell.forward(init(cell) | {parameter: np.zeros((2, 2, 2))}, x)
    bad = init(cell)
    bad[parameter].flat[1] = np.nan
    with pytest.raises(ValueError, match=rf"{parameter} holds NaN or inf"):
        cell.forward(bad, x)


def test_weights_of_mixed_precision_are_refused(cell):
    params = init(cell)
    params["bias_hh"] = params["bias_hh"].astype(np.float32)
    with pytest.raises(ValueError, match=r"params mixes float(32|64), float(64|32)"):
        cell.forward(params, np.zeros((5, 2, D)))


def test_models_that_share_a_part_start_it_alike():
    def drawn(cell, layers=1, **options):
        model = Model(cell, 2, 4, 1, num_layers=layers)
        return model.init(np.random.default_rng(3), **options)

    rnn, gru, deep = drawn("rnn"), drawn("gru"), drawn("gru", layers=3)
    for n in ("readout.weight", "readout.bias"):
        np.testing.assert_array_equal(rnn[n], gru[n])
    for n, value in gru.items():
        np.testing.assert_array_equal(deep[n], value)
    orthogonal = drawn("gru", scheme="orthogonal")
    differ = {n for n in gru if not np.array_equal(gru[n], orthogonal[n])}
    assert differ == {"weight_hh_l0"}


def test_a_models_parameters_are_named_as_pytorch_names_them():
    shapes = Model("lstm", 2, 4, 3, num_layers=2).shapes()
    assert shapes == {
        "weight_ih_l0": (16, 2),
        "weight_hh_l0": (16, 4),
        "bias_ih_l0": (16,),
        "bias_hh_l0": (16,),
        "weight_ih_l1": (16, 4),
        "weight_hh_l1": (16, 4),
        "bias_ih_l1": (16,),
        "bias_hh_l1": (16,),
        "readout.weight": (3, 4),
        "readout.bias": (3,),
    }

"""Cells: the names and shapes of their weights, and what they say of a bad argument."""

from __future__ import annotations

import numpy as np
import pytest

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
from engine.initializers import SCHEMES
from engine.model import Model

D, H = 3, 16
CELLS = {
    "rnn": RNN,
    "lstm": LSTM,
    "gru": GRU,
    "mgu": MGU,
    "coupled_lstm": CoupledLSTM,
    "gru_reset_before": GRUResetBefore,
    "peephole_lstm": PeepholeLSTM,
    "ln_rnn": LNRNN,
    "ln_lstm": LNLSTM,
    "ln_gru": LNGRU,
}
GATES = {
    "rnn": 1,
    "lstm": 4,
    "gru": 3,
    "mgu": 2,
    "coupled_lstm": 3,
    "gru_reset_before": 3,
    "peephole_lstm": 4,
    "ln_rnn": 1,
    "ln_lstm": 4,
    "ln_gru": 3,
}
VECTORS = {
    "peephole_lstm": {"weight_ci": H, "weight_cf": H, "weight_co": H},
    "ln_rnn": {"ln_weight": H, "ln_bias": H},
    "ln_lstm": {
        **{f"ln_{of}_{what}": 4 * H for of in ("ih", "hh") for what in ("weight", "bias")},
        "ln_c_weight": H,
        "ln_c_bias": H,
    },
    "ln_gru": {f"ln_{of}_{what}": 3 * H for of in ("ih", "hh") for what in ("weight", "bias")},
}
"""How many numbers the parameters have that PyTorch's cells do not have."""


@pytest.fixture(params=CELLS)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def cell(name: str):
    return CELLS[name](D, H)


def init(cell):
    return cell.init(np.random.default_rng(0))


def test_parameters_have_pytorchs_names_and_shapes(name, cell):
    rows = GATES[name] * H
    expected = {
        "weight_ih": (rows, D),
        "weight_hh": (rows, H),
        "bias_ih": (rows,),
        "bias_hh": (rows,),
        **{vector: (size,) for vector, size in VECTORS.get(name, {}).items()},
    }
    assert {n: value.shape for n, value in init(cell).items()} == expected


def test_gates_and_states_are_named_in_pytorchs_order():
    assert (RNN.gate_names, RNN.state_names) == ((), ("h",))
    assert (LSTM.gate_names, LSTM.state_names) == (("i", "f", "g", "o"), ("h", "c"))
    assert (GRU.gate_names, GRU.state_names) == (("r", "z", "n"), ("h",))
    assert (MGU.gate_names, MGU.state_names) == (("f", "n"), ("h",))
    coupled, before = CoupledLSTM, GRUResetBefore
    assert (coupled.gate_names, coupled.state_names) == (("f", "g", "o"), ("h", "c"))
    assert (before.gate_names, before.state_names) == (("r", "z", "n"), ("h",))
    for variant, plain in (
        (PeepholeLSTM, LSTM),
        (LNRNN, RNN),
        (LNLSTM, LSTM),
        (LNGRU, GRU),
    ):
        assert variant.gate_names == plain.gate_names
        assert variant.state_names == plain.state_names


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
    with pytest.raises(
        ValueError,
        match=r"cell is 'elman'; .*rnn, lstm, gru, mgu, coupled_lstm, .*ln_gru",
    ):
        Model("elman", 2, 3, 1)


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
    if "c" in cell.state_names:
        with pytest.raises(ValueError, match=r"c_0 has shape \(3, 16\)"):
            cell.forward(init(cell), x, None, np.zeros((3, H)))
    else:
        with pytest.raises(ValueError, match=r"c_0 is given; \w+ has no cell state"):
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


@pytest.mark.parametrize("name", VECTORS)
def test_a_variant_starts_with_the_weights_of_its_plain_cell(name):
    plain = init(CELLS[name.split("_")[1]](D, H))
    drawn = init(CELLS[name](D, H))
    assert set(drawn) - set(plain) == set(VECTORS[name])
    for parameter, value in plain.items():
        np.testing.assert_array_equal(drawn[parameter], value)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ["ln_rnn", "ln_lstm", "ln_gru"])
def test_normalisation_starts_with_gain_1_and_shift_0_under_every_scheme(name, scheme):
    drawn = CELLS[name](D, H).init(np.random.default_rng(1), scheme)
    for vector in VECTORS[name]:
        start = 1 if vector.endswith("weight") else 0
        np.testing.assert_array_equal(drawn[vector], start)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_peepholes_are_uniform_under_every_scheme(scheme):
    draw = PeepholeLSTM(D, 400).init(np.random.default_rng(1), scheme)
    for gate in "ifo":
        values = draw[f"weight_c{gate}"] * 20  # within ±1/√400
        assert np.abs(values).max() <= 1
        assert values.std() == pytest.approx(3**-0.5, rel=0.1)
        assert abs(values.mean()) < 0.1


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

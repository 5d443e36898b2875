"""Initial weights: the statistics of every scheme, and what lanes of two schemes share."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from engine import GRU, LSTM, RNN, CoupledLSTM, GRUResetBefore
from engine.initializers import SCHEMES, orthogonal, rescale
from engine.recipe import Hyperparameters
from tests.engine.runs import experiment

D, H = 24, 40
CELLS = {"rnn": RNN, "lstm": LSTM, "gru": GRU}
SEEDS = 30
ROOT = H**-0.5

# Standard deviation of the input weights, of a block of W_hh and of each bias.
EXPECTED = {
    "pytorch": (ROOT / sqrt(3), ROOT / sqrt(3), ROOT / sqrt(3)),
    "xavier_uniform": (sqrt(2 / (D + H)), sqrt(1 / H), ROOT / sqrt(3)),
    "xavier_normal": (sqrt(2 / (D + H)), sqrt(1 / H), ROOT / sqrt(3)),
    "normal": (0.03, 0.03, 0.0),
    "orthogonal": (ROOT / sqrt(3), sqrt(1 / H), ROOT / sqrt(3)),
    "identity": (0.001, sqrt(1 / H), 0.0),
}
PARTS = {"weight_ih": 0, "weight_hh": 1, "bias_ih": 2, "bias_hh": 2}
"""Where a parameter's stands in `EXPECTED`."""


@pytest.fixture(params=CELLS)
def cell(request: pytest.FixtureRequest):
    return CELLS[request.param](D, H)


def init(cell, scheme="pytorch", seed=0, **options):
    return cell.init(np.random.default_rng(seed), scheme, **options)


def blocks(weight_hh):
    """Return W_hh gate by gate (G, H, H)."""
    return weight_hh.reshape(-1, H, H)


def many(cell, scheme, name):
    """Return one parameter's entries of many draws."""
    drawn = [init(cell, scheme, seed, std=0.03)[name].ravel() for seed in range(SEEDS)]
    return np.concatenate(drawn)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_each_scheme_has_its_variance_gate_by_gate(cell, scheme):
    for name, part in PARTS.items():
        drawn, std = many(cell, scheme, name), EXPECTED[scheme][part]
        root_mean_square = sqrt(np.mean(drawn**2))
        # 4 standard errors, of a normal's variance or of anything lighter in its tails.
        assert root_mean_square == pytest.approx(std, rel=4 / sqrt(2 * drawn.size)), name
        if (scheme, name) != ("identity", "weight_hh"):
            assert abs(drawn.mean()) <= 4 * std / sqrt(drawn.size), name


@pytest.mark.parametrize("scheme", ["pytorch", "xavier_uniform"])
@pytest.mark.parametrize(("name", "part"), [*PARTS.items()])
def test_a_uniform_scheme_reaches_the_root_of_three_deviations_and_no_further(
    cell, scheme, name, part
):
    bound = sqrt(3) * EXPECTED[scheme][part]
    most = np.abs(many(cell, scheme, name)).max()
    # No rounding can carry a draw past the bound by more than a digit of the last place.
    assert 0.99 * bound < most <= bound * (1 + 1e-15)


@pytest.mark.parametrize("scheme", ["xavier_normal", "normal"])
@pytest.mark.parametrize("name", ["weight_ih", "weight_hh"])
def test_a_normal_scheme_has_the_kurtosis_of_a_normal(cell, scheme, name):
    drawn = many(cell, scheme, name)
    kurtosis = np.mean(drawn**4) / np.mean(drawn**2) ** 2
    assert kurtosis == pytest.approx(3, abs=4 * sqrt(24 / drawn.size))


def test_xavier_counts_the_fans_of_one_gate_and_not_of_all_together():
    one, four = (np.std(many(cell(D, H), "xavier_normal", "weight_ih")) for cell in (RNN, LSTM))
    assert one == pytest.approx(four, rel=0.03)


def test_the_std_belongs_to_the_normal_scheme_alone(cell):
    for scheme in SCHEMES:
        one, other = (init(cell, scheme, std=std) for std in (0.1, 0.2))
        same = all(np.array_equal(one[name], other[name]) for name in one)
        assert same == (scheme != "normal")
    np.testing.assert_allclose(
        init(cell, "normal", std=0.2)["weight_hh"],
        2 * init(cell, "normal", std=0.1)["weight_hh"],
        rtol=1e-14,
    )


def test_an_orthogonal_draw_is_uniform_over_the_group():
    """Its trace has mean 0 and variance 1 (Diaconis & Shahshahani 1994); QR alone has not."""
    rng = np.random.default_rng(0)
    traces = np.array([np.trace(orthogonal(rng, 6)) for _ in range(4000)])
    assert abs(traces.mean()) < 4 / sqrt(4000)
    assert traces.var() == pytest.approx(1, abs=4 * sqrt(2 / 4000))


def test_the_orthogonal_scheme_keeps_lengths_gate_by_gate(cell):
    drawn = blocks(init(cell, "orthogonal")["weight_hh"])
    for block in drawn:
        np.testing.assert_allclose(block @ block.T, np.eye(H), atol=1e-13)
    assert all(not np.allclose(drawn[0], block) for block in drawn[1:])


def test_the_identity_scheme_is_the_irnn(cell):
    params = init(cell, "identity")
    for block in blocks(params["weight_hh"]):
        np.testing.assert_array_equal(block, np.eye(H))
    assert not params["bias_ih"].any()
    assert not params["bias_hh"].any()


# Spectral radius


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("rho", [0.1, 0.95, 1.0, 3.0])
def test_the_spectral_radius_is_what_was_asked_for_in_every_gate(cell, scheme, rho):
    for block in blocks(init(cell, scheme, spectral_radius=rho)["weight_hh"]):
        assert np.abs(np.linalg.eigvals(block)).max() == pytest.approx(rho, rel=1e-10)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_spectral_radius_changes_nothing_but_the_scale_of_w_hh(cell, scheme):
    drawn, scaled = init(cell, scheme), init(cell, scheme, spectral_radius=0.5)
    for name in ("weight_ih", "bias_ih", "bias_hh"):
        np.testing.assert_array_equal(drawn[name], scaled[name])
    for block, other in zip(blocks(drawn["weight_hh"]), blocks(scaled["weight_hh"]), strict=True):
        present = np.abs(np.linalg.eigvals(block)).max()
        np.testing.assert_allclose(other * present, block * 0.5, rtol=1e-12)


def test_a_nilpotent_matrix_has_no_radius_to_rescale():
    shift = np.eye(4, k=1)
    np.testing.assert_array_equal(rescale(shift, 2.0), shift)
    np.testing.assert_array_equal(rescale(2 * np.eye(4), 0.5), 0.5 * np.eye(4))


# Biases of gates

BIASES = [
    (LSTM, "forget_bias", 1),
    (GRU, "update_bias", 1),
    (CoupledLSTM, "forget_bias", 0),
    (GRUResetBefore, "update_bias", 1),
]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("kind", "option", "gate"), BIASES)
def test_a_gates_bias_is_the_sum_of_both_of_its_biases_and_leaves_the_others(
    scheme, kind, option, gate
):
    plain, set_ = init(kind(D, H), scheme), init(kind(D, H), scheme, **{option: -1.5})
    rows = slice(gate * H, (gate + 1) * H)
    np.testing.assert_array_equal(set_["bias_ih"][rows] + set_["bias_hh"][rows], -1.5)
    for name, value in plain.items():
        kept = np.ones(len(value), dtype=bool)
        kept[rows] = name in ("weight_ih", "weight_hh")
        np.testing.assert_array_equal(set_[name][kept], value[kept])


@pytest.mark.parametrize(
    ("kind", "option"),
    [
        (RNN, "forget_bias"),
        (GRU, "forget_bias"),
        (RNN, "update_bias"),
        (LSTM, "update_bias"),
        (CoupledLSTM, "update_bias"),
        (GRUResetBefore, "forget_bias"),
    ],
)
def test_cells_without_the_gate_leave_its_bias_aside(kind, option):
    plain, asked = init(kind(D, H)), init(kind(D, H), **{option: 5.0})
    for name, value in plain.items():
        np.testing.assert_array_equal(asked[name], value)


# What two schemes share


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_same_generator_gives_the_same_weights_and_another_gives_others(cell, scheme):
    one, same, other = (init(cell, scheme, seed) for seed in (0, 0, 1))
    for name in one:
        np.testing.assert_array_equal(one[name], same[name])
    assert not np.array_equal(one["weight_ih"], other["weight_ih"])


def test_float32_weights_are_the_float64_ones_rounded(cell):
    exact = init(cell, "orthogonal")
    for name, value in init(cell, "orthogonal", dtype=np.float32).items():
        assert value.dtype == np.float32
        np.testing.assert_array_equal(value, exact[name].astype(np.float32))


def test_schemes_that_draw_a_part_alike_draw_the_same_numbers_for_it(cell):
    """So that lanes that differ in their scheme differ in what the scheme says and no more."""
    pytorch = init(cell)
    for scheme, shared in {
        "orthogonal": ("weight_ih", "bias_ih", "bias_hh"),
        "xavier_uniform": ("bias_ih", "bias_hh"),
        "xavier_normal": ("bias_ih", "bias_hh"),
    }.items():
        other = init(cell, scheme)
        for name in pytorch:
            assert np.array_equal(pytorch[name], other[name]) == (name in shared), (scheme, name)


def test_lanes_of_different_schemes_share_their_readout():
    schemes = ["pytorch", "xavier_normal", "normal", "identity"]
    first, *others = experiment(lanes=[{"init": scheme} for scheme in schemes]).lanes
    for lane in others:
        for name in ("readout.weight", "readout.bias"):
            np.testing.assert_array_equal(first.params[name], lane.params[name])
        assert not np.array_equal(first.params["weight_hh_l0"], lane.params["weight_hh_l0"])


def test_what_a_recipe_says_of_initial_weights_reaches_them():
    (normal, radius, update) = experiment(
        base={"cell": "gru", "hidden_size": 30},
        lanes=[{"init": "normal", "init_std": 0.5}, {"spectral_radius": 1.2}, {"update_bias": 3.0}],
    ).lanes
    assert np.std(normal.params["weight_hh_l0"]) == pytest.approx(0.5, rel=0.05)
    assert not normal.params["bias_hh_l0"].any()
    for block in radius.params["weight_hh_l0"].reshape(3, 30, 30):
        assert np.abs(np.linalg.eigvals(block)).max() == pytest.approx(1.2)
    np.testing.assert_array_equal(update.params["bias_ih_l0"][30:60], 3.0)


def test_an_unknown_scheme_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"scheme is 'xavier'; .*pytorch, xavier_uniform"):
        init(RNN(D, H), "xavier")


def test_the_recipe_can_name_every_scheme_and_no_other():
    allowed = Hyperparameters.model_json_schema()["properties"]["init"]["enum"]
    assert set(allowed) == set(SCHEMES)

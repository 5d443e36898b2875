"""Norms without underflow, quantiles, and the horizon, on arrays made by hand."""

from __future__ import annotations

from math import hypot, inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine import RNN
from engine.diagnostics import (
    horizon,
    norm,
    norms,
    reach,
    spread,
    state_gradient,
    weight_contributions,
)

HORIZONS = [
    # ‖∂ℓ/∂s_t‖ at t = 0 … T, the last t with a loss, the horizon.
    ([1, 1, 1, 1], 3, 3),  # never falls: back to the initial state
    ([0, 0, 0, 1], 3, 0),
    ([0.001, 0.02, 0.5, 1], 3, 2),
    ([0.02, 0.001, 0.5, 1], 3, 1),  # what recovers further back does not count
    ([0.02, 0.01, 0.5, 1], 3, 1),  # exactly 1 % is not above
    ([0.02, 0.010001, 0.5, 1], 3, 3),
    ([1e-80, 1e-79, 1e-78, 1e-77], 3, 1),  # it is a ratio
    ([3e-300, 2e-300, 1e-300], 2, 2),
    ([5, 5, 1, 0, 0], 2, 2),  # after the last loss nothing counts
    ([0.005, 5, 1, 7, 7], 2, 1),
    ([nan, nan, 0.5, 1], 3, 1),  # a truncation window ends it
    ([nan, nan, nan, 1], 3, 0),
    ([0, 0, 0, 0], 3, 0),  # nothing to compare with
    ([inf, inf, 2, 1], 3, 3),
    ([7], 0, 0),
]


@pytest.mark.parametrize(("joint", "last", "expected"), HORIZONS)
def test_the_horizon_by_hand(joint, last, expected):
    assert horizon(np.array(joint, dtype=float), last) == expected


REACHES = [
    # ‖∂ℓ/∂s_t‖ at t = 0 … T, the last t with a loss, reach.
    ([9, 2, 5, 8], 3, 0.25),
    ([9, 1e-200, 1e-100, 1e100], 3, 1e-300),
    ([9, 6, 3, 7], 2, 2),  # after the last loss nothing counts
    ([9, 0, 1, 1], 3, 0),
    ([9, inf, 1, 1], 3, inf),
    ([9, nan, 1, 1], 3, nan),  # behind a truncation window
    ([9, 0, 0, 0], 3, nan),  # nothing to compare with
]


@pytest.mark.parametrize(("joint", "last", "expected"), REACHES)
def test_reach_by_hand(joint, last, expected):
    np.testing.assert_equal(reach(np.array(joint, dtype=float), last), expected)


@pytest.mark.parametrize("value", [nan, inf])
def test_without_a_finite_gradient_at_the_last_loss_there_is_no_horizon(value):
    assert np.isnan(horizon(np.array([1.0, 1.0, value]), 2))


@settings(deadline=None, max_examples=200)
@given(arrays(np.float64, (5,), elements=st.floats(allow_nan=False, allow_infinity=False)))
def test_a_norm_is_exact_wherever_it_can_be_written(vector):
    expected = hypot(*vector)
    if expected > 1e308 or expected < 1e-306:
        return  # at the very ends of the range a scale loses digits
    assert norm(vector) == pytest.approx(expected, rel=1e-14, abs=0)


@pytest.mark.parametrize("size", [1e-320, 1e-300, 1e-200, 1e-160, 1e-80, 1.0, 1e100, 1e200, 1e300])
def test_no_square_is_lost_on_the_way_to_a_norm(size):
    vector = size * np.array([3.0, -4.0, 0.0])
    assert norm(vector) == pytest.approx(5 * size, rel=1e-3 if size < 1e-308 else 1e-14, abs=0)


def test_a_zero_is_a_zero_and_the_smallest_number_is_none():
    assert norm(np.zeros(3)) == 0
    assert norm(np.array([0, 5e-324, 0])) == 5e-324


def test_infinite_and_nan_entries_give_infinite_and_nan_norms():
    assert norm(np.array([1.0, -inf])) == inf
    assert np.isnan(norm(np.array([1.0, nan])))
    assert np.isnan(norm(np.array([inf, nan])))


def test_norms_of_very_different_size_stand_side_by_side():
    array = np.zeros((4, 2, 3))  # (T, units, B)
    array[0] = [[3e-200, 3.0, 0], [4e-200, 4.0, 0]]
    array[1] = [[3e200, inf, 3], [4e200, 0, 4]]
    array[2] = [[nan, 0.3, 3e-162], [0, 0.4, 4e-162]]
    found = norms(array)
    expected = [[5e-200, 5, 0], [5e200, inf, 5], [nan, 0.5, 5e-162], [0, 0, 0]]
    np.testing.assert_allclose(found, expected, rtol=1e-14)


def test_float32_entries_get_float64_norms():
    found = norms(np.full((1, 4, 1), 1e30, dtype=np.float32))
    assert found.dtype == np.float64
    assert found[0, 0] == pytest.approx(2e30, rel=1e-6)


def test_norms_leave_what_they_read_as_it_was():
    array = np.full((2, 3, 2), 1e-200)
    norms(array)
    assert (array == 1e-200).all()


def test_a_state_gradient_is_of_each_examples_own_loss_and_has_gaps():
    gradient = np.zeros((3, 2, 4))  # (T+1, H, B), of the mean of 4 losses
    gradient[1:, 0] = 0.75
    gradient[1:, 1] = 1.0
    found = state_gradient(gradient, np.array([False, True, True]))
    np.testing.assert_array_equal(found[1:], np.full((2, 4), 5.0))
    assert np.isnan(found[0]).all()


def test_a_spread_is_mean_and_quantiles_over_the_batch():
    values = np.array([[0.0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [5.0] * 11, [nan] * 11])
    mean, q10, q90 = spread(values)
    np.testing.assert_allclose(mean, [5, 5, nan])
    np.testing.assert_allclose(q10, [1, 5, nan])
    np.testing.assert_allclose(q90, [9, 5, nan])


def test_the_spread_of_one_example_is_that_example():
    for found in spread(np.array([[3.0], [0.0]])):
        np.testing.assert_array_equal(found, [3.0, 0.0])


def test_a_spread_of_vanished_norms_is_no_zero():
    for found in spread(np.array([[1e-300, 2e-300, 3e-300]])):
        assert 1e-300 <= found[0] <= 3e-300


@pytest.mark.parametrize("batch", [1, 2, 5])
@pytest.mark.parametrize(("state", "delta"), [(1.0, 1.0), (1e200, 1e-100), (1e-160, 1e-140)])
def test_a_contribution_of_huge_or_tiny_states_is_still_a_number(state, delta, batch):
    """An identity ReLU network keeps h_0 and ∂L/∂h_T, so that each t adds the same δ hᵀ."""
    T, H = 6, 3
    cell = RNN(1, H, nonlinearity="relu")
    params = {name: np.zeros(shape) for name, shape in cell.shapes().items()}
    params["weight_hh"] = np.eye(H)
    rng = np.random.default_rng(0)
    h, d = rng.uniform(1, 2, (batch, H)), rng.uniform(1, 2, (batch, H))
    trace = cell.forward(params, np.zeros((T, batch, 1)), state * h)
    dh = np.zeros((T, batch, H))
    dh[-1] = delta * d
    cell.backward(params, trace, dh)
    found = weight_contributions(cell, params, trace.workspace).dW_hh
    expected = np.linalg.norm(d.T @ h) * (state * delta)
    np.testing.assert_allclose(found, np.full(T, expected), rtol=1e-12)


@pytest.mark.parametrize("batch", [1, 2, 5])
@pytest.mark.parametrize(("size", "delta"), [(1.0, 1.0), (1e200, 1e-100), (1e-160, 1e-140)])
def test_a_contribution_of_huge_or_tiny_inputs_is_still_a_number(size, delta, batch):
    """Where an identity ReLU network's input weights are zero, each t adds δ x_tᵀ."""
    T, H, D = 6, 3, 2
    cell = RNN(D, H, nonlinearity="relu")
    params = {name: np.zeros(shape) for name, shape in cell.shapes().items()}
    params["weight_hh"] = np.eye(H)
    rng = np.random.default_rng(0)
    x, d = rng.uniform(1, 2, (T, batch, D)), rng.uniform(1, 2, (batch, H))
    trace = cell.forward(params, size * x, np.ones((batch, H)))
    dh = np.zeros((T, batch, H))
    dh[-1] = delta * d
    cell.backward(params, trace, dh)
    found = weight_contributions(cell, params, trace.workspace).dW_ih
    expected = [np.linalg.norm(d.T @ x_t) * (size * delta) for x_t in x]
    np.testing.assert_allclose(found, expected, rtol=1e-12)

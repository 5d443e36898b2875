"""Fixed points are found where theory has them, with the eigenvalues that theory has."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from engine.cells import CELLS, RNN
from engine.diagnostics.fixed_points import FIXED, SLOW, Dynamics, fixed_points

RNG = np.random.default_rng(0)


def dynamics_of(name: str, hidden_size: int = 5, scale: float = 1.5) -> Dynamics:
    cell = CELLS[name](3, hidden_size)
    params = cell.init(np.random.default_rng(1))
    params["weight_hh"] = scale * params["weight_hh"]
    return Dynamics(cell, params, np.array([0.2, -0.1, 0.4]))


def rnn(weight: np.ndarray, bias: np.ndarray | float = 0.0, nonlinearity: str = "tanh") -> Dynamics:
    H = len(weight)
    params = {
        "weight_ih": np.zeros((H, 1)),
        "weight_hh": np.asarray(weight, dtype=float),
        "bias_ih": np.broadcast_to(bias, H).astype(float),
        "bias_hh": np.zeros(H),
    }
    return Dynamics(RNN(1, H, nonlinearity), params, np.zeros(1))


def starts_in(size: int, count: int = 60, width: float = 1.0) -> np.ndarray:
    return np.random.default_rng(2).uniform(-width, width, (count, size))


@pytest.mark.parametrize("name", CELLS)
def test_one_timestep_is_the_cells_own_and_its_jacobian_is_its_derivative(name: str):
    dynamics = dynamics_of(name)
    cell, H = dynamics.cell, dynamics.cell.hidden_size
    states = 0.5 * np.random.default_rng(3).standard_normal((40, dynamics.size))
    x = np.broadcast_to([0.2, -0.1, 0.4], (1, 40, 3))
    c = {"c_0": states[:, H:]} if "c" in cell.state_names else {}
    trace = cell.forward(dynamics.params, x, h_0=states[:, :H], **c)
    expected = trace.h[1] if trace.c is None else np.hstack([trace.h[1], trace.c[1]])
    np.testing.assert_array_equal(dynamics.step(states), expected)
    jacobians = dynamics.jacobians(states)
    for k in range(dynamics.size):
        nudge = np.zeros(dynamics.size)
        nudge[k] = 1e-6
        slope = (dynamics.step(states + nudge) - dynamics.step(states - nudge)) / 2e-6
        np.testing.assert_allclose(jacobians[:, :, k], slope, rtol=1e-6, atol=1e-8)


def test_the_pitchfork_h_is_tanh_of_w_h_has_three_points_with_known_slopes():
    w = 1.5
    found = fixed_points(rnn([[w]]), starts_in(1))
    # h = tanh(w h), by bisection.
    low, high = 0.1, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if np.tanh(w * middle) > middle else (low, middle)
    assert found.fixed.all()
    np.testing.assert_allclose(sorted(found.points[:, 0]), [-low, 0, low], atol=1e-9)
    assert found.unstable.tolist() == [0, 0, 1]
    slope = w * (1 - low**2)
    np.testing.assert_allclose(found.eigenvalues[:, 0], [slope, slope, w], atol=1e-8)


def test_below_the_pitchfork_zero_is_the_only_one_and_stable():
    found = fixed_points(rnn([[0.7]]), starts_in(1))
    np.testing.assert_allclose(found.points, [[0]], atol=1e-9)
    assert found.eigenvalues[0, 0] == pytest.approx(0.7)
    assert found.unstable.tolist() == [0]


def test_two_units_that_hold_a_bit_each_have_nine_points_four_of_them_stable():
    found = fixed_points(rnn(2.0 * np.eye(2)), starts_in(2, 200))
    assert len(found.points) == 9
    assert found.unstable.tolist() == [0] * 4 + [1] * 4 + [2]
    corners = {tuple(np.sign(point).astype(int)) for point in found.points[:4]}
    assert corners == set(product([-1, 1], repeat=2))


def test_a_turn_has_complex_eigenvalues_of_its_angle():
    angle, growth = 0.4, 0.9
    turn = growth * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    (values,) = fixed_points(rnn(turn), starts_in(2)).eigenvalues
    np.testing.assert_allclose(np.abs(values), growth, rtol=1e-9)
    np.testing.assert_allclose(sorted(np.angle(values)), [-angle, angle], rtol=1e-9)


def test_just_before_two_points_are_born_a_slow_one_stands_in_their_place():
    # h = tanh(1.5 h + b) loses two of its three points at |b| = 1.5 h* − atanh h*, h*² = 1/3.
    bare = np.sqrt(1 / 3)
    birth = 1.5 * bare - np.arctanh(bare)
    found = fixed_points(rnn([[1.5]], birth + 0.005), starts_in(1))
    assert found.fixed.tolist() == [True, False]
    assert found.residuals[0] < FIXED < found.residuals[1] < SLOW
    assert found.points[1, 0] == pytest.approx(-bare, abs=0.01)
    with_both = fixed_points(rnn([[1.5]], birth - 0.005), starts_in(1))
    assert with_both.fixed.tolist() == [True] * 3


def test_points_that_the_network_does_not_come_near_are_left_out():
    linear = rnn([[0.5]], 10.0, "relu")  # h = 0.5 h + 10 at h = 20
    assert len(fixed_points(linear, np.array([[0.0], [1.0]])).points) == 0
    np.testing.assert_allclose(fixed_points(linear, np.array([[0.0], [21.0]])).points, [[20.0]])


def test_states_that_are_not_finite_are_left_aside_and_lost_weights_find_nothing():
    dynamics = rnn([[0.7]])
    assert len(fixed_points(dynamics, np.array([[np.nan], [0.3], [-0.1]])).points) == 1
    assert len(fixed_points(dynamics, np.array([[np.nan]])).points) == 0
    assert len(fixed_points(rnn([[np.nan]]), starts_in(1)).points) == 0


def test_what_takes_too_long_can_be_ended():
    def stop(_: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        fixed_points(rnn([[1.5]]), starts_in(1), stop)


def test_states_of_another_size_are_refused_with_the_right_one():
    with pytest.raises(ValueError, match=r"starts has shape \(4, 3\); \(m, 1\) is expected"):
        fixed_points(rnn([[1.5]]), np.zeros((4, 3)))
    with pytest.raises(ValueError, match=r"x has shape \(2,\); \(3,\) is expected"):
        Dynamics(CELLS["gru"](3, 4), CELLS["gru"](3, 4).init(RNG), np.zeros(2))

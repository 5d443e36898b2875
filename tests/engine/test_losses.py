"""Losses by hand: small numbers, masks, and outputs too large to exponentiate."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from engine.losses import LOSSES, cross_entropy, mean_squared_error


def test_the_mean_squared_error_is_averaged_over_outputs_timesteps_and_examples():
    output = np.array([[[1.0, 0.0], [3.0, 0.0]], [[0.0, 2.0], [0.0, 2.0]]])  # (S, O, B) = 2, 2, 2
    y = np.zeros((2, 2, 2))
    value = mean_squared_error(output, y, np.ones((2, 2), dtype=bool))
    np.testing.assert_allclose(value.examples, [(1 + 9) / 2 / 2, (4 + 4) / 2 / 2])
    assert value.loss == pytest.approx(2.25)
    np.testing.assert_allclose(value.doutput, 2 * output / 8)
    np.testing.assert_array_equal(value.prediction, output)


def test_targets_are_time_major_and_outputs_batch_last():
    output = np.arange(24.0).reshape(2, 3, 4)
    y = output.transpose(0, 2, 1) - 0.5
    value = mean_squared_error(output, y, np.ones((2, 4), dtype=bool))
    np.testing.assert_allclose(value.examples, 0.25)


def test_the_cross_entropy_of_equal_outputs_is_the_log_of_the_classes():
    value = cross_entropy(np.full((3, 5, 2), 7.0), np.zeros((3, 2), int), np.ones((3, 2), bool))
    assert value.loss == pytest.approx(log(5))
    np.testing.assert_allclose(value.prediction, 0.2)
    expected = np.full((3, 5, 2), 0.2)
    expected[:, 0] -= 1
    np.testing.assert_allclose(value.doutput, expected / 6)


def test_the_cross_entropy_by_hand():
    output = np.log([[[0.5], [0.25], [0.25]], [[0.1], [0.2], [0.7]]]) + 3.0
    value = cross_entropy(output, np.array([[1], [2]]), np.ones((2, 1), bool))
    assert value.loss == pytest.approx((-log(0.25) - log(0.7)) / 2)
    np.testing.assert_allclose(value.doutput[0, :, 0], [0.25, -0.375, 0.125])


@pytest.mark.parametrize("loss", list(LOSSES))
def test_only_timesteps_under_the_mask_count_and_each_example_has_its_own_mean(loss):
    rng = np.random.default_rng(0)
    output = rng.standard_normal((4, 3, 2))
    y = rng.standard_normal((4, 2, 3)) if loss == "mse" else rng.integers(0, 3, (4, 2))
    mask = np.array([[1, 0], [0, 0], [0, 1], [1, 0]], dtype=bool)
    value = LOSSES[loss](output, y, mask)
    assert (value.doutput[~mask[:, None].repeat(3, axis=1)] == 0).all()

    def alone(t: int, b: int) -> float:
        one = np.ones((1, 1), bool)
        return LOSSES[loss](output[[t]][:, :, [b]], y[[t]][:, [b]], one).loss

    np.testing.assert_allclose(
        value.examples, [(alone(0, 0) + alone(3, 0)) / 2, alone(2, 1)], rtol=1e-13
    )
    assert value.loss == pytest.approx(value.examples.mean())


def test_the_cross_entropy_survives_outputs_that_cannot_be_exponentiated():
    output = np.array([[[1000.0], [0.0]], [[-1000.0], [0.0]]])
    value = cross_entropy(output, np.array([[1], [0]]), np.ones((2, 1), bool))
    assert value.loss == pytest.approx(1000.0)
    np.testing.assert_allclose(value.prediction[:, :, 0], [[1, 0], [0, 1]])
    assert np.isfinite(value.doutput).all()


def test_a_right_answer_with_near_certainty_still_has_a_small_positive_gradient():
    output = np.array([[[40.0], [0.0]]])
    value = cross_entropy(output, np.array([[0]]), np.ones((1, 1), bool))
    assert value.doutput[0, 1, 0] == pytest.approx(np.exp(-40.0))


@pytest.mark.parametrize("loss", list(LOSSES))
def test_what_is_given_is_left_alone(loss):
    rng = np.random.default_rng(1)
    output = rng.standard_normal((4, 3, 2))
    y = rng.standard_normal((4, 2, 3)) if loss == "mse" else rng.integers(0, 3, (4, 2))
    kept = output.copy(), y.copy()
    LOSSES[loss](output, y, np.ones((4, 2), bool))
    np.testing.assert_array_equal(output, kept[0])
    np.testing.assert_array_equal(y, kept[1])

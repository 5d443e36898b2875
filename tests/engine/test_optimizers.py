"""SGD and Adam against the formulas of their papers, written out in numbers."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from engine.optimizers import OPTIMIZERS, SGD, Adam


def run(kind, values, gradients, rates):
    optimizer = kind(len(values))
    values = np.array(values, dtype=float)
    path = []
    for gradient, rate in zip(gradients, rates, strict=True):
        optimizer.update(values, np.array(gradient, dtype=float), rate)
        path.append(values.copy())
    return path


def test_sgd_moves_against_the_gradient_by_the_learning_rate():
    path = run(SGD, [1.0, -2.0], [[0.5, 4.0], [-1.0, 0.0]], [0.1, 0.01])
    np.testing.assert_allclose(path, [[0.95, -2.4], [0.96, -2.4]], rtol=1e-15)


def test_adams_first_update_is_the_learning_rate_whatever_the_gradient():
    (path,) = run(Adam, [0.0] * 4, [[1e-3, -1.0, 1e3, 0.0]], [0.1])
    np.testing.assert_allclose(path, [-0.1, 0.1, -0.1, 0.0], rtol=2e-5)


def test_adam_follows_algorithm_1_of_kingma_and_ba():
    gradients, rates = [0.3, -0.1, 2.0, 0.0, -0.7], [0.01, 0.01, 0.5, 0.01, 0.01]
    theta = m = v = 0.0
    expected = []
    for k, (g, rate) in enumerate(zip(gradients, rates, strict=True), start=1):
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g * g
        m_hat, v_hat = m / (1 - 0.9**k), v / (1 - 0.999**k)
        theta -= rate * m_hat / (sqrt(v_hat) + 1e-8)
        expected.append([theta])
    path = run(Adam, [0.0], [[g] for g in gradients], rates)
    np.testing.assert_allclose(path, expected, rtol=1e-12)


def test_adams_epsilon_is_added_after_the_bias_correction():
    """PyTorch's order. For a gradient as small as ε the other order gives 0.03 of this."""
    (path,) = run(Adam, [0.0], [[1e-8]], [1.0])
    assert path[0] == pytest.approx(-0.5, rel=1e-6)


@pytest.mark.parametrize("kind", list(OPTIMIZERS.values()))
def test_an_update_works_in_place_in_the_precision_of_the_weights(kind):
    values = np.array([1.0, 2.0], dtype=np.float32)
    gradient = np.array([0.1, -0.3], dtype=np.float32)
    kept = gradient.copy()
    kind(2, np.float32).update(values, gradient, 0.01)
    assert values.dtype == np.float32
    assert values[0] < 1.0 < 2.0 < values[1]
    np.testing.assert_array_equal(gradient, kept)


@pytest.mark.parametrize("kind", list(OPTIMIZERS.values()))
def test_two_optimizers_share_no_moments(kind):
    one, other = kind(1), kind(1)
    a, b = np.zeros(1), np.zeros(1)
    for _ in range(3):
        one.update(a, np.ones(1), 0.1)
    other.update(b, np.ones(1), 0.1)
    fresh = np.zeros(1)
    kind(1).update(fresh, np.ones(1), 0.1)
    assert b == fresh
    assert a < b


def test_the_recipe_can_name_every_optimizer_and_no_other():
    from engine.recipe import Hyperparameters

    allowed = Hyperparameters.model_json_schema()["properties"]["optimizer"]["enum"]
    assert set(allowed) == set(OPTIMIZERS)

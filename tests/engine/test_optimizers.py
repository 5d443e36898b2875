"""The optimisers against the formulas of their papers, written out number by number."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from engine.optimizers import OPTIMIZERS, SGD, Adam, AdamW, RMSprop
from engine.recipe import Hyperparameters, LiveHyperparameters
from tests.engine.runs import advance, differences, experiment

GRADIENTS = [0.3, -0.1, 2.0, 0.0, -0.7]
RATES = [0.01, 0.01, 0.5, 0.01, 0.02]
KINDS = list(OPTIMIZERS.values())


def at(rate, weight_decay=0.0, **others):
    """Return the hyperparameters of an update at a learning rate."""
    return LiveHyperparameters(learning_rate=rate, weight_decay=weight_decay, **others)


def path_of(kind, gradients=GRADIENTS, rates=RATES, start=1.0, **others):
    """Return where a single weight is after each update."""
    optimizer, values = kind(1), np.array([start])
    path = []
    for gradient, rate in zip(gradients, rates, strict=True):
        optimizer.update(values, np.array([gradient]), at(rate, **others))
        path.append(float(values[0]))
    return path


def test_sgd_moves_every_weight_against_its_gradient_by_the_learning_rate():
    values = np.array([1.0, -2.0])
    SGD(2).update(values, np.array([0.5, 4.0]), at(0.1))
    np.testing.assert_allclose(values, [0.95, -2.4], rtol=1e-15)


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_sgds_momentum_starts_at_the_first_gradient_and_then_gathers_them_undamped(nesterov, decay):
    """Sutskever et al. (2013) in the form of PyTorch: the rate stands outside of the buffer."""
    theta, buffer, expected = 1.0, 0.0, []
    for g, rate in zip(GRADIENTS, RATES, strict=True):
        g += decay * theta
        buffer = 0.9 * buffer + g
        theta -= rate * (g + 0.9 * buffer if nesterov else buffer)
        expected.append(theta)
    path = path_of(SGD, momentum=0.9, nesterov=nesterov, weight_decay=decay)
    np.testing.assert_allclose(path, expected, rtol=1e-13)


def test_nesterov_without_momentum_is_plain_descent():
    assert path_of(SGD, nesterov=True) == path_of(SGD)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_rmsprop_divides_by_the_root_of_the_mean_square(momentum, decay):
    theta, v, buffer, expected = 1.0, 0.0, 0.0, []
    for g, rate in zip(GRADIENTS, RATES, strict=True):
        g += decay * theta
        v = 0.99 * v + 0.01 * g * g
        buffer = momentum * buffer + g / (sqrt(v) + 1e-8)
        theta -= rate * buffer
        expected.append(theta)
    path = path_of(RMSprop, momentum=momentum, weight_decay=decay)
    np.testing.assert_allclose(path, expected, rtol=1e-12)


@pytest.mark.parametrize(("kind", "decoupled"), [(Adam, False), (AdamW, True)])
@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_adam_follows_algorithm_1_of_kingma_and_ba_and_adamw_decays_beside_it(
    kind, decoupled, decay
):
    theta, m, v, expected = 1.0, 0.0, 0.0, []
    for k, (g, rate) in enumerate(zip(GRADIENTS, RATES, strict=True), start=1):
        if decoupled:
            theta -= rate * decay * theta
        else:
            g += decay * theta
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g * g
        m_hat, v_hat = m / (1 - 0.9**k), v / (1 - 0.999**k)
        theta -= rate * m_hat / (sqrt(v_hat) + 1e-8)
        expected.append(theta)
    np.testing.assert_allclose(path_of(kind, weight_decay=decay), expected, rtol=1e-12)


def test_adams_first_update_is_the_learning_rate_whatever_the_gradient():
    values = np.zeros(4)
    Adam(4).update(values, np.array([1e-3, -1.0, 1e3, 0.0]), at(0.1))
    np.testing.assert_allclose(values, [-0.1, 0.1, -0.1, 0.0], rtol=2e-5)


def test_adams_epsilon_is_added_after_the_bias_correction():
    """PyTorch's order. For a gradient as small as ε the other order gives 0.03 of this."""
    (end,) = path_of(Adam, [1e-8], [1.0], start=0.0)
    assert end == pytest.approx(-0.5, rel=1e-6)


def test_a_weight_without_gradient_shrinks_by_rate_times_decay():
    """In Adam the L2 penalty is normalised away to a whole step; AdamW was made for that."""
    shrunk = {kind: path_of(kind, [0.0], [0.1], weight_decay=0.5)[0] for kind in (SGD, AdamW)}
    assert shrunk == {SGD: pytest.approx(0.95), AdamW: pytest.approx(0.95)}
    assert path_of(Adam, [0.0], [0.1], weight_decay=0.5) == [pytest.approx(0.9)]


def test_only_adamw_decays_unless_told_otherwise():
    assert {kind: kind.default_weight_decay for kind in KINDS} == {
        SGD: 0.0,
        RMSprop: 0.0,
        Adam: 0.0,
        AdamW: 0.01,
    }


@pytest.mark.parametrize("kind", KINDS)
def test_an_update_works_in_place_in_the_precision_of_the_weights(kind):
    values = np.array([1.0, 2.0], dtype=np.float32)
    gradient = np.array([0.1, -0.3], dtype=np.float32)
    kind(2, np.float32).update(values, gradient, at(0.01, momentum=0.5))
    assert values.dtype == np.float32
    assert values[0] < 1.0 < 2.0 < values[1]


@pytest.mark.parametrize("kind", KINDS)
def test_two_optimizers_share_nothing(kind):
    one, other, fresh = kind(1), kind(1), kind(1)
    a, b, c = np.zeros((3, 1))
    for _ in range(3):
        one.update(a, np.ones(1), at(0.1, momentum=0.5))
    other.update(b, np.ones(1), at(0.1, momentum=0.5))
    fresh.update(c, np.ones(1), at(0.1, momentum=0.5))
    assert b == c
    assert a < b


def test_the_recipe_can_name_every_optimizer_and_no_other():
    allowed = Hyperparameters.model_json_schema()["properties"]["optimizer"]["enum"]
    assert set(allowed) == set(OPTIMIZERS)


# In a run

LIVE = [
    ("sgd", {"momentum": 0.9}),
    ("sgd", {"weight_decay": 0.1}),
    ("rmsprop", {"momentum": 0.5}),
    ("adam", {"weight_decay": 0.1}),
    ("adamw", {"weight_decay": 0.5}),
]


@pytest.mark.parametrize(("optimizer", "changes"), LIVE)
def test_a_hyperparameter_of_the_optimizer_can_be_changed_live_and_keeps_its_moments(
    optimizer, changes
):
    base = {"optimizer": optimizer, "learning_rate": 0.01}
    plain, turned = experiment(base=base), experiment(base=base)
    advance(plain, 3, watch=None)
    advance(turned, 3, watch=None)
    kept = [lane._optimizer for lane in turned.lanes]
    turned.tweak(None, changes)
    assert [lane._optimizer for lane in turned.lanes] == kept
    (one,), (other,) = advance(plain, 1, watch=None), advance(turned, 1, watch=None)
    moved = {f"{lane}/update_norm" for lane in range(3)}  # the update itself is another
    assert differences(one, other) <= moved, "it acts from the next update on, not before"
    # The first update with a momentum is the same as without: nothing has gathered yet.
    (*_, one), (*_, other) = advance(plain, 2, watch=None), advance(turned, 2, watch=None)
    assert {"0/loss", "1/loss", "2/loss"} <= differences(one, other)


def test_nesterov_can_be_turned_on_live():
    base = {"optimizer": "sgd", "learning_rate": 0.05, "momentum": 0.9}
    plain, turned = experiment(base=base), experiment(base=base)
    turned.tweak(None, {"nesterov": True})
    (*_, one), (*_, other) = advance(plain, 3, watch=None), advance(turned, 3, watch=None)
    assert {"0/loss", "1/loss", "2/loss"} <= differences(one, other)


def test_what_a_recipe_leaves_open_decays_the_weights_as_pytorch_would():
    def after(**base):
        run = experiment(base={"optimizer": "adamw", **base})
        return advance(run, 5, watch=None)[-1]

    assert not differences(after(), after(weight_decay=0.01))
    assert "0/loss" in differences(after(), after(weight_decay=0.0))

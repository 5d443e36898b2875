"""The orthogonality penalty against its law, and what it must leave alone."""

from __future__ import annotations

import numpy as np
import pytest

from engine import Experiment
from engine.orthogonality import penalty, penalty_gradient
from tests.engine.runs import advance, differences, experiment

PLAIN = {"optimizer": "sgd", "learning_rate": 1.0, "clip": "none"}


def weights(gates: int = 4, H: int = 5) -> np.ndarray:
    return np.random.default_rng(3).normal(size=(gates * H, H))


def test_each_gate_is_measured_against_the_identity():
    W = weights()
    by_hand = sum(np.sum((each.T @ each - np.eye(5)) ** 2) for each in np.split(W, 4))
    assert penalty(W, 0.3) == pytest.approx(0.3 * by_hand)


def test_orthogonal_weights_cost_nothing():
    Q, _ = np.linalg.qr(weights(1))
    assert penalty(Q, 1.0) == pytest.approx(0, abs=1e-25)
    assert np.abs(penalty_gradient(Q, 1.0)).max() < 1e-13


def test_the_gradient_is_that_of_the_penalty():
    rng, W = np.random.default_rng(0), weights()
    gradient = penalty_gradient(W, 0.3)
    for _ in range(5):
        direction = rng.normal(size=W.shape)
        step = 1e-6
        difference = penalty(W + step * direction, 0.3) - penalty(W - step * direction, 0.3)
        slope = np.sum(gradient * direction)
        assert difference / (2 * step) == pytest.approx(slope, rel=1e-7)


def test_it_joins_the_gradient_of_every_layer_before_clipping_and_nothing_else():
    base = {"num_layers": 2, **PLAIN}
    plain = experiment(base=base)
    pulled = experiment(base={**base, "orthogonality": 0.2})
    (one,), (other,) = advance(plain, 1), advance(pulled, 1)
    changed = {name.split("/")[1].split(".")[0] for name in differences(one, other)}
    assert changed == {"grad_norm", "update_norm", "update_ratio"}
    for ours, theirs in zip(pulled.lanes, plain.lanes, strict=True):
        for name, now in ours.params.items():
            moved = now - theirs.params[name]
            if name.startswith("weight_hh"):
                expected = -penalty_gradient(ours.params_before[name], 0.2)
                np.testing.assert_allclose(moved, expected, rtol=1e-8, atol=1e-12)
            else:
                np.testing.assert_array_equal(moved, 0)


def test_it_draws_the_singular_values_towards_one():
    run = experiment(base={"orthogonality": 1.0, "optimizer": "adam", "learning_rate": 0.01})
    before = np.linalg.svd(run.lanes[0].params["weight_hh_l0"], compute_uv=False)
    advance(run, 60)
    after = np.linalg.svd(run.lanes[0].params["weight_hh_l0"], compute_uv=False)
    assert np.abs(after - 1).max() < 0.25 < np.abs(before - 1).max()


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_it_is_live_and_a_replay_has_the_same_bits(precision):
    run = experiment(base={"precision": precision})
    advance(run, 3)
    run.tweak(None, {"orthogonality": 0.1})
    advance(run, 3)
    expected = advance(run, 1)[0]
    again = Experiment(run.recipe)
    advance(again, 6, watch=None)
    assert not differences(expected, advance(again, 1)[0])

"""Gradient noise against its law, and what it must leave alone."""

from __future__ import annotations

import numpy as np
import pytest

from engine import Experiment
from tests.engine.runs import EVERY_VIEW, advance, differences, experiment, same_bits

PLAIN = {"optimizer": "sgd", "learning_rate": 1.0, "clip": "none"}


def noise_at(iteration: int, eta: float = 0.3, **more) -> np.ndarray:
    """Return what is added to a gradient of zeros, read off the update that follows."""
    run = experiment(base={"hidden_size": 64, "gradient_noise": eta, **PLAIN, **more})
    lstm = run.lanes[1]
    lstm._gradient[:] = 0
    before = lstm._values.copy()
    lstm.update(iteration)
    return (before - lstm._values).astype(np.float64)


@pytest.mark.parametrize("iteration", [0, 9, 999])
def test_the_noise_has_mean_zero_and_a_variance_that_falls_as_the_paper_says(iteration):
    noise = noise_at(iteration)
    variance, n = 0.3 / (1 + iteration) ** 0.55, noise.size
    assert n > 15_000
    assert abs(noise.mean()) < 5 * np.sqrt(variance / n)
    assert abs(noise.var() / variance - 1) < 5 * np.sqrt(2 / n)
    # A normal variable is beyond two standard deviations in 4.55 % of all cases.
    beyond = np.mean(np.abs(noise) > 2 * np.sqrt(variance))
    assert beyond == pytest.approx(0.0455, abs=0.01)


def test_each_iteration_draws_anew_and_the_strength_only_scales():
    one, other = noise_at(3), noise_at(4)
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.05
    np.testing.assert_allclose(noise_at(3, eta=1.2), 2 * one, rtol=1e-9, atol=1e-12)


def test_the_noise_is_not_clipped_and_not_counted_as_gradient():
    base = {"clip": "norm", "clip_threshold": 1e-3, "optimizer": "sgd", "learning_rate": 1.0}
    quiet, noisy = experiment(base=base), experiment(base={**base, "gradient_noise": 1.0})
    (one,), (other,) = advance(quiet, 1), advance(noisy, 1)
    changed = {name.split("/")[1].split(".")[0] for name in differences(one, other)}
    assert changed == {"update_norm", "update_ratio"}
    for lane in range(3):
        assert one.arrays[f"{lane}/update_norm"] < 1.1e-3
        expected = np.sqrt(noisy.lanes[lane].parameter_count)
        assert other.arrays[f"{lane}/update_norm"] == pytest.approx(expected, rel=0.2)


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_a_replay_with_tweaks_has_the_same_bits(precision):
    run = experiment(base={"precision": precision})
    advance(run, 3)
    run.tweak(None, {"gradient_noise": 0.1})
    advance(run, 3)
    run.tweak(1, {"gradient_noise": 0.0, "optimizer": "sgd"})
    expected = advance(run, 3)
    again = Experiment(run.recipe)
    advance(again, 6, watch=None)
    for one, other in zip(expected, advance(again, 3), strict=True):
        assert not differences(one, other)


def test_off_changes_no_bit_and_lanes_alike_stay_alike():
    lanes = [{"cell": "gru"}, {"cell": "gru", "gradient_noise": 0.2}]
    lanes += [{"cell": "gru", "gradient_noise": 0.2}, {"cell": "gru", "gradient_noise": 0.0}]
    run = experiment(lanes=lanes)
    frame = advance(run, 5)[-1]
    assert not differences(frame, frame, {0: 3, 3: 0})
    assert not differences(frame, frame, {1: 2, 2: 1})
    assert "0/loss" in {f"0/{name.split('/')[1]}" for name in differences(frame, frame, {0: 1})}


def test_a_frame_asked_for_again_is_the_same():
    run = experiment(base={"gradient_noise": 0.5})
    from_advance = advance(run, 4)[-1]
    again = run.frame(EVERY_VIEW)
    for name, value in from_advance.arrays.items():
        assert same_bits(value, again.arrays[name]), name

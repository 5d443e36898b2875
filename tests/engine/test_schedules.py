"""Schedules: their closed forms, and how a run follows them and their changes."""

from __future__ import annotations

from math import cos, pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.recipe import Hyperparameters
from engine.schedules import SCHEDULES
from tests.engine.runs import advance, experiment

PERIODS = st.integers(1, 1_000_000)
ITERATIONS = st.integers(0, 10_000_000)


def factors(name, period, iterations):
    return [SCHEDULES[name](k, period) for k in range(iterations)]


def test_a_constant_rate_stays():
    assert factors("constant", 3, 5) == [1.0] * 5


def test_a_step_comes_after_every_period():
    expected = [1.0, 1.0, 1.0, 0.1, 0.1, 0.1, 0.01]
    assert factors("step", 3, 7) == pytest.approx(expected, rel=1e-14)


def test_cosine_goes_down_half_a_wave_and_stays_down():
    expected = [1.0, (1 + cos(pi / 4)) / 2, 0.5, (1 - cos(pi / 4)) / 2, 0.0, 0.0]
    assert factors("cosine", 4, 6) == pytest.approx(expected, rel=1e-14)


def test_warmup_climbs_by_equal_parts_and_never_starts_at_nothing():
    assert factors("warmup", 4, 6) == [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]
    assert factors("warmup", 1, 2) == [1.0, 1.0]


@pytest.mark.parametrize("name", SCHEDULES)
@given(iteration=ITERATIONS, period=PERIODS)
def test_a_factor_lies_between_none_and_all_of_the_rate(name, iteration, period):
    assert 0 <= SCHEDULES[name](iteration, period) <= 1


@pytest.mark.parametrize("name", ["step", "cosine"])
@given(iteration=ITERATIONS, period=PERIODS)
def test_a_decay_never_climbs(name, iteration, period):
    assert SCHEDULES[name](iteration + 1, period) <= SCHEDULES[name](iteration, period)


def test_the_recipe_can_name_every_schedule_and_no_other():
    allowed = Hyperparameters.model_json_schema()["properties"]["schedule"]["enum"]
    assert set(allowed) == set(SCHEDULES)


# In a run


def moves(run, iterations):
    """Return how far each update moves lane 0's weights, per unit of its gradient's norm."""
    (lane, *_), found = run.lanes, []
    for _ in range(iterations):
        before = {name: value.copy() for name, value in lane.params.items()}
        (frame,) = advance(run, 1, watch=None)
        moved = sum(((lane.params[n] - v) ** 2).sum() for n, v in before.items()) ** 0.5
        found.append(moved / float(frame.arrays["0/grad_norm"]))
    return np.array(found)


def descent(**base):
    return experiment(
        base={"optimizer": "sgd", "learning_rate": 0.1, "clip": "none", **base}, lanes=[{}]
    )


@pytest.mark.parametrize("name", SCHEDULES)
def test_an_update_has_the_rate_of_its_iteration(name):
    run = descent(schedule=name, schedule_period=3)
    expected = 0.1 * np.array(factors(name, 3, 8))
    np.testing.assert_allclose(moves(run, 8), expected, rtol=1e-9, atol=1e-18)


def test_a_schedule_changed_live_counts_from_the_start_of_the_run():
    run = descent()
    np.testing.assert_allclose(moves(run, 4), 0.1, rtol=1e-9)
    run.tweak(None, {"schedule": "step", "schedule_period": 2})
    np.testing.assert_allclose(moves(run, 3), [0.001, 0.001, 0.0001], rtol=1e-9)
    run.tweak(None, {"schedule_period": 7})
    np.testing.assert_allclose(moves(run, 1), 0.01, rtol=1e-9)
    run.tweak(None, {"learning_rate": 0.5})
    np.testing.assert_allclose(moves(run, 1), 0.05, rtol=1e-9)
    run.tweak(None, {"schedule": "constant"})
    np.testing.assert_allclose(moves(run, 1), 0.5, rtol=1e-9)


def test_adamw_decays_by_the_scheduled_rate():
    """So that a rate of nothing moves nothing, however large λ is."""
    gone = descent(optimizer="adamw", weight_decay=1.0, schedule="cosine", schedule_period=1)
    before = {name: value.copy() for name, value in gone.lanes[0].params.items()}
    advance(gone, 1, watch=None)
    between = {name: value.copy() for name, value in gone.lanes[0].params.items()}
    advance(gone, 1, watch=None)
    for name, value in gone.lanes[0].params.items():
        assert not np.array_equal(between[name], before[name])
        np.testing.assert_array_equal(value, between[name])

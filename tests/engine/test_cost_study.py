"""The study "cost": bytes and times at lengths round the recipe's own, against tracemalloc."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from engine import Experiment, Recipe
from engine.experiment import Stopped
from engine.studies import CostStudy
from engine.studies.cost import lengths_for
from tests.engine.runs import CELLS

SIZES = {"hidden_size": 24, "num_layers": 1}


def made(T: int = 20, batch_size: int = 16, **base) -> Experiment:
    clock = iter(range(10**9))
    recipe = {"task": {"seq_len": T}, "batch_size": batch_size, "base": {**SIZES, **base}}
    run = Experiment(Recipe.model_validate(recipe | {"lanes": [{}]}), lambda: next(clock) * 1e-3)
    run.advance(None)
    return run


def find(run: Experiment, **fields):
    return CostStudy(kind="cost", **fields).compute(run, lambda share: None).arrays


def measured(run: Experiment, T: int) -> int:
    """Return the bytes that tracemalloc counts for the arrays of passes over T timesteps."""
    learner = run.lanes[0]
    x = np.random.default_rng(0).standard_normal((T, learner.batch_size, 2))
    tracemalloc.start()
    try:
        spaces = learner.model.workspaces(T, learner.batch_size, learner.dtype)
        passed = learner.model.forward(learner.params, x, slice(T - 1, T), spaces)
        learner.model.backward(learner.params, passed, np.ones_like(passed.output))
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("cell", CELLS)
def test_what_is_kept_is_what_tracemalloc_counts_within_a_tenth(cell):
    run = made(40, 32, cell=cell, hidden_size=32)
    arrays = find(run)
    for place in (2, 5):  # 30 and 80 timesteps
        T = int(arrays["timesteps"][place])
        held = arrays["kept"][place] + arrays["scratch"][place]
        assert held == pytest.approx(measured(run, T), rel=0.1)
    longer = measured(run, 160) - measured(run, 80)
    assert arrays["kept"][5] == pytest.approx(longer, rel=0.1)
    assert run.lanes[0].kept_bytes == arrays["kept"][3]
    assert run.lanes[0].scratch_bytes == arrays["scratch"][3]


def test_the_lengths_go_from_a_quarter_to_twice_the_recipes_own():
    arrays = find(made(20))
    assert arrays["timesteps"].tolist() == [5, 10, 15, 20, 30, 40]
    assert (arrays["own"], arrays["window"]) == (20, 5)


def test_no_length_keeps_more_than_a_run_may_take():
    assert lengths_for(100, 150 * 10**6) == [25, 50, 75, 100, 150, 200]
    assert lengths_for(100, 300 * 10**6) == [25, 50, 75, 100]
    assert lengths_for(2, 10) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("base", "fields", "window"), [({"truncate": 8}, {}, 8), ({}, {}, 5), ({}, {"window": 7}, 7)]
)
def test_truncated_it_keeps_one_window(base, fields, window):
    run = made(20, **base)
    arrays = find(run, **fields)
    assert arrays["window"] == window
    lengths = arrays["timesteps"]
    kept, whole = arrays["kept.truncated"], arrays["kept"]
    assert len(set(kept[lengths >= window])) == 1
    np.testing.assert_array_equal(kept[lengths <= window], whole[lengths <= window])
    assert (whole[lengths > window] > kept[lengths > window]).all()


def test_time_is_the_experiments_clock():
    arrays = find(made(20))
    # Each reading of this clock is 1 ms after the last: every window takes 1 ms each way.
    np.testing.assert_allclose(arrays["forward"], 1e-3, rtol=1e-6)
    np.testing.assert_allclose(arrays["backward"], 1e-3, rtol=1e-6)
    windows = [1, 2, 3, 4, 6, 8]
    np.testing.assert_allclose(arrays["forward.truncated"], np.array(windows) * 1e-3, rtol=1e-6)


def test_progress_is_told_and_ends_it():
    shares: list[float] = []
    CostStudy(kind="cost").compute(made(20), shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1

    def stop(share: float) -> None:
        if share > 0.3:
            raise Stopped

    with pytest.raises(Stopped):
        CostStudy(kind="cost").compute(made(20), stop)

"""Runs in worker processes: the same numbers, whatever happens to a worker."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app import wire
from app.pool.experiment import PooledExperiment, Slice
from app.pool.pool import Pool
from app.pool.worker import ComputeFailed
from engine import Experiment, Recipe, Watch
from engine.frame import SCALARS
from tests.app.live import PATIENCE, SMALL

RECIPE = Recipe.model_validate(
    {**SMALL, "tweaks": [{"iteration": 4, "changes": {"learning_rate": 0.05}}]}
)
LARGE = Recipe.model_validate(
    {"task": {"seq_len": 100}, "batch_size": 32, "base": {"hidden_size": 64}}
)


def pooled(test: Callable[[Pool], Awaitable[None]], size: int = 2) -> None:
    """Run a test on an event loop with a pool."""

    async def whole() -> None:
        pool = Pool(size)
        try:
            async with asyncio.timeout(4 * PATIENCE):
                await test(pool)
        finally:
            await pool.close()

    asyncio.run(whole())


async def opened(pool: Pool, recipe: Recipe = RECIPE, **options: Any) -> PooledExperiment:
    experiment = PooledExperiment(pool, recipe, **options)
    await experiment.open()
    return experiment


def assert_same(found: Slice, expected: Experiment, watch: Watch, count: int = 1) -> None:
    """Compare with what an experiment in this process computes next."""
    rows = []
    for _ in range(count):
        frame = expected.advance(watch)
        lanes = range(len(expected.lanes))
        rows.append([frame.arrays[f"{lane}/{name}"] for lane in lanes for name in SCALARS])
    np.testing.assert_array_equal(found.scalars, rows)
    assert found.last == frame.iteration
    arrays = wire.arrays_of(frame)
    assert found.arrays.keys() == arrays.keys()
    for name, array in arrays.items():
        assert np.array_equal(found.arrays[name], array, equal_nan=True), name


@pytest.mark.parametrize("size", [1, 2, 3])
def test_lanes_spread_over_workers_have_the_bits_of_one_process(size: int) -> None:
    async def test(pool: Pool) -> None:
        experiment, expected = await opened(pool), Experiment(RECIPE)
        used = [worker for worker in pool.workers if worker.parts]
        assert len(used) == size
        for count in (1, 5, 2):
            assert_same(await experiment.advance(count, Watch()), expected, Watch(), count)
        again = await experiment.frame(Watch(lane=1, example=2))
        alone = wire.arrays_of(expected.frame(Watch(lane=1, example=2)))
        assert again.arrays.keys() == alone.keys()
        assert experiment.task == expected.task.describe()
        assert await experiment.example(3) == expected.example(3)
        assert [lane["cell"] for lane in experiment.lanes] == ["rnn", "lstm", "gru"]
        assert [lane["parameters"] for lane in experiment.lanes] == [
            lane.parameter_count for lane in expected.lanes
        ]

    pooled(test, size)


def test_a_tweak_acts_at_its_iteration_and_stays_in_the_recipe() -> None:
    async def test(pool: Pool) -> None:
        experiment, expected = await opened(pool), Experiment(RECIPE)
        await experiment.advance(3, None)
        experiment.tweak(None, {"learning_rate": 0.2})
        experiment.tweak(None, {"clip": "none"})
        [expected.advance(None) for _ in range(3)]
        expected.tweak(None, {"learning_rate": 0.2})
        expected.tweak(None, {"clip": "none"})
        assert_same(await experiment.advance(4, Watch()), expected, Watch(), 4)
        assert experiment.recipe == expected.recipe

    pooled(test)


@pytest.mark.parametrize("when", ["while it waits", "while it computes"])
def test_a_killed_worker_is_replaced_and_its_runs_go_on_with_the_same_numbers(when: str) -> None:
    async def test(pool: Pool) -> None:
        experiment, expected = await opened(pool), Experiment(RECIPE)
        await experiment.advance(3, None)
        experiment.tweak(1, {"learning_rate": 0.2})
        await experiment.advance(3, None)
        [expected.advance(None) for _ in range(3)]
        expected.tweak(1, {"learning_rate": 0.2})
        [expected.advance(None) for _ in range(3)]
        victim = pool.workers[0]
        assert victim.pid
        replayed: list[int] = []
        experiment.on_replay = replayed.append
        if when == "while it computes":
            asking = asyncio.ensure_future(experiment.advance(50, Watch()))
            await asyncio.sleep(0)
            os.kill(victim.pid, signal.SIGKILL)
            found = await asking
        else:
            os.kill(victim.pid, signal.SIGKILL)
            found = await experiment.advance(50, Watch())
        assert_same(found, expected, Watch(), 50)
        assert replayed[-1] == 6
        assert pool.lost == 1
        assert victim not in pool.workers
        assert len(pool.workers) == 2

    pooled(test)


def test_a_run_whose_workers_end_again_and_again_fails_with_a_reason() -> None:
    async def test(pool: Pool) -> None:
        experiment = await opened(pool, LARGE)
        asking = asyncio.ensure_future(experiment.advance(1000, None))
        while not asking.done():
            for worker in pool.workers:
                if worker.pid and worker.parts:
                    with suppress(ProcessLookupError):
                        os.kill(worker.pid, signal.SIGKILL)
            await asyncio.sleep(0.05)
        with pytest.raises(ComputeFailed, match="ended 3 times"):
            await asking

    pooled(test)


def test_what_fails_in_a_worker_is_told_and_the_run_is_as_it_was() -> None:
    async def test(pool: Pool) -> None:
        experiment, expected = await opened(pool), Experiment(RECIPE)
        await experiment.advance(2, None)
        [expected.advance(None) for _ in range(2)]
        with pytest.raises(ComputeFailed, match="example is 77; this run has examples 0 to 3"):
            await experiment.advance(1, Watch(example=77))
        assert_same(await experiment.advance(1, Watch()), expected, Watch())

    pooled(test)


def test_views_are_cut_short_when_asked() -> None:
    async def test(pool: Pool) -> None:
        experiment = await opened(pool, LARGE)
        asking = asyncio.ensure_future(
            experiment.advance(1, Watch(views=("jacobian_singular", "lyapunov", "gates")))
        )
        while not asking.done():
            experiment.cut_short()
            await asyncio.sleep(0.001)
        assert (await asking).cut
        assert not (await experiment.advance(1, Watch(views=("gates",)))).cut

    pooled(test)


def test_one_run_has_all_workers_and_later_ones_share_fairly() -> None:
    async def test(pool: Pool) -> None:
        first = await opened(pool)
        first.plays(playing=True)
        assert all(worker.playing for worker in pool.workers)
        others = [await opened(pool) for _ in range(4)]
        assert sorted(len(worker.parts) for worker in pool.workers) == [3, 3]
        for one in [first, *others]:
            one.close()
        assert [worker.playing for worker in pool.workers] == [0, 0]
        assert [worker.parts for worker in pool.workers] == [set(), set()]

    pooled(test)


def test_a_heavy_run_leaves_a_light_one_its_turns() -> None:
    """Ten light runs and a heavy one on one worker: a turn each, however long an iteration."""

    async def test(pool: Pool) -> None:
        heavy_recipe = LARGE.model_copy(update={"batch_size": 256})
        heavy = await opened(pool, heavy_recipe)
        light = await opened(pool, Recipe.model_validate(SMALL))
        busy = asyncio.ensure_future(heavy.advance(3, None))
        answered = 0
        while not busy.done():
            await light.advance(1, None)
            answered += 1
        assert answered > 10

    pooled(test, size=1)


def test_workers_end_with_the_pool_and_leave_nothing_behind() -> None:
    pids: list[int] = []

    async def test(pool: Pool) -> None:
        await opened(pool)
        pids.extend(worker.pid for worker in pool.workers if worker.pid)
        assert len(pids) == 2

    pooled(test)
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_a_run_that_ends_leaves_no_thread_in_its_workers() -> None:
    async def test(pool: Pool) -> None:
        await opened(pool)
        tasks = [Path(f"/proc/{worker.pid}/task") for worker in pool.workers]
        before = [len(list(task.iterdir())) for task in tasks]
        for _ in range(20):
            experiment = await opened(pool, LARGE)
            asking = asyncio.ensure_future(experiment.advance(100, None))
            await asyncio.sleep(0.01)
            experiment.close()
            await asyncio.wait({asking})
            assert asking.cancelled()
        deadline = time.monotonic() + PATIENCE
        while [len(list(task.iterdir())) for task in tasks] > before:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)

    pooled(test)


def test_a_worker_that_has_grown_is_renewed_when_nobody_needs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.pool.pool.MOST_KEPT", 1)
    monkeypatch.setattr("app.pool.pool.SETTLED", 0.01)

    async def test(pool: Pool) -> None:
        experiment = await opened(pool)
        before = [worker.pid for worker in pool.workers]
        await asyncio.sleep(0.05)
        assert [worker.pid for worker in pool.workers] == before
        experiment.close()
        while {worker.pid for worker in pool.workers} & set(before):
            await asyncio.sleep(0.01)
        assert pool.renewed == 2
        assert pool.lost == 0
        assert (await (await opened(pool)).advance(1, None)).last == 0

    pooled(test)


def test_a_second_event_loop_gets_workers_of_its_own() -> None:
    pool = Pool(1)

    async def once() -> int:
        experiment = await opened(pool)
        last = (await experiment.advance(3, None)).last
        for worker in pool.workers:
            await worker.end()
        return last

    assert asyncio.run(once()) == 2
    assert asyncio.run(once()) == 2

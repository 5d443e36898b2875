"""Runs that were here before begin where they were, with the numbers of a replay."""

import asyncio
import os
import signal
from typing import Any

import numpy as np

from app.pool.experiment import PooledExperiment
from app.pool.pool import Pool
from app.pool.snapshots import Kept, Snapshots
from engine import Experiment, Recipe, Watch
from engine.snapshot import Snapshot
from tests.app.live import SMALL, Live, wait_until
from tests.app.test_pool import RECIPE, assert_same, opened, pooled
from tests.app.test_stream import assert_same_arrays, history


def kept(iteration: int, size: int = 1) -> Kept:
    snapshot = Snapshot(iteration, {}, {"0/values": np.zeros(size)}, {})
    return Kept(snapshot, np.zeros((iteration, 1)))


def recipe(**more: Any) -> Recipe:
    return Recipe.model_validate({**SMALL, **more})


TWEAK = {"iteration": 6, "changes": {"learning_rate": 0.1}}


def test_the_latest_that_leads_there_is_found() -> None:
    all_of_them = Snapshots()
    for iteration in (3, 6, 9):
        all_of_them.keep(recipe(), kept(iteration))
    found = [all_of_them.nearest(recipe(), at) for at in (1, 2, 5, 7, 100)]
    assert [each and each.snapshot.iteration for each in found] == [None, 3, 6, 6, 9]


def test_another_story_is_another_run() -> None:
    all_of_them = Snapshots()
    all_of_them.keep(recipe(), kept(9))
    all_of_them.keep(recipe(tweaks=[TWEAK]), kept(12))
    named = [{"cell": "rnn", "name": "mine"}, {"cell": "lstm"}, {"cell": "gru"}]
    for same in (recipe(lanes=named), recipe()):
        found = all_of_them.nearest(same, 20)
        assert found is not None
        assert found.snapshot.iteration == 9
    # A tweak acts from its iteration on: what lies before it is common to both.
    all_of_them.keep(recipe(), kept(6))
    found = all_of_them.nearest(recipe(tweaks=[{**TWEAK, "iteration": 7}]), 20)
    assert found is not None
    assert found.snapshot.iteration == 6
    assert all_of_them.nearest(recipe(seed=1), 20) is None
    assert all_of_them.nearest(recipe(task={"seq_len": 9}), 20) is None


def test_the_one_that_was_used_longest_ago_makes_room() -> None:
    few = Snapshots(most_bytes=2500)
    few.keep(recipe(seed=1), kept(1, 100))
    few.keep(recipe(seed=2), kept(1, 100))
    few.keep(recipe(seed=1), kept(1, 100))  # the same again takes no more
    few.keep(recipe(seed=3), kept(1, 100))
    assert [few.nearest(recipe(seed=seed), 5) is not None for seed in (1, 2, 3)] == [
        True,
        True,
        True,
    ]
    few.keep(recipe(seed=4), kept(1, 100))
    assert [few.nearest(recipe(seed=seed), 5) is not None for seed in (1, 2, 3, 4)] == [
        False,
        True,
        True,
        True,
    ]


def test_a_run_opens_where_another_stood_with_the_same_bits() -> None:
    async def test(pool: Pool) -> None:
        first = await opened(pool)
        await first.advance(20, None)
        await first.keep()
        assert len(pool.snapshots) == 1
        second = PooledExperiment(pool, RECIPE)
        await second.open(at=19)
        assert second.iteration == 20
        expected = Experiment(RECIPE)
        rows = [expected.advance(None) for _ in range(20)]
        assert second.scalars[:, 0].tolist() == [frame.arrays["0/loss"] for frame in rows]
        assert_same(await second.advance(5, Watch()), expected, Watch(), 5)

    pooled(test)


def test_a_lost_worker_s_run_goes_on_from_its_snapshot() -> None:
    async def test(pool: Pool) -> None:
        run = await opened(pool)
        await run.advance(20, None)
        await run.keep()
        await run.advance(5, None)
        replayed: list[int] = []
        run.on_replay = replayed.append
        for worker in list(pool.workers):
            assert worker.pid
            os.kill(worker.pid, signal.SIGKILL)
        found = await run.advance(3, Watch())
        assert replayed[0] > 20
        expected = Experiment(RECIPE)
        [expected.advance(None) for _ in range(25)]
        assert_same(found, expected, Watch(), 3)

    pooled(test)


def test_a_link_to_a_run_that_was_here_needs_no_replay(live: Live) -> None:
    mine = {**SMALL, "seed": 123}
    kept = len(live.app.state.pool.snapshots)
    with live.viewer() as viewer:
        viewer.start(mine)
        frames = viewer.step(60)
        wait_until(lambda: len(live.app.state.pool.snapshots) > kept)
        [after] = viewer.step()
    before = live.app.state.pool.snapshots.nearest(recipe(seed=123), 60)
    assert before.snapshot.iteration == 61
    with live.viewer() as viewer:
        viewer.send("start", recipe=mine, at=60)
        viewer.until(type="ready")
        state, again = viewer.until(type="state")
        assert state["state"] == "paused"  # not a word of a replay
        assert_same_arrays(again[-1], frames[-1])
        assert history(again, "iteration") == list(range(61))
        assert history(again, "0/loss")[1:] == history(frames, "0/loss")
        assert_same_arrays(viewer.step()[0], after)


def test_fifteen_lost_connections_in_a_row_lose_nothing(live: Live) -> None:
    mine = {**SMALL, "seed": 321}
    reached, losses = 0, []
    for _ in range(15):
        with live.viewer() as viewer:
            first = viewer.start(mine, at=reached)
            assert first.iteration == reached
            assert history([first], "iteration") == list(range(reached + 1))
            frames = viewer.step(7)
            losses += history(frames, "0/loss")
            reached = frames[-1].iteration
            viewer.websocket.socket.shutdown(2)
    expected = Experiment(Recipe.model_validate(mine))
    alone = [expected.advance(None).arrays["0/loss"] for _ in range(reached + 1)]
    assert losses == alone[1:]


def test_a_pool_without_a_run_keeps_nothing() -> None:
    async def test(pool: Pool) -> None:
        run = await opened(pool)
        await run.keep()
        assert len(pool.snapshots) == 0
        await asyncio.sleep(0)

    pooled(test)

"""What only shows without a socket: failures, and a viewer that never takes anything."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest

from app import wire
from app.pool.experiment import PooledExperiment, Slice
from app.pool.pool import Pool
from app.stream.outbox import Outbox
from app.stream.run import LONGEST_SILENCE, Run
from app.wire import Decoded, decode
from engine import Experiment, Frame, Recipe, Watch
from engine.frame import SCALARS
from tests.app.live import PATIENCE, SMALL, strict_json


class Here(PooledExperiment):
    """Computes on the event loop itself, so that a test sees what is asked for."""

    def __init__(self, recipe: dict[str, Any] | None = None) -> None:
        super().__init__(Pool(1), Recipe.model_validate(recipe or SMALL))
        self.engine = Experiment(self.recipe)
        self.asked: list[tuple[int, bool]] = []
        self.cuts = 0

    async def advance(self, count: int, watch: Watch | None) -> Slice:
        self.asked.append((count, watch is not None))
        async with self._in_turn:
            await asyncio.sleep(0)
            self.before_it_advances()
            frames = [self.engine.advance(watch) for _ in range(count)]
            self.iteration += count
            return self._slice(frames, watch)

    def before_it_advances(self) -> None:
        """Do nothing here."""

    async def frame(self, watch: Watch) -> Slice:
        await asyncio.sleep(0)
        return self._slice([self.engine.frame(watch)], watch)

    async def keep(self) -> None:
        """Do nothing: there is no pool here."""

    def cut_short(self) -> None:
        self.cuts += 1

    def _slice(self, frames: list[Frame], watch: Watch | None, *, cut: bool = False) -> Slice:
        lanes = range(len(self.lanes))
        scalars = [
            [frame.arrays[f"{lane}/{name}"] for lane in lanes for name in SCALARS]
            for frame in frames
        ]
        arrays = {} if watch is None else wire.arrays_of(frames[-1])
        return Slice(frames[-1].iteration, np.array(scalars), arrays, frames[-1].text, cut)


class Broken(Here):
    """Fails the first time that it should compute iteration 2."""

    failed = False

    def before_it_advances(self) -> None:
        if self.iteration == 2 and not self.failed:
            self.failed = True
            raise MemoryError("no room for traces")


class Slow(Here):
    """Takes for ever over views, until it is cut short."""

    def __init__(self) -> None:
        super().__init__()
        self.slow = False
        self.cut = asyncio.Event()

    def cut_short(self) -> None:
        self.cut.set()

    async def frame(self, watch: Watch) -> Slice:
        result = await super().frame(watch)
        return await self._slowly(result)

    async def advance(self, count: int, watch: Watch | None) -> Slice:
        result = await super().advance(count, watch)
        return result if watch is None else await self._slowly(result)

    async def _slowly(self, result: Slice) -> Slice:
        if not self.slow:
            return result
        self.cut.clear()
        await self.cut.wait()
        return result._replace(cut=True)


class Viewed:
    """A run and what comes out of it."""

    def __init__(self, experiment: Here, **options: Any) -> None:
        self.news = asyncio.Event()
        self.outbox = Outbox(wake=self.news.set)
        self.experiment = experiment
        self.run = Run(experiment, self.outbox, **options)
        self.acknowledges = True

    async def take(self) -> dict[str, Any] | Decoded:
        """Wait for the next message."""
        async with asyncio.timeout(PATIENCE):
            while (message := self.outbox.take()) is None:
                self.news.clear()
                await self.news.wait()
        if isinstance(message, str):
            answer: dict[str, Any] = strict_json(message)
            return answer
        frame = decode(message)
        if self.acknowledges:
            self.outbox.acknowledge(frame.iteration)
            self.run.nudge()
        return frame

    async def until_paused(self) -> list[dict[str, Any] | Decoded]:
        """Take what is said and shown, up to the next pause."""
        messages: list[dict[str, Any] | Decoded] = []
        while True:
            messages.append(message := await self.take())
            if isinstance(message, dict) and message.get("state") == "paused":
                return messages

    async def started(self) -> "Viewed":
        self.run.start()
        await self.until_paused()
        return self


async def reached(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.001)


def running(test: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await test()

    asyncio.run(whole())


def test_a_failure_is_told_and_pauses_the_run_which_can_go_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def test() -> None:
        viewed = await Viewed(Broken()).started()
        viewed.run.play()
        *_, error, state = await viewed.until_paused()
        assert isinstance(error, dict)
        assert error["type"] == "error"
        assert error["value"] == "MemoryError: no room for traces"
        assert "paused" in error["message"]
        assert isinstance(state, dict)
        assert state["iteration"] == 1
        assert "failed at iteration 2" in caplog.text
        viewed.run.step(1)
        frame, _ = await viewed.until_paused()
        assert isinstance(frame, Decoded)
        assert frame.iteration == 2
        assert frame.arrays["history/iteration"].tolist()[-1] == 2
        viewed.run.close()

    running(test)


@pytest.mark.usefixtures("endured")
def test_a_run_waits_for_a_viewer_that_it_is_too_far_ahead_of() -> None:
    async def test() -> None:
        viewed = await Viewed(experiment := Here(), unsent_limit=50).started()
        viewed.acknowledges = False
        viewed.run.play()
        # A frame may wait behind those on their way.
        await reached(lambda: viewed.outbox.take() is None and viewed.outbox.room <= 0)
        await reached(lambda: experiment.iteration >= 50)
        await asyncio.sleep(0.1)
        at = experiment.iteration
        [*_, last] = viewed.outbox._in_flight
        assert at <= last.iteration + 60  # 50, and those that were under way
        viewed.outbox.acknowledge(at)
        while viewed.outbox.take() is not None:
            pass
        viewed.run.nudge()
        await reached(lambda: experiment.iteration > at)
        viewed.run.close()

    running(test)


@pytest.mark.parametrize("pace", [None, 500.0])
def test_nothing_is_computed_for_a_viewer_that_is_silent(
    monkeypatch: pytest.MonkeyPatch, pace: float | None
) -> None:
    assert LONGEST_SILENCE <= 5
    monkeypatch.setattr("app.stream.run.LONGEST_SILENCE", 0.1)

    async def test() -> None:
        viewed = await Viewed(experiment := Here(), pace=pace).started()
        viewed.acknowledges = False
        viewed.run.play()
        # On a busy machine the run may fall silent after the first of two frames.
        await reached(lambda: viewed.outbox.take() is None and viewed.outbox.silence > 0.2)
        # What was under way then is finished.
        at = experiment.iteration
        for _ in range(20):
            await asyncio.sleep(0.2)
            before, at = at, experiment.iteration
            if before == at:
                break
        assert before == at
        viewed.outbox.acknowledge(at)
        viewed.outbox.acknowledge(at)
        viewed.run.nudge()
        await reached(lambda: experiment.iteration > at)
        viewed.run.close()

    running(test)


@pytest.mark.usefixtures("endured")
def test_the_frame_that_a_step_ends_on_comes_before_the_pause() -> None:
    """Even for a viewer that acknowledges nothing on the way, but has all frames before."""

    async def test() -> None:
        viewed = await Viewed(Here(), frame_rate=1000).started()
        viewed.acknowledges = False
        viewed.run.step(100)
        messages = await viewed.until_paused()
        frames = [each for each in messages if isinstance(each, Decoded)]
        assert frames[-1].iteration == 100
        assert len(frames) == 2
        viewed.run.close()

    running(test)


@pytest.mark.parametrize(
    ("pace", "frame_rate", "all_of_them"), [(60, 60, True), (500, 1, False), (None, 1, False)]
)
def test_a_run_slower_than_the_frame_rate_makes_a_frame_of_every_iteration(
    pace: float | None, frame_rate: float, *, all_of_them: bool
) -> None:
    async def test() -> None:
        viewed = await Viewed(experiment := Here(), pace=pace, frame_rate=frame_rate).started()
        viewed.run.play()
        while sum(count for count, _ in experiment.asked) <= 20:
            await viewed.take()
        viewed.run.close()
        assert all(watched for _, watched in experiment.asked) is all_of_them

    running(test)


@pytest.mark.parametrize(("seconds", "expected"), [(1e9, 0), (0.0, 12)])
def test_what_is_enough_once_a_second_is_not_in_every_frame_and_always_at_rest(
    seconds: float, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.stream.run.SELDOM", seconds)

    async def test() -> None:
        watch = Watch(views=("states", "diagnosis"))
        viewed = await Viewed(Here(), pace=None, watch=watch, frame_rate=1000).started()
        viewed.run.play()
        frames: list[Decoded] = []
        while len(frames) < 12:
            if isinstance(message := await viewed.take(), Decoded) and message.iteration > 0:
                frames.append(message)
        assert all("0/h" in frame.arrays for frame in frames)
        told = sum("0/diagnosis" in frame.text for frame in frames)
        assert told == expected  # the first frame, before it played, held it
        viewed.run.pause()
        last = [each for each in await viewed.until_paused() if isinstance(each, Decoded)][-1]
        assert "0/diagnosis" in last.text
        viewed.run.close()

    running(test)


@pytest.mark.usefixtures("endured")
@pytest.mark.parametrize("pace", [30, None])
def test_frames_that_could_not_leave_are_not_made(pace: float | None) -> None:
    async def test() -> None:
        viewed = await Viewed(experiment := Here(), pace=pace).started()
        viewed.acknowledges = False
        viewed.run.play()
        # A frame may wait behind those on their way.
        await reached(lambda: viewed.outbox.take() is None and viewed.outbox.room <= 0)
        before = len(experiment.asked)
        await reached(lambda: len(experiment.asked) > before + 5)
        assert not any(watched for _, watched in experiment.asked[before + 1 :])
        viewed.run.close()

    running(test)


@pytest.mark.usefixtures("endured")
def test_a_viewer_that_has_room_again_sees_the_newest_iteration_at_once() -> None:
    """And not the next one: at a slow pace that may be long in coming."""

    async def test() -> None:
        viewed = await Viewed(experiment := Here(), pace=1000).started()
        viewed.acknowledges = False
        viewed.run.play()
        # A frame may wait behind those on their way.
        await reached(lambda: viewed.outbox.take() is None and viewed.outbox.room <= 0)
        at = experiment.iteration
        await reached(lambda: experiment.iteration > at)
        viewed.run.set_pace(0.1, 9)
        while not (isinstance(message := await viewed.take(), dict) and message.get("id") == 9):
            pass
        at = experiment.iteration
        viewed.acknowledges = True
        viewed.outbox.acknowledge(at)
        viewed.run.nudge()
        message = await viewed.take()
        while not isinstance(message, Decoded) or message.iteration < at - 1:
            message = await viewed.take()
        assert message.arrays["history/iteration"][-1] == message.iteration
        assert experiment.iteration <= at + 1
        viewed.run.close()

    running(test)


def test_a_pause_is_answered_before_views_that_take_long_are_there() -> None:
    async def test() -> None:
        viewed = await Viewed(experiment := Slow()).started()
        experiment.slow = True
        viewed.run.play()
        await reached(lambda: viewed.experiment.iteration > 1)
        viewed.run.pause(7)
        messages = await viewed.until_paused()
        assert messages[-1]["id"] == 7  # type: ignore[index]
        # A command that comes while the frame is made goes before it ...
        viewed.run.rename(0, "mine", 8)
        while not (isinstance(message := await viewed.take(), dict) and message.get("id") == 8):
            pass
        # ... and the frame that is owed comes once nothing keeps it.
        experiment.slow = False
        experiment.cut_short()
        while not isinstance(frame := await viewed.take(), Decoded):
            pass
        assert frame.iteration == experiment.iteration - 1
        viewed.run.close()

    running(test)


def test_a_closed_run_says_nothing_more() -> None:
    """Not even of the iteration that it was at, which it gives up."""

    async def test() -> None:
        experiment = Slow()
        experiment.slow = True
        viewed = Viewed(experiment)
        viewed.run.start()
        await reached(lambda: experiment.asked)
        viewed.run.close()
        experiment.cut.set()
        await reached(lambda: not viewed.run.alive)
        assert viewed.outbox.take() is None

    running(test)


def test_a_run_that_idles_computes_nothing() -> None:
    async def test() -> None:
        viewed = await Viewed(experiment := Here()).started()
        await asyncio.sleep(0.1)
        assert experiment.iteration == 1
        viewed.run.close()

    running(test)

"""What only shows without a socket: failures, and a viewer that never takes anything."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from app.stream.outbox import Outbox
from app.stream.run import Run
from app.stream.wire import Decoded, decode
from engine import Experiment, Frame, Recipe, Watch
from tests.app.live import PATIENCE, SMALL, strict_json, wait_until


class Broken(Experiment):
    """Fails the first time that it should compute iteration 2."""

    failed = False

    def advance(self, watch: Watch | None = None) -> Frame:
        if self.iteration == 2 and not self.failed:
            self.failed = True
            raise MemoryError("no room for traces")
        return super().advance(watch)


class Held(Experiment):
    """Waits in the middle of its first iteration."""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__(recipe)
        self.entered, self.go_on = threading.Event(), threading.Event()

    def advance(self, watch: Watch | None = None) -> Frame:
        self.entered.set()
        assert self.go_on.wait(PATIENCE)
        return super().advance(watch)


class Noting(Experiment):
    """Notes for which iterations something was watched."""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__(recipe)
        self.watched: list[bool] = []

    def advance(self, watch: Watch | None = None) -> Frame:
        self.watched.append(watch is not None)
        return super().advance(watch)


@pytest.fixture
def outbox() -> Outbox:
    return Outbox(wake=lambda: None)


@pytest.fixture
def experiment() -> Experiment:
    return Experiment(Recipe.model_validate(SMALL))


@pytest.fixture
def run(experiment: Experiment, outbox: Outbox) -> Iterator[Run]:
    run = Run(experiment, outbox, unsent_limit=50)
    run.start()
    yield run
    run.close()
    wait_until(lambda: not run.alive)


def until_paused(outbox: Outbox) -> list[dict[str, Any] | Decoded]:
    """Take what is said and shown, up to the next pause."""
    messages: list[dict[str, Any] | Decoded] = []

    def paused() -> bool:
        while (message := outbox.take()) is not None:
            if isinstance(message, bytes):
                messages.append(decode(message))
                outbox.acknowledge(messages[-1].iteration)
                continue
            messages.append(strict_json(message))
            if messages[-1].get("state") == "paused":
                return True
        return False

    wait_until(paused)
    return messages


def test_a_failure_is_told_and_pauses_the_run_which_can_go_on(
    outbox: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    run = Run(Broken(Recipe.model_validate(SMALL)), outbox)
    run.start()
    until_paused(outbox)
    run.play()
    *_, error, state = until_paused(outbox)
    assert isinstance(error, dict)
    assert error["type"] == "error"
    assert error["value"] == "MemoryError: no room for traces"
    assert "paused" in error["message"]
    assert isinstance(state, dict)
    assert state["iteration"] == 1
    assert "failed at iteration 2" in caplog.text
    run.step(1)
    frame, _ = until_paused(outbox)
    assert isinstance(frame, Decoded)
    assert frame.iteration == 2
    assert frame.arrays["history/iteration"].tolist()[-1] == 2
    run.close()
    wait_until(lambda: not run.alive)


def test_a_run_waits_for_a_viewer_that_it_is_too_far_ahead_of(
    run: Run, experiment: Experiment, outbox: Outbox
) -> None:
    until_paused(outbox)
    run.play()
    for _ in range(3):
        wait_until(lambda: outbox.take() is None and outbox.room == 0)
    wait_until(lambda: experiment.iteration > 45)
    time.sleep(0.2)
    reached = experiment.iteration
    assert reached <= 56  # 50, and the few whose frames are on their way
    outbox.acknowledge(reached)
    run.nudge()
    wait_until(lambda: experiment.iteration > reached)


def test_the_frame_that_a_step_ends_on_comes_before_the_pause(
    experiment: Experiment, outbox: Outbox
) -> None:
    """Even for a viewer that acknowledges nothing on the way, but has all frames before."""
    run = Run(experiment, outbox, frame_rate=1000)
    run.start()
    until_paused(outbox)
    run.step(100)
    frames: list[Decoded] = []

    def paused() -> bool:
        message = outbox.take()
        if isinstance(message, bytes):
            frames.append(decode(message))
        return isinstance(message, str) and strict_json(message)["state"] == "paused"

    wait_until(paused)
    assert [frame.iteration for frame in frames][-1] == 100
    assert len(frames) == 2
    run.close()
    wait_until(lambda: not run.alive)


@pytest.mark.parametrize(("pace", "all_of_them"), [(60, True), (500, False), (None, False)])
def test_a_run_slower_than_the_frame_rate_makes_a_frame_of_every_iteration(
    outbox: Outbox, pace: float | None, all_of_them: bool
) -> None:
    """Even while the viewer takes none: the newest is there when it does."""
    noting = Noting(Recipe.model_validate(SMALL))
    run = Run(noting, outbox, pace=pace, frame_rate=60)
    run.start()
    until_paused(outbox)
    run.play()
    wait_until(lambda: len(noting.watched) > 20)
    run.close()
    wait_until(lambda: not run.alive)
    assert all(noting.watched) is all_of_them


def test_a_closed_run_says_nothing_more(outbox: Outbox) -> None:
    """Not even of the iteration that it was at, which it gives up."""
    run = Run(held := Held(Recipe.model_validate(SMALL)), outbox)
    run.start()
    assert held.entered.wait(PATIENCE)
    run.close()
    held.go_on.set()
    wait_until(lambda: not run.alive)
    assert held.iteration == 0
    assert outbox.take() is None


def test_a_run_that_idles_computes_nothing(
    run: Run, experiment: Experiment, outbox: Outbox
) -> None:
    until_paused(outbox)
    time.sleep(0.1)
    assert experiment.iteration == 1

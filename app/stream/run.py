"""A run: an experiment executed for its viewer, in a thread of its own."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Mapping
from threading import Condition, Thread
from time import monotonic
from typing import Any, NamedTuple

from pydantic import ValidationError

from app.stream import answers, wire
from app.stream.history import History
from app.stream.messages import recipe_reader
from app.stream.outbox import Outbox
from app.validation.problems import Problem, Refused, problem
from engine import Experiment, Watch
from engine.experiment import Stopped
from engine.frame import Frame
from engine.recipe import MOST_TWEAKS

logger = logging.getLogger(__name__)

Command = Callable[[], None]


class Order(NamedTuple):
    """Something that the worker is to do."""

    command: Command
    id: answers.Id
    """Of the message that asked for it; the next answer carries it."""


PROGRESS_INTERVAL = 0.25
"""Seconds between two reports of a replay."""

STATE_INTERVAL = 1.0
"""Seconds between two reports of a run that plays on."""

RECENT = 0.1
"""Weight of one iteration's time in the running mean."""

MOST_WAITING = 1000
"""Commands that may wait for an iteration, or a replay, to end."""

MOST_BEHIND = 0.25
"""Seconds that a paced run may catch up on; it drops any delay beyond."""


_TOO_MANY_TWEAKS = Problem(
    field="tweaks",
    value=MOST_TWEAKS + 1,
    allowed=f"at most {MOST_TWEAKS}",
    message=f"tweaks is full: a run records at most {MOST_TWEAKS} changes; Reset begins one "
    "with none.",
)


class Run:
    """Plays, pauses, steps and is tweaked; shows what it computes through an outbox.

    Commands may be given from any thread, and return at once: the worker takes them in order
    between two iterations, and those given during a replay after it. Each may bring the id of the
    message that asked for it, which the state or error that answers it then carries.

    Parameters
    ----------
    experiment : Experiment
        To be computed; belongs to the run from now on.
    outbox : Outbox
        Where frames and answers go.
    at : int
        Iteration to replay silently up to, and show first.
    watch : Watch
        What frames show, until `look` changes it.
    pace : float or None
        Iterations a second while it plays; None is as fast as it goes.
    frame_rate : float
        Frames a second, at most, of a run that is faster.
    unsent_limit : int
        Iterations that it may be ahead of what its viewer was sent; beyond, it waits.
    """

    def __init__(
        self,
        experiment: Experiment,
        outbox: Outbox,
        *,
        at: int = 0,
        watch: Watch | None = None,
        pace: float | None = None,
        frame_rate: float = 60,
        unsent_limit: int = 100_000,
    ) -> None:
        self.watch = watch or Watch()
        self.pace = pace
        self._experiment = experiment
        self._outbox = outbox
        self._at = at
        self._frame_interval = 1 / frame_rate
        self._unsent_limit = unsent_limit

        self._changed = Condition()
        self._orders: deque[Order] = deque()
        self._closed = False
        self._worker = Thread(target=self._work, name="unrolled-run", daemon=True)

        # From here on: the worker's alone.
        self._history = History(len(experiment.lanes))
        self._offered = 0
        self._state: answers.State = "replaying"
        self._left: int | None = None
        self._answering: answers.Id = None
        self._step_to_answer: answers.Id = None
        self._iteration = 0
        self._shown = True
        self._due = self._frame_due = self._report_at = 0.0
        self._milliseconds = [0.0] * len(experiment.lanes)

    def start(self) -> None:
        """Begin: replay, show the first frame, and wait for commands."""
        self._worker.start()

    def play(self, to: answers.Id = None) -> None:
        """Go on until paused."""
        self._ask(lambda: self._go(None), to)

    def pause(self, to: answers.Id = None) -> None:
        """Stop after the iteration in progress."""
        self._ask(self._rest, to)

    def step(self, iterations: int, to: answers.Id = None) -> None:
        """Do so many iterations as fast as it goes, then pause."""
        self._ask(lambda: self._go(iterations), to)

    def tweak(self, lane: int | None, changes: Mapping[str, Any], to: answers.Id = None) -> None:
        """Change live hyperparameters, of one lane or all, from the next iteration on.

        Raises
        ------
        Refused
            If there is no such lane.
        """
        self._check_lane(lane)
        self._ask(lambda: self._tweak(lane, dict(changes)), to)

    def rename(self, lane: int, name: str | None, to: answers.Id = None) -> None:
        """Give a lane another name; the run goes on.

        Raises
        ------
        Refused
            If there is no such lane.
        """
        self._check_lane(lane)
        self._ask(lambda: self._rename(lane, name), to)

    def look(self, watch: Watch, to: answers.Id = None) -> None:
        """Change what frames show; a paused run shows its last iteration anew.

        Raises
        ------
        Refused
            If there is no such lane or example.
        """
        self._check_lane(watch.lane)
        examples = self._experiment.recipe.batch_size
        if watch.example >= examples:
            allowed = f"an integer from 0 to {examples - 1}"
            raise Refused([problem("example", watch.example, allowed)])
        self.watch = watch
        self._ask(self._look, to)

    def set_pace(self, pace: float | None, to: answers.Id = None) -> None:
        """Set the iterations a second; None is as fast as it goes."""
        self.pace = pace
        self._ask(self._keep_pace, to)

    def nudge(self) -> None:
        """Let a run that waits for its viewer look again."""
        with self._changed:
            self._changed.notify()

    def close(self) -> None:
        """End for good. The worker stops before long, and sends nothing more."""
        self._experiment.stop()
        with self._changed:
            self._closed = True
            self._changed.notify()

    @property
    def alive(self) -> bool:
        """Whether the worker still exists."""
        return self._worker.is_alive()

    def _check_lane(self, lane: int | None) -> None:
        last = len(self._experiment.lanes) - 1
        if lane is not None and lane > last:
            allowed = f"an integer from 0 to {last}, or null" if last else "0, or null"
            raise Refused([problem("lane", lane, allowed)])

    def _ask(self, command: Command, to: answers.Id) -> None:
        with self._changed:
            if len(self._orders) >= MOST_WAITING:
                most = f"at most {MOST_WAITING} messages while a run is busy"
                raise Refused([problem("message", f"message {MOST_WAITING + 1}", most)])
            self._orders.append(Order(command, to))
            self._changed.notify()

    # What follows runs in the worker.

    def _work(self) -> None:
        self._attempt(Order(self._replay, None))
        while (order := self._next()) is not None:
            self._attempt(order)

    def _next(self) -> Order | None:
        """Wait for something to do; None when the run is closed."""
        with self._changed:
            while not self._closed:
                if self._orders:
                    return self._orders.popleft()
                delay = self._delay()
                if delay is not None and delay <= 0:
                    return Order(self._iterate, None)
                self._changed.wait(delay)
        return None

    def _delay(self) -> float | None:
        """Return the seconds until the next iteration; None if none is to come by itself."""
        if self._state != "playing" or self._is_too_far_ahead():
            return None
        if self._left is not None or self.pace is None:
            return 0
        return self._due - monotonic()

    def _is_too_far_ahead(self) -> bool:
        return len(self._history) >= self._unsent_limit and not self._outbox.room

    def _attempt(self, order: Order) -> None:
        """Carry out an order; a failure is reported and pauses the run, but does not end it."""
        self._answering = order.id
        try:
            order.command()
        except Refused as refused:
            self._post(answers.refusal(refused.problems))
        except Stopped:
            pass
        except Exception as error:
            logger.exception("a run failed at iteration %d", self._experiment.iteration)
            self._state, self._left = "paused", None
            self._post(answers.failure("the run failed, and is paused", error))
            self._report()
        finally:
            self._answering = None

    def _replay(self) -> None:
        report = monotonic()
        while self._experiment.iteration < self._at and not self._closed:
            if monotonic() >= report:
                report += PROGRESS_INTERVAL
                self._report(replaceable=True, of=self._at)
            self._advance(None)
        if self._closed:
            return
        self._advance(self.watch)
        self._state = "paused"
        self._report()

    def _go(self, iterations: int | None) -> None:
        self._answer_step()
        self._state, self._left = "playing", iterations
        self._due = monotonic()
        if iterations == 1:
            # It is answered when it is done, in a moment, without a report that it plays.
            self._step_to_answer, self._answering = self._answering, None
        else:
            self._report()

    def _answer_step(self) -> None:
        """Answer a step of one iteration whose place another command takes."""
        if self._step_to_answer is not None:
            waiting, self._answering = self._answering, self._step_to_answer
            self._step_to_answer = None
            self._report()
            self._answering = waiting

    def _rest(self) -> None:
        self._answer_step()
        if not self._shown:
            self._show(self._experiment.frame(self.watch))
        self._state, self._left = "paused", None
        self._report()

    def _tweak(self, lane: int | None, changes: dict[str, Any]) -> None:
        try:
            self._experiment.tweak(lane, changes)
        except ValidationError as error:
            if len(self._experiment.recipe.tweaks) >= MOST_TWEAKS:
                raise Refused([_TOO_MANY_TWEAKS]) from error
            raise Refused(recipe_reader.problems(error)) from error
        self._report()

    def _rename(self, lane: int, name: str | None) -> None:
        self._experiment.rename(lane, name)
        self._report(labels=answers.labels(self._experiment))

    def _look(self) -> None:
        if self._state == "paused":
            self._show(self._experiment.frame(self.watch))
        self._report(**answers.watched(self._experiment, self.watch))

    def _keep_pace(self) -> None:
        self._due = monotonic()
        self._report()

    def _iterate(self) -> None:
        if self._left == 1:
            self._answering, self._step_to_answer = self._step_to_answer, None
        pace = self.pace  # another thread may set it
        wanted = self._left == 1 or self._is_time_for_a_frame(pace)
        self._advance(self.watch if wanted else None)
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                self._rest()
        elif pace is not None:
            self._due = max(self._due, monotonic() - MOST_BEHIND) + 1 / pace
        if self._left is None and monotonic() >= self._report_at:
            self._report(replaceable=True)

    def _is_time_for_a_frame(self, pace: float | None) -> bool:
        if self._left is None and pace is not None and pace * self._frame_interval <= 1:
            return True
        now = monotonic()
        # One place is kept for the frame that a step ends on, so that it comes before the news
        # that the run has paused.
        needed = 1 if self._left is None else 2
        if now < self._frame_due or self._outbox.room < needed:
            return False
        # Counted from when it was due, so that iterations that don't fit the interval
        # don't lower the rate.
        self._frame_due = max(self._frame_due, now - self._frame_interval) + self._frame_interval
        return True

    def _advance(self, watch: Watch | None) -> None:
        frame = self._experiment.advance(watch)
        share = RECENT if self._iteration < frame.iteration else 1.0
        self._milliseconds = [
            mean + share * (1000 * took - mean)
            for mean, took in zip(self._milliseconds, self._experiment.took, strict=True)
        ]
        self._iteration = frame.iteration
        self._history.append(frame)
        self._shown = watch is not None
        if watch is not None:
            self._show(frame)

    def _show(self, frame: Frame) -> None:
        # If the frame before has left, so has its history; if not, this one brings it along.
        with self._changed:
            if self._closed:  # what waits there is another run's
                return
            withdrawn = self._outbox.withdraw()
        if not withdrawn:
            self._history.forget(self._offered)
        self._offered = len(self._history)
        data = wire.encode(frame, self._history)
        with self._changed:
            if not self._closed:
                self._outbox.show(frame.iteration, data)
        self._shown = True

    def _report(self, *, replaceable: bool = False, **more: Any) -> None:
        self._report_at = monotonic() + STATE_INTERVAL
        now = answers.state(
            self._experiment, self._state, self._iteration, self.pace, self._milliseconds, **more
        )
        self._post(now, replaceable=replaceable)

    def _post(self, answer: answers.Answer, *, replaceable: bool = False) -> None:
        answer = answers.replying(answer, self._answering)
        self._answering = None
        with self._changed:
            if not self._closed:
                self._outbox.post(answer, replaceable=replaceable)

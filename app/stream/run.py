"""A run: an experiment computed in the pool for its viewer."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from time import monotonic
from typing import Any, NamedTuple, Protocol

from pydantic import ValidationError

from app import wire
from app.pool.experiment import PooledExperiment, Slice
from app.stream import answers
from app.stream.coarse import coarsened
from app.stream.history import History
from app.stream.messages import recipe_reader
from app.stream.outbox import Outbox
from app.validation.problems import Problem, Refused, problem
from engine import Recipe, Watch
from engine.arrays import Array
from engine.recipe import MOST_TWEAKS

logger = logging.getLogger(__name__)

Command = Callable[[], Awaitable[None]]


class Order(NamedTuple):
    """Something that the run is to do."""

    command: Command
    id: answers.Id
    """Of the message that asked for it; the next answer carries it."""


PROGRESS_INTERVAL = 0.25
"""Seconds between two reports of a replay."""

STATE_INTERVAL = 1.0
"""Seconds between two reports of a run that plays on."""

RECENT = 0.1
"""Weight of the newest time of an iteration in the running mean."""

MOST_WAITING = 1000
"""Commands that may wait for an iteration, or a replay, to end."""

MOST_BEHIND = 0.25
"""Seconds that a paced run may catch up on; it drops any delay beyond."""

SLICE = 0.02
"""Seconds of iterations that are asked for at once: as long as a turn in the pool."""

GRACE = 0.1
"""Seconds that views may go on when a command waits."""

PATIENCE = 0.5
"""Seconds that the answer to a command waits for the frame that goes with it."""

KEEP_INTERVAL = 5.0
"""Seconds between two snapshots of a run that plays."""

FEWEST_KEPT = 10
"""Iterations that are computed again sooner than kept."""

SELDOM = 1.0
"""Seconds between two frames that hold views for which once a second is enough."""

LONGEST_SILENCE = 5.0
"""Seconds without an acknowledgement after which nothing more is computed for a viewer."""


_TOO_MANY_TWEAKS = Problem(
    field="tweaks",
    value=MOST_TWEAKS + 1,
    allowed=f"at most {MOST_TWEAKS}",
    message=f"tweaks is full: a run records at most {MOST_TWEAKS} changes; Reset begins one "
    "with none.",
)


class Audience(Protocol):
    """Whoever sees a run beside its viewer: a class."""

    def begins(self, ready: answers.Answer) -> None:
        """See another run begin."""

    def takes_in(self, first: int, scalars: Array) -> None:
        """Take in what was computed from iteration `first` on, (n, lanes · scalars)."""

    def shows(self, result: Slice) -> None:
        """See a frame."""

    def hears(self, answer: answers.Answer) -> None:
        """Hear what is said, perhaps in answer to one of the viewer's messages."""

    def finds(self, findings: bytes) -> None:
        """Get the findings of a study."""


class Run:
    """Plays, pauses, steps and is tweaked; shows what is computed through an outbox.

    Commands return at once: a task takes them in order between two slices of iterations, and
    those given during a replay after it. Each may bring the id of the message that asked for it,
    which the state or error that answers it then carries.

    Parameters
    ----------
    experiment : PooledExperiment
        To be computed, and open; belongs to the run from now on.
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
    audience : Audience, optional
        Who else sees it.
    name : str
        What logs call it.
    """

    def __init__(
        self,
        experiment: PooledExperiment,
        outbox: Outbox,
        *,
        at: int = 0,
        watch: Watch | None = None,
        pace: float | None = None,
        frame_rate: float = 60,
        unsent_limit: int = 100_000,
        audience: Audience | None = None,
        name: str = "",
    ) -> None:
        self.watch = watch or Watch()
        self.pace = pace
        self._experiment = experiment
        self._outbox = outbox
        self._at = at
        self._frame_interval = 1 / frame_rate
        self._unsent_limit = unsent_limit
        self._audience = audience
        self._name = name

        self._orders: deque[Order] = deque()
        self._news = asyncio.Event()
        self._closed = False
        self._task: asyncio.Task[None] | None = None
        self._computing: asyncio.Task[Slice] | None = None
        self._asked: deque[_Asked] = deque()

        self._history = History(len(experiment.lanes))
        self._state: answers.State = "replaying"
        self._left: int | None = None
        self._answering: answers.Id = None
        self._step_to_answer: answers.Id = None
        self._iteration = 0
        self._shown = True
        self._coarse: int | None = None
        self._partial: int | None = None
        self._due = self._frame_due = self._report_at = self._seldom_due = 0.0
        self._kept_at = experiment.iteration
        self._keep_due = monotonic() + KEEP_INTERVAL
        self._milliseconds = [0.0] * len(experiment.lanes)
        self._reporter = answers.Reporter(experiment)
        experiment.on_replay = self._tell_replay
        experiment.on_views = self._tell_views

    def start(self) -> None:
        """Begin: replay, show the first frame, and wait for commands."""
        self._task = asyncio.get_running_loop().create_task(self._work())

    def play(self, to: answers.Id = None) -> None:
        """Go on until paused."""
        self._ask(lambda: self._go(None), to)

    def pause(self, to: answers.Id = None) -> None:
        """Stop after the iterations in progress."""
        self._ask(self._rest, to)

    def step(self, iterations: int, to: answers.Id = None) -> None:
        """Do so many iterations as fast as it goes, then pause."""
        self._ask(lambda: self._go(iterations), to)

    def tweak(self, lane: int | None, changes: Mapping[str, Any], to: answers.Id = None) -> None:
        """Change live hyperparameters, of one lane or all, from the next iteration on.

        At iteration 0 the change acts on that one's update already: it is computed again.

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
        self._seldom_due = 0.0
        self._ask(self._look, to)

    def set_pace(self, pace: float | None, to: answers.Id = None) -> None:
        """Set the iterations a second; None is as fast as it goes."""
        self.pace = pace
        self._ask(self._keep_pace, to)

    def nudge(self) -> None:
        """Let a run that waits for its viewer look again."""
        self._news.set()

    async def place(self) -> tuple[Recipe, int]:
        """Return the recipe, and the last iteration, of which a snapshot is kept by then.

        Raises
        ------
        Refused
            If too many commands wait.
        """
        there: asyncio.Future[tuple[Recipe, int]] = asyncio.get_running_loop().create_future()

        async def keep() -> None:
            try:
                if self._kept_at != self._experiment.iteration:
                    await self._keep()
            finally:
                # Without a snapshot it takes longer, no more.
                if not there.done():
                    there.set_result((self._experiment.recipe, self._experiment.iteration - 1))

        self._ask(keep, None)
        return await there

    def close(self) -> None:
        """End for good, at once; nothing more is sent."""
        self._closed = True
        for task in (self._task, self._computing, *(asked.slice for asked in self._asked)):
            if task is not None:
                task.cancel()
        self._experiment.close()
        logger.info("run=%s ends at iteration %d", self._name, self._iteration)

    @property
    def alive(self) -> bool:
        """Whether the run still goes on."""
        return self._task is not None and not self._task.done()

    def _check_lane(self, lane: int | None) -> None:
        last = len(self._experiment.lanes) - 1
        if lane is not None and lane > last:
            allowed = f"an integer from 0 to {last}, or null" if last else "0, or null"
            raise Refused([problem("lane", lane, allowed)])

    def _ask(self, command: Command, to: answers.Id) -> None:
        if len(self._orders) >= MOST_WAITING:
            most = f"at most {MOST_WAITING} messages while a run is busy"
            raise Refused([problem("message", f"message {MOST_WAITING + 1}", most)])
        self._orders.append(Order(command, to))
        self._news.set()
        if self._computing is not None and not self._computing.done():
            asyncio.get_running_loop().call_later(GRACE, self._hurry, self._computing)

    def _hurry(self, computing: asyncio.Task[Slice]) -> None:
        """Leave the views of what is computed, if it still is: a command waits."""
        if self._computing is computing and not computing.done():
            self._experiment.cut_short()
            # Another slice may be next.
            asyncio.get_running_loop().call_later(GRACE, self._hurry, computing)

    # What follows is the task's.

    async def _work(self) -> None:
        await self._attempt(Order(self._replay, None))
        while True:
            await self._attempt(await self._next())

    async def _next(self) -> Order:
        """Wait for something to do."""
        while True:
            if self._asked:
                return Order(self._iterate, None)
            if self._orders:
                return self._orders.popleft()
            if self._owes_a_frame():
                return Order(self._settle, None)
            if self._is_to_be_kept():
                return Order(self._keep, None)
            delay = self._delay()
            if delay is not None and delay <= 0:
                return Order(self._iterate, None)
            self._news.clear()
            try:
                async with asyncio.timeout(delay):
                    await self._news.wait()
            except TimeoutError:
                pass

    def _owes_a_frame(self) -> bool:
        """Whether the last iteration is yet to be shown, and nothing newer will be soon."""
        if self._state == "paused":
            return not self._is_seen()
        if self._shown:
            return False
        delay = self._delay()
        return delay is not None and delay > self._frame_interval and self._outbox.room > 0

    def _is_seen(self) -> bool:
        """Whether the last iteration was shown with every timestep and every view."""
        return self._shown and self._iteration not in (self._coarse, self._partial)

    def _is_to_be_kept(self) -> bool:
        """Whether it is time for a snapshot: at rest, and now and then on the way."""
        there = self._experiment.iteration
        if there < self._kept_at + FEWEST_KEPT:
            return False
        return self._state == "paused" or monotonic() >= self._keep_due

    async def _keep(self) -> None:
        self._kept_at = self._experiment.iteration
        self._keep_due = monotonic() + KEEP_INTERVAL
        await self._experiment.keep()

    def _delay(self) -> float | None:
        """Return the seconds until the next iteration; None if none is to come by itself."""
        if self._state != "playing" or self._left == 0 or self._is_too_far_ahead():
            return None
        if self._left is not None or self.pace is None:
            return 0
        return self._due - monotonic()

    def _is_too_far_ahead(self) -> bool:
        if self._outbox.silence > LONGEST_SILENCE:
            return True
        return self._unsent >= self._unsent_limit and self._outbox.room <= 0

    @property
    def _unsent(self) -> int:
        """Iterations that the viewer was not sent, and those under way."""
        return len(self._history) + sum(asked.size for asked in self._asked)

    async def _attempt(self, order: Order) -> None:
        """Carry out an order; a failure is reported and pauses the run, but does not end it."""
        self._answering = order.id
        try:
            await order.command()
        except Refused as refused:
            self._post(answers.refusal(refused.problems))
        except Exception as error:
            iteration = self._experiment.iteration
            logger.exception("run=%s failed at iteration %d", self._name, iteration)
            for asked in self._asked:
                asked.slice.cancel()
            self._asked.clear()
            self._rest_now()
            self._coarse = self._partial = None
            self._shown = True  # it failed: trying again by itself would fail again
            self._post(answers.failure("the run failed, and is paused", error))
            self._report()
        finally:
            self._answering = None

    async def _replay(self) -> None:
        known = self._experiment.scalars
        if len(known):
            self._history.extend(0, known)
            if self._audience is not None:
                self._audience.takes_in(0, known)
        report = monotonic()
        while (left := self._at - self._experiment.iteration) > 0:
            if monotonic() >= report:
                report += PROGRESS_INTERVAL
                self._report(replaceable=True, of=self._at)
            self._take_in(await self._compute(min(left, self._count(SLICE)), None))
        if self._experiment.iteration > self._at:
            self._iteration = self._at
            result = await self._begin(self._experiment.frame(self.watch))
        else:
            result = await self._compute(1, self.watch)
            self._take_in(result)
        self._offer(result)
        self._rest_now()
        self._report()

    def _tell_replay(self, iteration: int) -> None:
        """Report how far what a lost worker knew has been computed again."""
        if monotonic() >= self._report_at:
            state, self._state = self._state, "replaying"
            self._report(replaceable=True, reached=iteration, of=self._iteration)
            self._state = state

    def _tell_views(self, done: float) -> None:
        """Report which share of a frame's views is there; it answers nobody's message."""
        waiting, self._answering = self._answering, None
        self._report(replaceable=True, views=round(done, 3))
        self._answering = waiting

    async def _go(self, iterations: int | None) -> None:
        self._answer_step()
        # A step that waits behind another one is done too.
        left = None if iterations is None else iterations + (self._left or 0)
        self._state, self._left = "playing", left
        self._experiment.plays(playing=True)
        self._due = monotonic()
        if iterations == 1:
            # It is answered when it is done, in a moment, without a report that it plays.
            self._step_to_answer, self._answering = self._answering, None
        else:
            self._report()
        if left is not None and self._delay() is not None:
            # What was asked for later, as a tweak, comes after it.
            self._ask_for_more()

    def _answer_step(self) -> None:
        """Answer a step of one iteration whose place another command takes."""
        if self._step_to_answer is not None:
            waiting, self._answering = self._answering, self._step_to_answer
            self._step_to_answer = None
            self._report()
            self._answering = waiting

    def _rest_now(self) -> None:
        self._state, self._left = "paused", None
        self._experiment.plays(playing=False)

    async def _rest(self) -> None:
        self._answer_step()
        self._rest_now()
        if self._is_seen() or not await self._show_last():
            self._report()

    async def _settle(self) -> None:
        await self._show_last()

    async def _show_last(self, **more: Any) -> bool:
        """Show the last iteration.

        If that takes long, the report of what has changed goes before it, with `more`, so that a
        command is answered soon; whether it has is returned.
        """
        self._outbox.withdraw()
        making = self._begin(self._experiment.frame(self.watch))
        done, _ = await asyncio.wait({making}, timeout=PATIENCE)
        if not done:
            self._report(**more)
            if self._orders:
                self._hurry(making)
        self._offer(await making)
        return not done

    async def _tweak(self, lane: int | None, changes: dict[str, Any]) -> None:
        experiment = self._experiment
        # Nothing has moved yet that anybody has seen: the change acts on the first update too.
        at_start = experiment.iteration == 1
        try:
            (experiment.tweak_start if at_start else experiment.tweak)(lane, changes)
        except ValidationError as error:
            if len(experiment.recipe.tweaks) >= MOST_TWEAKS:
                raise Refused([_TOO_MANY_TWEAKS]) from error
            raise Refused(recipe_reader.problems(error)) from error
        self._report()
        if at_start:
            result = await self._compute(1, self.watch)
            self._take_in(result)
            self._offer(result)

    async def _rename(self, lane: int, name: str | None) -> None:
        self._experiment.rename(lane, name)
        self._report(labels=self._experiment.labels)

    async def _look(self) -> None:
        example = await self._experiment.example(self.watch.example)
        more = answers.watched(self.watch, example)
        told = False
        if self._state == "paused":
            self._shown = False
            told = await self._show_last(**more)
        if not told:
            self._report(**more)

    async def _keep_pace(self) -> None:
        self._due = monotonic()
        self._report()

    async def _iterate(self) -> None:
        if self._step_to_answer is not None:
            self._answering, self._step_to_answer = self._step_to_answer, None
        if not self._asked:
            self._ask_for_more()
        if self._experiment.is_alone:
            # Nobody else takes a turn meanwhile: the workers shall not wait for us either.
            self._keep_busy(2)
        asked = self._asked[0]
        try:
            result = await asked.slice
        finally:
            self._asked.popleft()
        self._take_in(result)
        # The next iterations are under way while this frame is written.
        self._keep_busy(1, about_to_leave=asked.watched)
        if asked.watched:
            self._offer(result, whole=asked.whole)
        if self._left == 0 and not self._asked:
            await self._rest()
        elif self._left is None and monotonic() >= self._report_at:
            self._report(replaceable=True)

    def _keep_busy(self, slices: int, *, about_to_leave: bool = False) -> None:
        """Ask for iterations until so many slices are under way, if the run goes on by itself."""
        while len(self._asked) < slices and not self._orders:
            delay = self._delay()
            if delay is None or delay > 0:
                return
            self._ask_for_more(about_to_leave=about_to_leave)

    def _ask_for_more(self, *, about_to_leave: bool = False) -> None:
        """Ask for a slice; `about_to_leave` says that a frame is, which has no place yet."""
        until_too_far = max(1, self._unsent_limit - self._unsent)
        count = min(self._count(SLICE), until_too_far)
        if self._left is not None:
            count = min(count, self._left)
        elif self.pace is not None:
            due = 1 + int((monotonic() - self._due) * self.pace)
            count = min(count, max(1, due))
        others = about_to_leave + sum(each.watched for each in self._asked)
        watched = self._left == count or self._is_time_for_a_frame(others)
        if self._left is not None:
            self._left -= count
        elif self.pace is not None:
            self._due = max(self._due, monotonic() - MOST_BEHIND) + count / self.pace
        # Not due until one has left: another frame may take its place while it waits.
        watch = self.watch if monotonic() >= self._seldom_due else self.watch.often
        asking = self._experiment.advance(count, watch if watched else None)
        self._asked.append(_Asked(count, watched, watch == self.watch, self._begin(asking)))

    def _count(self, seconds: float) -> int:
        return self._experiment.count_within(1000 * seconds)

    def _is_time_for_a_frame(self, about_to_leave: int) -> bool:
        now = monotonic()
        # One place is kept for the frame that a step ends on, so that it comes before the news
        # that the run has paused.
        # Of others under way, one may still wait when this one is there: it will be replaced.
        needed = 1 + max(0, about_to_leave - 1) if self._left is None else 2 + about_to_leave
        if self._outbox.room < needed:
            return False
        if self._left is None and self.pace is not None and self.pace * self._frame_interval <= 1:
            return True
        if now < self._frame_due:
            return False
        # Counted from when it was due, so that iterations that don't fit the interval
        # don't lower the rate.
        self._frame_due = max(self._frame_due, now - self._frame_interval) + self._frame_interval
        return True

    def _begin(self, computing: Coroutine[Any, Any, Slice]) -> asyncio.Task[Slice]:
        self._computing = asyncio.get_running_loop().create_task(computing)
        return self._computing

    async def _compute(self, count: int, watch: Watch | None) -> Slice:
        return await self._begin(self._experiment.advance(count, watch))

    def _take_in(self, result: Slice) -> None:
        share = RECENT if self._iteration else 1.0
        self._milliseconds = [
            mean + share * (took - mean)
            for mean, took in zip(self._milliseconds, self._experiment.milliseconds, strict=True)
        ]
        self._iteration = result.last
        first = result.last + 1 - len(result.scalars)
        self._history.extend(first, result.scalars)
        if self._audience is not None:
            self._audience.takes_in(first, result.scalars)
        self._shown = False

    def _offer(self, result: Slice, *, whole: bool = True) -> None:
        """Put a frame into the outbox, unless it was cut short: then it is owed.

        `whole` says that it holds the views for which once a second is enough.
        """
        if result.cut:
            return
        self._outbox.show(result.last, lambda: self._written(result, whole=whole))
        self._shown = result.last == self._iteration
        self._partial = None if whole else result.last
        if self._audience is not None:
            self._audience.shows(result)

    def _written(self, result: Slice, *, whole: bool) -> bytes:
        """Return a frame that leaves, with the history that has not left yet."""
        if whole:
            self._seldom_due = monotonic() + SELDOM
        # At rest there is time for all.
        every = self._outbox.coarseness if self._state == "playing" else 1
        said, arrays = coarsened(result.arrays, every)
        self._coarse = result.last if said else None
        arrays |= self._history.arrays(0, result.last)
        data = wire.encode(result.last, result.text | said, arrays)
        self._history.forget(result.last)
        return data

    def _report(self, *, replaceable: bool = False, **more: Any) -> None:
        self._report_at = monotonic() + STATE_INTERVAL
        now = self._reporter.state(
            self._state, self._iteration, self.pace, self._milliseconds, **more
        )
        self._post(now, replaces="state" if replaceable else None)

    def _post(self, answer: answers.Answer, *, replaces: str | None = None) -> None:
        answer = answers.replying(answer, self._answering)
        self._answering = None
        if self._closed:
            return
        self._outbox.post(answer, replaces=replaces)
        if self._audience is not None:
            self._audience.hears(answer)


class _Asked(NamedTuple):
    """Iterations that are being computed.

    Attributes
    ----------
    size : int
        How many.
    watched : bool
        Whether a frame is made of the last one.
    whole : bool
        Whether that holds the views for which once a second is enough.
    slice : asyncio.Task
    """

    size: int
    watched: bool
    whole: bool
    slice: asyncio.Task[Slice]

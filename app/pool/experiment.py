"""An experiment in the pool: one recipe, its lanes in one or more worker processes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from operator import mul
from typing import Any, NamedTuple, TypeVar

import numpy as np
from safetensors.numpy import load

from app import metrics
from app.pool.opening import open_part
from app.pool.parcels import Parcel
from app.pool.part import SCALARS_NAME
from app.pool.pool import Pool
from app.pool.snapshots import Kept
from app.pool.worker import MOST_LOSSES, ComputeFailed, Worker, WorkerLost, lost_too_often
from engine import Recipe, Watch
from engine.arrays import Array
from engine.frame import SCALARS
from engine.lane_labels import lane_labels
from engine.recipe import renamed, with_tweak
from engine.snapshot import Snapshot

T = TypeVar("T")

REPLAY_MILLISECONDS = 50.0
"""Time of the iterations that a replay asks for at once."""

MOST_AT_ONCE = 1000
"""Iterations that are asked for at once."""

MOST_KEPT = 20_000
"""Iterations up to which a run can be kept: with all their scalars, a few megabytes."""


class Slice(NamedTuple):
    """Some consecutive iterations.

    Attributes
    ----------
    last : int
        The last of them.
    scalars : ndarray, shape (n, lanes · scalars)
        Lane by lane, in the order of `engine.frame.SCALARS`.
    arrays : dict of str to ndarray
        What is watched of the last one, as it crosses the wire; of nothing it is empty.
    text : dict of str to str
        Of the last one.
    cut : bool
        Whether `arrays` lacks views because of `cut_short`.
    """

    last: int
    scalars: Array
    arrays: dict[str, Array]
    text: dict[str, str]
    cut: bool


class _Part(NamedTuple):
    worker: Worker
    number: int
    lanes: list[int]


class PooledExperiment:
    """The face of `engine.Experiment` for computing in other processes.

    Whatever a worker does or suffers, the numbers are those of the recipe: one that is lost is
    replaced, and what it had computed is computed again.

    Parameters
    ----------
    pool : Pool
    recipe : Recipe
    first : bool
        Whether it goes before others.

    Attributes
    ----------
    recipe : Recipe
        With the tweaks made so far.
    iteration : int
        The iteration that `advance` computes next; 0 at first.
    task : dict
        The task's description, once it is open.
    lanes : list of dict
        What the engine says of each lane, once it is open.
    milliseconds : list of float
        What an iteration of each lane took last.
    on_replay : callable
        Told the iteration that has been reached, while what a lost worker knew is computed again.
    on_views : callable
        Told which share of a frame's views is done, from 0 to 1, while they take long.
    """

    def __init__(self, pool: Pool, recipe: Recipe, *, first: bool = False) -> None:
        self.recipe = recipe
        self.iteration = 0
        self.task: dict[str, Any] = {}
        self.lanes: list[dict[str, Any]] = [{} for _ in recipe.lanes]
        self.milliseconds = [0.0] * len(recipe.lanes)
        self.on_replay: Callable[[int], object] = lambda _: None
        self.on_views: Callable[[float], object] = lambda _: None
        self._pool = pool
        self._first = first
        self._parts: list[_Part] = []
        self._playing = self._retold = False
        self._scalars = [_nothing(len(recipe.lanes))]
        self._broken = True  # nothing is open yet
        self._openings = 0
        self._in_turn = asyncio.Lock()

    async def open(self, at: int = 0) -> None:
        """Have it made: initial weights, the first batch, or a later state that is known.

        Parameters
        ----------
        at : int
            Iteration whose frame will be asked for first: `iteration` is at most one beyond it.

        Raises
        ------
        ComputeFailed
            If it can't be.
        """
        kept = self._pool.snapshots.nearest(self.recipe, at)
        if kept is not None:
            self.iteration = kept.snapshot.iteration
            self._scalars = [kept.scalars]
        async with self._in_turn:
            for _ in range(MOST_LOSSES):
                try:
                    await self._reopen()
                    return
                except WorkerLost:
                    pass
        raise lost_too_often()

    async def advance(self, count: int, watch: Watch | None) -> Slice:
        """Compute iterations.

        Parameters
        ----------
        count : int
            How many.
        watch : Watch or None
            What to show of the last one.

        Raises
        ------
        ComputeFailed
            If it can't be; the experiment is as it was.
        """
        tweaks = self.recipe.model_dump(mode="json")["tweaks"] if self._retold else None
        self._retold = False

        def take(answers: list[Parcel]) -> Slice:
            self.iteration += count
            metrics.ITERATIONS.inc(count)
            result = self._together(answers, self.iteration - 1)
            if self.iteration <= MOST_KEPT:
                self._scalars.append(result.scalars)
            return result

        fields = {"count": count, "watch": _dump(watch), "tweaks": tweaks}
        return await self._kept_up("advance", take, **fields)

    async def frame(self, watch: Watch) -> Slice:
        """Compute the last iteration's frame again, for another watch."""

        def take(answers: list[Parcel]) -> Slice:
            return self._together(answers, self.iteration - 1)

        return await self._kept_up("frame", take, watch=_dump(watch))

    async def example(self, index: int) -> dict[str, Any]:
        """Describe a held-out example for the page."""

        def take(answers: list[Parcel]) -> dict[str, Any]:
            described: dict[str, Any] = answers[0].header["example"]
            return described

        return await self._kept_up("example", take, index=index)

    async def keep(self) -> None:
        """Keep a snapshot of where it stands, so that nobody has to compute it again."""
        if not 0 < self.iteration <= MOST_KEPT:
            return
        recipe = self.recipe

        def take(answers: list[Parcel]) -> Snapshot:
            arrays: dict[str, Array] = {}
            lost: dict[str, str] = {}
            for answer in answers:
                arrays |= load(answer.payload)
                lost |= answer.header["lost"]
            facts = answers[0].header
            return Snapshot(facts["iteration"], facts["drawn_from"], arrays, lost)

        snapshot = await self._kept_up("snapshot", take)
        if len(self.scalars) == snapshot.iteration:
            self._pool.snapshots.keep(recipe, Kept(snapshot, self.scalars))

    @property
    def scalars(self) -> Array:
        """The scalars of all iterations so far, (n, lanes · scalars): the first `MOST_KEPT`."""
        if len(self._scalars) > 1:
            self._scalars = [np.concatenate(self._scalars)]
        return self._scalars[0]

    def tweak(self, lane: int | None, changes: dict[str, Any]) -> None:
        """Change live hyperparameters from the next iteration on: see `Experiment.tweak`."""
        self.recipe = with_tweak(self.recipe, self.iteration, lane, changes)
        self._retold = True

    def tweak_start(self, lane: int | None, changes: dict[str, Any]) -> None:
        """Change live hyperparameters from iteration 0 on, which is to be computed again."""
        self.recipe = with_tweak(self.recipe, 0, lane, changes)
        self.iteration = 0
        self._scalars = [_nothing(len(self.lanes))]
        self._broken = True

    def rename(self, lane: int, name: str | None) -> None:
        """Call a lane something else."""
        self.recipe = renamed(self.recipe, lane, name)

    def cut_short(self) -> None:
        """Leave the views that are being computed; the iteration is finished."""
        for worker, number, _ in self._parts:
            worker.tell(number, "cut")

    def plays(self, *, playing: bool) -> None:
        """Say whether it will go on by itself, so that others choose idle workers."""
        if playing != self._playing:
            self._playing = playing
            for worker, _, _ in self._parts:
                worker.playing += 1 if playing else -1

    def close(self) -> None:
        """Give its places back; whoever waits for an answer is cancelled."""
        self._leave()

    @property
    def is_alone(self) -> bool:
        """Whether no other run plays in its workers."""
        return all(part.worker.playing <= self._playing for part in self._parts)

    @property
    def labels(self) -> list[str]:
        """What the lanes are called."""
        return lane_labels(self.recipe)

    def count_within(self, milliseconds: float) -> int:
        """Return how many iterations take about so long, at least 1, by what the last took."""
        longest = max(
            (sum(self.milliseconds[lane] for lane in part.lanes) for part in self._parts),
            default=0.0,
        )
        return max(1, min(MOST_AT_ONCE, int(milliseconds / longest))) if longest else 1

    async def _kept_up(self, do: str, take: Callable[[list[Parcel]], T], **fields: Any) -> T:
        """Ask, and if a worker is lost meanwhile, ask again of another that has caught up.

        What is asked while another answer is outstanding is under way at once, and taken in turn.
        """
        asked = None if self._broken else self._start(do, **fields)
        opening = self._openings
        async with self._in_turn:
            for _ in range(MOST_LOSSES):
                try:
                    if self._broken:
                        await self._reopen()
                    if asked is None or opening != self._openings:
                        asked, opening = self._start(do, **fields), self._openings
                    return take(await _all(asked))
                except WorkerLost:
                    self._broken = True
                except ComputeFailed:
                    self._broken = True  # parts may have come apart
                    raise
        raise lost_too_often()

    async def _reopen(self) -> None:
        self._leave()
        self._openings += 1
        for worker, lanes in self._pool.choose(self.recipe, spread=self._first):
            self._parts.append(_Part(worker, worker.open_part(), lanes))
            worker.playing += self._playing
        parts = self._parts
        kept = self._pool.snapshots.nearest(self.recipe, self.iteration - 1)
        done = 0 if kept is None else kept.snapshot.iteration
        orders = [
            open_part(worker, number, self.recipe, lanes, kept, first=self._first)
            for worker, number, lanes in parts
        ]
        for part, answer in zip(parts, await _all(orders), strict=True):
            self.task = answer.header["task"]
            for lane, facts in zip(part.lanes, answer.header["lanes"], strict=True):
                self.lanes[lane] = facts
        while done < self.iteration:
            count = min(self.iteration - done, self.count_within(REPLAY_MILLISECONDS))
            self._note(await _all(self._start("advance", count=count, watch=None, tweaks=None)))
            done += count
            self.on_replay(done)
        self._retold = self._broken = False

    def _leave(self) -> None:
        parts, self._parts = self._parts, []
        for worker, number, _ in parts:
            worker.playing -= self._playing
            worker.close_part(number)
            self._pool.left(worker)

    def _start(self, do: str, **fields: Any) -> list[asyncio.Future[Parcel]]:
        done = [0.0] * len(self._parts)

        def tell(place: int, share: float) -> None:
            done[place] = share
            sizes = [len(part.lanes) for part in self._parts]
            self.on_views(sum(map(mul, done, sizes)) / sum(sizes))

        return [
            part.worker.ask(part.number, do, on_progress=partial(tell, place), **fields)
            for place, part in enumerate(self._parts)
        ]

    def _note(self, answers: list[Parcel]) -> None:
        for part, answer in zip(self._parts, answers, strict=True):
            for lane, took in zip(part.lanes, answer.header["took"], strict=True):
                self.milliseconds[lane] = took

    def _together(self, answers: list[Parcel], last: int) -> Slice:
        """Return what the parts have computed as one."""
        arrays: dict[str, Array] = {}
        text: dict[str, str] = {}
        columns: dict[int, Array] = {}
        for part, answer in zip(self._parts, answers, strict=True):
            found = load(answer.payload)
            scalars = found.pop(SCALARS_NAME, np.empty((0, len(part.lanes) * len(SCALARS))))
            columns |= zip(part.lanes, np.hsplit(scalars, len(part.lanes)), strict=True)
            arrays |= found
            text |= answer.header["text"]
        if "took" in answers[0].header:
            self._note(answers)
        whole = np.hstack([columns[lane] for lane in sorted(columns)])
        return Slice(last, whole, arrays, text, any(each.header["cut"] for each in answers))


def _nothing(lanes: int) -> Array:
    """Return the scalars of no iteration."""
    return np.empty((0, lanes * len(SCALARS)))


async def _all(asked: list[asyncio.Future[Parcel]]) -> list[Parcel]:
    """Wait for all answers, then raise what one of them is."""
    found = await asyncio.gather(*asked, return_exceptions=True)
    for each in found:
        if isinstance(each, BaseException):
            raise each
    return [each for each in found if isinstance(each, Parcel)]


def _dump(watch: Watch | None) -> dict[str, Any] | None:
    return None if watch is None else watch.model_dump(mode="json")

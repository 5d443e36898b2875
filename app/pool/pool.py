"""The pool: as many worker processes as cores, and which run goes to which of them."""

from __future__ import annotations

import asyncio
import os
from time import monotonic

from app.pool.memory import resident
from app.pool.shares import shares
from app.pool.snapshots import Snapshots
from app.pool.worker import Worker
from engine import Recipe

RESTARTS_AT_ONCE = 3
RESTART_PAUSE = 1.0
"""Seconds between two starts of workers that keep ending, after so many at once."""

MOST_KEPT = 192 * 1024 * 1024
"""Bytes that a worker without work may hold; beyond, another takes its place."""

SETTLED = 2.0
"""Seconds that a worker has to give its memory back before it is looked at."""


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Pool:
    """Starts workers, replaces those that are lost or have grown, and chooses among them.

    It belongs to the event loop on which it was started last, and starts there with the first run;
    `start` saves that run the wait.

    Parameters
    ----------
    size : int, optional
        Worker processes; by default as many as there are cores.

    Attributes
    ----------
    workers : list of Worker
    snapshots : Snapshots
        Of runs that were computed here.
    lost : int
        Workers that ended without being told to.
    renewed : int
        Workers that were ended because of the memory they kept.
    """

    def __init__(self, size: int | None = None) -> None:
        self.size = size or cores()
        self.workers: list[Worker] = []
        self.snapshots = Snapshots()
        self.lost = self.renewed = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._starts: list[float] = []
        self._closed = False
        self._ending: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Start what is missing."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self.workers, self._loop = [], loop
        while len(self.workers) < self.size and not self._closed:
            self.workers.append(Worker(self._replace, self._pause()))

    async def close(self) -> None:
        """End all workers."""
        self._closed = True
        workers, self.workers = self.workers, []
        await asyncio.gather(*(worker.end() for worker in workers), *self._ending)

    def by_load(self) -> list[Worker]:
        """Return all workers, the one with the least to do first."""
        self.start()
        return sorted(self.workers, key=lambda worker: (worker.playing, len(worker.parts)))

    def choose(self, recipe: Recipe, *, spread: bool = False) -> list[tuple[Worker, list[int]]]:
        """Return which lanes of a recipe go to which worker.

        Lanes are spread while there are idle workers, so that one viewer has the whole machine. A
        run that comes later gets one worker, the one with the least to do: spreading would help
        nobody then, but one that goes first (`spread`).
        """
        workers = self.by_load()
        idle = [worker for worker in workers if not worker.playing]
        if sum(len(worker.parts) for worker in workers) >= 2 * self.size:
            idle = []
        chosen = workers if spread else idle or workers[:1]
        return list(zip(chosen, shares(recipe, len(chosen)), strict=False))

    def left(self, worker: Worker) -> None:
        """Take note that a part of a worker was closed: another may be due in its place."""
        if not worker.parts and not self._closed:
            asyncio.get_running_loop().call_later(SETTLED, self._renew, worker)

    def _renew(self, worker: Worker) -> None:
        if worker.parts or worker not in self.workers or worker.pid is None:
            return
        if (resident(worker.pid) or 0) > MOST_KEPT:
            self.renewed += 1
            self._replace(worker, lost=False)
            ending = asyncio.get_running_loop().create_task(worker.end())
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)

    def _replace(self, worker: Worker, *, lost: bool = True) -> None:
        if worker in self.workers:
            self.lost += lost
            self.workers.remove(worker)
            self.start()

    def _pause(self) -> float:
        """Return the seconds to wait before another start."""
        now = monotonic()
        self._starts = [*self._starts[-(self.size + RESTARTS_AT_ONCE) :], now]
        if len(self._starts) <= self.size + RESTARTS_AT_ONCE:
            return 0.0
        return max(0.0, self._starts[0] + RESTART_PAUSE * len(self._starts) - now)

"""A worker process as the service sees it: asked, answering, or lost."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from app import metrics
from app.pool.parcels import Parcel, pack, receive

logger = logging.getLogger(__name__)

BUFFER = 4 * 1024 * 1024
"""Bytes of answers that may wait to be read."""

ENVIRONMENT = {
    # Two threads of a BLAS library are slower than one at these sizes, and take turns from others.
    **dict.fromkeys(
        ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"),
        "1",
    ),
    # Otherwise every thread keeps freed memory of its own.
    "MALLOC_ARENA_MAX": "2",
}
"""What a worker's libraries are told."""


class _Waiting(NamedTuple):
    part: int
    future: asyncio.Future[Parcel]
    on_progress: Callable[[float], object]


MOST_LOSSES = 3
"""Workers that may be lost over the same work until it is taken to be its fault."""


class WorkerLost(Exception):
    """The process ended while somebody waited for its answer."""


class ComputeFailed(Exception):
    """An order could not be carried out; the message is the cause."""


def lost_too_often() -> ComputeFailed:
    """Return the failure of what has cost `MOST_LOSSES` workers."""
    return ComputeFailed(f"the process that computes it ended {MOST_LOSSES} times")


class Worker:
    """One process, with any number of parts.

    It starts by itself, takes orders at once, and answers when it has loaded the engine.

    Parameters
    ----------
    on_lost : callable
        Given the worker when its process has ended without being told to.
    pause : float
        Seconds until it starts.

    Attributes
    ----------
    parts : set of int
        Numbers of the parts that are open.
    playing : int
        How many of them belong to runs that play.
    """

    _part_numbers = itertools.count()

    def __init__(self, on_lost: Callable[[Worker], object], pause: float = 0.0) -> None:
        self.parts: set[int] = set()
        self.playing = 0
        self._on_lost = on_lost
        self._numbers = itertools.count()
        self._waiting: dict[int, _Waiting] = {}
        self._unsent: list[bytes] = []
        self._process: asyncio.subprocess.Process | None = None
        self._ended = self._told_to_end = False
        self._living = asyncio.get_running_loop().create_task(self._live(pause))

    @property
    def waiting(self) -> int:
        """How many orders are not answered yet."""
        return len(self._waiting)

    @property
    def pid(self) -> int | None:
        """The process's number; None until it has one."""
        return None if self._process is None else self._process.pid

    def open_part(self) -> int:
        """Return the number of a new part; the first order to it has to be ``open``."""
        number = next(self._part_numbers)
        self.parts.add(number)
        return number

    def close_part(self, number: int) -> None:
        """Let a part go; what is asked of it is not answered any more."""
        self.parts.discard(number)
        for place, waiting in list(self._waiting.items()):
            if waiting.part == number:
                del self._waiting[place]
                waiting.future.cancel()
        self.tell(number, "close")

    def tell(self, part: int, do: str) -> None:
        """Give an order that has no answer: ``cut`` or ``close``."""
        self._send({"part": part, "do": do})

    def ask(
        self,
        part: int,
        do: str,
        payload: bytes = b"",
        *,
        on_progress: Callable[[float], object] = lambda _: None,
        **fields: Any,
    ) -> asyncio.Future[Parcel]:
        """Give an order, and return what will be its answer.

        Where its views take long, `on_progress` is told which share of them is done. The future
        fails with `WorkerLost` or `ComputeFailed`.
        """
        number = next(self._numbers)
        future: asyncio.Future[Parcel] = asyncio.get_running_loop().create_future()
        if self._ended:
            future.set_exception(WorkerLost())
            return future
        self._waiting[number] = _Waiting(part, future, on_progress)
        self._send({"part": part, "do": do, "number": number, **fields}, payload)
        return future

    async def end(self) -> None:
        """End the process, whatever it is at."""
        self._told_to_end = True
        if self._process is None:
            self._living.cancel()
        elif self._process.stdin is not None:
            self._process.stdin.close()
        _, late = await asyncio.wait({self._living}, timeout=1)
        if late and self._process is not None:
            self._process.kill()
            await asyncio.wait(late)

    def _send(self, header: dict[str, Any], payload: bytes = b"") -> None:
        data = pack(header, payload)
        if self._process is None:
            self._unsent.append(data)
        elif self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(data)

    async def _live(self, pause: float) -> None:
        """Start the process, and take its answers until it ends."""
        try:
            await asyncio.sleep(pause)
            self._process = await _started()
            assert self._process.stdin is not None
            self._process.stdin.writelines(self._unsent)
            await self._take_answers(self._process)
        except OSError:
            logger.exception("a worker process could not be started")
        finally:
            self._ended = True
            if not self._told_to_end:
                logger.error("a worker process has ended: another takes its place")
                self._on_lost(self)
            for waiting in self._waiting.values():
                if not waiting.future.done():
                    waiting.future.set_exception(WorkerLost())
            self._waiting.clear()

    async def _take_answers(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                answer = await receive(process.stdout)
                number = answer.header["number"]
                if "done" in answer.header:
                    if number in self._waiting:
                        self._waiting[number].on_progress(answer.header["done"])
                    continue
                waiting = self._waiting.pop(number, None)
                metrics.SLICES.observe(answer.header["busy"])
                metrics.WAITS.observe(answer.header["waited"])
                if waiting is None or waiting.future.done():
                    continue
                future = waiting.future
                if (error := answer.header.get("error")) is not None:
                    future.set_exception(ComputeFailed(error))
                else:
                    future.set_result(answer)
        await process.wait()


async def _started() -> asyncio.subprocess.Process:
    # Not `-m`: a user's own app.py in the working directory would be taken for ours.
    code = f"import sys; sys.path[:] = {sys.path!r}; from app.pool.process import main; main()"
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-c",
        code,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=BUFFER,
        env={**os.environ, **ENVIRONMENT},
    )

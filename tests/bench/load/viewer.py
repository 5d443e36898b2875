"""A viewer as the page is one: acknowledges every frame at once, and draws nothing."""

from __future__ import annotations

import asyncio
import json
import re
import time
from bisect import bisect_left
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.bench.load.recipes import THREE_LANES, WATCH, Recipe
from tests.bench.load.server import PATIENCE

Found = TypeVar("Found")

ITERATION = re.compile(rb'"iteration":"(\d+)"')
"""In the header of a frame; reading all of its JSON would cost the clients as much as the rest."""

AT_A_TIME = 8
"""Viewers of a crowd that connect and start at the same time."""


@dataclass
class Log:
    """What a viewer saw, and when, in seconds of `time.monotonic`, which all processes share.

    Attributes
    ----------
    frames : list of (float, int)
        When each came, and of which iteration it is.
    progress : list of (float, int)
        When each iteration that is later than all before was first heard of, by a frame or a state.
    received : int
        Bytes of all frames.
    errors : list of str
        Messages of ``error`` answers.
    closed : int or None
        The code that the server hung up with.
    """

    frames: list[tuple[float, int]] = field(default_factory=list)
    progress: list[tuple[float, int]] = field(default_factory=list)
    received: int = 0
    errors: list[str] = field(default_factory=list)
    closed: int | None = None

    def iterations(self, begin: float, end: float) -> float:
        """Return how many iterations were computed in a stretch of time."""
        return self._reached(end) - self._reached(begin)

    def frames_in(self, begin: float, end: float) -> int:
        """Return how many frames came in a stretch of time."""
        return sum(begin <= when < end for when, _ in self.frames)

    def _reached(self, when: float) -> float:
        """Return the iteration reached at a time, between two messages in proportion."""
        if not self.progress:
            return 0.0
        after = bisect_left(self.progress, (when, -1))
        if after == 0:
            return float(self.progress[0][1])
        if after == len(self.progress):
            return float(self.progress[-1][1])
        (t0, i0), (t1, i1) = self.progress[after - 1 : after + 1]
        return i0 + (i1 - i0) * (when - t0) / (t1 - t0)


class Viewer:
    """A client of the stream, of which `log` tells what it saw.

    Parameters
    ----------
    websocket : ClientConnection
    """

    def __init__(self, websocket: ClientConnection) -> None:
        self.websocket = websocket
        self.log = Log()
        self._first_frame = asyncio.Event()
        self._replaying = asyncio.Event()
        self._advanced = asyncio.Event()
        self._ids = count(1)  # 0 is nobody's
        self._asked: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def start(self, recipe: Recipe = THREE_LANES, at: int = 0) -> None:
        """Have a run, watch it as the page does, and wait for its first frame."""
        await self.ask("start", recipe=recipe, at=at)
        await self.until(self._first_frame.wait())
        await self.ask("watch", **{**WATCH, "lane": min(1, len(recipe["lanes"]) - 1)})

    async def replays(self) -> None:
        """Wait until the server says that it replays."""
        await self.until(self._replaying.wait())

    async def advances(self) -> None:
        """Wait until the run is seen to be further than now."""
        self._advanced.clear()
        await self._advanced.wait()

    async def send(self, type: str, **fields: Any) -> None:
        await self.websocket.send(json.dumps({"type": type, **fields}))

    async def ask(self, type: str, **fields: Any) -> dict[str, Any]:
        """Send a message and return its answer.

        Raises
        ------
        ConnectionError
            If the connection ends first.
        TimeoutError
        """
        number = next(self._ids)
        answer = self._asked[number] = asyncio.get_running_loop().create_future()
        await self.send(type, id=number, **fields)
        return await self.until(answer)

    async def until(self, event: Awaitable[Found]) -> Found:
        """Await something, but not for ever."""
        return await asyncio.wait_for(event, PATIENCE)

    async def leave(self) -> None:
        """Say goodbye, and wait until the server has said so too."""
        await self.until(self.websocket.close())

    async def listen(self) -> None:
        """Take in what comes until the connection ends."""
        try:
            async for message in self.websocket:
                if isinstance(message, bytes):
                    await self._take_frame(message)
                else:
                    self._take_text(json.loads(message))
        except ConnectionClosed:
            pass
        self.log.closed = self.websocket.close_code
        gone = ConnectionError(f"closed with {self.log.closed}: {self.log.errors[-1:]}")
        for answer in self._asked.values():
            answer.set_exception(gone)
            answer.exception()  # whoever doesn't wait for it need not be told

    async def _take_frame(self, message: bytes) -> None:
        now = time.monotonic()
        iteration = iteration_of(message)
        # First of all, as the page does.
        await self.send("ack", iteration=iteration)
        self.log.frames.append((now, iteration))
        self.log.received += len(message)
        self._reach(now, iteration)
        self._first_frame.set()

    def _take_text(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "ready":  # of another run, maybe: what it reached counts from here
                self._first_frame.clear()
                self._replaying.clear()
            case "error":
                self.log.errors.append(message["message"])
            case "state":
                if message.get("state") == "replaying":
                    self._replaying.set()
                if "iteration" in message:
                    self._reach(time.monotonic(), message["iteration"])
        answer = self._asked.pop(message.get("id", 0), None)
        if answer is not None and not answer.done():
            answer.set_result(message)

    def _reach(self, now: float, iteration: int) -> None:
        if not self.log.progress or iteration > self.log.progress[-1][1]:
            self.log.progress.append((now, iteration))
            self._advanced.set()


def iteration_of(frame: bytes) -> int:
    """Return the iteration that a binary message is of."""
    end = 8 + int.from_bytes(frame[:8], "little")
    found = ITERATION.search(frame, 8, end)
    if found is None:
        raise ValueError(f"a frame of {len(frame)} bytes names no iteration")
    return int(found[1])


@asynccontextmanager
async def viewing(url: str) -> AsyncIterator[Viewer]:
    """Connect, and listen meanwhile; in the end hang up without a word, unless it has left.

    Parameters
    ----------
    url : str
        Of the websocket.
    """
    async with connect(
        url, max_size=None, compression=None, proxy=None, ping_interval=None, open_timeout=PATIENCE
    ) as websocket:
        viewer = Viewer(websocket)
        listening = asyncio.create_task(viewer.listen())
        try:
            yield viewer
        finally:
            # Without waiting for a close frame, which comes after all that is on its way.
            websocket.transport.abort()
            listening.cancel()


async def all_at_once(tasks: Iterable[Awaitable[Any]], most: int = AT_A_TIME) -> list[Any]:
    """Await all, at most so many at a time."""
    places = asyncio.Semaphore(most)

    async def one(task: Awaitable[Any]) -> Any:
        async with places:
            return await task

    return list(await asyncio.gather(*map(one, tasks)))

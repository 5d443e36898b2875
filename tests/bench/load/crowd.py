"""Clients in a process of their own, so that they don't take the reporter's time, nor it theirs."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
import traceback
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self

from tests.bench.load.server import PATIENCE


class CrowdFailed(Exception):
    """What went wrong in the process of the clients."""


class Signals:
    """The clients' side of the line to the reporter.

    Parameters
    ----------
    line : Connection
        Of a pipe.
    """

    def __init__(self, line: Connection) -> None:
        self._line = line
        self._stopped = asyncio.Event()
        # Readable when the reporter says something, and also when it has gone.
        asyncio.get_running_loop().add_reader(line.fileno(), self._stopped.set)

    def ready(self) -> None:
        """Say that what is to be measured has begun."""
        self._line.send(("ready", None))

    @property
    def stopped(self) -> bool:
        """Whether the reporter has seen enough."""
        return self._stopped.is_set()

    async def stop(self) -> None:
        """Wait until the reporter has seen enough."""
        await self._stopped.wait()


Clients = Callable[..., Awaitable[Any]]
"""Takes the signals and further arguments; returns what the reporter gets from `finish`."""


class Crowd:
    """Runs a coroutine function in a process of its own.

    Parameters
    ----------
    clients : callable
        A coroutine function of a module: ``clients(signals, *arguments)``.
    *arguments
        Whatever can be pickled.
    """

    def __init__(self, clients: Clients, *arguments: Any) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._line, theirs = spawn.Pipe()
        self._process = spawn.Process(
            target=_live, args=(theirs, clients, arguments), daemon=True, name=clients.__name__
        )
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self._process.close()
        self._line.close()

    def wait_ready(self, within: float = 2 * PATIENCE) -> Self:
        """Wait until the clients say that they are ready.

        Raises
        ------
        CrowdFailed
            If they fail, or take longer.
        """
        self._hear("ready", within)
        return self

    def finish(self, within: float = PATIENCE) -> Any:
        """Tell the clients to stop, and return what they return."""
        self._line.send("stop")
        return self.result(within)

    def result(self, within: float) -> Any:
        """Wait for clients that end by themselves, and return what they return."""
        return self._hear("result", within)

    def _hear(self, expected: str, within: float) -> Any:
        deadline = time.monotonic() + within
        while self._line.poll(max(0.0, deadline - time.monotonic())):
            try:
                what, content = self._line.recv()
            except EOFError:
                raise CrowdFailed(f"{self._process.name} ended without a word") from None
            if what == "failed":
                raise CrowdFailed(f"{self._process.name} failed:\n{content}")
            if what == expected:
                return content
        raise CrowdFailed(f"{self._process.name}: no {expected} within {within:.0f} s")


def _live(line: Connection, clients: Clients, arguments: tuple[Any, ...]) -> None:
    async def run() -> Any:
        return await clients(Signals(line), *arguments)

    try:
        told = ("result", asyncio.run(run()))
    except Exception:
        told = ("failed", traceback.format_exc())
    line.send(told)

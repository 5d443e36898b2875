"""Clients that behave badly, written on bare sockets: a well-kept library refuses to be bad.

Every one of them comes back at once when the server hangs up, as who means it would.
"""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.uri import parse_uri

from tests.bench.load.crowd import Signals
from tests.bench.load.recipes import THREE_LANES
from tests.bench.load.viewer import iteration_of

SLOW = 50_000
"""Bytes a second that the slow reader takes."""

GARBAGE = 10_000
"""Messages a second of the garbage sender."""

BATCH = 100
"""Messages that it sends in one go."""

HUGE = 20_000_000
"""Bytes of a huge message."""

BEGINNING = 15.0
"""Seconds that all of them may take to connect."""

PAUSE = 0.1
"""Seconds until a client that was turned away comes back."""

SMALL_BUFFER = 16 * 1024
"""Bytes that the kernel keeps for a client that doesn't read."""


@dataclass
class Done:
    """What the bad clients did.

    Attributes
    ----------
    sent : int
        Messages, or requests.
    hung_up : int
        How often the server ended a connection, or refused one.
    held : int
        Connections that were open in the end.
    """

    sent: int = 0
    hung_up: int = 0
    held: int = 0


class Bare:
    """A websocket without manners of its own.

    Parameters
    ----------
    url : str
        Of the websocket.
    """

    def __init__(self, url: str) -> None:
        self._uri = parse_uri(url)
        self.protocol = ClientProtocol(self._uri, max_size=None)
        self.reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter | None = None

    @property
    def writer(self) -> asyncio.StreamWriter:
        """Of the connection, once there is one."""
        assert self._writer is not None
        return self._writer

    def abort(self) -> None:
        """Hang up, whatever is on its way."""
        if self._writer is not None:
            self._writer.transport.abort()

    async def connect(self) -> None:
        """Connect, with a socket that takes little ahead."""
        bare = socket.socket()
        bare.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        bare.setblocking(False)
        try:
            where = (self._uri.host, self._uri.port)
            await asyncio.get_running_loop().sock_connect(bare, where)
            self.reader, self._writer = await asyncio.open_connection(sock=bare, limit=SMALL_BUFFER)
        except BaseException:
            bare.close()
            raise

    async def open(self) -> None:
        """Connect, and shake hands."""
        await self.connect()
        self.protocol.send_request(self.protocol.connect())
        await self.flush()
        while True:
            data = await self.reader.read(1024)
            if not data:
                raise ConnectionResetError("hung up during the handshake")
            self.protocol.receive_data(data)
            for event in self.protocol.events_received():
                if isinstance(event, Response):
                    if self.protocol.handshake_exc is not None:
                        raise self.protocol.handshake_exc
                    return

    async def say(self, **message: Any) -> None:
        """Send a message that is right."""
        self.protocol.send_text(json.dumps(message).encode())
        await self.flush()

    async def flush(self) -> None:
        """Send what the protocol has to say, pongs included."""
        for data in self.protocol.data_to_send():
            self.writer.write(data)
        await self.writer.drain()


async def never_read(bare: Bare, done: Done) -> None:
    """Start a run, play it, and read nothing of it."""
    await bare.say(type="start", recipe=THREE_LANES)
    await bare.say(type="play")
    done.sent += 2
    while True:
        # Whether the server has hung up shows only where one writes.
        await asyncio.sleep(1)
        await bare.say(type="ping")
        done.sent += 1


async def read_slowly(bare: Bare, done: Done) -> None:
    """Start a run, play it, read it at 50 kB/s, and acknowledge what has arrived."""
    await bare.say(type="start", recipe=THREE_LANES)
    await bare.say(type="play")
    done.sent += 2
    loop = asyncio.get_running_loop()
    due = loop.time()
    while data := await bare.reader.read(SLOW // 10):
        bare.protocol.receive_data(data)
        for event in bare.protocol.events_received():
            if isinstance(event, Frame) and event.opcode is Opcode.BINARY:
                await bare.say(type="ack", iteration=iteration_of(bytes(event.data)))
                done.sent += 1
        await bare.flush()
        due = max(due, loop.time() - 1) + len(data) / SLOW
        await asyncio.sleep(due - loop.time())


async def send_garbage(bare: Bare, done: Done) -> None:
    """Send 10,000 messages a second that mean nothing, and read the answers."""

    async def read() -> None:
        while await bare.reader.read(SMALL_BUFFER):
            pass

    garbage = (b'{"type": "nonsense"}', b"not JSON", b'{"type": "step", "iterations": -1}', b"[]")
    frames = [Frame(Opcode.TEXT, text).serialize(mask=True) for text in garbage]
    batch = b"".join(frames) * (BATCH // len(frames))
    reading = asyncio.create_task(read())
    loop = asyncio.get_running_loop()
    due = loop.time()
    try:
        while not reading.done():
            bare.writer.write(batch)
            await bare.writer.drain()
            done.sent += BATCH
            # What the server doesn't take in time is not sent later.
            due = max(due, loop.time() - 0.1) + BATCH / GARBAGE
            await asyncio.sleep(due - loop.time())
    finally:
        reading.cancel()


async def send_huge(bare: Bare, done: Done) -> None:
    """Send messages of 20 MB, one after another."""
    huge = Frame(Opcode.TEXT, b" " * HUGE).serialize(mask=True)
    while True:
        bare.writer.write(huge)
        await bare.writer.drain()
        done.sent += 1


async def stay_silent(bare: Bare, done: Done) -> None:
    """Say nothing."""
    while await bare.reader.read(SMALL_BUFFER):
        pass


async def half_send(bare: Bare, done: Done) -> None:
    """Begin an HTTP request, and wait until the server has enough of it."""
    bare.writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Never: en")
    done.sent += 1
    await bare.reader.read()


Behaviour = Callable[[Bare, Done], Awaitable[None]]

BEHAVIOURS: dict[str, Behaviour] = {
    "a reader that never reads": never_read,
    "a reader at 50 kB/s": read_slowly,
    "garbage, 10,000 messages/s": send_garbage,
    "messages of 20 MB": send_huge,
    "silent sockets": stay_silent,
}
"""What a bad websocket does."""

HALF_SENT = "half-sent HTTP requests"


async def behave_badly(
    signals: Signals, url: str, kinds: dict[str, int]
) -> tuple[dict[str, Done], float]:
    """Run bad clients until the reporter has enough.

    Parameters
    ----------
    signals : Signals
    url : str
        Of the websocket.
    kinds : dict
        Kind → how many at a time.

    Returns
    -------
    dict
        Kind → what they did.
    float
        Seconds of processor that it cost this process, which the others could not have.
    """
    done = {kind: Done() for kind in kinds}
    cast = [kind for kind, number in kinds.items() for _ in range(number)]
    begun = [asyncio.Event() for _ in cast]
    clients = [
        asyncio.create_task(_again_and_again(url, kind, done[kind], began))
        for kind, began in zip(cast, begun, strict=True)
    ]
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.gather(*(began.wait() for began in begun)), BEGINNING)
    signals.ready()
    await signals.stop()
    for client in clients:
        client.cancel()
    await asyncio.gather(*clients, return_exceptions=True)
    return done, time.process_time()


async def _again_and_again(url: str, kind: str, done: Done, began: asyncio.Event) -> None:
    """Connect and behave badly, and once more whenever the server hangs up.

    The event is set once it is connected for the first time, or turned away.
    """
    while True:
        bare = Bare(url)
        try:
            # Refusals, and hanging up at whatever point.
            with suppress(OSError, InvalidHandshake):
                await (bare.connect() if kind == HALF_SENT else bare.open())
                began.set()
                await (half_send if kind == HALF_SENT else BEHAVIOURS[kind])(bare, done)
        except asyncio.CancelledError:
            done.held += 1
            raise
        finally:
            bare.abort()
        began.set()
        done.hung_up += 1
        await asyncio.sleep(PAUSE)

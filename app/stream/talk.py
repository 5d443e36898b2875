"""Talking over a websocket: messages in one by one, an outbox out as it fills."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import WebSocket, WebSocketDisconnect

from app.stream.outbox import Outbox

MESSAGES_A_SECOND = 200.0
MESSAGES_AT_ONCE = 400
"""A page sends a hundred a second when a slider is dragged while frames come."""


async def talk(
    websocket: WebSocket,
    outbox: Outbox,
    news: asyncio.Event,
    receive: Callable[[str | bytes], Awaitable[None]],
    timeout: float,
) -> None:
    """Hand in what comes and send what the outbox has, until the other side leaves.

    Parameters
    ----------
    websocket : WebSocket
        Accepted.
    outbox : Outbox
    news : asyncio.Event
        Set whenever the outbox has something.
    receive : callable
        Takes a message in.
    timeout : float
        Seconds that one message may take to leave before the other side is let go.
    """
    sent = asyncio.Event()
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_listen(websocket, outbox, receive, sent))
            tasks.create_task(_speak(websocket, outbox, news, sent, timeout))
    except* (WebSocketDisconnect, TimeoutError):
        pass  # it has left, or takes nothing any more


class _Allowance:
    """How many messages may still be read at once."""

    def __init__(self) -> None:
        self._left = float(MESSAGES_AT_ONCE)
        self._at = asyncio.get_running_loop().time()

    async def use(self) -> None:
        """Wait, if too many have come: the rest stays in the sender's own buffers."""
        now = asyncio.get_running_loop().time()
        self._left = min(MESSAGES_AT_ONCE, self._left + (now - self._at) * MESSAGES_A_SECOND) - 1
        self._at = now
        if self._left < 0:
            await asyncio.sleep(-self._left / MESSAGES_A_SECOND)


async def _listen(
    websocket: WebSocket,
    outbox: Outbox,
    receive: Callable[[str | bytes], Awaitable[None]],
    sent: asyncio.Event,
) -> None:
    """Hand incoming messages on, until the other side leaves."""
    allowance = _Allowance()
    while True:
        event = await websocket.receive()
        if event["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(event["code"])
        text = event.get("text")
        await receive(event["bytes"] if text is None else text)
        await allowance.use()
        while outbox.crowded:
            sent.clear()
            await sent.wait()


async def _speak(
    websocket: WebSocket,
    outbox: Outbox,
    news: asyncio.Event,
    sent: asyncio.Event,
    timeout: float,
) -> None:
    """Send what is in the outbox as it comes, until one message takes too long."""
    while True:
        await news.wait()
        news.clear()
        while (message := outbox.take()) is not None:
            async with asyncio.timeout(timeout):
                if isinstance(message, str):
                    await websocket.send_text(message)
                else:
                    await websocket.send_bytes(message)
            sent.set()
        if outbox.farewell is not None:
            async with asyncio.timeout(timeout):
                await websocket.close(*outbox.farewell)
            raise WebSocketDisconnect(*outbox.farewell)

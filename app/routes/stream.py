"""The stream: a websocket that carries one viewer's session."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, WebSocket, WebSocketDisconnect, status

from app.dependencies import Configured, Sessions
from app.http.origin import is_our_own
from app.settings import Settings
from app.stream import answers
from app.stream.session import Session
from app.validation.problems import problem

router = APIRouter()


@router.websocket("/api/stream")
async def stream(websocket: WebSocket, settings: Configured, sessions: Sessions) -> None:
    """Serve one viewer, from its first message until it leaves."""
    if not is_our_own(websocket):
        await websocket.close(status.WS_1008_POLICY_VIOLATION)
        return
    await websocket.accept()
    if len(sessions) >= settings.max_runs:
        await _turn_away(websocket, settings)
        return
    news, loop = asyncio.Event(), asyncio.get_running_loop()
    session = Session(settings, wake=lambda: loop.call_soon_threadsafe(news.set))
    sessions.add(session)
    sent = asyncio.Event()
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_listen(websocket, session, sent))
            tasks.create_task(_speak(websocket, session, news, sent, settings.send_timeout))
    except* (WebSocketDisconnect, TimeoutError):
        pass  # the viewer has left, or takes nothing any more
    finally:
        session.close()
        sessions.discard(session)


async def _turn_away(websocket: WebSocket, settings: Settings) -> None:
    most = f"at most {settings.max_runs} viewers at a time"
    because = f"this server takes {most}; try again later"
    full = answers.refusal([problem("viewers", settings.max_runs + 1, most, because)])
    await websocket.send_json(full)
    await websocket.close(status.WS_1013_TRY_AGAIN_LATER, reason=f"the server takes {most}")


async def _listen(websocket: WebSocket, session: Session, sent: asyncio.Event) -> None:
    """Hand incoming messages to the session, until the viewer leaves."""
    while True:
        event = await websocket.receive()
        if event["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(event["code"])
        text = event.get("text")
        await session.receive(event["bytes"] if text is None else text)
        while session.outbox.crowded:
            sent.clear()
            await sent.wait()


async def _speak(
    websocket: WebSocket,
    session: Session,
    news: asyncio.Event,
    sent: asyncio.Event,
    timeout: float,
) -> None:
    """Send what is in the outbox as it comes, until one message takes too long."""
    while True:
        await news.wait()
        news.clear()
        while (message := session.outbox.take()) is not None:
            async with asyncio.timeout(timeout):
                if isinstance(message, str):
                    await websocket.send_text(message)
                else:
                    await websocket.send_bytes(message)
            sent.set()

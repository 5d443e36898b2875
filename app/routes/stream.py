"""The stream: a websocket that carries one viewer's session."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, WebSocket

from app.dependencies import ClassRooms, Configured, Pooled, Sessions
from app.http.role import role_of
from app.room.stage import Lead
from app.stream.places import Places
from app.stream.session import Session
from app.stream.talk import talk

router = APIRouter()


@router.websocket("/api/stream")
async def stream(
    websocket: WebSocket,
    settings: Configured,
    sessions: Sessions,
    pool: Pooled,
    rooms: ClassRooms,
) -> None:
    """Serve one viewer, from its first message until it leaves.

    The run of a lecturer who names a ``room`` is what her class sees, and goes before others.
    """
    await websocket.accept()
    news = asyncio.Event()
    lead: Lead | None = None
    if role_of(websocket) == "lecturer":
        room = rooms.find(websocket.query_params.get("room", ""))
        lead = Lead(room.stage) if room is not None else None
    places = Places(sessions, settings, websocket.client.host if websocket.client else "")
    session = Session(settings, pool, places, wake=news.set, first=lead is not None, audience=lead)
    sessions.add(session)
    if not places.are_left:
        session.turn_away()
    late = asyncio.get_running_loop().call_later(settings.start_timeout, session.expect_a_run)
    try:
        await talk(websocket, session.outbox, news, session.receive, settings.send_timeout)
    finally:
        late.cancel()
        session.close()
        sessions.discard(session)
        if lead is not None:
            lead.leave()

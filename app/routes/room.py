"""A class: its page, its code to join by, its socket and its record."""

from __future__ import annotations

import asyncio
import io
import re
import secrets
from typing import Annotated, Any

import segno
from fastapi import APIRouter, HTTPException, Path, Request, WebSocket, status
from pydantic import BaseModel
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response

from app.dependencies import ClassRooms, Configured
from app.http.body import TooLarge, read_body
from app.http.role import role_of
from app.http.ways_in import WaysIn
from app.room.messages import Message, Opening, class_reader, opening_reader
from app.room.room import Member, Room
from app.room.rooms import Rooms
from app.routes.answers import TOO_LARGE, WRONG, Missing, body
from app.routes.pages import pages_of
from app.stream.take import take
from app.stream.talk import talk
from app.validation.problems import Refused, problem

router = APIRouter()

Name = Annotated[str, Path(max_length=40)]

NO_SUCH_CLASS = 4404
"""Closes a class's socket; 4000 to 4999 are an application's own."""

_NOT_A_LECTURER = problem("token", "a student's", "the lecturer's")

SEAT = re.compile(r"[A-Za-z0-9_-]{16,64}")


class Opened(BaseModel):
    """A class that is open, and the ways into it."""

    name: str
    path: str
    studentUrl: str | None  # noqa: N815  as the page calls it
    qr: str


@router.post(
    "/api/rooms",
    status_code=201,
    responses={201: {"model": Opened}, 413: TOO_LARGE, 422: WRONG},
    openapi_extra=body(opening_reader.schema),
)
async def open_room(request: Request, settings: Configured, rooms: ClassRooms) -> Response:
    """Open a class, or name the one that is open by this name: the lecturer's alone."""
    if role_of(request) != "lecturer":
        return JSONResponse({"detail": [_NOT_A_LECTURER]}, status_code=403)
    try:
        opening: Opening = await opening_reader.read_aside(
            await read_body(request, settings.body_limit)
        )
        room = rooms.open(opening.name)
    except TooLarge as refused:
        return JSONResponse({"detail": refused.problems}, status_code=413)
    except Refused as refused:
        return JSONResponse({"detail": refused.problems}, status_code=422)
    return JSONResponse({"name": room.name, **_ways_in(request, room)}, status_code=201)


@router.api_route("/room/{name}", methods=["GET", "HEAD"], include_in_schema=False)
async def page(request: Request, name: Name, rooms: ClassRooms) -> Response:
    """Serve the lab as a page of the class."""
    room = _found(rooms, name)
    facts = {"name": room.name, "role": role_of(request), **_ways_in(request, room)}
    return pages_of(request).page(role_of(request), facts).response(request, "no-cache")


@router.api_route("/room/{name}/qr.svg", methods=["GET", "HEAD"], include_in_schema=False)
async def code(request: Request, name: Name, rooms: ClassRooms) -> Response:
    """Serve the code by which a phone finds the class."""
    file = io.BytesIO()
    url = student_url(request, _found(rooms, name).name)
    segno.make(url, error="m").save(file, kind="svg", scale=8, border=2, light="#fff")
    headers = {"Cache-Control": "no-cache"}
    return Response(file.getvalue(), media_type="image/svg+xml", headers=headers)


@router.get(
    "/api/rooms/{name}/record.csv",
    response_class=Response,
    responses={
        200: {"content": {"text/csv": {"schema": {"type": "string"}}}},
        404: {"model": Missing, "description": "No class of this name."},
    },
)
async def record(request: Request, name: Name, rooms: ClassRooms) -> Response:
    """Serve all questions and answers of a class, to the lecturer."""
    if role_of(request) != "lecturer":
        raise HTTPException(403, [_NOT_A_LECTURER])
    room = _found(rooms, name)
    headers = {"Content-Disposition": f'attachment; filename="{room.name}.csv"'}
    return Response(room.csv(), media_type="text/csv", headers=headers)


@router.websocket("/api/room/{name}")
async def channel(
    websocket: WebSocket, name: Name, settings: Configured, rooms: ClassRooms
) -> None:
    """Serve one page of a class, from its joining until it leaves."""
    await websocket.accept()
    room = rooms.find(name)
    if room is None:
        await websocket.close(NO_SUCH_CLASS, reason="there is no such class")
        return
    if len(room.members) >= settings.max_followers:
        await websocket.close(status.WS_1013_TRY_AGAIN_LATER, reason="the class is full")
        return
    news = asyncio.Event()
    seat = websocket.query_params.get("seat", "")
    if not SEAT.fullmatch(seat):
        seat = secrets.token_urlsafe()
    member = Member(role_of(websocket), seat, wake=news.set)
    room.join(member)
    news.set()

    async def obey(message: Message) -> None:
        room.obey(member, message)
        if room.ended:
            rooms.close(room)

    async def receive(message: str | bytes) -> None:
        await take(message, class_reader, member.outbox, obey)

    try:
        await talk(websocket, member.outbox, news, receive, settings.send_timeout)
    finally:
        room.leave(member)


def student_url(connection: HTTPConnection, name: str) -> str:
    """Return the address by which students join."""
    state = connection.app.state
    base = f"{state.public_url}/" if state.public_url else str(connection.base_url)
    return WaysIn(base, state.tokens).of_students(f"room/{name}")


def _ways_in(request: Request, room: Room) -> dict[str, Any]:
    path = f"/room/{room.name}"
    # Who is no lecturer needs no way in for others.
    url = student_url(request, room.name) if role_of(request) == "lecturer" else None
    return {"path": path, "studentUrl": url, "qr": f"{path}/qr.svg"}


def _found(rooms: Rooms, name: str) -> Room:
    room = rooms.find(name)
    if room is None:
        raise HTTPException(404, f"there is no class {name!r} here")
    return room

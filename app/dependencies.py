"""What routes ask for, as type names."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from app.lessons import Library
from app.pool.pool import Pool
from app.room.rooms import Rooms
from app.settings import Settings
from app.stream.session import Session


async def _settings(connection: HTTPConnection) -> Settings:
    settings: Settings = connection.app.state.settings
    return settings


async def _sessions(connection: HTTPConnection) -> set[Session]:
    sessions: set[Session] = connection.app.state.sessions
    return sessions


async def _pool(connection: HTTPConnection) -> Pool:
    pool: Pool = connection.app.state.pool
    return pool


async def _lessons(connection: HTTPConnection) -> Library:
    lessons: Library = connection.app.state.lessons
    return lessons


async def _rooms(connection: HTTPConnection) -> Rooms:
    rooms: Rooms = connection.app.state.rooms
    return rooms


Configured = Annotated[Settings, Depends(_settings)]
"""The settings that the application was created with."""

Sessions = Annotated[set[Session], Depends(_sessions)]
"""The sessions of all viewers that are connected."""

Pooled = Annotated[Pool, Depends(_pool)]
"""Where runs are computed."""

ClassRooms = Annotated[Rooms, Depends(_rooms)]
"""All classes."""

Lessons = Annotated[Library, Depends(_lessons)]
"""All lessons."""

"""What routes ask for, as type names."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from app.settings import Settings
from app.stream.session import Session


def _settings(connection: HTTPConnection) -> Settings:
    settings: Settings = connection.app.state.settings
    return settings


def _sessions(connection: HTTPConnection) -> set[Session]:
    sessions: set[Session] = connection.app.state.sessions
    return sessions


Configured = Annotated[Settings, Depends(_settings)]
"""The settings that the application was created with."""

Sessions = Annotated[set[Session], Depends(_sessions)]
"""The sessions of all viewers that are connected."""

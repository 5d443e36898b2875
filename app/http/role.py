"""Who asks: a lecturer or a student."""

from __future__ import annotations

from typing import Literal

from starlette.requests import HTTPConnection

Role = Literal["lecturer", "student"]


def role_of(connection: HTTPConnection) -> Role:
    """Return who asks, by the token that let them in.

    Without tokens, on one's own machine, everybody is a lecturer; ``?as=student`` lets a lecturer
    see what students see.
    """
    role: Role = getattr(connection.state, "role", "lecturer")
    return "student" if connection.query_params.get("as") == "student" else role

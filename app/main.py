"""The application, put together."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from starlette.middleware import Middleware

from app import __version__, metrics
from app.http.guard import Guard
from app.http.tokens import Tokens
from app.lessons.library import Library, own_folder
from app.pool.pool import Pool
from app.room.rooms import Rooms
from app.routes import answers, api, lessons, pages, room, stream
from app.settings import Settings

LONGEST_FAREWELL = 2.0
"""Seconds that viewers have to be told that the server goes."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the service as an ASGI application.

    Parameters
    ----------
    settings : Settings, optional
        By default what the environment says.
    """
    settings = settings or Settings()
    tokens = _tokens(settings)
    app = FastAPI(
        title="Unrolled",
        version=__version__,
        lifespan=_working,
        # The framework's own documentation pages load scripts from another host.
        openapi_url=None,
        responses=answers.BY_THE_GUARD,
        # A recipe that is answered may be sent: it is declared once.
        separate_input_output_schemas=False,
        # Whatever the environment asks for: nothing leaves this machine.
        telemetry={
            "tracing": False,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        },
        middleware=[
            Middleware(Guard, settings=settings, tokens=tokens),
        ],
    )
    app.state.settings = settings
    app.state.sessions = set()
    app.state.pool = Pool(settings.workers)
    app.state.rooms = Rooms(settings.state, settings.room_prefix)
    further = () if settings.lessons is None else (settings.lessons,)
    app.state.lessons = Library(own_folder(), *further)
    app.state.tokens = tokens
    app.state.public_url = None
    app.include_router(api.router)
    app.include_router(lessons.router)
    app.include_router(stream.router)
    app.include_router(room.router)
    app.include_router(pages.router)
    pages.mount(app)
    return app


def _tokens(settings: Settings) -> Tokens | None:
    """Return the tokens of a service that others can reach; None where it needs none."""
    if not settings.needs_tokens:
        return None
    lecturer, student = settings.token, settings.student_token
    return Tokens(lecturer or secrets.token_urlsafe(), student or secrets.token_urlsafe(9))


async def drain(app: FastAPI) -> None:
    """Take leave of all viewers: told why, and that they may come again.

    Returns when all have gone, or after `LONGEST_FAREWELL`.
    """
    outboxes = [session.outbox for session in app.state.sessions]
    outboxes += [member.outbox for room in app.state.rooms for member in room.members]
    for outbox in outboxes:
        outbox.close(1012, "the server is shutting down")
    with suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_FAREWELL):
            while app.state.sessions or any(room.members for room in app.state.rooms):
                await asyncio.sleep(0.02)


@asynccontextmanager
async def _working(app: FastAPI) -> AsyncIterator[None]:
    """Keep the pool for as long as the service runs."""
    pool: Pool = app.state.pool
    pool.start()
    watching = asyncio.create_task(metrics.watch_lag())
    try:
        yield
    finally:
        watching.cancel()
        await app.state.rooms.keep()
        await pool.close()

"""The service's own questions and answers, in JSON."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from app import __version__, metrics
from app.dependencies import ClassRooms, Configured, Pooled, Sessions
from app.http.body import TooLarge, read_body
from app.http.role import role_of
from app.routes.answers import TOO_LARGE, WRONG, body
from app.stream.messages import recipe_reader
from app.validation.problems import Refused
from engine import Recipe

router = APIRouter()


class Health(BaseModel):
    """How the service is."""

    status: Literal["ok"] = "ok"
    version: str = __version__
    runs: int


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz")
async def healthz(sessions: Sessions) -> Health:
    """Return the service's status, its version and the number of runs."""
    return Health(runs=sum(session.run is not None for session in sessions))


@router.get("/metrics", include_in_schema=False)
async def measured(
    request: Request, sessions: Sessions, pool: Pooled, rooms: ClassRooms
) -> Response:
    """Return what the service counts about itself, to whoever runs it."""
    if role_of(request) != "lecturer":
        return JSONResponse({"detail": "the figures are the lecturer's"}, status_code=403)
    metrics.RUNS.set(sum(session.run is not None for session in sessions))
    metrics.VIEWERS.set(len(sessions))
    metrics.CLASSES.set(len(rooms))
    metrics.FOLLOWERS.set(sum(room.followers for room in rooms))
    metrics.WORKERS.set(len(pool.workers))
    metrics.WORKERS_LOST.set(pool.lost)
    metrics.WORKERS_RENEWED.set(pool.renewed)
    metrics.PLAYING.set(sum(worker.playing for worker in pool.workers))
    metrics.QUEUE.set(sum(worker.waiting for worker in pool.workers))
    return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


@router.get("/api/schema")
async def schema() -> dict[str, Any]:
    """Return the JSON schema of a recipe."""
    return recipe_reader.schema


@router.post(
    "/api/recipe",
    responses={200: {"model": Recipe}, 413: TOO_LARGE, 422: WRONG},
    openapi_extra=body({"$ref": "#/components/schemas/Recipe"}),
)
async def recipe(request: Request, settings: Configured) -> Response:
    """Return a recipe with its defaults filled in, or a list of what is wrong with it.

    The body is read here and not by the framework, so that NaN, which JSON has no word for but
    Python reads, gets the same answer as on the stream.
    """
    try:
        text = await read_body(request, settings.body_limit)
        whole = await recipe_reader.read_aside(text)
    except TooLarge as refused:
        return JSONResponse({"detail": refused.problems}, status_code=413)
    except Refused as refused:
        return JSONResponse({"detail": refused.problems}, status_code=422)
    return JSONResponse(whole.model_dump(mode="json"))

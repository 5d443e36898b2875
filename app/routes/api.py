"""The service's own questions and answers, in JSON."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from app import __version__
from app.dependencies import Configured, Sessions
from app.http.body import TooLarge, read_body
from app.stream.messages import recipe_reader
from app.validation.problems import Refused

router = APIRouter()


@router.get("/healthz")
async def healthz(sessions: Sessions) -> dict[str, Any]:
    """Return the service's status, its version and the number of runs."""
    runs = sum(session.run is not None for session in sessions)
    return {"status": "ok", "version": __version__, "runs": runs}


@router.get("/api/schema")
async def schema() -> dict[str, Any]:
    """Return the JSON schema of a recipe."""
    return recipe_reader.schema


@router.post("/api/recipe")
async def recipe(request: Request, settings: Configured) -> Response:
    """Return a recipe with its defaults filled in, or a list of what is wrong with it.

    The body is read here and not by the framework, so that NaN, which JSON has no word for but
    Python reads, gets the same answer as on the stream.
    """
    try:
        whole = recipe_reader.read(await read_body(request, settings.body_limit))
    except TooLarge as refused:
        return JSONResponse({"detail": refused.problems}, status_code=413)
    except Refused as refused:
        return JSONResponse({"detail": refused.problems}, status_code=422)
    return JSONResponse(whole.model_dump(mode="json"))

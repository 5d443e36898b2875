"""What OpenAPI says of the routes' answers beside the one that each returns."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from app.validation.problems import Problem


class Refusal(BaseModel):
    """What is wrong with a request: one problem per bad field."""

    detail: list[Problem]


class Missing(BaseModel):
    """What is not there, in a sentence."""

    detail: str


def _refused(description: str) -> dict[str, Any]:
    return {"model": Refusal, "description": description}


def _by_the_guard(description: str) -> dict[str, Any]:
    page = {"text/html": {"schema": {"type": "string"}}}  # to a browser that wants to show one
    return {**_refused(description), "content": page}


BY_THE_GUARD: dict[int | str, dict[str, Any]] = {
    400: _by_the_guard("A host that is not ours, or a body of unclear end."),
    401: _by_the_guard("No token, or a wrong one."),
    403: _by_the_guard("A page of another origin, or what is the lecturer's alone."),
    429: _by_the_guard("Too many requests of one address."),
}
"""Of every route."""

TOO_LARGE = _refused("A body beyond the limit.")
WRONG = _refused("A body that is no such thing.")


def body(schema: dict[str, Any]) -> dict[str, Any]:
    """Declare the body of a route that reads it itself."""
    content = {"application/json": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}

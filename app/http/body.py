"""The body of a request, read no further than a limit."""

from __future__ import annotations

from starlette.requests import Request

from app.validation.problems import Problem, Refused


class TooLarge(Refused):
    """A body beyond the limit; the rest of it was not read."""


async def read_body(request: Request, limit: int) -> bytes:
    """Return the body of a request.

    The framework has such a limit of its own, but says only "Content Too Large".

    Parameters
    ----------
    request : Request
    limit : int
        Bytes.

    Raises
    ------
    TooLarge
        As soon as there are more, or the header announces more.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise TooLarge([_too_large(f"{announced} bytes", limit)])
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLarge([_too_large(f"more than {limit} bytes", limit)])
    return bytes(body)


def _too_large(size: str, limit: int) -> Problem:
    allowed = f"at most {limit} bytes"
    return {
        "field": "body",
        "value": size,
        "allowed": allowed,
        "message": f"body is {size} long: {allowed} are taken.",
    }

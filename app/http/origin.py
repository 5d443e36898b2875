"""The origin of a page that opens a websocket.

Browsers let any page open a websocket to any server, and send only the page's origin along: here
is the one place where a page of another site can be recognised.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.websockets import WebSocket

_PORTS = {"http": 80, "https": 443}
_SCHEMES = {"ws": "http", "wss": "https"}


def is_our_own(websocket: WebSocket) -> bool:
    """Return whether the page came from this server, or the client is no browser.

    Scheme, host and port have to be the same. Programs that are no browsers send no origin, and
    could send any.
    """
    origin = websocket.headers.get("origin")
    if origin is None:
        return True
    scheme = _SCHEMES.get(websocket.scope["scheme"], "")
    theirs = _parts(origin)
    return theirs is not None and theirs == _parts(f"{scheme}://{websocket.headers.get('host')}")


def _parts(url: str) -> tuple[str, str, int | None] | None:
    """Return scheme, host and port; None if there is no host."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname else None

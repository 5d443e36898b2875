"""HTTP as we speak it: whoever sends nothing, or too slowly, is let go."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections import Counter
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.http.headers import HEADERS
from app.settings import Settings


class PatientProtocol(H11Protocol):
    """Gives a request so much time, and an address so many connections.

    The server's own protocol waits for ever for the end of a request's head, and of its body.
    """

    head_timeout = 10.0
    body_timeout = 30.0
    most_connections = 512
    _of_client: Counter[str]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._timer: asyncio.TimerHandle | None = None
        self._waits_for: str | None = None
        # None once the connection is gone, or another protocol's.
        self._client: str | None = self.client[0] if self.client else ""
        self._of_client[self._client] += 1
        if self._of_client[self._client] > self.most_connections:
            transport.abort()
            return
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._leave()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in some of a request."""
        super().data_received(data)
        if self._client is not None and not self.transport.is_closing():
            self._watch()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the connection on to the protocol of websockets, if it asks as one has to.

        That protocol's own refusals would lack our headers.
        """
        if (wrong := _wrong_with(event)) is not None:
            self._say(400, wrong)
            return
        self._leave()
        super().handle_websocket_upgrade(event)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP; a request that it belongs to is answered with that."""
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._say(400, msg)

    def _watch(self) -> None:
        """Set the clock for what is waited for: each part of a request has its own time."""
        state = self.conn.their_state
        waits_for = None
        if state is h11.IDLE and self.conn.our_state is h11.IDLE:
            waits_for = "head"
        elif state is h11.SEND_BODY:
            waits_for = "body"
        if waits_for == self._waits_for:
            return
        self._stop_clock()
        self._waits_for = waits_for
        if waits_for is not None:
            seconds = self.head_timeout if waits_for == "head" else self.body_timeout
            self._timer = self.loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        if self._waits_for == "head" and self.conn.our_state is h11.IDLE:
            self._say(408, "The request did not arrive in time.")
        else:
            self.transport.abort()

    def _say(self, status: int, text: str) -> None:
        headers = {**HEADERS, "Content-Type": "text/plain; charset=utf-8", "Connection": "close"}
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            body = text.encode("ascii")
            for event in (
                h11.Response(status_code=status, headers=list(headers.items())),
                h11.Data(data=body),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _stop_clock(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _leave(self) -> None:
        self._stop_clock()
        if self._client is not None:
            self._of_client[self._client] -= 1
            if not self._of_client[self._client]:
                del self._of_client[self._client]
            self._client = None


def _wrong_with(handshake: h11.Request) -> str | None:
    """Return what is wrong with the handshake of a websocket (RFC 6455, 4.2.1); None if nothing."""
    given = dict(handshake.headers)
    if handshake.method != b"GET":
        return "A websocket is asked for by GET."
    if given.get(b"sec-websocket-version") != b"13":
        return "Sec-WebSocket-Version must be 13."
    try:
        key = base64.b64decode(given.get(b"sec-websocket-key", b""), validate=True)
    except binascii.Error:
        key = b""
    return None if len(key) == 16 else "Sec-WebSocket-Key must be 16 bytes in base64."


def protocol(settings: Settings) -> type[PatientProtocol]:
    """Return the protocol with the limits of `settings`."""
    limits: dict[str, Any] = {
        "head_timeout": settings.head_timeout,
        "body_timeout": settings.body_timeout,
        "most_connections": settings.connections_per_client,
        "_of_client": Counter(),
    }
    return type("PatientProtocol", (PatientProtocol,), limits)

"""A SOCKS proxy on the loopback: a network that is slow, or that dies without telling anybody."""

import socket
import struct

from tests.relay import CHUNK, Relay

SLOW_CHUNK = 2048
"""Bytes: small enough for a slow link to be slow all the time, and not in jumps."""


class Proxy(Relay):
    """Forwards a browser's connections.

    Pages keep their addresses: the browser is told of the proxy, the server is not.

    Attributes
    ----------
    options : dict
        Of a browser's profile that is to go through this.
    rate : float or None
        Bytes a second that each connection takes in each direction; None for all that come.
    """

    def __init__(self) -> None:
        super().__init__()
        self.options = {"proxy": {"server": f"socks5://127.0.0.1:{self.port}"}}
        self.rate: float | None = None
        self.begin()

    def server_of(self, client: socket.socket) -> socket.socket:
        """Return a connection to where the browser asks to be connected."""
        server = socket.create_connection(_asked_for(client))
        client.sendall(b"\x05\x00\x00\x01" + bytes(6))  # connected
        return server

    def rate_of(self, *, answers: bool) -> tuple[float | None, int]:
        """Return what holds of both directions."""
        return self.rate, CHUNK if self.rate is None else SLOW_CHUNK


def _asked_for(client: socket.socket) -> tuple[str, int]:
    """Shake hands as RFC 1928 has it, without a password; return host and port."""
    _version, methods = _exactly(client, 2)
    _exactly(client, methods)
    client.sendall(b"\x05\x00")
    _version, _connect, _reserved, kind = _exactly(client, 4)
    if kind == 1:
        host = socket.inet_ntoa(_exactly(client, 4))
    else:
        (length,) = _exactly(client, 1)
        host = _exactly(client, length).decode()
    (port,) = struct.unpack("!H", _exactly(client, 2))
    return host, port


def _exactly(source: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = source.recv(count - len(data))
        if not part:
            raise ConnectionError
        data += part
    return data

"""A SOCKS proxy on the loopback: a network that is slow, or that dies without telling anybody."""

import socket
import struct
import threading
import time
from contextlib import suppress

CHUNK = 65536
SLOW_CHUNK = 2048
"""Bytes: small enough for a slow link to be slow all the time, and not in jumps."""


class Proxy:
    """Forwards a browser's connections; nobody is told when it stops.

    Pages keep their addresses: the browser is told of the proxy, the server is not.

    Attributes
    ----------
    options : dict
        Of a browser's profile that is to go through this.
    swallows : bool
        Whether it takes everything and forwards nothing; connections stay open.
    rate : float or None
        Bytes a second that each connection takes in each direction; None for all that come.
    """

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        port = self._listener.getsockname()[1]
        self.options = {"proxy": {"server": f"socks5://127.0.0.1:{port}"}}
        self.swallows = False
        self.rate: float | None = None
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        """Close everything."""
        for each in [self._listener, *self._connections]:
            # Close alone would not wake a thread that waits for it.
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._connections.append(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError):
            server = socket.create_connection(_asked_for(client))
            self._connections.append(server)
            client.sendall(b"\x05\x00\x00\x01" + bytes(6))  # connected
            threading.Thread(target=self._pump, args=(server, client), daemon=True).start()
            self._pump(client, server)

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK if self.rate is None else SLOW_CHUNK):
                if self.rate is not None:
                    time.sleep(len(data) / self.rate)
                if not self.swallows:
                    target.sendall(data)
            if not self.swallows:
                target.shutdown(socket.SHUT_WR)


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

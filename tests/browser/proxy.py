"""A TCP proxy on the loopback that can swallow all packets, as networks do that die unnoticed."""

import socket
import threading
from contextlib import suppress

CHUNK = 65536


class Proxy:
    """Forwards connections to a server; nobody is told when it stops.

    Attributes
    ----------
    url : str
        Where the server seems to be.
    swallows : bool
        Whether it takes everything and forwards nothing; connections stay open.
    """

    def __init__(self, url: str) -> None:
        host, _, port = url.removeprefix("http://").rstrip("/").partition(":")
        self._server = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"
        self.swallows = False
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
                server = socket.create_connection(self._server)
                self._connections += [client, server]
                for source, target in ((client, server), (server, client)):
                    threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                if not self.swallows:
                    target.sendall(data)
            if not self.swallows:
                target.shutdown(socket.SHUT_WR)

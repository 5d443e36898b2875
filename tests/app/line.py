"""A line to a server, on the loopback: it can die without a word, and be slow."""

import socket
import threading
import time
from contextlib import suppress

CHUNK = 65536


class Line:
    """Forwards connections to a server; nobody is told when it stops.

    Attributes
    ----------
    host, url : str
        Where the server seems to be.
    swallows : bool
        Whether it takes everything and forwards nothing; connections stay open.
    rate : float or None
        Bytes a second, at most, of what the server sends on a connection.
    """

    def __init__(self, rate: float | None = None) -> None:
        self.rate = rate
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        self.host = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.url = f"http://{self.host}/"
        self.swallows = False

    def forward_to(self, url: str) -> None:
        """Begin to forward to the server at `url`."""
        host, _, port = url.removeprefix("http://").rstrip("/").partition(":")
        self._server = (host, int(port))
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
                for pair in ((client, server, False), (server, client, True)):
                    threading.Thread(target=self._pump, args=pair, daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        # A slow one takes little at a time, so that the rest waits where it would on a slow line.
        with suppress(OSError):
            while data := source.recv(self._chunk(answers)):
                if answers and self.rate is not None:
                    time.sleep(len(data) / self.rate)
                if not self.swallows:
                    target.sendall(data)
            if not self.swallows:
                target.shutdown(socket.SHUT_WR)

    def _chunk(self, answers: bool) -> int:
        return CHUNK if self.rate is None or not answers else int(self.rate / 50)

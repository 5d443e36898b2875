"""A line to a server, on the loopback: it can die without a word, and be slow."""

import socket

from tests.relay import CHUNK, Relay


class Line(Relay):
    """Forwards connections to a server.

    Attributes
    ----------
    host, url : str
        Where the server seems to be.
    rate : float or None
        Bytes a second, at most, of what the server sends on a connection.
    """

    def __init__(self, rate: float | None = None) -> None:
        super().__init__()
        self.rate = rate
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.host}/"

    def forward_to(self, url: str) -> None:
        """Begin to forward to the server at `url`."""
        host, _, port = url.removeprefix("http://").rstrip("/").partition(":")
        self._server = (host, int(port))
        self.begin()

    def server_of(self, client: socket.socket) -> socket.socket:
        """Return a connection to the one server."""
        return socket.create_connection(self._server)

    def rate_of(self, *, answers: bool) -> tuple[float | None, int]:
        """Return what holds of the server's answers; questions are small."""
        if self.rate is None or not answers:
            return None, CHUNK
        # Little at a time, so that the rest waits where it would on a slow line.
        return self.rate, int(self.rate / 50)

"""What a line to a server and a proxy of a browser have in common: they pass on what comes."""

import socket
import threading
import time
from contextlib import suppress

CHUNK = 65536


class Relay:
    """Takes connections on the loopback; nobody is told when it stops.

    Attributes
    ----------
    port : int
    swallows : bool
        Whether it takes everything and forwards nothing; connections stay open.
    """

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]
        self.swallows = False

    def begin(self) -> None:
        """Take connections from now on."""
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        """Close everything."""
        for each in [self._listener, *self._connections]:
            # Close alone would not wake a thread that waits for it.
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def server_of(self, client: socket.socket) -> socket.socket:
        """Return a connection to where a client wants to go."""
        raise NotImplementedError

    def rate_of(self, *, answers: bool) -> tuple[float | None, int]:
        """Return bytes a second, None for all that come, and how many are taken at once."""
        raise NotImplementedError

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._connections.append(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError):
            server = self.server_of(client)
            self._connections.append(server)
            threading.Thread(target=self._pump, args=(server, client, True), daemon=True).start()
            self._pump(client, server, False)

    def _pump(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        with suppress(OSError):
            while True:
                rate, chunk = self.rate_of(answers=answers)
                if not (data := source.recv(chunk)):
                    break
                if rate is not None:
                    time.sleep(len(data) / rate)
                if not self.swallows:
                    target.sendall(data)
            if not self.swallows:
                target.shutdown(socket.SHUT_WR)

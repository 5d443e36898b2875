"""The command ``unrolled``: serves the page, and opens it in a browser."""

from __future__ import annotations

import argparse
import errno
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Sequence
from contextlib import suppress

import uvicorn
from pydantic import ValidationError

from app import __version__
from app.main import create_app
from app.settings import Settings
from app.validation.problems import problems_of
from app.validation.schema_words import Schema

SEND_BUFFER = 256 * 1024
"""Bytes per connection that the kernel keeps for a viewer: by default megabytes of old frames."""

PING_INTERVAL, PING_TIMEOUT = 20.0, 60.0
"""Seconds. A ping queues behind frames, so that a slow viewer that lives needs time to answer."""


class Server(uvicorn.Server):
    """Says when it serves.

    Parameters
    ----------
    config : uvicorn.Config
        What to serve, and how.
    on_start : callable
        Called once connections are answered.
    """

    def __init__(self, config: uvicorn.Config, on_start: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_start = on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as usual, then call `on_start`."""
        await super().startup(sockets)
        self._on_start()


class CannotStart(Exception):
    """The reason why the service cannot start, in a sentence for the command line."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of the command line.

    Returns
    -------
    int
        Exit status: 0, or 1 if the service could not start.
    """
    options = _parser().parse_args(arguments)
    try:
        settings = _settings(options)
        listener = listen(settings.host, settings.port)
    except CannotStart as reason:
        print(f"unrolled: {reason}", file=sys.stderr)
        return 1
    url = address(settings.host, listener.getsockname()[1])

    def announce() -> None:
        print(f"Unrolled {__version__} is at {url} (Ctrl-C ends it)", flush=True)
        if options.browser:
            # A browser may be slow to start, or block until it is closed.
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

    with suppress(KeyboardInterrupt):
        Server(configuration(settings), announce).run(sockets=[listener])
    return 0


def configuration(settings: Settings) -> uvicorn.Config:
    """Return how the service is served."""
    return uvicorn.Config(
        create_app(settings),
        log_level="warning",
        access_log=False,
        server_header=False,
        # Compressing floats costs much and saves a tenth.
        ws_per_message_deflate=False,
        ws_max_size=settings.body_limit,
        ws_ping_interval=PING_INTERVAL,
        ws_ping_timeout=PING_TIMEOUT,
        timeout_graceful_shutdown=1,
    )


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Parameters
    ----------
    host : str
        Address or name.
    port : int
        0 takes a free one.

    Raises
    ------
    CannotStart
        If the port is taken, or the host not ours.
    """
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except socket.gaierror as error:
        raise CannotStart(f"there is no host {host!r}: {error.strerror}") from error
    try:
        if os.name == "posix":  # elsewhere it would share a taken port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Connections inherit both.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            milliseconds = int(PING_TIMEOUT * 1000)
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
        listener.bind(where)
        listener.listen()
    except OSError as error:
        listener.close()
        raise CannotStart(_why_not(error, host, port)) from error
    return listener


def address(host: str, port: int) -> str:
    """Return the URL at which a browser on this machine finds the page."""
    loopback = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}
    host = loopback.get(host, host)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unrolled",
        description="Watch gradients vanish and explode in recurrent networks while they train.",
    )
    fields = Settings.model_fields
    for name, kind in (("host", str), ("port", int)):
        default = f"Default: UNROLLED_{name.upper()}, or {fields[name].default}."
        parser.add_argument(f"--{name}", type=kind, help=f"{fields[name].description} {default}")
    parser.add_argument(
        "--no-browser", dest="browser", action="store_false", help="Do not open a browser."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    return parser


def _settings(options: argparse.Namespace) -> Settings:
    """Return the settings of the environment, and over them those of the command line."""
    given = {"host": options.host, "port": options.port}
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        problems = problems_of(error, Schema(Settings.model_json_schema()), "settings")
        raise CannotStart(" ".join(each["message"] for each in problems)) from error


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} of {host} is taken by another program. "
            f"Choose another with --port {port + 1}, or --port 0 for any that is free."
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"port {port} is not allowed to you. Choose one above 1023 with --port."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine. Choose one with --host."
    return f"cannot listen on port {port} of {host}: {error.strerror}"


if __name__ == "__main__":
    sys.exit(main())

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
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError

from app import __version__
from app.http.protocol import protocol
from app.http.ways_in import WaysIn
from app.lessons import LessonError
from app.logs import write_logs
from app.main import create_app, drain
from app.room.messages import opening_reader
from app.settings import Settings
from app.validation.problems import Refused, problems_of
from app.validation.schema_words import Schema

SEND_BUFFER = 256 * 1024
"""Bytes per connection that the kernel keeps for a viewer: by default megabytes of old frames."""

PING_INTERVAL, PING_TIMEOUT = 20.0, 60.0
"""Seconds. A ping queues behind frames, so that a slow viewer that lives needs time to answer."""


OPTIONS = ("host", "port", "state", "lessons", "log_level")
"""Settings that the command line has options for."""


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
        self._app: FastAPI = config.app  # type: ignore[assignment]
        self._on_start = on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as usual, then call `on_start`."""
        await super().startup(sockets)
        self._on_start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take leave of the viewers, then end as usual."""
        await drain(self._app)
        await super().shutdown(sockets)


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
    write_logs(settings.log_level)
    try:
        config = configuration(settings)
    except (OSError, LessonError) as error:  # the file of classes, or one of a lesson
        print(f"unrolled: {error}", file=sys.stderr)
        return 1
    app: FastAPI = config.app  # type: ignore[assignment]
    host = outward_address() if settings.listens_everywhere else settings.host
    base = address(host, listener.getsockname()[1])
    app.state.public_url = base.rstrip("/")

    def announce() -> None:
        ways = WaysIn(base, app.state.tokens)
        room = app.state.rooms.open(options.name) if options.command == "class" else None
        path = f"room/{room.name}" if room is not None else ""
        url = ways.of_lecturer(path)
        print(f"Unrolled {__version__} is at {url} (Ctrl-C ends it)", flush=True)
        if room is not None or ways.are_guarded:
            print(f"Students join at {ways.of_students(path)}", flush=True)
        if room is not None:
            print(ways.code(path), flush=True)
        if options.browser:
            # A browser may be slow to start, or block until it is closed.
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

    with suppress(KeyboardInterrupt):
        Server(config, announce).run(sockets=[listener])
    return 0


def configuration(settings: Settings) -> uvicorn.Config:
    """Return how the service is served."""
    return uvicorn.Config(
        create_app(settings),
        log_config=None,
        log_level=settings.log_level,
        http=protocol(settings),
        # Whoever is on this machine could send a proxy's headers too: only with a proxy.
        proxy_headers=bool(settings.allowed_hosts),
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


def outward_address() -> str:
    """Return the address by which other machines of the network find this one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Of a network that is nobody's; a datagram socket sends nothing when it connects.
            probe.connect(("192.0.2.1", 9))
            found: str = probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unrolled",
        description="Watch gradients vanish and explode in recurrent networks while they train.",
    )
    fields = Settings.model_fields
    parser.add_argument(
        "command",
        nargs="?",
        choices=["class"],
        help="Open a class: listens on every address, and prints a link and a code to join by.",
    )
    parser.add_argument("--name", help="Name of the class, as in tamu-bore. Default: a new one.")
    kinds = (
        ("host", str),
        ("port", int),
        ("state", Path),
        ("lessons", Path),
        ("log-level", str),
    )
    for option, kind in kinds:
        name = option.replace("-", "_")
        default = f"Default: UNROLLED_{name.upper()}, or {fields[name].default or 'none'}."
        text = f"{fields[name].description} {default}"
        parser.add_argument(f"--{option}", type=kind, metavar=option.upper(), help=text)
    parser.add_argument(
        "--no-browser", dest="browser", action="store_false", help="Do not open a browser."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    return parser


def _settings(options: argparse.Namespace) -> Settings:
    """Return the settings of the environment, and over them those of the command line."""
    given = {name: getattr(options, name) for name in OPTIONS}
    given = {name: value for name, value in given.items() if value is not None}
    if options.command == "class" and "UNROLLED_HOST" not in os.environ:
        given.setdefault("host", "0.0.0.0")
    try:
        if options.name is not None:
            opening_reader.check({"name": options.name})
        return Settings(**given)
    except Refused as refused:
        raise CannotStart(str(refused)) from refused
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

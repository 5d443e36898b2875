"""Host names that a request may carry: a page of another name is not ours.

A browser sends the name that it has looked up. A foreign name that leads here means DNS rebinding:
somebody else's page that wants to be taken for ours.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import NamedTuple

from app.settings import Settings

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::([0-9]{1,5}))?")


class Host(NamedTuple):
    """A Host header, taken apart.

    Attributes
    ----------
    name : str
        In small letters; an IPv6 address in brackets.
    port : int or None
        None if none is given.
    """

    name: str
    port: int | None


def parse(header: str) -> Host | None:
    """Return the parts of a Host header; None if it is none."""
    found = _HOST.fullmatch(header.lower())
    if found is None:
        return None
    name, port = found.groups()
    return Host(name, int(port) if port else None)


class Hosts:
    """Knows the names of this service.

    Parameters
    ----------
    settings : Settings
        On which host it listens, and which further names it answers.
    """

    def __init__(self, settings: Settings) -> None:
        self._names = settings.host_names
        self._further = settings.allowed_hosts
        self._every_address = settings.listens_everywhere
        if self._every_address:
            machine = socket.gethostname().lower()
            self._names |= {machine, f"{machine}.local", machine.partition(".")[0]}

    def is_ours(self, host: Host, port: int | None) -> bool:
        """Return whether a request for `host` that came in at `port` means this service.

        Behind a proxy the port is the proxy's: a name that was allowed by hand may have any.
        """
        if any(_fits(host, pattern) for pattern in self._further):
            return True
        if None not in (port, host.port) and host.port != port:
            return False
        # An address was not looked up: nobody can have bent it.
        return host.name in self._names or (self._every_address and _is_address(host.name))


def _fits(host: Host, pattern: str) -> bool:
    pattern = pattern.lower()
    if pattern == "*":
        return True
    name, colon, port = pattern.rpartition(":")
    if not colon or not port.isdecimal():
        name, port = pattern, ""
    if port and host.port != int(port):
        return False
    if name.startswith("*."):
        return host.name.endswith(name[1:])
    return host.name == name


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True

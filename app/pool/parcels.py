"""Parcels: what goes between the service and its worker processes, over pipes.

A JSON header and raw bytes, each with its length before them.
"""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO, NamedTuple

_LENGTHS = struct.Struct("<IQ")


class Parcel(NamedTuple):
    """One message.

    Attributes
    ----------
    header : dict
        Anything that JSON holds.
    payload : bytes
    """

    header: dict[str, Any]
    payload: bytes = b""


def pack(header: Mapping[str, Any], payload: bytes = b"") -> bytes:
    """Return a parcel as it goes through a pipe."""
    text = json.dumps(header, separators=(",", ":")).encode()
    return _LENGTHS.pack(len(text), len(payload)) + text + payload


def read(pipe: BinaryIO) -> Parcel | None:
    """Wait for the next parcel; None at the end of the pipe."""
    lengths = pipe.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    of_header, of_payload = _LENGTHS.unpack(lengths)
    rest = pipe.read(of_header + of_payload)
    if len(rest) < of_header + of_payload:
        return None
    return Parcel(json.loads(rest[:of_header]), rest[of_header:])


async def receive(pipe: asyncio.StreamReader) -> Parcel:
    """Wait for the next parcel on the event loop.

    Raises
    ------
    asyncio.IncompleteReadError
        At the end of the pipe.
    """
    of_header, of_payload = _LENGTHS.unpack(await pipe.readexactly(_LENGTHS.size))
    header = json.loads(await pipe.readexactly(of_header))
    return Parcel(header, await pipe.readexactly(of_payload) if of_payload else b"")

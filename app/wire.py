"""The wire: a frame as one message in safetensors format.

Eight bytes of header length, a JSON header, raw arrays: a recorded message opens in any tool
that reads safetensors.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from safetensors.numpy import load, save

from engine.arrays import Array
from engine.frame import Frame, is_norm


@dataclass(frozen=True)
class Decoded:
    """The contents of a message.

    Attributes
    ----------
    iteration : int
        Number of updates before this frame's forward pass.
    text : dict of str to str
        The rest of the metadata, by name.
    arrays : dict of str to ndarray
        As they crossed the wire: norms are log10.
    """

    iteration: int
    text: dict[str, str]
    arrays: dict[str, Array]


def arrays_of(frame: Frame) -> dict[str, Array]:
    """Return a frame's arrays as they cross the wire.

    Norms become log10 in float32, taken in float64, so that 1e-60 is a number; an exact zero
    is -inf. Other scalars stay float64, other arrays become float32, integers int32.
    """
    return {name: _for_the_wire(name, np.asarray(value)) for name, value in frame.arrays.items()}


def column(name: str, values: Array) -> Array:
    """Return values (n,) of one scalar, named ``<lane>/<name>``, as they cross the wire."""
    return _log10(values) if is_norm(name) else values


def encode(iteration: int, text: Mapping[str, str], arrays: Mapping[str, Array]) -> bytes:
    """Write a message.

    Parameters
    ----------
    iteration : int
        What it shows.
    text : mapping
        More metadata by name.
    arrays : mapping
        As they cross the wire.
    """
    return save(dict(arrays), metadata={"iteration": str(iteration), **text})


def decode(data: bytes) -> Decoded:
    """Read a message: the inverse of `encode`.

    Parameters
    ----------
    data : bytes
        One message.
    """
    length = int.from_bytes(data[:8], "little")
    metadata: dict[str, str] = json.loads(data[8 : 8 + length])["__metadata__"]
    text = {name: value for name, value in metadata.items() if name != "iteration"}
    return Decoded(iteration=int(metadata["iteration"]), text=text, arrays=load(data))


def _for_the_wire(name: str, array: Array) -> Array:
    if is_norm(name):
        return _log10(array)
    if array.dtype.kind in "biu":
        return np.asarray(array, np.int32, order="C")
    # Overflow to inf is a value that the wire carries, not a mistake.
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(array, np.float32 if array.ndim else np.float64, order="C")


def _log10(norms: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        logs: Array = np.log10(np.asarray(norms, np.float64, order="C"))
    return np.asarray(logs, np.float32)

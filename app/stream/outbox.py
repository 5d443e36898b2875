"""The outbox: what waits to be sent to one viewer.

Texts leave in the order they came. Of frames only the newest waits, and it waits until the
viewer has acknowledged enough of the earlier ones: a slow viewer sees fewer frames, not late
ones.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, NamedTuple

CREDITS = 2
"""Frames that may be on their way to the viewer at a time."""

CROWD = 64
"""Texts that may wait; beyond, no further message of the viewer is read."""


class _Text(NamedTuple):
    number: int
    text: str
    replaceable: bool


class _Waiting(NamedTuple):
    number: int
    iteration: int
    data: bytes


class Outbox:
    """Filled by a worker thread, emptied by the event loop.

    Parameters
    ----------
    wake : callable
        Called, from any thread, whenever something can be taken.
    """

    def __init__(self, wake: Callable[[], object]) -> None:
        self._wake = wake
        self._lock = Lock()
        self._number = 0
        self._texts: deque[_Text] = deque()
        self._frame: _Waiting | None = None
        self._in_flight: deque[int] = deque()

    @property
    def room(self) -> int:
        """Frames that would leave at once if they were shown now."""
        with self._lock:
            return CREDITS - len(self._in_flight) if self._frame is None else 0

    @property
    def crowded(self) -> bool:
        """Whether the viewer takes its texts more slowly than it causes them."""
        return len(self._texts) >= CROWD

    def post(self, message: Mapping[str, Any], *, replaceable: bool = False) -> None:
        """Add a JSON message.

        Parameters
        ----------
        message : mapping
            Never with NaN or infinities: JSON can't hold them.
        replaceable : bool
            Whether a later replaceable text may take its place, as with progress.
        """
        text = json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        with self._lock:
            if replaceable and self._texts and self._texts[-1].replaceable:
                self._texts.pop()
            self._texts.append(_Text(self._next_number(), text, replaceable))
        self._wake()

    def show(self, iteration: int, data: bytes) -> None:
        """Add a frame, in place of one that still waits."""
        with self._lock:
            self._frame = _Waiting(self._next_number(), iteration, data)
        self._wake()

    def withdraw(self) -> bool:
        """Take back the frame that waits; False if there is none, for it has left."""
        with self._lock:
            waited, self._frame = self._frame is not None, None
            return waited

    def acknowledge(self, iteration: int) -> None:
        """Take note that the viewer has the frame of `iteration`, and so all before it."""
        with self._lock:
            if iteration in self._in_flight:
                while self._in_flight.popleft() != iteration:
                    pass
            elif self._in_flight:
                self._in_flight.popleft()
        self._wake()

    def take(self) -> str | bytes | None:
        """Return what is to be sent next, or None if nothing is, or nothing may be."""
        with self._lock:
            frame = self._frame if len(self._in_flight) < CREDITS else None
            if frame is not None and not (self._texts and self._texts[0].number < frame.number):
                self._frame = None
                self._in_flight.append(frame.iteration)
                return frame.data
            return self._texts.popleft().text if self._texts else None

    def forget_frames(self) -> None:
        """Drop the frame that waits and those on their way: another run begins."""
        with self._lock:
            self._frame = None
            self._in_flight.clear()

    def _next_number(self) -> int:
        self._number += 1
        return self._number

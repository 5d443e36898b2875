"""The outbox: what waits to be sent to one viewer.

Texts leave in the order they came. Of frames only the newest waits, and it waits until the
viewer has acknowledged enough of the earlier ones: a slow viewer sees fewer frames, not late
ones.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any, NamedTuple

from app import metrics
from app.stream.coarse import LinkGauge

CREDITS = 2
"""Frames that may be on their way to the viewer at a time."""

CROWD = 64
"""Texts that may wait; beyond, no further message of the viewer is read."""


class _Text(NamedTuple):
    number: int
    text: str | bytes
    replaces: str | None


class _Waiting(NamedTuple):
    number: int
    iteration: int
    write: Callable[[], bytes]


class Farewell(NamedTuple):
    """How a connection is closed once all texts have left."""

    code: int
    reason: str


class _Sent(NamedTuple):
    iteration: int
    at: float


class Outbox:
    """Filled by a run, emptied by whoever sends, both on the event loop.

    Parameters
    ----------
    wake : callable
        Called whenever something can be taken.
    """

    def __init__(self, wake: Callable[[], object]) -> None:
        self._wake = wake
        self._number = 0
        self._texts: deque[_Text] = deque()
        self._frame: _Waiting | None = None
        self._in_flight: deque[_Sent] = deque()
        self._link = LinkGauge()
        self.farewell: Farewell | None = None
        """Set when nothing more will come than the texts that wait."""

    @property
    def room(self) -> int:
        """Frames that would leave at once if they were shown now."""
        return CREDITS - len(self._in_flight) - (self._frame is not None)

    @property
    def silence(self) -> float:
        """Seconds that the oldest frame on its way has waited for its acknowledgement."""
        return monotonic() - self._in_flight[0].at if self._in_flight else 0.0

    @property
    def coarseness(self) -> int:
        """Of so many timesteps of a heatmap, the link takes one."""
        return self._link.every

    @property
    def crowded(self) -> bool:
        """Whether the viewer takes its texts more slowly than it causes them."""
        return len(self._texts) >= CROWD

    def post(self, message: Mapping[str, Any], *, replaces: str | None = None) -> None:
        """Add a JSON message.

        Parameters
        ----------
        message : mapping
            Never with NaN or infinities: JSON can't hold them.
        replaces : str, optional
            Takes the place of one that still waits and was posted with the same word here, as
            progress does that of earlier progress.
        """
        text = json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        if replaces is not None:
            earlier = [each for each in self._texts if each.replaces == replaces]
            for each in earlier:
                self._texts.remove(each)
        self._texts.append(_Text(self._next_number(), text, replaces))
        self._wake()

    def hand(self, data: bytes) -> None:
        """Add a binary message that is no frame: it leaves in its turn, like a text."""
        self._texts.append(_Text(self._next_number(), data, None))
        self._wake()

    def show(self, iteration: int, write: Callable[[], bytes]) -> None:
        """Add a frame, in place of one that still waits; it is written when it leaves."""
        if self._frame is not None:
            metrics.DROPS.inc()
        self._frame = _Waiting(self._next_number(), iteration, write)
        self._wake()

    def withdraw(self) -> None:
        """Drop the frame that waits: a newer one is in the making."""
        self._frame = None

    def acknowledge(self, iteration: int) -> None:
        """Take note that the viewer has the frame of `iteration`, and so all before it."""
        if iteration in (sent.iteration for sent in self._in_flight):
            while (sent := self._in_flight.popleft()).iteration != iteration:
                pass
            self._link.took(monotonic() - sent.at)
        elif self._in_flight:
            self._in_flight.popleft()
        self._wake()

    def take(self) -> str | bytes | None:
        """Return what is to be sent next, or None if nothing is, or nothing may be."""
        frame = self._frame if len(self._in_flight) < CREDITS else None
        if frame is not None and not (self._texts and self._texts[0].number < frame.number):
            self._frame = None
            self._in_flight.append(_Sent(frame.iteration, monotonic()))
            data = frame.write()
            metrics.FRAMES.inc()
            metrics.FRAME_BYTES.inc(len(data))
            return data
        return self._texts.popleft().text if self._texts else None

    def close(self, code: int, reason: str) -> None:
        """Have the connection closed after the texts that wait."""
        if self.farewell is None:
            self.farewell = Farewell(code, reason)
            self.forget_frames()
            self._wake()

    def forget_frames(self) -> None:
        """Drop the frame that waits and those on their way: another run begins."""
        self._frame = None
        self._in_flight.clear()

    def _next_number(self) -> int:
        self._number += 1
        return self._number

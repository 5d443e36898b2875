"""Turns: who of several threads computes, one at a time, each for a moment."""

from __future__ import annotations

from collections import deque
from threading import Event, Lock
from time import monotonic

TURN = 0.02
"""Seconds after which a turn is handed on, if somebody waits."""


MOST_IN_A_ROW = 2
"""Turns of those who go first between two of others who wait."""


class Turns:
    """Handed on in the order of asking, but for those who go first.

    Those who go first have two turns of three at most, so that the others go on.

    Parameters
    ----------
    length : float, optional
        Seconds.
    """

    def __init__(self, length: float = TURN) -> None:
        self._length = length
        self._lock = Lock()
        self._taken = False
        self._in_a_row = 0
        self._began = 0.0
        self._first: deque[Event] = deque()
        self._others: deque[Event] = deque()

    def take(self, *, first: bool = False) -> None:
        """Wait for a turn."""
        with self._lock:
            if not self._taken:
                self._begin(first=first)
                return
            called = Event()
            (self._first if first else self._others).append(called)
        called.wait()

    def end(self) -> None:
        """Hand the turn on."""
        with self._lock:
            self._taken = False
            queue = self._first
            if not queue or (self._others and self._in_a_row >= MOST_IN_A_ROW):
                queue = self._others
            if queue:
                self._begin(first=queue is self._first)
                queue.popleft().set()

    def offer(self, *, first: bool = False) -> None:
        """Hand the turn on if it has been long enough and somebody waits; wait for the next."""
        if monotonic() - self._began >= self._length and (self._first or self._others):
            self.end()
            self.take(first=first)

    def _begin(self, *, first: bool) -> None:
        self._in_a_row = self._in_a_row + 1 if first else 0
        self._taken, self._began = True, monotonic()

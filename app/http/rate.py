"""How often a client may ask, in a window that moves along."""

from __future__ import annotations

from collections import deque
from time import monotonic

WINDOW = 60.0
"""Seconds."""


class Rate:
    """At most so many requests of each client within any minute.

    Counted on the monotonic clock: the time of day may be set back, and then nobody shall wait for
    it to come again.

    Parameters
    ----------
    most : int
        Requests a minute.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        # Of each client the times of what was admitted; who was admitted last is at the end.
        self._admitted: dict[str, deque[float]] = {}

    def __len__(self) -> int:
        """Return how many clients are remembered."""
        return len(self._admitted)

    def admits(self, client: str) -> bool:
        """Count a request, and return whether it is one of the admitted."""
        start = monotonic() - WINDOW
        self._forget_before(start)
        times = self._admitted.get(client, deque())
        while times and times[0] <= start:
            times.popleft()
        if len(times) >= self.most:
            return False
        times.append(monotonic())
        self._admitted.pop(client, None)
        self._admitted[client] = times
        return True

    def _forget_before(self, start: float) -> None:
        """Forget the clients of whom nothing lies in the window."""
        while self._admitted:
            client = next(iter(self._admitted))
            if self._admitted[client][-1] > start:
                return
            del self._admitted[client]

"""Logs: one line an event, with names and values, and no client can fill them."""

from __future__ import annotations

import logging
from collections import deque
from time import monotonic

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"

LEVELS = ("debug", "info", "warning", "error")

MOST_A_MINUTE = 20
"""Records of one kind; what comes beyond is counted, and told with the next."""

_FROM_CLIENTS = ("Invalid UTF-8 sequence", "Invalid HTTP request", "Unsupported upgrade")
"""Beginnings of what the server logs for whatever a client sends: of use when debugging."""


class Sparing(logging.Filter):
    """Lets so many records of one place in the code through in a minute."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[tuple[str, int], deque[float]] = {}
        self._held: dict[tuple[str, int], int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record is written."""
        if str(record.msg).startswith(_FROM_CLIENTS):
            return False
        now = monotonic()
        place = (record.pathname, record.lineno)
        seen = self._seen.setdefault(place, deque())
        while seen and seen[0] < now - 60:
            seen.popleft()
        if len(seen) >= MOST_A_MINUTE:
            self._held[place] = self._held.get(place, 0) + 1
            return False
        seen.append(now)
        if held := self._held.pop(place, 0):
            record.msg = f"{record.msg} ({held} more like this were left out)"
        return True


def write_logs(level: str) -> None:
    """Write logs to the standard error stream.

    Parameters
    ----------
    level : str
        One of `LEVELS`: the least urgent that is written.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(FORMAT))
    handler.addFilter(Sparing())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)

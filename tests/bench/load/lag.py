"""How late the service's event loop is, as a client sees it that has nothing else to do."""

from __future__ import annotations

import asyncio
import json
import re
import time
from dataclasses import dataclass, field

from websockets.asyncio.client import connect

from tests.bench.load.crowd import Signals
from tests.bench.load.report import percentile
from tests.bench.load.server import PATIENCE

INTERVAL = 0.02
"""Seconds between two pings. They leave when they are due, whether or not the last is answered:
a loop that stands still for a second is late fifty times."""

LAST_ANSWERS = 2.0
"""Seconds that the last pings have to be answered."""

METRIC = "lag_seconds"
"""How the name of the histogram on ``/metrics`` ends that holds the loop's own measure."""


@dataclass
class Pings:
    """Round trips.

    Attributes
    ----------
    trips : list of (float, float)
        When a ping was due, and the seconds until its answer; infinite if there was none.
    own : list of float
        Seconds by which this client itself was late.
    """

    trips: list[tuple[float, float]] = field(default_factory=list)
    own: list[float] = field(default_factory=list)

    def trips_in(self, begin: float, end: float) -> list[float]:
        """Return those due in a stretch of time, in milliseconds."""
        return [1000 * took for due, took in self.trips if begin <= due < end]

    @property
    def own_p99(self) -> float:
        """Milliseconds."""
        return 1000 * percentile(self.own, 99)


async def ping(signals: Signals, url: str) -> Pings:
    """Ping on a connection without a run, until the reporter has enough."""
    pings = Pings()
    due: dict[int, float] = {}
    answered: dict[int, float] = {}
    async with connect(
        url, compression=None, proxy=None, ping_interval=None, open_timeout=PATIENCE
    ) as websocket:

        async def listen() -> None:
            async for message in websocket:
                answered[json.loads(message)["id"]] = time.monotonic()

        listening = asyncio.create_task(listen())
        signals.ready()
        number, next_due = 0, time.monotonic()
        while not signals.stopped:
            await asyncio.sleep(max(0.0, next_due - time.monotonic()))
            pings.own.append(time.monotonic() - next_due)
            due[number] = next_due
            await websocket.send(json.dumps({"type": "ping", "id": number}))
            number, next_due = number + 1, next_due + INTERVAL
        # A loop that was late all the time may still answer.
        end = time.monotonic() + LAST_ANSWERS
        while len(answered) < len(due) and time.monotonic() < end and not listening.done():
            await asyncio.sleep(INTERVAL)
        listening.cancel()
    pings.trips = [(when, answered.get(one, float("inf")) - when) for one, when in due.items()]
    return pings


def told_lag(before: str | None, after: str | None) -> float | None:
    """Return the 99th percentile of the loop's lag that ``/metrics`` tells of a stretch of time.

    Parameters
    ----------
    before, after : str or None
        The page at its beginning and end, in Prometheus' text format.

    Returns
    -------
    float or None
        In milliseconds, the upper end of the bucket that it lies in; None if nothing is told.
    """
    earlier, later = _buckets(before), _buckets(after)
    counts = {bound: number - earlier.get(bound, 0.0) for bound, number in later.items()}
    total = counts.get(float("inf"), 0.0)
    if not total:
        return None
    return 1000 * min(bound for bound, number in counts.items() if number >= 0.99 * total)


def _buckets(metrics: str | None) -> dict[float, float]:
    """Return how many were at most so many seconds late."""
    line = re.compile(rf'^\w*{METRIC}_bucket\{{.*?le="([^"]+)".*?\}} (\S+)$', re.MULTILINE)
    return {float(bound): float(number) for bound, number in line.findall(metrics or "")}

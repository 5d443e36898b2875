"""What the service counts about itself, for Prometheus to fetch. Nothing is sent to anybody."""

from __future__ import annotations

import asyncio

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

RUNS = Gauge("unrolled_runs", "Runs that are open", registry=REGISTRY)
PLAYING = Gauge("unrolled_parts_playing", "Parts of runs that play", registry=REGISTRY)
VIEWERS = Gauge("unrolled_viewers", "Connected viewers of runs of their own", registry=REGISTRY)
CLASSES = Gauge("unrolled_classes", "Classes that are open", registry=REGISTRY)
FOLLOWERS = Gauge("unrolled_followers", "Students in all classes", registry=REGISTRY)
WORKERS = Gauge("unrolled_workers", "Worker processes", registry=REGISTRY)
WORKERS_LOST = Gauge("unrolled_workers_lost", "Workers that ended by themselves", registry=REGISTRY)
WORKERS_RENEWED = Gauge(
    "unrolled_workers_renewed", "Workers ended for the memory they kept", registry=REGISTRY
)
QUEUE = Gauge(
    "unrolled_orders_waiting", "Orders to workers that are not answered yet", registry=REGISTRY
)
FRAMES = Counter("unrolled_frames_sent", "Frames sent", registry=REGISTRY)
FRAME_BYTES = Counter("unrolled_frame_bytes", "Bytes of the frames sent", registry=REGISTRY)
DROPS = Counter("unrolled_frames_dropped", "Frames that a newer one replaced", registry=REGISTRY)
ITERATIONS = Counter("unrolled_iterations", "Training iterations computed", registry=REGISTRY)
SLICES = Histogram(
    "unrolled_slice_seconds",
    "Time of a processor that one order to a worker took",
    buckets=_SECONDS,
    registry=REGISTRY,
)
WAITS = Histogram(
    "unrolled_turn_wait_seconds",
    "Time that one order waited for its turns",
    buckets=_SECONDS,
    registry=REGISTRY,
)
LAG = Histogram(
    "unrolled_loop_lag_seconds",
    "How late the event loop is",
    buckets=_SECONDS,
    registry=REGISTRY,
)

LAG_EVERY = 0.1
"""Seconds between two looks at the event loop's lag."""


def text() -> bytes:
    """Return all of it in Prometheus' format."""
    found: bytes = generate_latest(REGISTRY)
    return found


async def watch_lag() -> None:
    """Observe for ever how late the event loop is."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + LAG_EVERY
        await asyncio.sleep(LAG_EVERY)
        LAG.observe(max(0.0, loop.time() - due))

"""One viewer, and nobody else."""

from __future__ import annotations

from tests.bench.load.crowd import Crowd
from tests.bench.load.players import play
from tests.bench.load.report import Row
from tests.bench.load.scale import Scale
from tests.bench.load.setup import Setup, stretch
from tests.bench.load.viewer import Log

SETTLING = 0.5
"""Seconds of playing before the first that counts."""


def alone(scale: Scale, setup: Setup) -> list[Row]:
    """Measure one viewer of the default recipe."""
    with setup.server() as server, Crowd(play, server.stream()) as crowd:
        crowd.wait_ready()
        stretch(SETTLING)
        before = server.held()
        begin, end = stretch(scale.seconds)
        after = server.held()
        log: Log
        [log] = crowd.finish()
    seconds = end - begin
    frames = log.frames_in(begin, end)
    return [
        Row("alone", "iterations", log.iterations(begin, end) / seconds, "/s"),
        Row("alone", "frames", frames / seconds, "/s"),
        Row("alone", "size of a frame", log.received / max(1, len(log.frames)) / 1000, "kB"),
        Row("alone", "processors in use", (after.processor - before.processor) / seconds),
    ]

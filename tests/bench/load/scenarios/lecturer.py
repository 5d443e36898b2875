"""A lecturer whose students all play."""

from __future__ import annotations

import asyncio
import time
from random import Random

from tests.bench.load.crowd import Crowd, Signals
from tests.bench.load.players import play
from tests.bench.load.report import Row, at_least, at_most, percentile
from tests.bench.load.rooms import open_room
from tests.bench.load.scale import Scale
from tests.bench.load.setup import Setup
from tests.bench.load.viewer import Log, viewing

Outcome = tuple[Log, tuple[float, float], list[float]]


def lecturer(scale: Scale, setup: Setup) -> list[Row]:
    """Measure her frames, and how long her Pause takes to be answered."""
    with setup.server() as server, Crowd(play, server.stream(), scale.students) as students:
        students.wait_ready()
        room = open_room(server.url)
        with Crowd(
            lecture,
            server.stream(room.lecturer),
            scale.seconds,
            scale.pauses,
            scale.pauses_within,
        ) as she:
            log, (begin, end), answered = she.result(scale.seconds + scale.pauses_within + 2 * 60)
        logs = students.finish()
    rates = [each.iterations(begin, end) / (end - begin) for each in logs]
    few = "" if len(answered) >= scale.pauses else f"{len(answered)} pauses only: time was up"
    name = "lecturer"
    return [
        Row(name, "playing students", scale.students),
        Row(name, "iterations of a student", sum(rates) / len(rates), "/s"),
        Row(name, "iterations of the lecturer", log.iterations(begin, end) / (end - begin), "/s"),
        Row(
            name,
            "frames of the lecturer",
            log.frames_in(begin, end) / (end - begin),
            "/s",
            at_least(10),
        ),
        Row(name, "Pause → answer, median", percentile(answered, 50), "ms"),
        Row(name, "Pause → answer, p99", percentile(answered, 99), "ms", at_most(200), few),
    ]


async def lecture(
    signals: Signals, url: str, seconds: float, pauses: int, within: float
) -> Outcome:
    """Play for a while, then pause and go on, again and again.

    Returns
    -------
    Log
        What she saw.
    tuple of float
        When the stretch without pauses began and ended.
    list of float
        Milliseconds until a Pause was answered.
    """
    moments = Random(0)
    async with viewing(url) as viewer:
        await viewer.start()
        await viewer.ask("play")
        signals.ready()
        begin = time.monotonic()
        await asyncio.sleep(seconds)
        end = time.monotonic()
        answered: list[float] = []
        while len(answered) < pauses and time.monotonic() < end + within:
            # At any moment of an iteration.
            await asyncio.sleep(moments.uniform(0.05, 0.25))
            asked = time.monotonic()
            await viewer.ask("pause")
            answered.append(1000 * (time.monotonic() - asked))
            await viewer.ask("play")
        return viewer.log, (begin, end), answered

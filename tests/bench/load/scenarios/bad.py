"""Two good viewers among bad clients."""

from __future__ import annotations

import asyncio
import time

from websockets.exceptions import WebSocketException

from tests.bench.load.bad import BEHAVIOURS, HALF_SENT, Done, behave_badly
from tests.bench.load.crowd import Crowd, Signals
from tests.bench.load.players import play
from tests.bench.load.report import Row, at_least, at_most, ratio
from tests.bench.load.scale import Scale
from tests.bench.load.scenarios.alone import SETTLING
from tests.bench.load.setup import Setup, stretch
from tests.bench.load.viewer import Log, viewing

GOOD = 2

ALL = "all of them"

TARGETS = {"a reader at 50 kB/s": 0.6, ALL: 0.5}
"""What is to be left to the good viewers. The slow reader has a right to a third of what there is,
and on one machine clients take from the server what they cost themselves."""

TARGET = 0.8
"""The same of the other kinds."""

SILENT = "silent sockets"

CROWDED = (SILENT, ALL)
"""Casts that may take every place, so that somebody who comes meanwhile is measured too."""

NEWCOMER_WAITS = 10.0
"""Seconds after which somebody who finds no place gives up."""

COME_BACK = 0.5
"""Seconds until somebody who was turned away comes back, as the page does."""

Window = tuple[float, float]


def bad(scale: Scale, setup: Setup) -> list[Row]:
    """Measure the good viewers without bad clients, with each kind, with all, and after."""
    kinds = dict.fromkeys(BEHAVIOURS, 1) | {
        SILENT: scale.silent,
        HALF_SENT: scale.half_sent,
    }
    casts = {kind: {kind: number} for kind, number in kinds.items()} | {ALL: kinds}
    windows: dict[str, Window] = {}
    told: dict[str, dict[str, Done]] = {}
    costs: dict[str, float] = {}
    written: dict[str, int] = {}
    arrived: dict[str, tuple[float, int]] = {}
    with setup.server() as server, Crowd(play, server.stream(), GOOD) as good:
        good.wait_ready()
        stretch(SETTLING)
        without = stretch(scale.seconds / 2)
        for name, cast in casts.items():
            written_before = len(server.log())
            began = time.monotonic()
            with Crowd(behave_badly, server.stream(), cast) as crowd:
                crowd.wait_ready()
                stretch(SETTLING)
                windows[name] = stretch(scale.seconds / 2)
                if name in CROWDED:
                    with Crowd(newcomer, server.stream()) as guest:
                        arrived[name] = guest.result(120)
                told[name], costs[name] = crowd.finish()
            costs[name] /= time.monotonic() - began
            written[name] = len(server.log()) - written_before
        stretch(2 * SETTLING)
        left = server.runs() - GOOD
        after = stretch(scale.seconds / 2)
        logs: list[Log] = good.finish()
    rows = [
        Row(
            "bad", "iterations of the good ones without bad ones", _iterations(logs, without), "/s"
        ),
        Row("bad", "frames of the good ones without bad ones", _frames(logs, without), "/s"),
    ]
    for name, window in windows.items():
        iterations = ratio(_iterations(logs, window), _iterations(logs, without))
        frames = ratio(_frames(logs, window), _frames(logs, without))
        done = list(told[name].values())
        note = (
            f"sent {sum(each.sent for each in done)}, "
            f"hung up on {sum(each.hung_up for each in done)} times, "
            f"{sum(each.held for each in done)} still open, {written[name]} bytes of log, "
            f"{costs[name]:.2f} of a processor"
        )
        number = f"{kinds[name]} × " if kinds.get(name, 1) > 1 else ""
        rows += [
            Row(
                "bad",
                f"{number}{name}: iterations",
                iterations,
                "",
                at_least(TARGETS.get(name, TARGET)),
            ),
            Row(
                "bad",
                f"{number}{name}: frames",
                frames,
                "",
                at_least(TARGETS.get(name, TARGET)),
                note,
            ),
        ]
    recovered = ratio(_iterations(logs, after), _iterations(logs, without))
    return [
        *rows,
        *(
            Row(
                "bad",
                f"a newcomer's first frame among {name}",
                seconds,
                "s",
                at_most(5),
                f"turned away {refused} times",
            )
            for name, (seconds, refused) in arrived.items()
        ),
        Row("bad", "after they have gone: runs left", left, target=at_most(0)),
        Row("bad", "after they have gone: iterations", recovered, "", at_least(0.9)),
    ]


def _iterations(logs: list[Log], window: Window) -> float:
    begin, end = window
    return sum(log.iterations(begin, end) for log in logs) / (end - begin)


def _frames(logs: list[Log], window: Window) -> float:
    begin, end = window
    return sum(log.frames_in(begin, end) for log in logs) / (end - begin)


async def newcomer(signals: Signals, url: str) -> tuple[float, int]:
    """Come now, and again when turned away.

    Returns
    -------
    float
        Seconds until the first frame; infinite if none came in time.
    int
        How often it was turned away.
    """
    signals.ready()
    refused = 0
    begin = time.monotonic()
    while time.monotonic() < begin + NEWCOMER_WAITS:
        try:
            async with viewing(url) as viewer:
                await viewer.start()
                return time.monotonic() - begin, refused
        except (OSError, TimeoutError, WebSocketException):
            refused += 1
            await asyncio.sleep(COME_BACK)
    return float("inf"), refused

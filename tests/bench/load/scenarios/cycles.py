"""Viewers that come, start a run and leave, each in a way of its own."""

from __future__ import annotations

import time
from dataclasses import replace

from tests.bench.load.crowd import Crowd, Signals
from tests.bench.load.recipes import SMALL
from tests.bench.load.report import Row, at_most
from tests.bench.load.scale import Scale
from tests.bench.load.setup import Setup
from tests.bench.load.viewer import AT_A_TIME, all_at_once, viewing

FAR = 100_000
"""Iterations of a replay that nobody waits for."""

WARM_UP = 1000
"""Cycles before the first count: threads of pools, modules that are loaded when needed, and memory
that the allocator keeps for what comes next. It has its size after about a thousand; four thousand
more added 0.6 MB."""

MANY = {"UNROLLED_CONNECTIONS_PER_MINUTE": "100000"}
"""All of them come from one address."""


def cycles(scale: Scale, setup: Setup) -> list[Row]:
    """Count what the service holds before and after."""
    with replace(setup, settings=MANY | setup.settings).server() as server:
        with Crowd(come_and_go, server.stream(), min(WARM_UP, scale.cycles), 60.0) as crowd:
            crowd.result(120)
        before = server.settled()
        began = time.monotonic()
        with Crowd(come_and_go, server.stream(), scale.cycles, scale.cycles_within) as crowd:
            done: int = crowd.result(scale.cycles_within + 60)
        took = time.monotonic() - began
        after = server.settled()
        left = server.runs()
    few = "" if done >= scale.cycles else f"of {scale.cycles}: time was up"
    name = "cycles"
    grown = {
        "processes": (before.processes, after.processes),
        "threads": (before.threads, after.threads),
        "descriptors": (before.descriptors, after.descriptors),
    }
    return [
        Row(name, "cycles", done, note=few),
        Row(name, "cycles", done / took, "/s"),
        Row(name, "runs left", left, target=at_most(0)),
        *(
            Row(name, f"{what} left", now - then, "", at_most(0), f"{then} → {now}")
            for what, (then, now) in grown.items()
        ),
        Row(
            name,
            "memory left",
            after.megabytes - before.megabytes,
            "MB",
            at_most(1),
            f"{before.megabytes:.1f} → {after.megabytes:.1f} MB",
        ),
    ]


async def come_and_go(signals: Signals, url: str, number: int, within: float) -> int:
    """Connect, start and leave so many times; return how many there was time for."""
    signals.ready()
    deadline = time.monotonic() + within

    async def one(kind: int) -> bool:
        if time.monotonic() >= deadline:
            return False
        async with viewing(url) as viewer:
            match kind % 4:
                case 0:  # plays, and says goodbye
                    await viewer.start(SMALL)
                    await viewer.ask("play")
                    await viewer.leave()
                case 1:  # in the middle of a replay
                    await viewer.send("start", recipe=SMALL, at=FAR)
                    await viewer.replays()
                    await viewer.leave()
                case 2:  # plays, and is gone without a close frame
                    await viewer.start(SMALL)
                    await viewer.ask("play")
                case 3:  # gone before the answer
                    await viewer.send("start", recipe=SMALL, at=FAR)
        return True

    return sum(await all_at_once((one(kind) for kind in range(number)), AT_A_TIME))

"""One run that many follow."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack

from tests.bench.load.crowd import Crowd, Signals
from tests.bench.load.report import Row, at_least, at_most, percentile
from tests.bench.load.rooms import open_room
from tests.bench.load.scale import Scale
from tests.bench.load.setup import Setup, stretch
from tests.bench.load.viewer import Log, all_at_once, viewing

RATE = 10.0
"""Frames a second."""

NEVER = [float("inf")]
"""The delays where nothing came."""

Sent = dict[int, float]
"""Iteration → when the lecturer's client asked for it."""


def followers(scale: Scale, setup: Setup) -> list[Row]:
    """Measure how long a frame is on its way to every follower.

    The server's word on when it sent a frame is not asked for: sending has begun when the first of
    all, the lecturer included, has it. From the lecturer's Step on, the time holds the iteration.
    """
    name = "followers"
    with setup.server() as server:
        room = open_room(server.url)
        with Crowd(teach, server.stream(room.lecturer)) as she:
            she.wait_ready()
            with Crowd(follow, server.stream(room.follower), scale.followers) as crowd:
                crowd.wait_ready()
                begin, end = stretch(scale.seconds)
                rows = _page(scale, setup, f"{server.url}{room.page}", "with all followers")
                taught: tuple[Sent, Log] = she.finish()
                logs: list[Log] = crowd.finish()
    steps, hers = taught
    asked = {iteration: when for iteration, when in steps.items() if begin <= when < end}
    took = delays(asked, logs)
    on_the_way = delays(first_arrivals(asked, [hers, *logs]), logs)
    share = len(took) / max(1, len(asked) * len(logs))
    return [
        *rows,
        Row(name, "followers", len(logs)),
        # Each Step waits for the answer to the last: a slow service is asked for less.
        Row(
            name,
            "frames that were asked for",
            len(asked) / (end - begin),
            "/s",
            at_least(0.9 * RATE),
        ),
        Row(name, "share of them that came", share, target=at_least(0.99)),
        Row(
            name,
            "frame sent → at a follower, p99",
            percentile(on_the_way or NEVER, 99),
            "ms",
            at_most(200),
            "sent: when the first of all had it",
        ),
        Row(name, "frame sent → at a follower, median", percentile(on_the_way or NEVER, 50), "ms"),
        Row(name, "Step → frame at a follower, median", percentile(took or NEVER, 50), "ms"),
        Row(
            name,
            "Step → frame at a follower, p99",
            percentile(took or NEVER, 99),
            "ms",
            note="with the iteration itself",
        ),
    ]


def _page(scale: Scale, setup: Setup, url: str, note: str) -> list[Row]:
    """Measure the lecturer's own page, if that is wanted."""
    if not setup.page:
        return []
    # Playwright is not needed for anything else here.
    from tests.bench.load.page import page_frames

    rate = page_frames(url, scale.seconds)
    return [Row("followers", "frames of the lecturer's page", rate, "/s", at_least(50), note)]


def delays(sent: Sent, logs: list[Log]) -> list[float]:
    """Return the milliseconds until a frame came, of all that came.

    Parameters
    ----------
    sent : dict
        Iteration → since when it has been waited for.
    logs : list of Log
        Of the followers.
    """
    return [
        1000 * (when - sent[iteration])
        for log in logs
        for when, iteration in log.frames
        if iteration in sent
    ]


def first_arrivals(asked: Sent, logs: list[Log]) -> Sent:
    """Return when the first of all had the frame of each iteration that was asked for."""
    first: Sent = {}
    for log in logs:
        for when, iteration in log.frames:
            if iteration in asked:
                first[iteration] = min(when, first.get(iteration, when))
    return first


async def teach(signals: Signals, url: str) -> tuple[Sent, Log]:
    """Step at a steady rate, until the reporter has enough."""
    sent: Sent = {}
    async with viewing(url) as viewer:
        await viewer.start()
        signals.ready()
        iteration, due = 0, time.monotonic()
        while not signals.stopped:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            iteration, due = iteration + 1, due + 1 / RATE
            sent[iteration] = time.monotonic()
            await viewer.ask("step")
    return sent, viewer.log


async def follow(signals: Signals, url: str, number: int) -> list[Log]:
    """Follow a run, and tell what came when."""
    async with AsyncExitStack() as stack:
        viewers = await all_at_once(stack.enter_async_context(viewing(url)) for _ in range(number))
        signals.ready()
        await signals.stop()
        return [viewer.log for viewer in viewers]

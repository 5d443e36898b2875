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

Sent = dict[int, float]
"""Iteration → when the lecturer's client asked for it."""


def followers(scale: Scale, setup: Setup) -> list[Row]:
    """Measure from the lecturer's Step to its frame at every follower.

    The time holds the iteration itself: it can be measured without a word from the server, and is
    an upper bound of what the target means.
    """
    name = "followers"
    what = "Step → frame at a follower, p99"
    with setup.server() as server:
        room = open_room(server.url)
        with Crowd(teach, server.stream(room.lecturer)) as she:
            she.wait_ready()
            with Crowd(follow, server.stream(room.follower), scale.followers) as crowd:
                crowd.wait_ready()
                begin, end = stretch(scale.seconds)
                rows = _page(scale, setup, f"{server.url}{room.page}", "with all followers")
                sent: Sent = she.finish()
                logs: list[Log] = crowd.finish()
    asked = {iteration: when for iteration, when in sent.items() if begin <= when < end}
    took = delays(asked, logs)
    arrived = took or [float("inf")]
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
        Row(name, "Step → frame at a follower, median", percentile(arrived, 50), "ms"),
        Row(name, what, percentile(arrived, 99), "ms", at_most(200), "with the iteration itself"),
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
    """Return the milliseconds from a step to its frame, of all frames that came.

    Parameters
    ----------
    sent : dict
        Iteration → when it was asked for.
    logs : list of Log
        Of the followers.
    """
    return [
        1000 * (when - sent[iteration])
        for log in logs
        for when, iteration in log.frames
        if iteration in sent
    ]


async def teach(signals: Signals, url: str) -> Sent:
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
    return sent


async def follow(signals: Signals, url: str, number: int) -> list[Log]:
    """Follow a run, and tell what came when."""
    async with AsyncExitStack() as stack:
        viewers = await all_at_once(stack.enter_async_context(viewing(url)) for _ in range(number))
        signals.ready()
        await signals.stop()
        return [viewer.log for viewer in viewers]

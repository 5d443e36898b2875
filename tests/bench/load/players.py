"""Viewers who each play a run of their own at full speed, until the reporter has enough."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from tests.bench.load.crowd import Signals
from tests.bench.load.recipes import THREE_LANES, Recipe
from tests.bench.load.viewer import Log, Viewer, all_at_once, viewing

LAST_LOOK = 5.0
"""Seconds for which we wait for the runs to move once more, after the stretch that counts."""


async def play(
    signals: Signals, url: str, number: int = 1, recipe: Recipe = THREE_LANES
) -> list[Log]:
    """Start all runs, then play them all; ready once all of them play.

    Parameters
    ----------
    signals : Signals
    url : str
        Of the websocket.
    number : int
        How many viewers.
    recipe : dict
        What each runs, from a seed of its own.

    Returns
    -------
    list of Log
        What each of them saw.
    """
    async with AsyncExitStack() as stack:
        viewers: list[Viewer] = await all_at_once(
            stack.enter_async_context(viewing(url)) for _ in range(number)
        )
        await all_at_once(
            viewer.start({**recipe, "seed": seed}) for seed, viewer in enumerate(viewers)
        )
        await asyncio.gather(*(viewer.ask("play") for viewer in viewers))
        signals.ready()
        await signals.stop()
        # A slow run is seen to move only now and then: how far it had come in between shows in
        # the next thing that is seen.
        moving = [asyncio.create_task(viewer.advances()) for viewer in viewers]
        await asyncio.wait(moving, timeout=LAST_LOOK)
        for task in moving:
            task.cancel()
        return [viewer.log for viewer in viewers]

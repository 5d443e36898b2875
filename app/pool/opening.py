"""How a part is opened: with a recipe, and where it can, from a snapshot."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from safetensors.numpy import save

from app.pool.parcels import Parcel
from app.pool.snapshots import Kept
from app.pool.worker import Worker
from engine import Recipe


def open_part(
    worker: Worker,
    number: int,
    recipe: Recipe,
    lanes: Sequence[int],
    kept: Kept | None,
    *,
    first: bool = False,
) -> asyncio.Future[Parcel]:
    """Give a part its first order.

    Parameters
    ----------
    worker : Worker
    number : int
        Of the part, as its worker has named it.
    recipe : Recipe
    lanes : sequence of int
        Which of its lanes it computes.
    kept : Kept or None
        Where it goes on from; None: from the start.
    first : bool
        Whether it goes before others.
    """
    payload, facts = b"", None
    if kept is not None:
        stood = kept.snapshot
        mine = {
            name: array for name, array in stood.arrays.items() if int(name.split("/")[0]) in lanes
        }
        payload = save(mine)
        facts = {"iteration": stood.iteration, "drawn_from": stood.drawn_from, "lost": stood.lost}
    return worker.ask(
        number,
        "open",
        payload,
        recipe=recipe.model_dump(mode="json"),
        lanes=list(lanes),
        first=first,
        snapshot=facts,
    )

"""A study in the pool: computed in a part of its own, beside the run that it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.pool.opening import open_part
from app.pool.parcels import Parcel
from app.pool.pool import Pool
from app.pool.worker import MOST_LOSSES, Worker, WorkerLost, lost_too_often
from engine import Recipe
from engine.studies import Study

AT_ONCE = 20
"""Iterations of a replay that are asked for at once."""

REPLAY_SHARE = 0.5
"""What the replay counts for, of the whole progress."""


class StudyRefused(Exception):
    """The study can't be done of this run; the message says why."""


@dataclass(frozen=True)
class StudyOrder:
    """What is to be computed.

    Attributes
    ----------
    study : Study
    recipe : Recipe
        Of the run that is studied.
    iteration : int
        Which of its iterations.
    about : dict of str to str
        Metadata that the findings carry.
    """

    study: Study
    recipe: Recipe
    iteration: int
    about: dict[str, str]


async def compute(pool: Pool, order: StudyOrder, on_progress: Callable[[float], object]) -> bytes:
    """Return the findings as a message in safetensors format.

    Parameters
    ----------
    pool : Pool
    order : StudyOrder
    on_progress : callable
        Told which share is done, from 0 to 1.

    Raises
    ------
    StudyRefused
        If it can't be done of this run.
    ComputeFailed
        If it can't be done at all.
    """
    for _ in range(MOST_LOSSES):
        [worker, *_] = pool.by_load()
        part = worker.open_part()
        try:
            return await _in_part(pool, worker, part, order, on_progress)
        except WorkerLost:
            pass
        finally:
            worker.close_part(part)
            pool.left(worker)
    raise lost_too_often()


async def _in_part(
    pool: Pool,
    worker: Worker,
    part: int,
    order: StudyOrder,
    on_progress: Callable[[float], object],
) -> bytes:
    study, recipe = order.study, order.recipe
    stand = max(0, order.iteration - study.before)
    kept = pool.snapshots.nearest(recipe, stand)
    begin = 0 if kept is None else kept.snapshot.iteration
    await open_part(worker, part, recipe, [study.lane], kept)
    done, replay = begin, stand + 1 - begin
    while done <= stand:
        count = min(AT_ONCE, stand + 1 - done)
        await worker.ask(part, "advance", count=count, watch=None, tweaks=None)
        done += count
        on_progress(REPLAY_SHARE * (done - begin) / replay)
    share = REPLAY_SHARE if replay > AT_ONCE else 0.0
    found: Parcel = await worker.ask(
        part,
        "study",
        on_progress=lambda part_done: on_progress(share + (1 - share) * part_done),
        study=study.model_dump(mode="json"),
        iteration=order.iteration,
        about=order.about,
    )
    if "refused" in found.header:
        raise StudyRefused(found.header["refused"])
    return found.payload

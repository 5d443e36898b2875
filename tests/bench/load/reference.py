"""The same recipe in the plain way: one process, one BLAS thread, no socket."""

from __future__ import annotations

import os
import time

import app  # holds BLAS to one thread, hence before NumPy

# isort: split
import numpy as np

from app.stream.history import History
from app.wire import arrays_of, encode
from engine import Experiment, Recipe, Watch
from engine.frame import SCALARS
from tests.bench.load.crowd import Crowd, Signals
from tests.bench.load.recipes import WATCH
from tests.bench.load.recipes import Recipe as Json

WARM_UP = 5
"""Iterations before the first that is timed."""


async def iterate(
    signals: Signals, recipe: Json, seconds: float, frame_rate: float
) -> tuple[float, float]:
    """Compute iterations one after another, and encode a frame whenever one is due.

    Parameters
    ----------
    signals : Signals
        Not used: it ends by itself.
    recipe : dict
    seconds : float
        How long.
    frame_rate : float
        Frames a second.

    Returns
    -------
    tuple of float
        Iterations and frames a second.
    """
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1", f"{app.__name__} allows more threads"
    experiment = Experiment(Recipe.model_validate(recipe))
    watch = Watch.model_validate({**WATCH, "lane": min(1, len(recipe["lanes"]) - 1)})
    for _ in range(WARM_UP):
        experiment.advance(watch)
    lanes = range(len(experiment.lanes))
    history = History(len(lanes))
    iterations = frames = 0
    begin = frame_due = time.monotonic()
    while (now := time.monotonic()) < begin + seconds:
        wanted = now >= frame_due
        frame = experiment.advance(watch if wanted else None)
        scalars = [[frame.arrays[f"{lane}/{name}"] for lane in lanes for name in SCALARS]]
        history.extend(frame.iteration, np.array(scalars))
        iterations += 1
        if wanted:
            arrays = arrays_of(frame) | history.arrays(0, frame.iteration)
            encode(frame.iteration, frame.text, arrays)
            history.forget(frame.iteration)
            frame_due = max(frame_due, now - 1 / frame_rate) + 1 / frame_rate
            frames += 1
    took = time.monotonic() - begin
    return iterations / took, frames / took


def reference(recipe: Json, seconds: float, frame_rate: float) -> tuple[float, float]:
    """Return iterations and frames a second of a recipe in a fresh process."""
    with Crowd(iterate, recipe, seconds, frame_rate) as alone:
        rates: tuple[float, float] = alone.result(seconds + 30)
    return rates

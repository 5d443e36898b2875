"""Training for the published results, and when a task counts as solved.

Every batch is drawn anew and its loss is taken before the update, so that the loss of an iteration
is a loss on examples that the network has never seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Any

import numpy as np

from engine import Experiment, Recipe
from tests.published.result import Measured, Row


def losses(
    recipe: dict[str, Any], iterations: int, until: float = 0.0, over: int = 50
) -> np.ndarray:
    """Train; return every lane's loss at every iteration (lanes, iterations).

    Stops early when some lane is below `until` on average over its last `over` iterations.
    """
    experiment = Experiment(Recipe.model_validate(recipe))
    lanes = range(len(experiment.lanes))
    found: list[list[float]] = []
    for _ in range(iterations):
        frame = experiment.advance(watch=None)
        found.append([float(frame.arrays[f"{lane}/loss"]) for lane in lanes])
        if len(found) >= over and (np.mean(found[-over:], axis=0) < until).any():
            break
    return np.array(found).T


def solved_at(curve: np.ndarray, below: float, over: int = 50) -> float:
    """Return the iteration by which the mean of the last `over` losses fell below, or NaN."""
    if len(curve) < over:
        return float("nan")
    means = np.convolve(curve, np.full(over, 1 / over), mode="valid")
    hits = np.flatnonzero(means < below)
    return float(hits[0] + over) if hits.size else float("nan")


def settled(curve: np.ndarray, over: int = 100) -> float:
    """Return the mean of the last `over` losses."""
    return float(np.mean(curve[-over:]))


def seeds_that_solve(claim: str, name: str, found: Sequence[Measured], expected: int) -> Row:
    """Return a row on how many seeds solve a task, and at which iterations."""
    at = sorted(each[name] for each in found if not isnan(each[name]))
    when = f", at {at[0]:.0f}–{at[-1]:.0f}" if at else ""
    measured = f"{len(at)} of {len(found)}{when}"
    return Row(claim, f"{expected} of {len(found)}", measured, len(at) == expected)


def spread(values: Sequence[float], digits: int) -> str:
    """Return the least and the most of some numbers, in words."""
    return f"{min(values):.{digits}f} to {max(values):.{digits}f}"

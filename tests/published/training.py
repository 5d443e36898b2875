"""Training for the published results, when a task counts as solved, and rows that several share.

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


def experiment(recipe: dict[str, Any]) -> Experiment:
    """Return the experiment of a recipe that is still a dict."""
    return Experiment(Recipe.model_validate(recipe))


def train(run: Experiment, iterations: int, until: float = 0.0, over: int = 50) -> np.ndarray:
    """Train on; return every lane's loss at every iteration (lanes, iterations).

    Stops early when some lane is below `until` on average over its last `over` iterations.
    """
    lanes = range(len(run.lanes))
    found: list[list[float]] = []
    for _ in range(iterations):
        frame = run.advance(watch=None)
        found.append([float(frame.arrays[f"{lane}/loss"]) for lane in lanes])
        if len(found) >= over and (np.mean(found[-over:], axis=0) < until).any():
            break
    return np.array(found).T


def losses(
    recipe: dict[str, Any], iterations: int, until: float = 0.0, over: int = 50
) -> np.ndarray:
    """Train a recipe from its start, as `train` does."""
    return train(experiment(recipe), iterations, until, over)


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


def near(
    claim: str, law: str, value: float, percent: float, values: Sequence[float], digits: int = 3
) -> Row:
    """Return a row on numbers of which each should be within some per cent of a value.

    Parameters
    ----------
    claim : str
    law : str
        What the value is, in words.
    value, percent : float
    values : sequence of float
        One a seed.
    digits : int
        Decimals to show.
    """
    holds = all(abs(each / value - 1) < percent / 100 for each in values)
    return Row(claim, f"{law} ± {percent:g} %", spread(values, digits), holds)


def spread(values: Sequence[float], digits: int) -> str:
    """Return the least and the most of some numbers, in words."""
    least, most = (round(value, digits) + 0.0 for value in (min(values), max(values)))  # no −0
    return f"{least:.{digits}f} to {most:.{digits}f}"

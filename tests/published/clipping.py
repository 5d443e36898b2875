"""Clipping by norm on the temporal order problem."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from tests.published.result import Measured, Result, Row
from tests.published.training import losses, seeds_that_solve, settled, solved_at, spread

ITERATIONS = 6000
OVER = 100  # batches of 20: 2,000 fresh sequences
# A sequence that is put into the wrong class costs at least ln 2, so that a mean below this is an
# error of less than 1 %, which is when Pascanu et al. call the task solved.
SOLVED = 0.01 * log(2)
RECIPE = {
    "task": {"name": "temporal_order", "seq_len": 30},
    "batch_size": 20,
    "base": {
        "cell": "rnn",
        "hidden_size": 50,
        "init": "normal",
        "init_std": 0.1,
        "spectral_radius": 0.95,
        "optimizer": "sgd",
        "learning_rate": 0.05,
        "clip_threshold": 1.0,
    },
    "lanes": [{"clip": "norm"}, {"clip": "none"}],
}


def measure(seed: int, until: float = 0.0) -> Measured:
    """Train two networks that differ in their clipping alone, or until one is below a loss."""
    clipped, free = losses({**RECIPE, "seed": seed}, ITERATIONS, until, OVER)
    return {
        "clipped": solved_at(clipped, SOLVED, OVER),
        "free": solved_at(free, SOLVED, OVER),
        "free_loss": settled(free),
    }


def judge(found: Sequence[Measured]) -> list[Row]:
    """With clipping every seed solves it, without none does."""
    stays = [each["free_loss"] for each in found]
    return [
        seeds_that_solve("clipped by norm at 1: seeds that solve it", "clipped", found, len(found)),
        seeds_that_solve("not clipped: seeds that solve it", "free", found, 0),
        Row(
            "not clipped: cross-entropy at the end",
            f"knowing nothing: ln 4 = {log(4):.2f}",
            spread(stays, 2),
            None,
        ),
    ]


RESULT = Result(
    title="Clipping makes plain SGD solve temporal order",
    source="Pascanu, Mikolov & Bengio 2013, sections 3.2 and 4.1",
    conditions=(
        "T = 30, tanh RNN, H = 50, SGD 0.05, B = 20, weights normal (0.1) with W_hh at spectral "
        f"radius 0.95, no bias; {ITERATIONS} iterations; solved: fewer than 1 % errors on 2,000 "
        "fresh sequences"
    ),
    seeds=range(5),
    measure=measure,
    judge=judge,
)

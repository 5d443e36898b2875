"""Whole experiments of one lane beside PyTorch, on the same weights and batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from engine import Experiment, Recipe
from engine.frame import SCALARS
from tests.parity.cases import KINDS, Update
from tests.parity.pytorch import Trainer

TASKS = {
    "adding": {"name": "adding", "seq_len": 10},  # squared error at the last timestep
    "next_char": {"name": "next_char", "seq_len": 8},  # cross-entropy at every timestep
}
ITERATIONS = 200

# The engine's scalars, and PyTorch's loss and gradient norm before clipping.
Pair = tuple[dict[str, float], float, float]


def start(task: str, kind: str, update: Update, clip: str, threshold: float, **knobs: Any) -> Any:
    """Return an experiment and PyTorch's trainer at the same weights."""
    cell, chosen = KINDS[kind]
    base = {
        "cell": cell,
        **chosen,
        "hidden_size": 6,
        "num_layers": 2,
        "clip": clip,
        "clip_threshold": threshold,
        **asdict(update),
        **knobs,
    }
    recipe = {"task": TASKS[task], "batch_size": 4, "base": base, "lanes": [{}]}
    experiment = Experiment(Recipe.model_validate(recipe))
    drawn = {name: value.copy() for name, value in experiment.lanes[0].params.items()}
    return experiment, Trainer(drawn, kind, update, clip, threshold)


def side_by_side(
    experiment: Experiment,
    trainer: Trainer,
    iterations: int = ITERATIONS,
    before: Callable[[int], None] = lambda iteration: None,
) -> Iterator[Pair]:
    """Yield what both say of each iteration; `before` is called with its number before it."""
    batches = _recorded(experiment)
    at = experiment.task.loss_timesteps
    for iteration in range(iterations):
        before(iteration)
        frame = experiment.advance(watch=None)
        x, y, mask = batches.pop()
        loss, norm = trainer.iterate(x, y[at], mask[at], experiment.task.loss)
        yield {name: float(frame.arrays[f"0/{name}"]) for name in SCALARS}, loss, norm


def _recorded(experiment: Experiment) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Return the list that every batch drawn from now on is added to."""
    batches: list[Any] = []
    draw = experiment.task.batch

    def batch(rng: np.random.Generator, batch_size: int) -> Any:
        batches.append(draw(rng, batch_size))
        return batches[-1]

    experiment.task.batch = batch  # type: ignore[method-assign]
    return batches

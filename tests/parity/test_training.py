"""Whole experiments against PyTorch's layers, optimisers and clipping, on the same batches."""

from __future__ import annotations

from itertools import product

import pytest

from engine import Experiment, Recipe
from engine.frame import SCALARS
from tests.parity.cases import KINDS
from tests.parity.pytorch import Trainer

TOLERANCE = 1e-8
TASKS = {
    "adding": {"name": "adding", "seq_len": 10},  # squared error at the last timestep
    "next_char": {"name": "next_char", "seq_len": 8},  # cross-entropy at every timestep
}
RATES = {"sgd": 0.05, "adam": 0.003}
THRESHOLDS = {"none": 1.0, "norm": 0.2, "value": 0.1}


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("optimizer", "clip"), list(product(RATES, THRESHOLDS)))
def test_two_hundred_iterations_follow_pytorch(task, kind, optimizer, clip):
    cell, nonlinearity = KINDS[kind]
    knobs = {
        "cell": cell,
        "nonlinearity": nonlinearity,
        "hidden_size": 6,
        "num_layers": 2,
        "optimizer": optimizer,
        "learning_rate": RATES[optimizer],
        "clip": clip,
        "clip_threshold": THRESHOLDS[clip],
    }
    recipe = {"task": TASKS[task], "batch_size": 4, "base": knobs, "lanes": [{}]}
    experiment = Experiment(Recipe.model_validate(recipe))
    batches = _recorded(experiment)
    (lane,) = experiment.lanes
    drawn = {name: value.copy() for name, value in lane.params.items()}
    trainer = Trainer(drawn, kind, optimizer, RATES[optimizer], clip, THRESHOLDS[clip])
    factors = []
    for _ in range(200):
        frame = experiment.advance(watch=None)
        ours = {name: float(frame.arrays[f"0/{name}"]) for name in SCALARS}
        x, y, mask = batches[-1]
        at = experiment.task.loss_timesteps
        loss, norm = trainer.iterate(x, y[at], mask[at], experiment.task.loss)
        assert ours["loss"] == pytest.approx(loss, rel=TOLERANCE, abs=0)
        assert ours["grad_norm"] == pytest.approx(norm, rel=TOLERANCE, abs=0)
        if clip == "norm":
            factor = min(1.0, THRESHOLDS[clip] / (norm + 1e-6))
            assert ours["clip_factor"] == pytest.approx(factor, rel=TOLERANCE, abs=0)
        factors.append(ours["clip_factor"])
    assert (min(factors) < 1) == (clip != "none")


def _recorded(experiment):
    """Return the list that every batch drawn from now on is added to."""
    batches, draw = [], experiment.task.batch

    def batch(rng, batch_size):
        batches.append(draw(rng, batch_size))
        return batches[-1]

    experiment.task.batch = batch
    return batches

"""State carried between batches, against PyTorch's layers with `detach` between two batches."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from engine import Experiment, Recipe
from tests.parity.cases import LAYERS_OF_PYTORCH, UPDATES
from tests.parity.pytorch import Trainer
from tests.parity.runs import start

TOLERANCE = 1e-8
TEXT = "the river bends and the river ends where the river sends its friends"
T, B = 5, 3
ITERATIONS = 60
CHUNKS = (len(TEXT) - 1) // B // T
CASES = [(kind, layers) for kind in LAYERS_OF_PYTORCH for layers in (1, 2)]


class Carrying(nn.Module):
    """PyTorch's layers, which begin where they ended, with the graph cut there."""

    def __init__(self, layers: nn.Module) -> None:
        super().__init__()
        self.layers = layers
        self.state = None

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, None]:
        h, state = self.layers(x, self.state)
        self.state = (
            tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()
        )
        return h, None


def pair(kind: str, layers: int, **more: object) -> tuple[Experiment, Trainer]:
    experiment, trainer = start(
        "next_char", kind, UPDATES["adam"], "norm", 0.2, num_layers=layers, hidden_size=6
    )
    whole = experiment.recipe.model_dump(mode="json")
    task = {"name": "next_char", "seq_len": T, "text": TEXT}
    recipe = Recipe.model_validate(
        {**whole, "task": task, "batch_size": B, "stateful": True, **more}
    )
    experiment = Experiment(recipe)
    drawn = {name: value.copy() for name, value in experiment.lanes[0].params.items()}
    trainer = Trainer(drawn, kind, UPDATES["adam"], "norm", 0.2)
    return experiment, trainer


@pytest.mark.parametrize(("kind", "layers"), CASES)
def test_losses_and_gradients_are_those_of_a_loop_with_detach(kind: str, layers: int) -> None:
    experiment, trainer = pair(kind, layers)
    carrying = Carrying(trainer.layers)
    trainer.layers = carrying
    vocabulary = sorted(set(TEXT))
    codes = np.array([vocabulary.index(character) for character in TEXT])
    stream = (len(TEXT) - 1) // B
    for iteration in range(ITERATIONS):
        place = iteration % CHUNKS
        if place == 0:
            carrying.state = None
        at = np.arange(B) * stream + place * T + np.arange(T)[:, np.newaxis]
        x, y = np.eye(len(vocabulary))[codes[at]], codes[at + 1]
        loss, norm = trainer.iterate(x, y, np.ones((T, B), bool), "cross_entropy")
        arrays = experiment.advance(None).arrays
        assert float(arrays["0/loss"]) == pytest.approx(loss, rel=TOLERANCE, abs=0)
        assert float(arrays["0/grad_norm"]) == pytest.approx(norm, rel=TOLERANCE, abs=0)


def test_without_the_state_the_losses_are_others() -> None:
    experiment, trainer = pair("lstm", 1)
    batches = [experiment.task.in_order(k, B)[0] for k in range(2)]
    ours = [float(experiment.advance(None).arrays["0/loss"]) for _ in batches]
    alone = [trainer.iterate(*batch, "cross_entropy")[0] for batch in batches]
    assert ours[0] == pytest.approx(alone[0], rel=TOLERANCE)
    assert ours[1] != pytest.approx(alone[1], rel=1e-4)

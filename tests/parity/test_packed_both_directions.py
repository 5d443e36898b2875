"""Unequal lengths in both directions against PyTorch's packed sequences."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

from engine import Experiment, Recipe, Watch
from engine.bidirectional import BidirectionalModel
from engine.cells import Masks
from tests.parity.cases import KINDS, LAYERS_OF_PYTORCH, UPDATES
from tests.parity.near import assert_near
from tests.parity.pytorch import build_optimizer
from tests.parity.runs import _recorded
from tests.parity.test_bidirectional import Both

T, D, H, OUT = 9, 3, 5, 3
LENGTHS = np.array([4, 9, 6, 2])
B = len(LENGTHS)


class Packed(Both):
    """PyTorch's layers over packed sequences, and a readout of h_n of either direction."""

    def ends(self, x: torch.Tensor, lengths: np.ndarray) -> torch.Tensor:
        """Return the outputs (B, O)."""
        packed = pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False)
        _, h_n = self.layers(packed)
        h_n = h_n[0] if isinstance(h_n, tuple) else h_n
        return self.readout(torch.cat([h_n[-2], h_n[-1]], dim=1))


@pytest.mark.parametrize("kind", LAYERS_OF_PYTORCH)
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_outputs_and_all_gradients_are_those_of_packed_sequences(kind, layers):
    rng = np.random.default_rng(layers)
    name, chosen = KINDS[kind]
    model = BidirectionalModel(name, D, H, OUT, layers, **chosen)
    model.reads_ends = True
    params = {each: rng.uniform(-1, 1, shape) for each, shape in model.shapes().items()}
    x = rng.normal(size=(T, B, D))
    theirs = Packed(kind, layers, D, H, OUT)
    theirs.take(params)
    at = slice(min(LENGTHS) - 1, T)
    masks = [
        Masks().padded(LENGTHS, T, reverse=half == 1) for half in (0, 1) for _ in range(layers)
    ]
    passed = model.forward(params, x, at, masks=masks)
    output = theirs.ends(torch.tensor(x), LENGTHS)
    w = rng.normal(size=(B, OUT))
    (output * torch.tensor(w)).sum().backward()
    doutput = np.zeros((T, OUT, B))
    doutput[LENGTHS - 1, :, range(B)] = w
    grads = model.backward(params, passed, doutput[at]).params
    ours = passed.output[LENGTHS - 1 - at.start, :, range(B)]
    assert_near(
        {"output": ours, **grads},
        {
            "output": output.detach().numpy(),
            **{each: value.grad.numpy() for each, value in theirs.named().items()},
        },
        1e-10,
    )


@pytest.mark.parametrize("kind", LAYERS_OF_PYTORCH)
@pytest.mark.parametrize(("task", "layers"), [("adding", 1), ("adding", 2), ("temporal_order", 1)])
def test_two_hundred_iterations_follow_packed_sequences(kind, task, layers):
    name, chosen = KINDS[kind]
    base = {
        "cell": name,
        **chosen,
        "hidden_size": 6,
        "num_layers": layers,
        "bidirectional": True,
        "learning_rate": UPDATES["adam"].learning_rate,
        "clip": "norm",
        "clip_threshold": 0.2,
    }
    fields = {"name": task, "seq_len": 9, "shortest": 3}
    recipe = {"task": fields, "batch_size": 4, "base": base, "lanes": [{}]}
    run = Experiment(Recipe.model_validate(recipe))
    theirs = Packed(kind, layers, run.task.input_size, 6, run.task.output_size)
    theirs.take(run.lanes[0].params)
    optimizer = build_optimizer(list(theirs.parameters()), UPDATES["adam"])
    batches = _recorded(run)
    for _ in range(200):
        frame = run.advance(Watch(views=()))
        batch = batches.pop()
        lengths = batch.lengths
        target = torch.tensor(batch.y[lengths - 1, range(len(lengths))])
        optimizer.zero_grad()
        said = theirs.ends(torch.tensor(batch.x), lengths)
        loss = nn.functional.mse_loss if run.task.loss == "mse" else nn.functional.cross_entropy
        value = loss(said, target)
        value.backward()
        norm = nn.utils.clip_grad_norm_(list(theirs.parameters()), 0.2)
        optimizer.step()
        assert frame.arrays["0/loss"] == pytest.approx(float(value.detach()), rel=1e-8, abs=0)
        assert frame.arrays["0/grad_norm"] == pytest.approx(float(norm), rel=1e-8, abs=0)

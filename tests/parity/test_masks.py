"""Dropout, zoneout and unequal lengths against PyTorch.

Its layers have dropout between them and packed sequences, which are used; for recurrent dropout and
zoneout, which it has not, its cells run in loops, with the engine's own masks. Masks are by example
and feature there, ours are batch-last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from engine import Experiment, Recipe
from engine.cells import Masks
from engine.dropout import FIELDS
from tests.engine.masked import draw_masks
from tests.parity.cases import (
    KINDS,
    LAYERS_OF_PYTORCH,
    UPDATES,
    Arrays,
    ModelCase,
)
from tests.parity.near import assert_near
from tests.parity.pytorch import Trainer, _leaf, _stack, _totals, build_cell, has_c, loss_of
from tests.parity.runs import ITERATIONS, side_by_side

TOLERANCE, OF_A_TRAINING = 1e-10, 1e-8
WHAT = ("inputs", "between", "recurrent", "zoneout", "ends")


def engine_pass(case: ModelCase, inputs: Arrays, masks: list[Masks]) -> Arrays:
    """Run the engine's model under Σ w · output."""
    model = case.model()
    params = {name: inputs[name] for name in model.shapes()}
    passed = model.forward(params, inputs["x"], masks=masks)
    grads = model.backward(params, passed, inputs["w"].transpose(0, 2, 1))
    found = {f"d{name}": grads.params[name] for name in params}
    found["output"] = passed.output.transpose(0, 2, 1)
    for layer, (trace, kept) in enumerate(zip(passed.traces, grads.layers, strict=True)):
        found |= {f"h_l{layer}": trace.h, f"dh_l{layer}": kept.dh}
        if trace.c is not None:
            found |= {f"c_l{layer}": trace.c, f"dc_l{layer}": kept.dc}
    return found


def named_parameters(
    case: ModelCase, cells: Sequence[nn.Module], readout: nn.Linear, inputs: Arrays
) -> dict[str, Tensor]:
    """Give the modules the weights of the inputs; return them by the engine's names."""
    named = {f"readout.{name}": value for name, value in readout.named_parameters()}
    for layer, cell in enumerate(cells):
        named |= {f"{name}_l{layer}": value for name, value in cell.named_parameters()}
    with torch.no_grad():
        for name, value in named.items():
            value.copy_(torch.tensor(inputs[name]))
    return named


def by_example(mask: np.ndarray) -> Tensor:
    """Return a mask (…, rows, B) as (…, B, rows)."""
    return torch.tensor(np.ascontiguousarray(mask.swapaxes(-1, -2)))


class Loop(nn.Module):
    """PyTorch's cells, layer by layer, with masks multiplied and states chosen by hand.

    W_hh (m ⊙ h) is what a cell makes of m ⊙ h; where a gate carries h past W_hh, what the dropped
    part of h would have carried, gate ⊙ (h − m ⊙ h), is added again.
    """

    def __init__(self, kind: str, cells: Sequence[nn.Module], hidden_size: int) -> None:
        super().__init__()
        self.kind, self.hidden_size = kind, hidden_size
        self.cells = nn.ModuleList(cells)
        self.masks: list[Masks] = []
        self.h: list[list[Tensor]] = []
        self.c: list[list[Tensor]] = []
        self.c_made: list[list[Tensor]] = []

    def forward(self, x: Tensor) -> tuple[Tensor, None]:
        """Return the topmost states (T, B, H), and no last state; keep those of all layers."""
        self.h, self.c, self.c_made = [], [], []
        B, H = x.shape[1], self.hidden_size
        for cell, masks in zip(self.cells, self.masks, strict=True):
            if masks.input is not None:
                x = x * by_example(masks.input)
            h, c = [_leaf(np.zeros((B, H)))], [_leaf(np.zeros((B, H)))]
            made = []
            for t, x_t in enumerate(x):
                read = h[-1] if masks.hidden is None else h[-1] * by_example(masks.hidden)
                if has_c(self.kind):
                    h_made, c_made = cell(x_t, (read, c[-1]))
                    c_made.retain_grad()
                    made.append(c_made)
                    c.append(self._held(masks.hold_c, t, c[-1], c_made))
                else:
                    h_made = cell(x_t, read)
                if self.kind == "gru" and masks.hidden is not None:
                    h_made = h_made + self._update_gate(cell, x_t, read) * (h[-1] - read)
                h.append(self._held(masks.hold_h, t, h[-1], h_made))
            self.h.append(h)
            self.c.append(c)
            self.c_made.append(made)
            x = torch.stack(h[1:])
        return x, None

    def _held(self, hold: np.ndarray | None, t: int, before: Tensor, made: Tensor) -> Tensor:
        if hold is not None:
            rows = np.broadcast_to(hold[t], (self.hidden_size, len(before)))
            d = by_example(rows).double()
            made = d * before + (1 - d) * made
        if made.requires_grad:
            made.retain_grad()
        return made

    def dc(self, layer: int) -> np.ndarray:
        """Return the total ∂L/∂c_t: of what was not held, that by c̃_t, of which h̃_t is made."""
        total, of_made = _totals(self.c[layer]), _totals(self.c_made[layer])
        hold = self.masks[layer].hold_c
        if hold is None:
            return total
        held = np.broadcast_to(hold.swapaxes(1, 2), of_made.shape)
        total[1:] = np.where(held, total[1:], of_made)
        return total

    @staticmethod
    def _update_gate(cell: Any, x: Tensor, h: Tensor) -> Tensor:
        both = nn.functional.linear(x, cell.weight_ih, cell.bias_ih) + nn.functional.linear(
            h, cell.weight_hh, cell.bias_hh
        )
        return both.chunk(3, 1)[1].sigmoid()


def torch_loop(case: ModelCase, inputs: Arrays, masks: list[Masks]) -> Arrays:
    """Run PyTorch's cells in a loop under Σ w · output."""
    sizes = [case.D, *[case.H] * (case.layers - 1)]
    cells = [build_cell(case.kind, size, case.H) for size in sizes]
    readout = nn.Linear(case.H, case.outputs, dtype=torch.float64)
    named = named_parameters(case, cells, readout, inputs)
    loop = Loop(case.kind, cells, case.H)
    loop.masks = masks
    output = readout(loop(torch.tensor(inputs["x"]))[0])
    (torch.tensor(inputs["w"]) * output).sum().backward()
    found = {f"d{name}": value.grad.numpy() for name, value in named.items()}
    found["output"] = output.detach().numpy()
    for layer, (h, c) in enumerate(zip(loop.h, loop.c, strict=True)):
        found |= {f"h_l{layer}": _stack(h), f"dh_l{layer}": _totals(h)}
        if has_c(case.kind):
            found |= {f"c_l{layer}": _stack(c), f"dc_l{layer}": loop.dc(layer)}
    return found


def with_weights(case: ModelCase) -> Arrays:
    """Return the inputs of a case, and weights w (T, B, O) of its outputs."""
    inputs = case.inputs()
    rng = np.random.default_rng([case.seed, 1])
    return inputs | {"w": rng.standard_normal((case.T, case.B, case.outputs))}


@settings(max_examples=120, deadline=None, derandomize=True)
@given(
    kind=st.sampled_from(LAYERS_OF_PYTORCH),
    what=st.sets(st.sampled_from(WHAT), min_size=1),
    T=st.integers(1, 12),
    B=st.integers(1, 5),
    layers=st.integers(1, 3),
    seed=st.integers(0, 2**32 - 1),
)
def test_what_is_dropped_and_held_has_pytorchs_states_and_gradients(
    kind: str, what: set[str], T: int, B: int, layers: int, seed: int
) -> None:
    case = ModelCase(kind, "mse", 0, T, T=T, B=B, D=3, H=5, layers=layers, seed=seed)
    inputs = with_weights(case)
    masks = draw_masks(np.random.default_rng([seed, 2]), case.model().cells, T, B, what)
    ours, theirs = engine_pass(case, inputs, masks), torch_loop(case, inputs, masks)
    assert_near(ours, theirs, TOLERANCE)


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("kind", LAYERS_OF_PYTORCH)
def test_unequal_lengths_are_those_of_pytorchs_packed_sequences(kind: str, layers: int) -> None:
    T, B, H = 9, 5, 4
    case = ModelCase(kind, "mse", 0, T, T=T, B=B, D=3, H=H, layers=layers, seed=layers)
    inputs = with_weights(case)
    lengths = np.array([4, 9, 1, 7, 4])
    at_ends = np.arange(T)[:, np.newaxis] == lengths - 1
    inputs["w"] *= at_ends[:, :, np.newaxis]
    ours = engine_pass(case, inputs, [Masks().padded(lengths, T)] * layers)

    name, chosen = KINDS[kind]
    options = chosen
    make = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[name]
    module = make(3, H, layers, dtype=torch.float64, **options)
    readout = nn.Linear(H, case.outputs, dtype=torch.float64)
    named = dict(module.named_parameters())
    named |= {f"readout.{part}": value for part, value in readout.named_parameters()}
    with torch.no_grad():
        for its, value in named.items():
            value.copy_(torch.tensor(inputs[its]))
    x = _leaf(inputs["x"])
    packed = pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False)
    states, last = module(packed)
    h, its_lengths = pad_packed_sequence(states, total_length=T)
    assert its_lengths.tolist() == lengths.tolist()
    h.retain_grad()
    output = readout(h)
    (torch.tensor(inputs["w"]) * output).sum().backward()
    for its, value in named.items():
        assert_near({its: ours[f"d{its}"]}, {its: value.grad.numpy()}, TOLERANCE)
    top = ours[f"h_l{layers - 1}"]
    for b, length in enumerate(lengths):
        # PyTorch pads with zeros; we keep the last state, which its layers return apart.
        mine, its = top[1 : length + 1, b], h[:length, b].detach().numpy()
        np.testing.assert_allclose(mine, its, rtol=TOLERANCE)
    # Of the lowest layer's input: what pads carries no gradient.
    beyond = np.arange(T)[:, np.newaxis] >= lengths
    assert not x.grad.numpy()[beyond].any()
    assert not ours["dh_l0"][1:][beyond].any()
    its_last = last if isinstance(last, tuple) else (last,)
    for state, theirs in zip("hc", its_last, strict=False):
        for layer in range(layers):
            ended = ours[f"{state}_l{layer}"][-1]
            np.testing.assert_allclose(ended, theirs[layer].detach().numpy(), rtol=TOLERANCE)


# Trainings


class Masked:
    """PyTorch's trainer with cells in a loop, and the engine's masks at each iteration."""

    def __init__(self, experiment: Experiment, kind: str) -> None:
        lane = experiment.lanes[0]
        drawn = {name: value.copy() for name, value in lane.params.items()}
        self.trainer = Trainer(drawn, kind, UPDATES["adam"], "norm", 0.2)
        case = ModelCase(kind, "mse", 0, 1, D=lane.model.input_size, H=6, outputs=1)
        sizes = [case.D, *[case.H] * (lane.num_layers - 1)]
        cells = [build_cell(kind, size, case.H) for size in sizes]
        named_parameters(case, cells, self.trainer.readout, drawn)
        # The optimiser has to have the loop's parameters.
        self.loop = Loop(kind, cells, case.H)
        self.trainer.layers = self.loop
        self.trainer.parameters = [*self.loop.parameters(), *self.trainer.readout.parameters()]
        self.trainer.optimizer = torch.optim.Adam(
            self.trainer.parameters, lr=UPDATES["adam"].learning_rate
        )
        self._lane = lane

    def iterate(self, *batch: Any) -> tuple[float, float]:
        """Update once, with the masks of the engine's own last pass."""
        self.loop.masks = self._lane.masks
        return self.trainer.iterate(*batch)


def start(kind: str, task: dict[str, Any], **knobs: Any) -> Experiment:
    cell, chosen = KINDS[kind]
    base = {
        "cell": cell,
        **chosen,
        "hidden_size": 6,
        "num_layers": 2,
        "clip": "norm",
        "clip_threshold": 0.2,
        **asdict(UPDATES["adam"]),
        **knobs,
    }
    recipe = {"task": task, "batch_size": 4, "base": base, "lanes": [{}]}
    return Experiment(Recipe.model_validate(recipe))


PLAIN = {"name": "adding", "seq_len": 10}
SHORT = {"name": "adding", "seq_len": 10, "shortest": 4}
TRAININGS: dict[str, tuple[dict[str, Any], dict[str, float]]] = {
    **{field: (PLAIN, {field: 0.2}) for field in FIELDS},
    "all": (PLAIN, dict.fromkeys(FIELDS, 0.15)),
    "all of unequal lengths": (SHORT, dict.fromkeys(FIELDS, 0.1)),
}


@pytest.mark.parametrize("name", TRAININGS)
@pytest.mark.parametrize("kind", LAYERS_OF_PYTORCH)
def test_two_hundred_iterations_with_the_same_masks_follow_pytorch(kind: str, name: str) -> None:
    task, knobs = TRAININGS[name]
    experiment = start(kind, task, **knobs)
    for ours, loss, norm in side_by_side(experiment, Masked(experiment, kind)):
        assert ours["loss"] == pytest.approx(loss, rel=OF_A_TRAINING, abs=0)
        assert ours["grad_norm"] == pytest.approx(norm, rel=OF_A_TRAINING, abs=0)


@pytest.mark.parametrize("kind", LAYERS_OF_PYTORCH)
def test_two_hundred_iterations_of_unequal_lengths_follow_packed_sequences(kind: str) -> None:
    experiment = start(kind, SHORT)
    drawn = {name: value.copy() for name, value in experiment.lanes[0].params.items()}
    trainer = Trainer(drawn, kind, UPDATES["adam"], "norm", 0.2)
    for _ in range(ITERATIONS):
        arrays = experiment.advance(None).arrays
        x, y, mask = (torch.tensor(each) for each in experiment.batch)
        lengths = torch.tensor(experiment.batch.lengths)
        trainer.optimizer.zero_grad()
        packed = pack_padded_sequence(torch.as_tensor(x), lengths, enforce_sorted=False)
        h, _ = pad_packed_sequence(trainer.layers(packed)[0], total_length=len(x))
        loss = loss_of("mse", trainer.readout(h), y, mask)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(trainer.parameters, 0.2)
        trainer.optimizer.step()
        assert float(arrays["0/loss"]) == pytest.approx(loss.item(), rel=OF_A_TRAINING, abs=0)
        assert float(arrays["0/grad_norm"]) == pytest.approx(norm.item(), rel=OF_A_TRAINING, abs=0)

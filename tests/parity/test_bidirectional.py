"""Both directions against PyTorch's ``nn.LSTM(bidirectional=True)`` and its like."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest
import torch
from torch import nn

from engine import Experiment, Recipe, Watch
from engine.bidirectional import BidirectionalModel
from tests.parity.cases import KINDS, LAYERS_OF_PYTORCH, UPDATES
from tests.parity.near import assert_near
from tests.parity.pytorch import build_cell, build_optimizer, has_c, loss_of
from tests.parity.runs import _recorded

T, B, D, H, OUT = 9, 4, 3, 5, 3
AT = {
    "the last alone": slice(T - 1, T),
    "every": slice(0, T),
    "the last few": slice(T - 3, T),
    "one in the middle": slice(4, 5),
}


class Both(nn.Module):
    """PyTorch's layers of both directions and a readout, as its documentation puts them together.

    Where the last timestep alone has a loss, the readout takes h_n of either direction.
    """

    def __init__(self, kind: str, layers: int, inputs: int, hidden: int, outputs: int) -> None:
        super().__init__()
        name, chosen = KINDS[kind]
        options = chosen
        make = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[name]
        self.layers = make(
            inputs, hidden, layers, bidirectional=True, dtype=torch.float64, **options
        )
        self.readout = nn.Linear(2 * hidden, outputs, dtype=torch.float64)

    def take(self, params) -> None:
        """Take weights by the engine's names."""
        rest = {k: torch.tensor(v) for k, v in params.items() if not k.startswith("readout")}
        self.layers.load_state_dict(rest)
        self.readout.load_state_dict(
            {k: torch.tensor(params[f"readout.{k}"]) for k in ("weight", "bias")}
        )

    def named(self) -> dict[str, nn.Parameter]:
        """Return the parameters by the engine's names."""
        readout = {f"readout.{k}": v for k, v in self.readout.named_parameters()}
        return dict(self.layers.named_parameters()) | readout

    def forward(self, x: torch.Tensor, at: slice) -> torch.Tensor:
        """Return the outputs (S, B, O)."""
        h, h_n = self.layers(x)
        h_n = h_n[0] if isinstance(h_n, tuple) else h_n
        if list(range(len(x))[at]) == [len(x) - 1]:
            return self.readout(torch.cat([h_n[-2], h_n[-1]], dim=1))[None]
        return self.readout(h[at])


@pytest.mark.parametrize("kind", LAYERS_OF_PYTORCH)
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("where", AT)
def test_outputs_and_all_gradients_are_pytorchs(kind, layers, where):
    rng, at = np.random.default_rng(layers), AT[where]
    name, chosen = KINDS[kind]
    model = BidirectionalModel(name, D, H, OUT, layers, **chosen)
    params = {each: rng.uniform(-1, 1, shape) for each, shape in model.shapes().items()}
    x = rng.normal(size=(T, B, D))
    theirs = Both(kind, layers, D, H, OUT)
    assert list(theirs.named()) == list(params), "names and order are PyTorch's"
    theirs.take(params)
    passed = model.forward(params, x, at)
    output = theirs(torch.tensor(x), at)
    w = rng.normal(size=output.shape)
    (output * torch.tensor(w)).sum().backward()
    grads = model.backward(params, passed, w.transpose(0, 2, 1)).params
    assert_near(
        {"output": passed.output.transpose(0, 2, 1), **grads},
        {
            "output": output.detach().numpy(),
            **{each: value.grad.numpy() for each, value in theirs.named().items()},
        },
        1e-10,
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("where", AT)
def test_dh_and_dc_of_either_half_are_what_retain_grad_reports(kind, where):
    rng, at = np.random.default_rng(7), AT[where]
    name, chosen = KINDS[kind]
    model = BidirectionalModel(name, D, H, OUT, 1, **chosen)
    params = {each: rng.uniform(-0.5, 0.5, shape) for each, shape in model.shapes().items()}
    x = rng.normal(size=(T, B, D))
    cells, states = [], []
    for end, order in (("", range(T)), ("_reverse", reversed(range(T)))):
        cell = build_cell(kind, D, H)
        with torch.no_grad():
            for each, value in cell.named_parameters():
                value.copy_(torch.tensor(params[f"{each}_l0{end}"]))
        zeros = [torch.zeros(B, H, dtype=torch.float64, requires_grad=True) for _ in "hc"]
        h, c = [zeros[0]], [zeros[1]]
        for t in order:
            entering = torch.tensor(x[t])
            if has_c(kind):
                new, new_c = cell(entering, (h[-1], c[-1]))
                c.append(new_c)
            else:
                new = cell(entering, h[-1])
            h.append(new)
        for each in h + c:
            each.retain_grad()
        cells.append(cell)
        states.append((h, c))
    W, b = torch.tensor(params["readout.weight"]), torch.tensor(params["readout.bias"])
    (forward, _), (reverse, _) = states
    of = list(range(T)[at])
    ends = of == [T - 1]
    read = [torch.cat([forward[s + 1], reverse[T if ends else T - s]], dim=1) for s in of]
    output = torch.stack(read) @ W.T + b
    w = rng.normal(size=output.shape)
    (output * torch.tensor(w)).sum().backward()
    passed = model.forward(params, x, at)
    grads = model.backward(params, passed, w.transpose(0, 2, 1))
    halves = zip(grads.layers + grads.reverse, states, cells, ("", "_reverse"), strict=True)
    for ours, (h, c), cell, end in halves:
        mine = {"dh": ours.dh[1:]} | ({} if ours.dc is None else {"dc": ours.dc[1:]})
        named = {"dh": h} | ({"dc": c} if has_c(kind) else {})
        zero = np.zeros((B, H))
        other = {
            name: np.stack([zero if s.grad is None else s.grad.numpy() for s in of[1:]])
            for name, of in named.items()
        }
        for each, value in cell.named_parameters():
            mine[each], other[each] = grads.params[f"{each}_l0{end}"], value.grad.numpy()
        assert_near(mine, other, 1e-10)


@pytest.mark.parametrize("kind", LAYERS_OF_PYTORCH)
@pytest.mark.parametrize(
    ("task", "layers", "update"),
    [("adding", 1, "adam"), ("adding", 2, "adam"), ("copy", 1, "sgd+momentum")],
)
def test_two_hundred_iterations_follow_pytorch(kind, task, layers, update):
    name, chosen = KINDS[kind]
    base = {
        "cell": name,
        **chosen,
        "hidden_size": 6,
        "num_layers": layers,
        "bidirectional": True,
        **asdict(UPDATES[update]),
        "clip": "norm",
        "clip_threshold": 0.2,
    }
    recipe = {"task": {"name": task, "seq_len": 8}, "batch_size": 4, "base": base, "lanes": [{}]}
    run = Experiment(Recipe.model_validate(recipe))
    theirs = Both(kind, layers, run.task.input_size, 6, run.task.output_size)
    theirs.take(run.lanes[0].params)
    optimizer = build_optimizer(list(theirs.parameters()), UPDATES[update])
    batches, at = _recorded(run), run.lanes[0].at
    for _ in range(200):
        frame = run.advance(Watch(views=()))
        x, y, mask = batches.pop()
        optimizer.zero_grad()
        value = loss_of(
            run.task.loss, theirs(torch.tensor(x), at), torch.tensor(y[at]), torch.tensor(mask[at])
        )
        value.backward()
        norm = nn.utils.clip_grad_norm_(list(theirs.parameters()), 0.2)
        optimizer.step()
        assert frame.arrays["0/loss"] == pytest.approx(float(value.detach()), rel=1e-8, abs=0)
        assert frame.arrays["0/grad_norm"] == pytest.approx(float(norm), rel=1e-8, abs=0)

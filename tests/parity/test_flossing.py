"""The penalty of gradient flossing, against autograd through PyTorch's QR and its cells."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.diagnostics import first_directions
from engine.flossing import flossed, flossing_gradient, flossing_penalty
from tests.parity.cases import LAYERS_OF_PYTORCH, Arrays, ModelCase
from tests.parity.near import assert_near
from tests.parity.pytorch import build_cell, has_c

TOLERANCE = 1e-8


def torch_flossing(case: ModelCase, inputs: Arrays, example: int) -> Arrays:
    """Return the penalty and its gradients by the parameters of all layers."""
    sizes = [case.D, *[case.H] * (case.layers - 1)]
    cells = [build_cell(case.kind, size, case.H) for size in sizes]
    named = {}
    for layer, cell in enumerate(cells):
        named |= {f"{name}_l{layer}": value for name, value in cell.named_parameters()}
    with torch.no_grad():
        for name, value in named.items():
            value.copy_(torch.tensor(inputs[name]))
    entering = list(torch.tensor(inputs["x"][:, example]))
    penalty = torch.zeros((), dtype=torch.float64)
    for cell in cells:
        n = case.H * (2 if has_c(case.kind) else 1)
        K = flossed(n)

        def following(s: Tensor, x: Tensor, cell: torch.nn.Module = cell) -> Tensor:
            h, *c = s.reshape(-1, 1, case.H)
            if not c:
                return cell(x[None], h)[0]
            return torch.cat(cell(x[None], (h, c[0])), dim=1)[0]

        s, Q = torch.zeros(n, dtype=torch.float64), torch.tensor(first_directions(n, K))
        total = torch.zeros(K, dtype=torch.float64)
        above = []
        for x in entering:
            J = torch.autograd.functional.jacobian(
                lambda s, x=x, following=following: following(s, x), s, create_graph=True
            )
            s = following(s, x)
            Q, R = torch.linalg.qr(J @ Q)
            total = total + R.diagonal().abs().log()
            above.append(s[: case.H])
        penalty = penalty + (total / case.T).square().mean()
        entering = above
    gradients = torch.autograd.grad(penalty, list(named.values()), allow_unused=True)
    found = {
        f"d{name}": np.zeros(value.shape) if gradient is None else gradient.numpy()
        for (name, value), gradient in zip(named.items(), gradients, strict=True)
    }
    return found | {"penalty": penalty.detach().numpy()}


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("kind", [kind for kind in LAYERS_OF_PYTORCH if kind != "rnn-relu"])
def test_the_penalty_and_its_gradient_are_those_of_autograd(kind: str, layers: int) -> None:
    case = ModelCase(kind, "mse", 5, 6, T=9, B=2, H=6, layers=layers)
    inputs = case.inputs()
    model = case.model()
    params = {name: inputs[name] for name in model.shapes()}
    spaces = model.forward(params, inputs["x"], case.at).spaces
    gradients = flossing_gradient(model, params, spaces, example=1)
    ours = {f"d{name}": value for name, value in gradients.items()}
    ours["penalty"] = np.array(flossing_penalty(model, params, spaces, example=1))
    assert_near(ours, torch_flossing(case, inputs, 1), TOLERANCE)

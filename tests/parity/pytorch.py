"""The same jobs in PyTorch: loops of its cells, ``retain_grad`` on every state, its optimisers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.cells import CELLS
from tests.parity.cases import (
    KINDS,
    LAYERS_OF_PYTORCH,
    UPDATES,
    Arrays,
    ModelCase,
    Training,
    Update,
    cell_of,
)

# At these sizes a second thread only waits for the first.
torch.set_num_threads(1)


def has_c(kind: str) -> bool:
    """Return whether there is a cell state."""
    return "c" in CELLS[KINDS[kind][0]].state_names


def hard_sigmoid(a: Tensor) -> Tensor:
    """Return the values of `nn.functional.hardsigmoid`, whose own slope is ⅙ as a float32 alone."""
    return (a / 6 + 0.5).clamp(0, 1)


FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "tanh": torch.tanh,
    "softsign": nn.functional.softsign,
    "sigmoid": torch.sigmoid,
    "hard_sigmoid": hard_sigmoid,
}
"""By the engine's names."""


class WrittenCell(nn.Module):
    """A cell that PyTorch does not have, with the parameters of the engine's.

    `squash` is the nonlinearity of its gates, and `bend` that of candidate and states.
    """

    name: str

    def __init__(self, kind: str, input_size: int, hidden_size: int, dtype: torch.dtype) -> None:
        super().__init__()
        _, chosen = KINDS[kind]
        of_state = {"nonlinearity", "candidate_nonlinearity"} & set(chosen)
        self.squash = FUNCTIONS[chosen.get("gate_nonlinearity", "sigmoid")]
        self.bend = FUNCTIONS[chosen[of_state.pop()] if of_state else "tanh"]
        for name, shape in cell_of(kind, input_size, hidden_size).shapes().items():
            self.register_parameter(name, nn.Parameter(torch.zeros(shape, dtype=dtype)))


class RNNCell(WrittenCell):
    """Elman 1990, with a nonlinearity that PyTorch's has not."""

    name = "rnn"

    def gates(self, x: Tensor, h: Tensor) -> tuple[()]:
        """Return none."""
        return ()

    def forward(self, x: Tensor, h: Tensor) -> Tensor:
        """Return the next state."""
        from_x = nn.functional.linear(x, self.weight_ih, self.bias_ih)
        return self.bend(from_x + nn.functional.linear(h, self.weight_hh, self.bias_hh))


class LSTMCell(WrittenCell):
    """The equations of PyTorch's documentation, with other nonlinearities."""

    name = "lstm"

    def gates(self, x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, ...]:
        """Return i, f, g and o."""
        from_x = nn.functional.linear(x, self.weight_ih, self.bias_ih)
        i, f, g, o = (from_x + nn.functional.linear(h, self.weight_hh, self.bias_hh)).chunk(4, 1)
        return self.squash(i), self.squash(f), self.bend(g), self.squash(o)

    def forward(self, x: Tensor, states: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        """Return the next h and c."""
        h, c = states
        i, f, g, o = self.gates(x, h, c)
        c = f * c + i * g
        return o * self.bend(c), c


class GRUCell(WrittenCell):
    """The equations of PyTorch's documentation, with other nonlinearities."""

    name = "gru"

    def gates(self, x: Tensor, h: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return r, z and n."""
        r_x, z_x, n_x = nn.functional.linear(x, self.weight_ih, self.bias_ih).chunk(3, 1)
        r_h, z_h, n_h = nn.functional.linear(h, self.weight_hh, self.bias_hh).chunk(3, 1)
        r, z = self.squash(r_x + r_h), self.squash(z_x + z_h)
        return r, z, self.bend(n_x + r * n_h)

    def forward(self, x: Tensor, h: Tensor) -> Tensor:
        """Return the next state."""
        _, z, n = self.gates(x, h)
        return (1 - z) * n + z * h


class MGUCell(WrittenCell):
    """Zhou et al. 2016, equations 5 to 7."""

    name = "mgu"

    def gates(self, x: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
        """Return f and n."""
        f_x, n_x = nn.functional.linear(x, self.weight_ih, self.bias_ih).chunk(2, 1)
        (W_f, W_n), (b_f, b_n) = self.weight_hh.chunk(2), self.bias_hh.chunk(2)
        f = self.squash(f_x + nn.functional.linear(h, W_f, b_f))
        return f, self.bend(n_x + nn.functional.linear(f * h, W_n, b_n))

    def forward(self, x: Tensor, h: Tensor) -> Tensor:
        """Return the next state."""
        f, n = self.gates(x, h)
        return (1 - f) * h + f * n


class CoupledLSTMCell(WrittenCell):
    """Greff et al. 2017, section 3, CIFG: an LSTM with i = 1 − f."""

    name = "coupled_lstm"

    def gates(self, x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return f, g and o."""
        from_x = nn.functional.linear(x, self.weight_ih, self.bias_ih)
        f, g, o = (from_x + nn.functional.linear(h, self.weight_hh, self.bias_hh)).chunk(3, 1)
        return self.squash(f), self.bend(g), self.squash(o)

    def forward(self, x: Tensor, states: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        """Return the next h and c."""
        h, c = states
        f, g, o = self.gates(x, h, c)
        c = f * c + (1 - f) * g
        return o * self.bend(c), c


class GRUResetBeforeCell(WrittenCell):
    """Cho et al. 2014, equations 5 to 8, with biases."""

    name = "gru_reset_before"

    def gates(self, x: Tensor, h: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return r, z and n."""
        r_x, z_x, n_x = nn.functional.linear(x, self.weight_ih, self.bias_ih).chunk(3, 1)
        (W_r, W_z, W_n), (b_r, b_z, b_n) = self.weight_hh.chunk(3), self.bias_hh.chunk(3)
        r = self.squash(r_x + nn.functional.linear(h, W_r, b_r))
        z = self.squash(z_x + nn.functional.linear(h, W_z, b_z))
        return r, z, self.bend(n_x + nn.functional.linear(r * h, W_n, b_n))

    def forward(self, x: Tensor, h: Tensor) -> Tensor:
        """Return the next state."""
        _, z, n = self.gates(x, h)
        return (1 - z) * n + z * h


class PeepholeLSTMCell(WrittenCell):
    """Graves 2013, equations 7 to 11."""

    name = "peephole_lstm"

    def gates(self, x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, ...]:
        """Return i, f, g, o and the next cell state."""
        from_x = nn.functional.linear(x, self.weight_ih, self.bias_ih)
        from_h = nn.functional.linear(h, self.weight_hh, self.bias_hh)
        a_i, a_f, a_g, a_o = (from_x + from_h).chunk(4, 1)
        i = self.squash(a_i + self.weight_ci * c)
        f = self.squash(a_f + self.weight_cf * c)
        g = self.bend(a_g)
        c = f * c + i * g
        return i, f, g, self.squash(a_o + self.weight_co * c), c

    def forward(self, x: Tensor, states: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        """Return the next h and c."""
        *_, o, c = self.gates(x, *states)
        return o * self.bend(c), c


class LNRNNCell(WrittenCell):
    """Ba et al. 2016, equation 4, with PyTorch's own normalisation."""

    name = "ln_rnn"

    def gates(self, x: Tensor, h: Tensor) -> tuple[()]:
        """Return none."""
        return ()

    def forward(self, x: Tensor, h: Tensor) -> Tensor:
        """Return the next state."""
        sums = nn.functional.linear(x, self.weight_ih) + nn.functional.linear(h, self.weight_hh)
        normed = normalised(sums, self.ln_weight, self.ln_bias)
        return (normed + self.bias_ih + self.bias_hh).tanh()


class LNLSTMCell(WrittenCell):
    """Ba et al. 2016, supplementary material, with PyTorch's own normalisation."""

    name = "ln_lstm"

    def gates(self, x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, ...]:
        """Return i, f, g and o."""
        from_x = nn.functional.linear(x, self.weight_ih)
        from_h = nn.functional.linear(h, self.weight_hh)
        i, f, g, o = (
            normalised(from_x, self.ln_ih_weight, self.ln_ih_bias)
            + normalised(from_h, self.ln_hh_weight, self.ln_hh_bias)
            + self.bias_ih
            + self.bias_hh
        ).chunk(4, 1)
        return self.squash(i), self.squash(f), self.bend(g), self.squash(o)

    def forward(self, x: Tensor, states: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        """Return the next h and c."""
        h, c = states
        i, f, g, o = self.gates(x, h, c)
        c = f * c + i * g
        return o * self.bend(normalised(c, self.ln_c_weight, self.ln_c_bias)), c


class LNGRUCell(WrittenCell):
    """Ba et al. 2016, supplementary material, with z as PyTorch has it."""

    name = "ln_gru"

    def gates(self, x: Tensor, h: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return r, z and n."""
        H = h.shape[1]
        rz, n = slice(0, 2 * H), slice(2 * H, 3 * H)

        def from_x(rows: slice) -> Tensor:
            sums = nn.functional.linear(x, self.weight_ih[rows])
            return normalised(sums, self.ln_ih_weight[rows], self.ln_ih_bias[rows])

        def from_h(rows: slice) -> Tensor:
            sums = nn.functional.linear(h, self.weight_hh[rows])
            return normalised(sums, self.ln_hh_weight[rows], self.ln_hh_bias[rows])

        both = from_x(rz) + self.bias_ih[rz] + from_h(rz) + self.bias_hh[rz]
        r, z = self.squash(both).chunk(2, 1)
        a_n = from_x(n) + self.bias_ih[n] + r * (from_h(n) + self.bias_hh[n])
        return r, z, self.bend(a_n)

    def forward(self, x: Tensor, h: Tensor) -> Tensor:
        """Return the next state."""
        _, z, n = self.gates(x, h)
        return (1 - z) * n + z * h


def normalised(sums: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Return PyTorch's LayerNorm of each example."""
    return nn.functional.layer_norm(sums, sums.shape[1:], weight, bias)


WRITTEN = {
    cell.name: cell
    for cell in (
        RNNCell,
        LSTMCell,
        GRUCell,
        MGUCell,
        CoupledLSTMCell,
        GRUResetBeforeCell,
        PeepholeLSTMCell,
        LNRNNCell,
        LNLSTMCell,
        LNGRUCell,
    )
}


class WrittenLayers(nn.Module):
    """Stacked cells from zero states, with the names of PyTorch's layers."""

    def __init__(
        self, kind: str, input_size: int, hidden_size: int, layers: int, dtype: torch.dtype
    ) -> None:
        super().__init__()
        self.hidden_size, self.has_c = hidden_size, has_c(kind)
        sizes = [input_size, *[hidden_size] * (layers - 1)]
        written = WRITTEN[KINDS[kind][0]]
        self.cells = [written(kind, size, hidden_size, dtype) for size in sizes]
        for layer, cell in enumerate(self.cells):
            for name, value in cell.named_parameters():
                self.register_parameter(f"{name}_l{layer}", value)

    def forward(self, x: Tensor) -> tuple[Tensor, None]:
        """Return the topmost states (T, B, H), and no last state."""
        for cell in self.cells:
            h, states = x.new_zeros(x.shape[1], self.hidden_size), []
            c = torch.zeros_like(h)
            for x_t in x:
                if self.has_c:
                    h, c = cell(x_t, (h, c))
                else:
                    h = cell(x_t, h)
                states.append(h)
            x = torch.stack(states)
        return x, None


def build_cell(kind: str, input_size: int, hidden_size: int) -> Any:
    """Return PyTorch's cell in float64, or one that is written for its autograd."""
    name, chosen = KINDS[kind]
    if kind not in LAYERS_OF_PYTORCH:
        return WRITTEN[name](kind, input_size, hidden_size, torch.float64)
    make = {"rnn": nn.RNNCell, "lstm": nn.LSTMCell, "gru": nn.GRUCell}[name]
    return make(input_size, hidden_size, dtype=torch.float64, **chosen)


def gates_of(kind: str, cell: Any, x: Tensor, *states: Tensor) -> dict[str, Tensor]:
    """Return the gates, which PyTorch's cells keep to themselves, from its documented equations."""
    if isinstance(cell, WrittenCell):
        names = CELLS[cell.name].gate_names
        return dict(zip(names, cell.gates(x, *states), strict=False))
    h = states[0]
    from_x = nn.functional.linear(x, cell.weight_ih, cell.bias_ih)
    from_h = nn.functional.linear(h, cell.weight_hh, cell.bias_hh)
    if kind == "lstm":
        i, f, g, o = (from_x + from_h).chunk(4, 1)
        return {"i": i.sigmoid(), "f": f.sigmoid(), "g": g.tanh(), "o": o.sigmoid()}
    if kind == "gru":
        (r_x, z_x, n_x), (r_h, z_h, n_h) = from_x.chunk(3, 1), from_h.chunk(3, 1)
        r = (r_x + r_h).sigmoid()
        return {"r": r, "z": (z_x + z_h).sigmoid(), "n": (n_x + r * n_h).tanh()}
    return {}


def _leaf(array: np.ndarray) -> Tensor:
    return torch.tensor(array, requires_grad=True)


def _stack(tensors: list[Tensor]) -> np.ndarray:
    return torch.stack(tensors).detach().numpy()


def _totals(states: list[Tensor]) -> np.ndarray:
    """Return ∂L/∂state of each timestep; zero for a state that the loss cannot see."""
    return _stack([torch.zeros_like(s) if s.grad is None else s.grad for s in states])


def torch_cell(kind: str, inputs: Arrays) -> Arrays:
    """Run PyTorch's cell: every state, gate and gradient by name."""
    cell = build_cell(kind, inputs["x"].shape[2], inputs["h_0"].shape[1])
    parameters = dict(cell.named_parameters())
    cell.load_state_dict({name: torch.tensor(inputs[name]) for name in parameters})
    x, w = _leaf(inputs["x"]), torch.tensor(inputs["w"])
    h, c = [_leaf(inputs["h_0"])], [_leaf(inputs["c_0"])] if has_c(kind) else []
    gates = []
    for x_t in x:
        gates.append(gates_of(kind, cell, x_t, h[-1], *c[-1:]))
        if c:
            following, c_t = cell(x_t, (h[-1], c[-1]))
            c_t.retain_grad()
            c.append(c_t)
        else:
            following = cell(x_t, h[-1])
        following.retain_grad()
        h.append(following)
    (w * torch.stack(h[1:])).sum().backward()
    found = {"h": _stack(h), "dh": _totals(h), "dx": x.grad.numpy()}
    if c:
        found |= {"c": _stack(c), "dc": _totals(c)}
    found |= {f"gate.{gate}": _stack([each[gate] for each in gates]) for gate in gates[0]}
    return found | {f"d{name}": value.grad.numpy() for name, value in parameters.items()}


def loss_of(kind: str, output: Tensor, y: Tensor, mask: Tensor) -> Tensor:
    """Return the mean over the batch of each example's mean over its unmasked timesteps."""
    if kind == "mse":
        each = (output - y).square().mean(2)
    else:
        each = nn.functional.cross_entropy(output.transpose(1, 2), y, reduction="none")
    return ((each * mask).sum(0) / mask.sum(0).clamp(min=1)).mean()


def torch_model(case: ModelCase, inputs: Arrays) -> Arrays:
    """Run a stack of PyTorch's cells: the loss, every layer's states and gradients by name."""
    sizes = [case.D, *[case.H] * (case.layers - 1)]
    cells = [build_cell(case.kind, size, case.H) for size in sizes]
    readout = nn.Linear(case.H, case.outputs, dtype=torch.float64)
    named = {f"readout.{name}": value for name, value in readout.named_parameters()}
    for layer, cell in enumerate(cells):
        named |= {f"{name}_l{layer}": value for name, value in cell.named_parameters()}
    with torch.no_grad():
        for name, value in named.items():
            value.copy_(torch.tensor(inputs[name]))
    zeros = np.zeros((case.B, case.H))
    h = [[_leaf(zeros)] for _ in cells]
    c = [[_leaf(zeros)] for _ in cells] if has_c(case.kind) else []
    for below in torch.tensor(inputs["x"]):
        entering = below
        for layer, cell in enumerate(cells):
            if c:
                entering, c_t = cell(entering, (h[layer][-1], c[layer][-1]))
                c_t.retain_grad()
                c[layer].append(c_t)
            else:
                entering = cell(entering, h[layer][-1])
            entering.retain_grad()
            h[layer].append(entering)
    output = readout(torch.stack(h[-1][1:])[case.at])
    loss = loss_of(case.loss, output, torch.tensor(inputs["y"]), torch.tensor(inputs["mask"]))
    loss.backward()
    found = {"loss": loss.detach().numpy()}
    found |= {f"d{name}": value.grad.numpy() for name, value in named.items()}
    for layer, states in enumerate(h):
        found |= {f"h_l{layer}": _stack(states), f"dh_l{layer}": _totals(states)}
    for layer, states in enumerate(c):
        found |= {f"c_l{layer}": _stack(states), f"dc_l{layer}": _totals(states)}
    return found


def build_optimizer(parameters: list[nn.Parameter], update: Update) -> torch.optim.Optimizer:
    """Return PyTorch's optimiser with its own defaults but for what the update says."""
    common = {"lr": update.learning_rate, "weight_decay": update.weight_decay}
    match update.optimizer:
        case "sgd":
            return torch.optim.SGD(
                parameters, **common, momentum=update.momentum, nesterov=update.nesterov
            )
        case "rmsprop":
            return torch.optim.RMSprop(parameters, **common, momentum=update.momentum)
        case "adam":
            return torch.optim.Adam(parameters, **common)
        case "adamw":
            return torch.optim.AdamW(parameters, **common)


class Trainer:
    """PyTorch's own layers, loss, clipping and optimiser, as anybody would put them together.

    Parameters
    ----------
    params : dict of str to ndarray
        Initial weights.
    kind : str
        Of `KINDS`.
    update : Update
    clip : {"none", "norm", "value"}
    threshold : float
    """

    def __init__(
        self, params: Arrays, kind: str, update: Update, clip: str, threshold: float
    ) -> None:
        name, chosen = KINDS[kind]
        H, D = params["weight_hh_l0"].shape[1], params["weight_ih_l0"].shape[1]
        layers = sum(name.startswith("weight_hh_l") for name in params)
        make: Callable[..., nn.Module] = partial(WrittenLayers, kind)
        if kind in LAYERS_OF_PYTORCH:
            layer = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[name]
            make = partial(layer, **chosen)
        self.layers = make(D, H, layers, dtype=torch.float64)
        self.readout = nn.Linear(H, len(params["readout.bias"]), dtype=torch.float64)
        self.layers.load_state_dict(
            {k: torch.tensor(v) for k, v in params.items() if not k.startswith("readout")}
        )
        self.readout.load_state_dict(
            {k: torch.tensor(params[f"readout.{k}"]) for k in ("weight", "bias")}
        )
        self.parameters = [*self.layers.parameters(), *self.readout.parameters()]
        self.optimizer = build_optimizer(self.parameters, update)
        self.clip, self.threshold = clip, threshold

    def iterate(
        self, x: np.ndarray, y: np.ndarray, mask: np.ndarray, loss: str
    ) -> tuple[float, float]:
        """Update once; return the loss and the gradient's global norm before clipping.

        ``y`` and ``mask`` are those of the last timesteps, as many as they have.
        """
        self.optimizer.zero_grad()
        h, _ = self.layers(torch.tensor(x))
        value = loss_of(loss, self.readout(h[-len(y) :]), torch.tensor(y), torch.tensor(mask))
        value.backward()
        bound = self.threshold if self.clip == "norm" else float("inf")
        norm = nn.utils.clip_grad_norm_(self.parameters, bound)
        if self.clip == "value":
            nn.utils.clip_grad_value_(self.parameters, self.threshold)
        self.optimizer.step()
        return float(value.detach()), float(norm)


def torch_training(job: Training, inputs: Arrays) -> Arrays:
    """Train PyTorch's model: loss and gradient norm before each update."""
    params = {name: inputs[name] for name in job.case.model().shapes()}
    trainer = Trainer(params, job.kind, UPDATES[job.update], job.clip, job.threshold)
    batch = inputs["x"], inputs["y"], inputs["mask"], "mse"
    pairs = [trainer.iterate(*batch) for _ in range(job.iterations)]
    return dict(zip(("loss", "grad_norm"), np.array(pairs).T, strict=True))

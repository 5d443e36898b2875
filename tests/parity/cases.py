"""What the engine and PyTorch are both asked to compute. NumPy alone: no PyTorch needed here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from engine import Model
from engine.cells import CELLS, Cell
from engine.clipping import clip
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS
from engine.recipe import LiveHyperparameters
from tests.engine.kinds import KINDS

Arrays = dict[str, np.ndarray[Any, np.dtype[Any]]]
Position = Literal["last", "every"]

LAYERS_OF_PYTORCH = ("rnn-tanh", "rnn-relu", "lstm", "gru")
"""The kinds that PyTorch has; the others are written out in `pytorch`, for its autograd."""


def _uniform(rng: np.random.Generator, bound: float, *shape: int) -> np.ndarray:
    return rng.uniform(-bound, bound, shape)


@dataclass(frozen=True)
class CellCase:
    """One cell under the loss Σ_t w_t · h_t, so that ∂L/∂h_t that enters from outside is w_t."""

    kind: str
    position: Position
    T: int = 7
    B: int = 2
    D: int = 3
    H: int = 4
    seed: int = 0
    weights: float = 1.0  # largest weight

    def inputs(self) -> Arrays:
        """Draw the parameters, ``x``, ``h_0``, ``c_0`` (of `WITH_C`) and ``w``."""
        rng = np.random.default_rng(self.seed)
        T, B, D, H = self.T, self.B, self.D, self.H
        cell = cell_of(self.kind, D, H)
        # A peephole multiplies c, which may have grown to T: 1 − σ would have few digits left.
        bounds = {
            name: self.weights / 4 if name in cell.vectors else self.weights
            for name in cell.shapes()
        }
        arrays = {
            **{name: _uniform(rng, bounds[name], *shape) for name, shape in cell.shapes().items()},
            "x": rng.normal(size=(T, B, D)),
            "h_0": _uniform(rng, 1, B, H),
            "w": rng.normal(size=(T, B, H)),
        }
        if "c" in CELLS[KINDS[self.kind][0]].state_names:
            arrays["c_0"] = rng.normal(size=(B, H))
        if self.position == "last":
            arrays["w"][:-1] = 0
        return arrays


def cell_of(kind: str, input_size: int, hidden_size: int) -> Cell:
    """Return the engine's cell."""
    name, chosen = KINDS[kind]
    return CELLS[name](input_size, hidden_size, **chosen)


def engine_cell(kind: str, inputs: Arrays) -> Arrays:
    """Run the engine's cell: every state, gate and gradient by name."""
    cell = cell_of(kind, inputs["x"].shape[2], inputs["h_0"].shape[1])
    params = {name: inputs[name] for name in cell.shapes()}
    trace = cell.forward(params, inputs["x"], inputs["h_0"], inputs.get("c_0"))
    grads = cell.backward(params, trace, inputs["w"])
    found = {"h": trace.h, "dh": grads.dh, "dx": grads.dx}
    if trace.c is not None:
        found |= {"c": trace.c, "dc": grads.dc}
    found |= {f"gate.{gate}": values for gate, values in trace.gates.items()}
    return found | {f"d{name}": grads.params[name] for name in params}


@dataclass(frozen=True)
class ModelCase:
    """A stack of cells, a readout, and a loss at the timesteps ``first`` … ``stop - 1``."""

    kind: str
    loss: Literal["mse", "cross_entropy"]
    first: int
    stop: int
    T: int = 6
    B: int = 3
    D: int = 2
    H: int = 4
    outputs: int = 3
    layers: int = 2
    seed: int = 0

    @property
    def at(self) -> slice:
        """The timesteps that are read out."""
        return slice(self.first, self.stop)

    def model(self) -> Model:
        """Return the engine's model."""
        name, chosen = KINDS[self.kind]
        return Model(name, self.D, self.H, self.outputs, self.layers, **chosen)

    def inputs(self) -> Arrays:
        """Draw the parameters by the model's names, ``x``, ``y`` and ``mask``."""
        rng = np.random.default_rng(self.seed)
        params = {name: _uniform(rng, 1, *shape) for name, shape in self.model().shapes().items()}
        S, B = self.stop - self.first, self.B
        classes = rng.integers(self.outputs, size=(S, B))
        values = rng.normal(size=(S, B, self.outputs))
        return params | {
            "x": rng.normal(size=(self.T, B, self.D)),
            "y": classes if self.loss == "cross_entropy" else values,
            "mask": rng.random((S, B)) < 0.7,
        }


def engine_model(case: ModelCase, inputs: Arrays) -> Arrays:
    """Run the engine's model: the loss, every layer's states and gradients by name."""
    model = case.model()
    params = {name: inputs[name] for name in model.shapes()}
    passed = model.forward(params, inputs["x"], case.at)
    loss = LOSSES[case.loss](passed.output, inputs["y"], inputs["mask"])
    grads = model.backward(params, passed, loss.doutput)
    found = {"loss": np.array(loss.loss)} | {f"d{name}": grads.params[name] for name in params}
    for layer, (trace, kept) in enumerate(zip(passed.traces, grads.layers, strict=True)):
        found |= {f"h_l{layer}": trace.h, f"dh_l{layer}": kept.dh}
        if trace.c is not None:
            found |= {f"c_l{layer}": trace.c, f"dc_l{layer}": kept.dc}
    return found


@dataclass(frozen=True)
class Update:
    """An optimiser with a rate that suits it and a weight decay that shows."""

    optimizer: Literal["sgd", "rmsprop", "adam", "adamw"]
    learning_rate: float
    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0

    @property
    def hyperparameters(self) -> LiveHyperparameters:
        """What the engine's optimiser is given at each update."""
        return LiveHyperparameters(
            learning_rate=self.learning_rate,
            momentum=self.momentum,
            nesterov=self.nesterov,
            weight_decay=self.weight_decay,
        )


UPDATES = {
    "sgd": Update("sgd", 0.02),
    "sgd+momentum": Update("sgd", 0.005, momentum=0.9),
    "sgd+nesterov": Update("sgd", 0.005, momentum=0.9, nesterov=True),
    "rmsprop": Update("rmsprop", 0.001),
    "rmsprop+momentum": Update("rmsprop", 0.0005, momentum=0.5),
    "adam": Update("adam", 0.002),
    "adamw": Update("adamw", 0.002),
}
UPDATES |= {f"{name}+decay": replace(update, weight_decay=0.05) for name, update in UPDATES.items()}
"""Every optimiser, with and without weight decay."""

CLIPS: dict[str, float] = {"none": 1.0, "norm": 0.6, "value": 0.1}
"""Thresholds that act in some iterations of a `Training` and leave others alone."""


@dataclass(frozen=True)
class Training:
    """Descent on one batch, again and again."""

    kind: str
    update: str  # of UPDATES
    clip: str  # of CLIPS
    iterations: int = 200

    @property
    def case(self) -> ModelCase:
        """The network and its batch."""
        return ModelCase(self.kind, "mse", 7, 8, T=8, B=12, D=2, H=6, outputs=1, layers=1, seed=1)

    @property
    def threshold(self) -> float:
        """Of clipping."""
        return CLIPS[self.clip]


def engine_training(job: Training, inputs: Arrays) -> Arrays:
    """Train the engine's model: loss and gradient norm before each update."""
    model, update = job.case.model(), UPDATES[job.update]
    params = {name: inputs[name].copy() for name in model.shapes()}
    values = np.concatenate([value.ravel() for value in params.values()])
    start = 0
    for name, value in params.items():
        params[name] = values[start : start + value.size].reshape(value.shape)
        start += value.size
    optimizer = OPTIMIZERS[update.optimizer](values.size)
    losses, norms = [], []
    for _ in range(job.iterations):
        passed = model.forward(params, inputs["x"], job.case.at)
        loss = LOSSES["mse"](passed.output, inputs["y"], inputs["mask"])
        grads = model.backward(params, passed, loss.doutput)
        gradient = np.concatenate([grads.params[name].ravel() for name in params])
        clipped = clip(gradient, job.clip, job.threshold)
        optimizer.update(values, gradient, update.hyperparameters)
        losses.append(loss.loss)
        norms.append(clipped.grad_norm)
    return {"loss": np.array(losses), "grad_norm": np.array(norms)}

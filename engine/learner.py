"""One lane at work: its weights, and what one iteration does to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.arena import Allocate
from engine.cells import Cell, Workspace
from engine.clipping import clip
from engine.diagnostics import (
    horizon,
    norm,
    saturation,
    spread,
    state_gradient,
    weight_contributions,
)
from engine.losses import LOSSES, LossValue
from engine.model import Model, ModelGradients, Pass
from engine.optimizers import OPTIMIZERS, Knobs
from engine.recipe import Hyperparameters
from engine.schedules import SCHEDULES
from engine.streams import stream
from engine.tasks import Batch, Task

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Iteration:
    """What one forward and backward pass of a learner gave, before the update.

    The traces live in memory that the next pass overwrites.
    """

    passed: Pass
    loss: LossValue
    grads: ModelGradients
    top_dh_norm: Array  # (T+1, B), of the layer that the loss enters


class Learner:
    """A lane's network and optimiser.

    Parameters
    ----------
    label : str
        What the lane is called.
    knobs : Hyperparameters
        With which it starts.
    task : Task
    seed, batch_size : int
        The recipe's.
    """

    def __init__(
        self, label: str, knobs: Hyperparameters, task: Task, seed: int, batch_size: int
    ) -> None:
        self.label = label
        self.hyperparameters = knobs
        self.task = task
        self.batch_size = batch_size
        self.dtype = np.dtype(knobs.precision)
        self.model = model_for(knobs, task)
        self._seed = seed
        self._apart: list[Workspace] | None = None
        self._first_lost: str | None = None
        self.at = as_slice(task.loss_timesteps)
        self._last = int(task.loss_timesteps[-1]) + 1  # h_{t+1} is what the loss at t reads
        shapes = self.model.shapes()
        self.parameter_count = sum(int(np.prod(shape)) for shape in shapes.values())
        self._values = np.empty(self.parameter_count, self.dtype)
        self._before = np.empty_like(self._values)
        self._gradient = np.empty_like(self._values)
        self.params: dict[str, Array] = {}
        start = 0
        for name, shape in shapes.items():
            stop = start + int(np.prod(shape))
            self.params[name] = self._values[start:stop].reshape(shape)
            start = stop
        self.restart()

    @property
    def cell(self) -> Cell:
        """The cell of the lowest layer: it declares its gates and states."""
        return self.model.cells[0]

    @property
    def hidden_size(self) -> int:
        """Units of a layer, H."""
        return self.model.hidden_size

    @property
    def num_layers(self) -> int:
        """Stacked cells."""
        return len(self.model.cells)

    def allocate(self, allocate: Allocate) -> None:
        """Take the memory for passes over whole batches."""
        T, B = self.task.timesteps, self.batch_size
        self._spaces = self.model.workspaces(T, B, self.dtype, allocate)

    def examine(self, example: Batch) -> Pass:
        """Run forward over a batch of one, in memory of its own."""
        if self._apart is None:
            self._apart = self.model.workspaces(self.task.timesteps, 1, self.dtype)
        return self.model.forward(self.params, example.x, self.at, self._apart)

    def examine_back(self, passed: Pass, example: Batch) -> ModelGradients:
        """Run backward over an examined batch of one, in the same memory."""
        y, mask = example.y[self.at], example.mask[self.at]
        doutput = LOSSES[self.task.loss](passed.output, y, mask).doutput
        return self.model.backward(self.params, passed, doutput, self.hyperparameters.truncate)

    def restart(self) -> None:
        """Go back to the initial weights, with a fresh optimiser."""
        drawn = initial_weights(self.model, self.hyperparameters, self._seed)
        for name, value in drawn.items():
            self.params[name][...] = value
        self._fresh_optimizer()

    def change(self, knobs: Hyperparameters) -> None:
        """Take new live hyperparameters; weights that are no longer finite start again."""
        another = knobs.optimizer != self.hyperparameters.optimizer
        self.hyperparameters = knobs
        if not np.isfinite(self._values).all():
            self.restart()
        elif another:
            self._fresh_optimizer()

    def compute(self, batch: Batch, go_on: Callable[[], None]) -> Iteration:
        """Run forward and backward over a batch; `go_on` may raise before either."""
        go_on()
        passed = self.model.forward(self.params, batch.x, self.at, self._spaces)
        loss = LOSSES[self.task.loss](passed.output, batch.y[self.at], batch.mask[self.at])
        go_on()
        truncate = self.hyperparameters.truncate
        grads = self.model.backward(self.params, passed, loss.doutput, truncate)
        top = state_gradient(self._spaces[-1].dh, grads.layers[-1].reached)
        return Iteration(passed, loss, grads, top)

    def scalars(self, iteration: Iteration) -> tuple[dict[str, float], str | None]:
        """Clip the gradient; return the scalars by name, and where numbers were lost, if any.

        All but `update_norm`, which the update gives.
        """
        ordered = [iteration.grads.params[name].ravel() for name in self.params]
        np.concatenate(ordered, out=self._gradient)
        knobs = self.hyperparameters
        grad_norm, clip_factor = clip(self._gradient, knobs.clip, knobs.clip_threshold)
        reach = horizon(iteration.top_dh_norm.mean(axis=1), self._last)
        lost = self._where_lost(iteration, grad_norm)
        values = {
            "loss": iteration.loss.loss,
            "grad_norm": grad_norm,
            "clip_factor": clip_factor,
            "horizon": reach,
            "diverged": float(lost is not None),
        }
        return values, lost

    def gradient_flow(self, iteration: Iteration, layer: int) -> dict[str, Array]:
        """Return the norms by timestep of one layer, by their names in a frame."""
        space, reached = self._spaces[layer], iteration.grads.layers[layer].reached
        top = layer == self.num_layers - 1
        flows = {"dh": iteration.top_dh_norm if top else state_gradient(space.dh, reached)}
        if space.has_c:
            flows["dc"] = state_gradient(space.dc, reached)
        arrays: dict[str, Array] = {}
        for name, flow in flows.items():
            mean, q10, q90 = spread(flow)
            arrays |= {f"{name}_norm": mean, f"{name}_norm.q10": q10, f"{name}_norm.q90": q90}
        params = self.model.layer_params(self.params, layer)
        contributions = weight_contributions(self.model.cells[layer], params, space)
        for values in contributions:
            values[~reached[1:]] = np.nan
        return arrays | {"dW_hh_norm": contributions.dW_hh, "dW_ih_norm": contributions.dW_ih}

    def saturation(self, layer: int) -> dict[str, Array]:
        """Return how saturated one layer was over the last computed batch, by names in a frame."""
        return saturation(self.model.cells[layer], self._spaces[layer])

    def update(self, iteration: int) -> None:
        """Move the weights along the clipped gradient, at the rate that this iteration has."""
        np.copyto(self._before, self._values)
        knobs, default = self.hyperparameters, self._optimizer.default_weight_decay
        factor = SCHEDULES[knobs.schedule](iteration, knobs.schedule_period)
        update = Knobs(
            learning_rate=knobs.learning_rate * factor,
            momentum=knobs.momentum,
            nesterov=knobs.nesterov,
            weight_decay=default if knobs.weight_decay is None else knobs.weight_decay,
        )
        self._optimizer.update(self._values, self._gradient, update)

    def update_norm(self) -> float:
        """Return how far the last update moved the weights, ‖Δθ‖₂."""
        # In the gradient's memory: the update was the last to read it.
        return norm(np.subtract(self._values, self._before, out=self._gradient))

    def swap_update(self) -> None:
        """Exchange the weights for those before the last update, or back."""
        held = self._before.copy()
        np.copyto(self._before, self._values)
        np.copyto(self._values, held)

    def _where_lost(self, iteration: Iteration, grad_norm: float) -> str | None:
        """Say in words where numbers were first lost, as long as they are, or None."""
        if not np.isfinite(self._values).all():
            return self._first_lost or "an earlier update left weights that are not finite"
        self._first_lost = self._overflow(iteration, grad_norm)
        return self._first_lost

    def _overflow(self, iteration: Iteration, grad_norm: float) -> str | None:
        if not np.isfinite(iteration.loss.loss):
            for layer, space in enumerate(self._spaces):
                bad = ~np.isfinite(space.h).all(axis=(1, 2))
                if bad.any():
                    where = f" of layer {layer}" if self.num_layers > 1 else ""
                    return f"forward pass: h{where} overflows from t = {bad.argmax()} on"
            return "forward pass: the states are finite, but the loss overflows"
        reached = iteration.grads.layers[-1].reached
        bad = reached & ~np.isfinite(iteration.top_dh_norm).all(axis=1)
        if bad.any():
            return f"backward pass: ∂ℓ/∂h overflows from t = {np.flatnonzero(bad)[-1]} back"
        if not np.isfinite(grad_norm):
            return "backward pass: the gradient of the weights overflows"
        return None

    def _fresh_optimizer(self) -> None:
        kind = OPTIMIZERS[self.hyperparameters.optimizer]
        self._optimizer = kind(self.parameter_count, self.dtype)


def model_for(knobs: Hyperparameters, task: Task) -> Model:
    """Return the network that hyperparameters and a task ask for."""
    return Model(
        knobs.cell,
        task.input_size,
        knobs.hidden_size,
        task.output_size,
        knobs.num_layers,
        knobs.nonlinearity,
    )


def initial_weights(
    model: Model, knobs: Hyperparameters, seed: int, spectral_radius: Array | None = None
) -> dict[str, Array]:
    """Draw the weights that a lane of this seed starts with; other radii (R,) if they are given."""
    return model.init(
        stream(seed, "weights"),
        knobs.init,
        std=knobs.init_std,
        spectral_radius=knobs.spectral_radius if spectral_radius is None else spectral_radius,
        forget_bias=knobs.forget_bias,
        update_bias=knobs.update_bias,
        dtype=np.dtype(knobs.precision),
    )


def as_slice(timesteps: Array) -> slice:
    """Return consecutive timesteps as a slice, which costs no copy."""
    first, last = int(timesteps[0]), int(timesteps[-1])
    if not np.array_equal(timesteps, np.arange(first, last + 1)):
        raise ValueError(f"loss_timesteps is {timesteps.tolist()}; they have to be consecutive")
    return slice(first, last + 1)

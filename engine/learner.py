"""One lane at work: its weights, and what one iteration does to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from engine.arena import Allocate
from engine.arrays import Array
from engine.bptt_cost import kept, scratch
from engine.cells import Cell, DroppingWorkspace, Masks, Workspace
from engine.clipping import clip
from engine.diagnostics import (
    Ends,
    joint_state_gradient,
    norm,
    saturation,
    state_gradient,
    switchable_paths,
    weight_contributions,
)
from engine.dropout import draw_masks, drops, workspace_kind
from engine.losses import LOSSES, LossValue
from engine.model import Model, ModelGradients, Pass
from engine.optimizers import OPTIMIZERS
from engine.orthogonality import penalty_gradient
from engine.quantities import Quantity, register
from engine.random_streams import stream
from engine.recent import Recent
from engine.recipe import Hyperparameters
from engine.schedules import SCHEDULES
from engine.tasks import Batch, Task

register(
    Quantity(
        "update_norm",
        "‖Δθ‖",
        "Norm of the change of all weights that followed",
        unit="weight",
        log=True,
        history=True,
    ),
    Quantity("diverged", "diverged", "1 where numbers have overflowed or are lost", history=True),
)


NOISE_DECAY = 0.55
"""γ of the noise's variance η / (1 + k)^γ (Neelakantan et al. 2015)."""


@dataclass(frozen=True)
class Iteration:
    """What one forward and backward pass of a learner gave, before the update.

    The traces live in memory that the next pass overwrites.
    """

    passed: Pass
    loss: LossValue
    grads: ModelGradients
    top_dh_norm: Array  # (T+1, B), of the layer that the loss enters
    joint: Array  # (T+1, B), ‖∂ℓ/∂s_t‖ of the last loss alone
    ends: Ends


class Learner:
    """A lane's network and optimiser.

    Parameters
    ----------
    label : str
        What the lane is called.
    hyperparameters : Hyperparameters
        With which it starts.
    task : Task
    seed, batch_size : int
        The recipe's.
    checkpoint : callable, optional
        Called now and then while it computes: it may wait, or raise to end what takes too long.

    Attributes
    ----------
    params, params_before : dict of str to ndarray
        The weights, and those before the last update, by the model's names.
    recent : Recent
        The scalars of its last iterations under the present hyperparameters.
    """

    def __init__(
        self,
        label: str,
        hyperparameters: Hyperparameters,
        task: Task,
        seed: int,
        batch_size: int,
        checkpoint: Callable[[], None] = lambda: None,
    ) -> None:
        self.label = label
        self.hyperparameters = hyperparameters
        self.task = task
        self.batch_size = batch_size
        self.dtype = np.dtype(hyperparameters.precision)
        self.model = model_for(hyperparameters, task)
        self._seed = seed
        self._checkpoint = checkpoint
        self._apart: list[Workspace] = []
        self._masks: list[Masks] | None = None
        self._present: Array | None = None
        self._carries = False
        self._initial: Array | None = None
        self._final: Array | None = None
        self._first_lost: str | None = None
        self.at = as_slice(task.loss_timesteps)
        self._last = int(task.loss_timesteps[-1]) + 1  # h_{t+1} is what the loss at t reads
        self.parameter_count = sum(int(np.prod(shape)) for shape in self.model.shapes().values())
        self._values = np.empty(self.parameter_count, self.dtype)
        self._before = np.empty_like(self._values)
        self._gradient = np.empty_like(self._values)
        self.params = self._by_name(self._values)
        self.params_before = self._by_name(self._before)
        self.recent = Recent()
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

    @property
    def workspaces(self) -> list[Workspace]:
        """The layers' memory for passes over whole batches, the lowest first."""
        return self._spaces

    @property
    def last(self) -> int:
        """The t of the last state that has a loss."""
        return self._last

    @property
    def kept_bytes(self) -> int:
        """Bytes of what a pass over a batch keeps for the way back: see `engine.bptt_cost.kept`."""
        return sum(kept(self._spaces).values())

    @property
    def kept_bytes_a_timestep(self) -> int:
        """By how much `kept_bytes` grows with each timestep of the sequence."""
        kind = type(self._spaces[0])
        one, two = (
            sum(kept(self.model.workspaces(T, self.batch_size, self.dtype, kind=kind)).values())
            for T in (1, 2)
        )
        return two - one

    @property
    def scratch_bytes(self) -> int:
        """Bytes of the passes' other arrays, which do not grow with T."""
        return scratch(self._spaces)

    @property
    def switchable_paths(self) -> tuple[str, ...]:
        """The paths of a gradient from t to t − 1 that `what_if` can switch off."""
        return switchable_paths(self.cell)

    def _by_name(self, values: Array) -> dict[str, Array]:
        """Return views of a vector (n,) of all weights, by the model's names."""
        named, start = {}, 0
        for name, shape in self.model.shapes().items():
            stop = start + int(np.prod(shape))
            named[name] = values[start:stop].reshape(shape)
            start = stop
        return named

    def allocate(self, allocate: Allocate) -> None:
        """Take the memory for passes over whole batches."""
        T, B = self.task.timesteps, self.batch_size
        kind = self._kind
        self._spaces = self.model.workspaces(T, B, self.dtype, allocate, kind=kind)
        for space in self._spaces:
            space.checkpoint = self._checkpoint

    @property
    def has_room(self) -> bool:
        """Whether its memory will do: what a tweak leaves out may ask for more."""
        return isinstance(self._spaces[0], self._kind)

    @property
    def _kind(self) -> type[Workspace]:
        unequal = self.task.shortest is not None
        return workspace_kind(self.hyperparameters, unequal=unequal)

    @property
    def masks(self) -> list[Masks] | None:
        """What the last computed batch dropped and held, a layer each; None: nothing."""
        return self._masks

    @property
    def present(self) -> Array | None:
        """Which timesteps each example of the last computed batch has, (T, B); None: all."""
        return self._present

    def _mask(self, batch: Batch, iteration: int, *, whole: bool) -> None:
        T, B, _ = batch.x.shape
        masks = [Masks()] * self.num_layers
        # Those of the last pass are gone before others are drawn.
        self._masks = None
        for space in self._spaces:
            if isinstance(space, DroppingWorkspace):
                space.masks = Masks()
        if drops(self.hyperparameters) and not whole:
            masks = draw_masks(
                self.hyperparameters, self.model.cells, self._seed, iteration, (T, B), self.dtype
            )
        masks = [each.padded(batch.lengths, T) for each in masks]
        self._masks = None if all(each.nothing for each in masks) else masks

    def carry_on(self, *, anew: bool) -> None:
        """Let the next batch begin with the state that the last one ended in, or `anew`."""
        self._carries = True
        self._initial = None if anew else self._final

    def initial(self, stream: int | None = None) -> Array | None:
        """Return the state that the batch begins with, (L, S, H, B); None: zeros.

        Parameters
        ----------
        stream : int, optional
            Of this one of its sequences alone, (L, S, H, 1).
        """
        if self._initial is None or stream is None:
            return self._initial
        return self._initial[..., stream : stream + 1]

    def forward_example(
        self, example: Batch, go_on: Callable[[], None], initial: Array | None = None
    ) -> Pass:
        """Run forward over a batch of one, in memory of its own; `go_on` may raise."""
        T = len(example.x)
        if not self._apart or self._apart[0].timesteps != T:
            self._apart = self.model.workspaces(T, 1, self.dtype)
        for space in self._apart:
            space.checkpoint = go_on
        return self.model.forward(self.params, example.x, self.at, self._apart, initial)

    def backward_example(self, passed: Pass, example: Batch) -> ModelGradients:
        """Run backward over what `forward_example` ran, in the same memory."""
        y, mask = example.y[self.at], example.mask[self.at]
        doutput = LOSSES[self.task.loss](passed.output, y, mask).doutput
        return self.model.backward(self.params, passed, doutput, self.hyperparameters.truncate)

    def restart(self) -> None:
        """Go back to the initial weights, with a fresh optimiser."""
        drawn = initial_weights(self.model, self.hyperparameters, self._seed)
        for name, value in drawn.items():
            self.params[name][...] = value
        self._final = None  # it came from other weights
        self.recent.clear()
        self._fresh_optimizer()

    def change(self, hyperparameters: Hyperparameters) -> None:
        """Take new live hyperparameters; weights that are no longer finite start again."""
        another = hyperparameters.optimizer != self.hyperparameters.optimizer
        self.hyperparameters = hyperparameters
        self.recent.clear()
        if not np.isfinite(self._values).all():
            self.restart()
        elif another:
            self._fresh_optimizer()

    def compute(self, batch: Batch, iteration: int = 0, *, whole: bool = False) -> Iteration:
        """Run forward and backward over a batch.

        Parameters
        ----------
        batch : Batch
        iteration : int
            What dropout and zoneout leave out follows from it.
        whole : bool
            Leave nothing out.
        """
        self._mask(batch, iteration, whole=whole)
        passed = self.model.forward(
            self.params, batch.x, self.at, self._spaces, self._initial, self._masks
        )
        if self._carries:
            self._final = self.model.final_states(self._spaces)
        loss = LOSSES[self.task.loss](passed.output, batch.y[self.at], batch.mask[self.at])
        truncate = self.hyperparameters.truncate
        ends = Ends(self._last, batch.lengths)
        self._present = ends.present(len(batch.x))
        several = batch.lengths is None and len(loss.doutput) > 1
        if several:
            # Before the pass that training needs, which takes the same memory.
            joint = self._joint_of_last_loss(passed, loss)
        grads = self.model.backward(self.params, passed, loss.doutput, truncate)
        top = state_gradient(self._spaces[-1].dh, grads.layers[-1].reached)
        if not several:
            joint = joint_state_gradient(self._spaces, grads.layers)
        return Iteration(passed, loss, grads, top, joint, ends)

    def _joint_of_last_loss(self, passed: Pass, loss: LossValue) -> Array:
        """Return ‖∂ℓ/∂s_t‖ (T+1, B) of the loss at the last timestep that has one.

        Where each timestep has a loss, the sum of them all is nowhere small: it says nothing of
        how far one of them reaches.
        """
        last = replace(passed, at=slice(self._last - 1, self._last))
        truncate = self.hyperparameters.truncate
        grads = self.model.backward(
            self.params, last, loss.doutput[-1:], truncate, with_params=False
        )
        return joint_state_gradient(self._spaces, grads.layers)

    def scalars(self, iteration: Iteration) -> tuple[dict[str, float], str | None]:
        """Clip the gradient; return the scalars by name, and where numbers were lost, if any.

        All but `update_norm`, which the update gives.
        """
        ordered = [iteration.grads.params[name].ravel() for name in self.params]
        np.concatenate(ordered, out=self._gradient)
        hyperparameters = self.hyperparameters
        if hyperparameters.orthogonality:
            self._add_penalty(hyperparameters.orthogonality)
        grad_norm, clip_factor = clip(
            self._gradient, hyperparameters.clip, hyperparameters.clip_threshold
        )
        lost = self._where_lost(iteration, grad_norm)
        values = {
            "loss": iteration.loss.loss,
            "grad_norm": grad_norm,
            "clip_factor": clip_factor,
            "reach": iteration.ends.reach(iteration.joint),
            "horizon": iteration.ends.horizon(iteration.joint),
            "diverged": float(lost is not None),
        }
        return values, lost

    def _add_penalty(self, strength: float) -> None:
        """Add the gradient of the orthogonality penalty: it is clipped with the rest."""
        gradients = self._by_name(self._gradient)
        for layer in range(self.num_layers):
            name = f"weight_hh_l{layer}"
            gradients[name] += penalty_gradient(self.params[name], strength)

    def gradient_flow(self, iteration: Iteration, layer: int) -> dict[str, Array]:
        """Return the norms by timestep of one layer, by their names in a frame."""
        space, reached = self._spaces[layer], iteration.grads.layers[layer].reached
        top = layer == self.num_layers - 1
        flows = {"dh": iteration.top_dh_norm if top else state_gradient(space.dh, reached)}
        if space.has_c:
            flows["dc"] = state_gradient(space.dc, reached)
        arrays: dict[str, Array] = {}
        for name, flow in flows.items():
            mean, q10, q90 = iteration.ends.spread(flow)
            arrays |= {f"{name}_norm": mean, f"{name}_norm.q10": q10, f"{name}_norm.q90": q90}
        params = self.model.layer_params(self.params, layer)
        contributions = weight_contributions(self.model.cells[layer], params, space)
        for values in contributions:
            values[~reached[1:]] = np.nan
        return arrays | {"dW_hh_norm": contributions.dW_hh, "dW_ih_norm": contributions.dW_ih}

    def saturation(self, layer: int) -> dict[str, Array]:
        """Return how saturated one layer was over the last computed batch, by names in a frame."""
        return saturation(self.model.cells[layer], self._spaces[layer], self._present)

    def space(self, layer: int) -> Workspace:
        """Return the memory of one layer, as the last computed batch left it."""
        return self._spaces[layer]

    def update(self, iteration: int) -> None:
        """Move the weights along the clipped, perhaps noisy gradient, at this iteration's rate."""
        np.copyto(self._before, self._values)
        hyperparameters = self.hyperparameters
        if hyperparameters.gradient_noise:
            self._add_noise(iteration)
        factor = SCHEDULES[hyperparameters.schedule](iteration, hyperparameters.schedule_period)
        if factor != 1:
            rate = hyperparameters.learning_rate * factor
            # A schedule may end at 0, which no recipe may have: not validated.
            hyperparameters = hyperparameters.model_copy(update={"learning_rate": rate})
        self._optimizer.update(self._values, self._gradient, hyperparameters)

    def _add_noise(self, iteration: int) -> None:
        """Add normal noise of variance η / (1 + k)^0.55 to the gradient at iteration k.

        Neelakantan et al. (2015, "Adding Gradient Noise Improves Learning for Very Deep
        Networks", section 3). It comes after clipping, as there, so that a threshold neither
        shortens it nor counts it as explosion; `grad_norm` and `clip_factor` are without it. All
        lanes draw from the same place of the seed's stream.
        """
        variance = self.hyperparameters.gradient_noise / (1 + iteration) ** NOISE_DECAY
        rng = stream(self._seed, "gradient noise", iteration)
        noise = rng.standard_normal(self._gradient.size) * variance**0.5
        self._gradient += noise.astype(self.dtype, copy=False)

    def state(self) -> dict[str, Array]:
        """Return all that its next iterations depend on, beside its hyperparameters, by name."""
        optimizer = {f"optimizer/{name}": each for name, each in self._optimizer.state().items()}
        recent = self.recent.values
        carried = {"states/initial": self._initial, "states/final": self._final}
        states = {name: each for name, each in carried.items() if each is not None}
        own = {"values": self._values, "before": self._before, "recent": recent}
        return {**own, **optimizer, **states}

    @property
    def first_lost(self) -> str | None:
        """Where numbers were first lost, in words, as long as they are."""
        return self._first_lost

    def take(
        self, state: Mapping[str, Array], hyperparameters: Hyperparameters, first_lost: str | None
    ) -> None:
        """Go on from what `state` returned."""
        self.hyperparameters = hyperparameters
        np.copyto(self._values, state["values"])
        np.copyto(self._before, state["before"])
        np.copyto(self.recent.values, state["recent"])
        self._fresh_optimizer()
        prefix = "optimizer/"
        self._optimizer.take(
            {
                name.removeprefix(prefix): value
                for name, value in state.items()
                if name.startswith(prefix)
            }
        )
        self._first_lost = first_lost
        self._initial, self._final = state.get("states/initial"), state.get("states/final")

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


def model_for(hyperparameters: Hyperparameters, task: Task) -> Model:
    """Return the network that hyperparameters and a task ask for."""
    return Model(
        hyperparameters.cell,
        task.input_size,
        hyperparameters.hidden_size,
        task.output_size,
        hyperparameters.num_layers,
        hyperparameters.nonlinearity,
    )


def initial_weights(
    model: Model, hyperparameters: Hyperparameters, seed: int, spectral_radius: Array | None = None
) -> dict[str, Array]:
    """Draw the weights that a lane of this seed starts with; other radii (R,) if they are given."""
    return model.init(
        stream(seed, "weights"),
        hyperparameters.init,
        std=hyperparameters.init_std,
        spectral_radius=hyperparameters.spectral_radius
        if spectral_radius is None
        else spectral_radius,
        forget_bias=hyperparameters.forget_bias,
        update_bias=hyperparameters.update_bias,
        dtype=np.dtype(hyperparameters.precision),
    )


def as_slice(timesteps: Array) -> slice:
    """Return consecutive timesteps as a slice, which costs no copy."""
    first, last = int(timesteps[0]), int(timesteps[-1])
    if not np.array_equal(timesteps, np.arange(first, last + 1)):
        raise ValueError(f"loss_timesteps is {timesteps.tolist()}; they have to be consecutive")
    return slice(first, last + 1)

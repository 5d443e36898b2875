"""One lane at work: its weights, and what one iteration does to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from engine.arena import Allocate
from engine.arrays import Array
from engine.bidirectional import BidirectionalModel
from engine.bptt_cost import kept, scratch
from engine.cells import Cell, Masks, Workspace
from engine.clipping import clip
from engine.diagnostics import (
    Ends,
    ReverseEnds,
    joint_state_gradient,
    norm,
    saturation,
    state_gradient,
    switchable_paths,
    weight_contributions,
)
from engine.dropout import drops, masks_of_batch, workspace_kind
from engine.flossing import flossing_gradient
from engine.halves import Half, halves
from engine.losses import LOSSES, LossValue
from engine.model import Model, ModelGradients, Pass, take_masks
from engine.optimizers import OPTIMIZERS
from engine.orthogonality import penalty_gradient
from engine.quantities import REVERSE, Quantity, register
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
    batch: Batch
    reverse: ReverseIteration | None = None


@dataclass(frozen=True)
class ReverseIteration:
    """The same of the half that reads the sequence backward, in the order in which it reads.

    Attributes
    ----------
    top_dh_norm : ndarray, shape (T+1, B)
    joint : ndarray, shape (T+1, B)
        ‖∂ℓ/∂s‖ of one loss alone: the one that this half reads last, so that it is farthest from
        its beginning.
    ends : Ends
        Where that loss stands in what it reads.
    """

    top_dh_norm: Array
    joint: Array
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
    def _both(self) -> bool:
        """Whether it reads in both directions."""
        return bool(self.model.reverse_cells)

    @property
    def workspaces(self) -> list[Workspace]:
        """The layers' memory for passes over whole batches, as `Model.workspaces` has it."""
        return self._spaces

    @property
    def last(self) -> int:
        """The t of the last state that has a loss."""
        return self._last

    @property
    def kept_bytes(self) -> int:
        """Bytes of what a pass over a batch keeps for the way back: see `engine.bptt_cost.kept`."""
        return sum(kept(self._spaces, bidirectional=self._both).values())

    @property
    def kept_bytes_a_timestep(self) -> int:
        """By how much `kept_bytes` grows with each timestep of the sequence."""
        kind = type(self._spaces[0])
        one, two = (
            self.model.workspaces(T, self.batch_size, self.dtype, kind=kind) for T in (1, 2)
        )
        sizes = (kept(spaces, bidirectional=self._both) for spaces in (one, two))
        first, second = (sum(each.values()) for each in sizes)
        return second - first

    @property
    def scratch_bytes(self) -> int:
        """Bytes of the passes' other arrays, which do not grow with T."""
        return scratch(self._spaces, bidirectional=self._both)

    @property
    def switchable_paths(self) -> tuple[str, ...]:
        """The paths of a gradient from t to t − 1 that the study "what if" can switch off."""
        return () if self._both else switchable_paths(self.cell)

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
        # Those of the last pass are gone before others are drawn.
        self._masks = None
        take_masks(self._spaces, None)
        if batch.lengths is None and (whole or not drops(self.hyperparameters)):
            return
        self._masks = masks_of_batch(
            self.hyperparameters,
            (self.model.cells, self.model.reverse_cells),
            self._seed,
            iteration,
            (T, B),
            self.dtype,
            batch.lengths,
            whole=whole,
        )

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
        both = self._both
        if several:
            # Before the pass that training needs, which takes the same memory.
            alone = self._backward_of_one(passed, loss, -1)
            joint = joint_state_gradient(passed.spaces, alone.layers)
        if several and both:
            alone = self._backward_of_one(passed, loss, 0)
            reverse_joint = joint_state_gradient(passed.reverse_spaces, alone.reverse)
        grads = self.model.backward(self.params, passed, loss.doutput, truncate)
        top = state_gradient(passed.spaces[-1].dh, grads.layers[-1].reached)
        if not several:
            joint = joint_state_gradient(passed.spaces, grads.layers)
        if not both:
            return Iteration(passed, loss, grads, top, joint, ends, batch)
        if not several:
            reverse_joint = joint_state_gradient(passed.reverse_spaces, grads.reverse)
        last = len(batch.x) if batch.lengths is not None else passed.only(0).reverse_at.stop
        reverse = ReverseIteration(
            state_gradient(passed.reverse_spaces[-1].dh, grads.reverse[-1].reached),
            reverse_joint,
            ReverseEnds(last, batch.lengths),
        )
        return Iteration(passed, loss, grads, top, joint, ends, batch, reverse)

    def _backward_of_one(self, passed: Pass, loss: LossValue, k: int) -> ModelGradients:
        """Run backward for the k-th of the timesteps that have a loss alone.

        Where each timestep has a loss, the sum of them all is nowhere small: it says nothing of
        how far one of them reaches.
        """
        truncate = self.hyperparameters.truncate
        doutput = loss.doutput[[k]]
        return self.model.backward(
            self.params, passed.only(k), doutput, truncate, with_params=False
        )

    def scalars(self, iteration: Iteration) -> tuple[dict[str, float], str | None]:
        """Clip the gradient; return the scalars by name, and where numbers were lost, if any.

        All but `update_norm`, which the update gives.
        """
        ordered = [iteration.grads.params[name].ravel() for name in self.params]
        np.concatenate(ordered, out=self._gradient)
        hyperparameters = self.hyperparameters
        if hyperparameters.orthogonality:
            self._add_penalty(hyperparameters.orthogonality)
        if hyperparameters.flossing:
            self._floss(hyperparameters.flossing, iteration.batch)
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
        for end, _ in self.model.named_cells():
            name = f"weight_hh{end}"
            gradients[name] += penalty_gradient(self.params[name], strength)

    def _floss(self, strength: float, batch: Batch) -> None:
        """Add the gradient of gradient flossing, of the batch's first example: as above."""
        gradients = self._by_name(self._gradient)
        spaces = self._spaces
        if self._masks is not None:  # it is read whole, and as far as it goes
            initial = self.initial(0)
            passed = self.forward_example(batch.one(0), self._checkpoint, initial)
            spaces = passed.spaces + passed.reverse_spaces
        for name, gradient in flossing_gradient(self.model, self.params, spaces).items():
            gradients[name] += (strength * gradient).astype(self.dtype, copy=False)

    def gradient_flow(self, iteration: Iteration, layer: int) -> dict[str, Array]:
        """Return the norms by timestep of one layer, by their names in a frame.

        And, of the reverse half, `reach` and `horizon`: both of the loss that it reads last, back
        to x_T, with which it begins.
        """
        top = layer == self.num_layers - 1
        forward, *others = halves(self.model, self.params, iteration.passed, layer)
        reached = iteration.grads.layers[layer].reached
        dh = iteration.top_dh_norm if top else None
        arrays = self._flow(forward, reached, iteration.ends, dh)
        if others and iteration.reverse is not None:
            reverse, reached = iteration.reverse, iteration.grads.reverse[layer].reached
            dh = reverse.top_dh_norm if top else None
            found = self._flow(others[0], reached, reverse.ends, dh)
            found["reach"] = np.array(reverse.ends.reach(reverse.joint))
            found["horizon"] = np.array(reverse.ends.horizon(reverse.joint))
            arrays |= others[0].named(found)
        return arrays

    def _flow(self, half: Half, reached: Array, ends: Ends, dh: Array | None) -> dict[str, Array]:
        """Return the norms of one half of a layer, in the order in which it reads.

        Parameters
        ----------
        half : Half
        reached : ndarray of bool, shape (T+1,)
        ends : Ends
        dh : ndarray, shape (T+1, B), optional
            ‖∂ℓ_b/∂h_t‖₂, if it is known.
        """
        space = half.space
        flows = {"dh": state_gradient(space.dh, reached) if dh is None else dh}
        if space.has_c:
            flows["dc"] = state_gradient(space.dc, reached)
        arrays: dict[str, Array] = {}
        for name, flow in flows.items():
            mean, q10, q90 = ends.spread(flow)
            arrays |= {f"{name}_norm": mean, f"{name}_norm.q10": q10, f"{name}_norm.q90": q90}
        contributions = weight_contributions(half.cell, half.params, space)
        for values in contributions:
            values[~reached[1:]] = np.nan
        return arrays | {"dW_hh_norm": contributions.dW_hh, "dW_ih_norm": contributions.dW_ih}

    def saturation(self, layer: int) -> dict[str, Array]:
        """Return how saturated one layer was over the last computed batch, by names in a frame."""
        arrays = saturation(self.model.cells[layer], self._spaces[layer], self._present)
        # In the order in which the reverse half reads.
        present = None if self._present is None else self._present[::-1]
        for cell, space in self._reverse_layers[layer : layer + 1]:
            found = saturation(cell, space, present)
            arrays |= {f"{name}.{REVERSE}": each for name, each in found.items()}
        return arrays

    @property
    def _reverse_layers(self) -> list[tuple[Cell, Workspace]]:
        cells = self.model.reverse_cells
        return list(zip(cells, self._spaces[len(self._spaces) - len(cells) :], strict=True))

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
        passed, grads = iteration.passed, iteration.grads
        if not np.isfinite(iteration.loss.loss):
            for layer, space in enumerate(passed.spaces):
                first = _first_lost(space)
                if first is not None:
                    return f"forward pass: h{self._of(layer)} overflows from t = {first} on"
            for layer, space in enumerate(passed.reverse_spaces):
                first = _first_lost(space)
                if first is not None:
                    which, t = f"the backward half{self._of(layer)}", space.timesteps + 1 - first
                    return f"forward pass: h of {which} overflows from t = {t} down"
            return "forward pass: the states are finite, but the loss overflows"
        bad = grads.layers[-1].reached & ~np.isfinite(iteration.top_dh_norm).all(axis=1)
        if bad.any():
            return f"backward pass: ∂ℓ/∂h overflows from t = {np.flatnonzero(bad)[-1]} back"
        if iteration.reverse is not None:
            lost = ~np.isfinite(iteration.reverse.top_dh_norm).all(axis=1)
            bad = grads.reverse[-1].reached & lost
            if bad.any():
                t = len(bad) - np.flatnonzero(bad)[-1]
                return f"backward pass: ∂ℓ/∂h of the backward half overflows from t = {t} up"
        if not np.isfinite(grad_norm):
            return "backward pass: the gradient of the weights overflows"
        return None

    def _of(self, layer: int) -> str:
        """Return words that name a layer, if there are several."""
        return f" of layer {layer}" if self.num_layers > 1 else ""

    def _fresh_optimizer(self) -> None:
        kind = OPTIMIZERS[self.hyperparameters.optimizer]
        self._optimizer = kind(self.parameter_count, self.dtype)


def _first_lost(space: Workspace) -> int | None:
    """Return the first row of a pass's h that is not finite, or None."""
    bad = ~np.isfinite(space.h).all(axis=(1, 2))
    return int(bad.argmax()) if bad.any() else None


def model_for(hyperparameters: Hyperparameters, task: Task) -> Model:
    """Return the network that hyperparameters and a task ask for."""
    kind = BidirectionalModel if hyperparameters.bidirectional else Model
    model = kind(
        hyperparameters.cell,
        task.input_size,
        hyperparameters.hidden_size,
        task.output_size,
        hyperparameters.num_layers,
        hyperparameters.nonlinearity,
        hyperparameters.gate_nonlinearity,
        hyperparameters.candidate_nonlinearity,
    )
    if isinstance(model, BidirectionalModel):
        model.reads_ends = task.shortest is not None
    return model


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

"""The steps of an iteration: the one that was made, and the one without clipping."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.cells import Params
from engine.clipping import Clipped
from engine.experiment import Experiment
from engine.landscape.surface import Objective
from engine.learner import Learner
from engine.tasks import Batch


@dataclass(frozen=True)
class Steps:
    """How the weights of a lane moved up to an iteration, and in it.

    Attributes
    ----------
    learner : Learner
        Whose model and memory it is.
    batch : Batch
        Of the iteration.
    weights : ndarray, shape (n,)
        θ before the iteration's update: those of its frame.
    displacements : list of ndarray, shape (n,)
        Earlier weights − θ, the earliest first.
    unclipped, clipped : ndarray, shape (n,)
        Δθ as the run's optimiser makes it from the gradient as it is, and as it was made.
    clipping : Clipped
        The norm that clipping met, and what it multiplied it by.
    """

    learner: Learner
    batch: Batch
    weights: Array
    displacements: list[Array]
    unclipped: Array
    clipped: Array
    clipping: Clipped

    @property
    def params(self) -> Params:
        """θ by the model's names."""
        return self.moved(np.zeros_like(self.weights))

    @property
    def facts(self) -> dict[str, str]:
        """What made the steps, as text."""
        settings = self.learner.hyperparameters
        return {
            "optimizer": settings.optimizer,
            "learning_rate": repr(settings.learning_rate),
            "clip": settings.clip,
            "clip_threshold": repr(settings.clip_threshold),
        }

    def moved(self, displacement: Array) -> dict[str, Array]:
        """Return θ + Δθ by the model's names."""
        named, start = {}, 0
        values = self.weights + displacement
        for name, shape in self.learner.model.shapes().items():
            stop = start + int(np.prod(shape))
            named[name] = values[start:stop].reshape(shape)
            start = stop
        return named

    def objective(self, checkpoint: Callable[[], None]) -> Objective:
        """Return the loss of the iteration's batch as a function of the weights."""
        learner = self.learner
        return Objective(
            learner.model,
            self.batch,
            learner.task.loss,
            learner.at,
            learner.hyperparameters.truncate,
            learner.dtype,
            checkpoint,
            learner.initial(),
            learner.masks,
        )


def steps_of(
    experiment: Experiment, lane: int, iteration: int, progress: Callable[[float], None]
) -> Steps:
    """Advance an experiment through an iteration, and look at the steps that it makes.

    Parameters
    ----------
    experiment : Experiment
        Stands before the end of the iteration, or at iteration 0. What it remembers of its
        optimiser is lost.
    lane : int
    iteration : int
    progress : callable
        Told which share of the iterations is done, after each; it may raise.

    Raises
    ------
    ValueError
        If the experiment has gone too far, or the weights are not finite.
    """
    if iteration == 0 and experiment.iteration == 1:
        # There is no iteration before the first.
        experiment = Experiment(
            experiment.recipe, lanes=experiment.indices, checkpoint=lambda: progress(0.0)
        )
    if experiment.iteration > iteration:
        raise ValueError(f"the experiment is at {experiment.iteration}, beyond {iteration}")
    learner, first = experiment.learner_of(lane), experiment.iteration
    # Where the last update began, if there is one.
    passed = [learner.state()["before"].copy()] if first > 0 else []
    while experiment.iteration < iteration:
        passed.append(learner.state()["values"].copy())
        experiment.advance(None)
        progress((experiment.iteration - first) / (iteration + 1 - first))
    remembered = {name: array.copy() for name, array in learner.state().items()}
    optimizer = learner.hyperparameters.optimizer
    frame = experiment.advance(None)
    made = learner.state()
    weights, after = made["before"].copy(), made["values"].copy()
    if not np.isfinite(weights).all():
        raise ValueError(
            f"the weights of iteration {iteration} are not finite: there is no landscape round them"
        )
    clipping = Clipped(
        *(float(frame.arrays[f"{lane}/{name}"]) for name in ("grad_norm", "clip_factor"))
    )
    if learner.hyperparameters.optimizer != optimizer:  # a tweak: it began with nothing
        remembered = {n: a for n, a in remembered.items() if not n.startswith("optimizer/")}
    assert experiment.batch is not None
    # Where its batch begins anew there is no state that led there, whatever the last one had.
    remembered.pop("states/initial", None)
    began = {name: array for name, array in made.items() if name == "states/initial"}
    before = {**remembered, "values": weights, **began}
    unclipped = _unclipped(learner, experiment.batch, iteration, before)
    with np.errstate(all="ignore"):
        return Steps(
            learner,
            experiment.batch,
            weights,
            [each - weights for each in passed],
            unclipped - weights,
            after - weights,
            clipping,
        )


def _unclipped(learner: Learner, batch: Batch, iteration: int, state: dict[str, Array]) -> Array:
    """Return where the same update would have led without clipping; the learner stays there."""
    settings = learner.hyperparameters
    free = settings.model_copy(update={"clip": "none"})
    learner.take({"before": state["values"], **state}, free, learner.first_lost)
    with np.errstate(all="ignore"):
        learner.scalars(learner.compute(batch, iteration))
        learner.update(iteration)
    learner.hyperparameters = settings
    found: Array = learner.state()["values"].copy()
    return found

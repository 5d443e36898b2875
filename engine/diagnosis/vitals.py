"""The vital signs of a lane: what the rules read, each computed when a rule first asks for it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import Array
from engine.cells import Cell, Workspace
from engine.diagnosis.words import number, times
from engine.diagnostics import norm, only_present, spectrum

if TYPE_CHECKING:
    from engine.learner import Learner

FEW = 20
"""Iterations without which nothing is said of how training goes."""

SMOOTHED = 10
"""Iterations over which a scalar is smoothed, so that one batch decides nothing."""

LOSSES = 50
"""The same for the loss."""

SMALL_REACH = 1e-3
"""A reach below this has vanished: a tenth of `HORIZON_FRACTION`, so that a lane at 1 % is not
named and forgotten by turns."""

LEARNED = 0.1
"""A loss below this share of the baseline: the task is learned, however small a gradient is."""

AT_BASELINE = 0.95
"""A loss above this share of the baseline: nothing is remembered."""

FAR_ABOVE = 10.0
"""A loss so many times the baseline is worse than that of initial weights of the usual size, whose
answers are near 0."""


class Vitals:
    """What the rules read of a lane's last iteration and of those before it.

    Parameters
    ----------
    learner : Learner
        After an update; its memory holds the pass before it.

    Attributes
    ----------
    hyperparameters : Hyperparameters
    task : Task
    cells : list of Cell
        The layers, the lowest first.
    recent : dict of str to ndarray
        ``iteration`` and scalars of the last iterations, (n,), the latest last.
    lost : str or None
        Where numbers were first lost, in words.
    """

    def __init__(self, learner: Learner) -> None:
        self.hyperparameters = learner.hyperparameters
        self.task = learner.task
        self.cells: list[Cell] = learner.model.cells
        self.recent = learner.recent.columns()
        self.lost = learner.first_lost
        self._learner = learner

    @property
    def iteration(self) -> int:
        """The last iteration."""
        return int(self.recent["iteration"][-1])

    @property
    def age(self) -> int:
        """How many iterations are known under the present hyperparameters, up to `recent.KEPT`."""
        return len(self.recent["iteration"])

    @property
    def last_loss(self) -> int:
        """Timestep, from 1, of the last state that has a loss: what `reach` is measured over."""
        return int(self.task.loss_timesteps[-1]) + 1

    @property
    def span(self) -> str:
        """What `reach` is measured over, in words."""
        most = times(self.last_loss, "timestep")
        return most if self.task.shortest is None else f"{self.task.shortest} to {most}"

    def now(self, name: str) -> float:
        """Return a scalar of the last iteration."""
        return float(self.recent[name][-1])

    def median(self, name: str, iterations: int = SMOOTHED) -> float:
        """Return a scalar's median over the last iterations; NaN if one is NaN."""
        return float(np.median(self.recent[name][-iterations:]))

    @cached_property
    def reach(self) -> float:
        """The smoothed reach: NaN where truncation or an overflow leaves none."""
        return self.median("reach")

    @cached_property
    def reach_before(self) -> float:
        """The reach at the beginning of what is known."""
        return float(np.median(self.recent["reach"][:SMOOTHED]))

    @property
    def rises(self) -> bool:
        """Whether the reach has grown tenfold within what is known."""
        return self.age >= FEW and bool(self.reach > 10 * self.reach_before)

    @cached_property
    def loss_share(self) -> float:
        """The smoothed loss over the baseline of somebody who remembers nothing."""
        return self.median("loss", LOSSES) / self.task.baseline.loss

    @property
    def learns(self) -> bool:
        """Whether something is learned: the loss is below the baseline."""
        return self.age >= FEW and self.loss_share < AT_BASELINE

    @property
    def far_off(self) -> bool:
        """Whether the loss is far above the baseline."""
        return self.loss_share > FAR_ABOVE

    @property
    def losses_in_words(self) -> str:
        """The smoothed loss and the baseline, for the middle of a sentence."""
        baseline, span = self.task.baseline.loss, min(self.age, LOSSES)
        what = "the loss" if span == 1 else f"the median loss of the last {span} iterations"
        loss = number(self.loss_share * baseline, 3)
        return f"{what} is {loss}, against a baseline of {number(baseline, 3)}"

    @property
    def learned(self) -> bool:
        """Whether the task is learned."""
        return self.age >= FEW and self.loss_share < LEARNED

    @property
    def vanishes(self) -> bool:
        """Whether too little of the gradient arrives, where the task needs it.

        A text, or a series, can be learned from what is near: a small reach is no fault then, as
        long as the loss says so.
        """
        if not self.reach < SMALL_REACH or self.learned:
            return False
        return self.task.memory is not None or (self.age >= FEW and self.loss_share > AT_BASELINE)

    @cached_property
    def update_ratio(self) -> float:
        """‖Δθ‖/‖θ‖ over all weights, the usual one of the last iterations."""
        before = self._learner.params_before
        size = norm(np.concatenate([each.ravel() for each in before.values()]))
        return float(np.divide(self.median("update_norm", 5 * SMOOTHED), size))

    def space(self, layer: int) -> Workspace:
        """Return the pass of one layer over the whole batch."""
        return self._learner.space(layer)

    def gate(self, layer: int, name: str) -> Array:
        """Return a gate's activations (T, H, B) of one layer.

        Where lengths differ, those of the timesteps that examples have, (n, H, 1).
        """
        cell = self.cells[layer]
        k = cell.blocks.index(name) * cell.hidden_size
        gates = self.space(layer).gates[:, k : k + cell.hidden_size]
        return only_present(gates, self._learner.present)

    def gate_mean(self, layer: int, name: str) -> Array:
        """Return the mean of a gate by unit, (H,), over timesteps and batch."""
        mean: Array = self.gate(layer, name).mean(axis=(0, 2))
        return mean

    def states(self, layer: int) -> Array:
        """Return h_1 … h_T of one layer, (T, H, B), or (n, H, 1) as `gate` has it."""
        return only_present(self.space(layer).h[1:], self._learner.present)

    def saturation(self, layer: int) -> dict[str, Array]:
        """Return how saturated the units of one layer are."""
        return self._learner.saturation(layer)

    @cached_property
    def spectral_radius(self) -> float:
        """Largest |eigenvalue| of the lowest layer's first block of W_hh."""
        cell = self.cells[0]
        params = self._learner.model.layer_params(self._learner.params_before, 0)
        return float(spectrum(cell, params)[f"spectral_radius.{cell.chunks[0]}"])

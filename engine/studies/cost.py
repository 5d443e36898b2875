"""The study "cost": what BPTT costs as sequences grow, whole and truncated."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

import numpy as np
from pydantic import Field

from engine.arrays import Array
from engine.bptt_cost import Cost, bptt_cost
from engine.experiment import Experiment
from engine.learner import Learner
from engine.run_cost import MOST_BYTES
from engine.studies.study import Findings, Progress, Study

SHARES = (0.25, 0.5, 0.75, 1, 1.5, 2)
"""The lengths that are measured, as parts of the recipe's own T."""

USUAL_WINDOW = 0.25
"""The window of a lane that is not truncated, as part of T."""

PASSES, FEW_PASSES = 3, 1
"""So many at each length are timed, and where a pass takes long."""

LONG = 0.1
"""Seconds of a pass that takes long."""


class CostStudy(Study):
    """Lengths around the recipe's own T, with the lane's network and batch size."""

    kind: Literal["cost"]
    window: int | None = Field(
        None,
        ge=1,
        title="Window",
        description="Timesteps of a window of truncated BPTT; else the lane's own, or T/4.",
    )

    def compute(self, experiment: Experiment, progress: Progress) -> Findings:
        """Return bytes and times by length.

        Parameters
        ----------
        experiment : Experiment
            Its clock measures, here: what a pass takes is no property of the recipe.
        progress : callable

        Returns
        -------
        Findings
            ``timesteps`` (n,): the lengths T. ``kept``, bytes that are kept for the way back;
            ``scratch``, those that stop growing; ``forward`` and ``backward``, seconds, the median
            of some passes; each (n,), and with ``.truncated`` the same window by window.
            ``own`` () is the recipe's T and ``window`` () the timesteps of a window.
        """
        learner = experiment.learner_of(self.lane)
        T = learner.task.timesteps
        truncate = learner.hyperparameters.truncate
        window = self.window or truncate or max(1, round(USUAL_WINDOW * T))
        lengths = lengths_for(T, learner.kept_bytes)
        passes = PASSES if self._takes(learner, experiment, progress) < LONG else FEW_PASSES
        measure = partial(
            bptt_cost,
            learner.model,
            learner.params,
            lengths,
            learner.batch_size,
            experiment.clock,
            passes,
        )
        with np.errstate(all="ignore"):
            whole = measure(progress=lambda share: progress(share / 2))
            parts = measure(window=window, progress=lambda share: progress((1 + share) / 2))
        arrays = {
            "timesteps": np.array(lengths),
            "own": np.array(T),
            "window": np.array(window),
            **_columns(whole, str),
            **_columns(parts, "{}.truncated".format),
        }
        return Findings(arrays, {})

    def _takes(self, learner: Learner, experiment: Experiment, progress: Progress) -> float:
        """Return what one pass over the recipe's T takes."""
        assert experiment.batch is not None, "a study is of an iteration"
        progress(0.0)
        start = experiment.clock()
        learner.compute(experiment.batch)
        return experiment.clock() - start


def lengths_for(timesteps: int, kept_bytes: int) -> list[int]:
    """Return the lengths to measure, in order.

    Parameters
    ----------
    timesteps : int
        The recipe's own T, which is always among them.
    kept_bytes : int
        What it keeps for the way back: none of the others keeps more than a run may take.
    """
    bound = max(timesteps, timesteps * MOST_BYTES // max(1, kept_bytes))
    asked = {max(1, round(share * timesteps)) for share in SHARES}
    return [length for length in sorted(asked) if length <= bound]


def _columns(costs: list[Cost], name: Callable[[str], str]) -> dict[str, Array]:
    columns = {
        "kept": [cost.bytes for cost in costs],
        "scratch": [cost.scratch for cost in costs],
        "forward": [cost.forward for cost in costs],
        "backward": [cost.backward for cost in costs],
    }
    return {name(each): np.array(values) for each, values in columns.items()}

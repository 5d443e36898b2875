"""Sine mixture: at every timestep, predict the next value of a sum of sinusoids."""

from __future__ import annotations

from math import cos, tau
from typing import Any, Literal

import numpy as np
from pydantic import Field

from engine.tasks.base import Baseline, Batch, FloatArray, Task, check_integer
from engine.tasks.fields import TaskFields

PERIODS = (10.0, 16.18, 26.18)
"""Timesteps of each wave. Neighbours are in the golden ratio: their sum hardly repeats itself."""


class SineMixture(Task):
    """Sums of waves with random phases; the target at each timestep is the value after it.

    x_t = √(2/K) Σ_k sin(2π t / p_k + φ_k) with K fixed periods p_k and phases φ_k uniform on
    [0, 2π), drawn for each sequence: mean 0, variance 1. Once the phases are known, that is after
    2K values, all later values are determined.

    Parameters
    ----------
    seq_len : int
        T, the values that are read, at least 1.
    waves : int
        K, from 1 to 3.
    """

    name = "sine"
    title = "Sine mixture"
    kind = "series"
    input_size = 1
    output_size = 1
    loss = "mse"
    loss_unit = "squared error, in variances of the series"

    def __init__(self, seq_len: int, waves: int) -> None:
        check_integer("seq_len", seq_len, least=1)
        check_integer("waves", waves, least=1, most=len(PERIODS))
        self.timesteps = seq_len
        self.loss_timesteps = np.arange(seq_len)
        self.periods = PERIODS[:waves]
        # Of one wave, the mean of (sin(a + ω) − sin a)² over all a is 1 − cos ω.
        change = sum(1 - cos(tau / period) for period in self.periods)
        self.baseline = Baseline(
            2 / waves * change,
            "persistence: the next value is this one; always answering 0, the mean, has a loss of "
            "1, the variance",
        )

    def _draw(self, rng: np.random.Generator, batch_size: int) -> tuple[FloatArray, FloatArray]:
        phases = rng.uniform(0, tau, (len(self.periods), batch_size))
        angles = tau * np.arange(self.timesteps + 1) / np.array(self.periods)[:, np.newaxis]
        waves = np.sin(angles[:, :, np.newaxis] + phases[:, np.newaxis])  # (K, T+1, B)
        series = (2 / len(self.periods)) ** 0.5 * waves.sum(axis=0)[:, :, np.newaxis]
        return series[:-1].copy(), series[1:].copy()

    def _show(self, batch: Batch, index: int) -> dict[str, Any]:
        values = np.append(batch.x[:, index, 0], batch.y[-1, index, 0])
        periods = " and ".join(f"{period:g}" for period in self.periods)
        return {
            "title": f"waves of {periods} timesteps",
            "dates": [f"t = {t}" for t in range(1, len(values) + 1)],
            "values": values.tolist(),
            **self._scale(),
        }

    def _facts(self) -> dict[str, Any]:
        return {"input_names": ["value"], "periods": list(self.periods), **self._scale()}

    @staticmethod
    def _scale() -> dict[str, Any]:
        return {"unit": "in standard deviations", "scale": 1.0, "offset": 0.0}


class SineTask(TaskFields):
    """At every timestep, predict the next value of a sum of sinusoids with random phases."""

    name: Literal["sine"] = Field("sine", title=SineMixture.title)
    seq_len: int = Field(
        50,
        ge=2,
        le=2000,
        title="Sequence length T",
        description="Values that are read, each with a forecast of the next. Two per wave tell its "
        "phase; gradients need to come back no further than that.",
        json_schema_extra={"group": "task", "scale": "log", "unit": "timesteps"},
    )
    waves: int = Field(
        2,
        ge=1,
        le=len(PERIODS),
        title="Waves",
        description="Sinusoids in the sum, with periods of 10, 16.18 and 26.18 timesteps. The more "
        "there are, the more past values a forecast depends on.",
        json_schema_extra={"group": "task", "unit": "waves"},
    )

    @property
    def losses(self) -> int:
        """Every timestep has one."""
        return self.timesteps

    def make(self) -> SineMixture:
        """Return the task."""
        return SineMixture(self.seq_len, self.waves)

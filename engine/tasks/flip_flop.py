"""Flip-flop: remember, for each of a few bits, whether its last pulse was up or down."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from pydantic import Field

from engine.tasks.base import Baseline, Batch, FloatArray, Task, check_integer
from engine.tasks.fields import TaskFields

MOST_BITS = 4


class FlipFlop(Task):
    """Every bit's input is 0 but for pulses of ±1; its target is the last pulse that came.

    Sussillo & Barak (2013, "Opening the Black Box", section 3.1): a trained network holds a bit by
    a stable fixed point of its dynamics, so that K bits grow 2^K of them, the corners of a cube.
    Pulses are independent, each up or down with equal chance. The first timestep pulses every bit,
    so that there is something to remember from the start.

    Parameters
    ----------
    seq_len : int
        T, at least 1.
    bits : int
        K, from 1 to 4.
    pulse_probability : float
        Of a pulse of one bit at one timestep after the first, above 0 and at most 1.
    """

    name = "flip_flop"
    title = "Flip-flop"
    kind = "bits"
    loss = "mse"
    loss_unit = "squared error"

    def __init__(self, seq_len: int, bits: int, pulse_probability: float) -> None:
        check_integer("seq_len", seq_len, least=1)
        check_integer("bits", bits, least=1, most=MOST_BITS)
        if not 0 < pulse_probability <= 1:
            raise ValueError(
                f"pulse_probability is {pulse_probability!r}; it has to be above 0 and at most 1"
            )
        self.timesteps = seq_len
        self.loss_timesteps = np.arange(seq_len)
        self.input_size = self.output_size = bits
        self.pulse_probability = pulse_probability
        self.baseline = Baseline(
            (1 - pulse_probability) * (seq_len - 1) / seq_len,
            "each bit's own pulse where there is one, 0 where there is none: of T − 1 timesteps, "
            "the share without a pulse has a squared error of 1",
        )

    def _draw(self, rng: np.random.Generator, batch_size: int) -> tuple[FloatArray, FloatArray]:
        shape = (self.timesteps, batch_size, self.input_size)
        comes = rng.random(shape) < self.pulse_probability
        comes[0] = True
        x = np.where(comes, rng.choice([-1.0, 1.0], shape), 0.0)
        # Of every bit at t, the timestep of its last pulse.
        last = np.maximum.accumulate(np.where(comes, np.arange(shape[0])[:, None, None], 0), axis=0)
        return x, np.take_along_axis(x, last, axis=0)

    def _show(self, batch: Batch, index: int) -> dict[str, Any]:
        pulses, target = batch.x[:, index].astype(int), batch.y[:, index].astype(int)
        count = int(np.abs(pulses).sum())
        ends = " ".join("+1" if bit > 0 else "−1" for bit in target[-1])
        what = "pulse" if count == 1 else "pulses"
        return {
            "title": f"{count} {what}, at the end {ends}",
            "pulses": pulses.tolist(),
            "target": target.tolist(),
        }

    def _facts(self) -> dict[str, Any]:
        return {
            "input_names": [f"pulses of bit {k + 1}" for k in range(self.input_size)],
            "bits": self.input_size,
        }


class FlipFlopTask(TaskFields):
    """For each of a few bits, say whether its last pulse was up or down."""

    name: Literal["flip_flop"] = Field("flip_flop", title=FlipFlop.title)
    seq_len: int = Field(
        50,
        ge=2,
        le=2000,
        title="Sequence length T",
        description="Timesteps. Each has a loss; a gradient needs to come back to the last pulse "
        "of each bit.",
        json_schema_extra={"group": "task", "scale": "log", "unit": "timesteps"},
    )
    bits: int = Field(
        3,
        ge=1,
        le=MOST_BITS,
        title="Bits",
        description="Memories that are kept side by side. A network that has learnt K of them has "
        "2^K stable fixed points: see Dynamics in Gradient flow.",
        json_schema_extra={"group": "task", "unit": "bits"},
    )
    pulse_probability: float = Field(
        0.1,
        ge=0.01,
        le=0.5,
        title="Pulse probability",
        description="Of a pulse of one bit at one timestep. The rarer, the longer a bit has to be "
        "kept: 1 divided by it, on average.",
        json_schema_extra={"group": "task", "scale": "log", "unit": "per bit and timestep"},
    )

    @property
    def width(self) -> int:
        """An input and an output for every bit."""
        return self.bits

    @property
    def losses(self) -> int:
        """Every timestep has one."""
        return self.timesteps

    def make(self) -> FlipFlop:
        """Return the task."""
        return FlipFlop(self.seq_len, self.bits, self.pulse_probability)

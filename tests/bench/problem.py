"""The job that every contender of the benchmark does: one size, its data and its weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
CellName = Literal[
    "rnn",
    "lstm",
    "gru",
    "mgu",
    "coupled_lstm",
    "gru_reset_before",
    "peephole_lstm",
    "ln_rnn",
    "ln_lstm",
    "ln_gru",
]
Dtype = Literal["float32", "float64"]

GATES: dict[CellName, tuple[str, ...]] = {
    "rnn": (),
    "lstm": ("i", "f", "g", "o"),
    "gru": ("r", "z", "n"),
    "mgu": ("f", "n"),
    "coupled_lstm": ("f", "g", "o"),
    "gru_reset_before": ("r", "z", "n"),
    "peephole_lstm": ("i", "f", "g", "o"),
    "ln_rnn": (),
    "ln_lstm": ("i", "f", "g", "o"),
    "ln_gru": ("r", "z", "n"),
}
WITH_C: tuple[CellName, ...] = (
    "lstm",
    "coupled_lstm",
    "peephole_lstm",
    "ln_lstm",
)
"""The cells with a cell state, whose forget gate starts open."""
PLAIN: tuple[CellName, ...] = ("rnn", "lstm", "gru")
"""The cells that the others are variants of."""
NORMS: dict[CellName, dict[str, int]] = {
    "ln_rnn": {"ln": 1},
    "ln_lstm": {"ln_ih": 4, "ln_hh": 4, "ln_c": 1},
    "ln_gru": {"ln_ih": 3, "ln_hh": 3},
}
"""How many times H gains and shifts each layer normalisation has."""
EPSILON = 1e-5
PEEPHOLES = ("weight_ci", "weight_cf", "weight_co")
FORGET_BIAS = 1.0
"""The lab's default. It also keeps T = 1000 out of the denormals for most of the sequence."""


class Size(NamedTuple):
    """Timesteps, batch, input and hidden size."""

    T: int
    B: int
    D: int
    H: int


@dataclass
class Problem:
    """A cell with a linear readout of its last hidden state, and the mean squared error of it."""

    cell: CellName
    size: Size
    dtype: Dtype
    x: Array = field(init=False)
    y: Array = field(init=False)
    params: dict[str, Array] = field(init=False)
    readout: dict[str, Array] = field(init=False)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(0)
        T, B, D, H = self.size
        rows = max(1, len(GATES[self.cell])) * H

        def uniform(*shape: int) -> Array:
            bound = H**-0.5
            return rng.uniform(-bound, bound, shape).astype(self.dtype)

        self.x = rng.uniform(0, 1, (T, B, D)).astype(self.dtype)
        self.y = rng.uniform(0, 2, (B, 1)).astype(self.dtype)
        self.params = {
            "weight_ih": uniform(rows, D),
            "weight_hh": uniform(rows, H),
            "bias_ih": uniform(rows),
            "bias_hh": uniform(rows),
        }
        if self.cell in WITH_C:
            f = GATES[self.cell].index("f") * H
            self.params["bias_ih"][f : f + H] += FORGET_BIAS
        self.readout = {"weight": uniform(1, H), "bias": uniform(1)}
        if self.cell == "peephole_lstm":
            self.params |= {name: uniform(H) for name in PEEPHOLES}
        for name, chunks in NORMS.get(self.cell, {}).items():
            self.params[f"{name}_weight"] = 1 + uniform(chunks * H)
            self.params[f"{name}_bias"] = uniform(chunks * H)


@dataclass
class Outcome:
    """What one iteration leaves behind, as NumPy arrays, for comparing the contenders.

    ``arrays`` has the loss, ``h`` and ``c`` (T+1, B, H), ``gate.i`` … (T, B, H), the totals
    ``dh`` and ``dc`` (T+1, B, H), and the gradient of every parameter under its own name.
    """

    arrays: dict[str, Array]

    def distance(self, other: Outcome) -> dict[str, float]:
        """Return, for each array, the largest difference over the largest entry."""
        if self.arrays.keys() != other.arrays.keys():
            names = sorted(self.arrays.keys() ^ other.arrays.keys())
            raise ValueError(f"only one of the two kept {', '.join(names)}")
        return {
            name: float(np.abs(mine - other.arrays[name]).max() / np.abs(mine).max())
            for name, mine in self.arrays.items()
        }


class Contender(NamedTuple):
    """One way to do the job: ``run()`` is what is timed, ``outcome(run())`` is not."""

    name: str
    run: Callable[[], Any]
    outcome: Callable[[Any], Outcome]

"""The nonlinearities of gates and states: forward on the loops' arrays, and the slope beneath.

A slope is written by the activation, since that is what a pass keeps; near an end it has few digits
then, as 1 − tanh² has. The equations of the cells say σ and tanh of whatever was chosen to stand
there.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from engine.arrays import Array

Apply = Callable[[Array, Array], Any]
"""Writes φ of its first argument into the second, which may be the first."""

ApplyBoth = Callable[[Array, Array, Array], Any]
"""Turns pre-activations into activations where they stand: of gates and candidate together, and
the same memory as its two parts."""


def _constant(value: float, dtype: np.dtype[Any]) -> Array:
    """Return a number as an array without axes: of a NumPy scalar each call makes one first."""
    return np.array(value, dtype)


def _absolute(a: Array, out: Array | None = None) -> Array:
    """Return |a|, analytic on either side of 0, of real numbers with an imaginary step."""
    result: Array = np.multiply(a, np.where(a.real < 0, -1, 1), out=out)
    return result


class Nonlinearity(ABC):
    """A function of each pre-activation by itself, y = φ(a).

    A unit *at an end* of the range passes hardly any of its gradient on to its weights.
    """

    name: ClassVar[str]
    """What a recipe calls it."""
    title: ClassVar[str]
    """What people call it."""
    scale: ClassVar[float] = 1.0
    """What a pre-activation is multiplied with before `prepared` takes it: the joint weights do so
    once, instead of every timestep."""
    ends: ClassVar[tuple[float, float]] = (-np.inf, np.inf)
    """An activation beyond these is at an end."""
    includes_ends: ClassVar[bool] = False
    """Whether one at exactly these is so already."""
    saturates_at: ClassVar[tuple[float, float] | None] = None
    """Where a gate counts as saturated, unless it is at the ends."""
    signed: ClassVar[bool] = True
    """Whether an activation can be negative."""
    rectifies: ClassVar[bool] = False
    """Whether it cuts off all below 0, so that a unit can be dead."""
    ends_in_words: ClassVar[str] = ""
    """Where that is, for the middle of a sentence."""

    @abstractmethod
    def prepared(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Apply:
        """Return the function itself, for pre-activations of this shape, times `scale`."""

    @abstractmethod
    def slope(self, y: Array, out: Array | None = None) -> Array:
        """Return φ′(a) where φ(a) = y, in `out` if it is given, which must not be `y`."""

    def slope_from_rest(self, y: Array, out: Array) -> None:
        """Turn 1 − y, which `out` holds, into φ′: a cell that needs both has half of σ′ then."""
        self.slope(y, out)

    def times_slope(self, d: Array, y: Array, dy: Array, out: Array) -> None:
        """Write d ⊙ φ′ to `out`, none of the others; dy is d ⊙ y, which some slopes are made of."""
        np.multiply(self.slope(y, out), d, out=out)

    def prepared_with(
        self,
        candidate: Nonlinearity,
        of_gates: tuple[int, ...],
        of_candidate: tuple[int, ...],
        dtype: np.dtype[Any],
    ) -> ApplyBoth:
        """Return what applies φ to gates and another function to the candidate beside them.

        Parameters
        ----------
        candidate : Nonlinearity
        of_gates, of_candidate : tuple of int
            The shapes of the two parts.
        dtype : dtype
        """
        squash, bend = self.prepared(of_gates, dtype), candidate.prepared(of_candidate, dtype)

        def apart(both: Array, gates: Array, n: Array) -> None:
            squash(gates, gates)
            bend(n, n)

        return apart

    def at(self, a: float) -> float:
        """Return φ of one pre-activation."""
        y = np.array([a * self.scale])
        self.prepared(y.shape, y.dtype)(y, y)
        return float(y[0])

    def at_ends(self, y: Array) -> tuple[Array, Array]:
        """Return where activations are at the low end, and where at the high one."""
        return self._beyond(self.ends, y)

    def saturated(self, y: Array) -> tuple[Array, Array]:
        """Return where the activations of a gate count as saturated, low and high."""
        return self._beyond(self.saturates_at or self.ends, y)

    def _beyond(self, bounds: tuple[float, float], y: Array) -> tuple[Array, Array]:
        low, high = bounds
        return (y <= low, y >= high) if self.includes_ends else (y < low, y > high)


class Tanh(Nonlinearity):
    """y = tanh(a), between −1 and 1."""

    name = title = "tanh"
    ends = (-0.97, 0.97)  # tanh′ < 0.06: less than a sixteenth of a gradient passes
    ends_in_words = "beyond ±0.97"

    def prepared(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Apply:
        """Return the function itself."""
        return np.tanh

    def slope(self, y: Array, out: Array | None = None) -> Array:
        """Return tanh′ = 1 − tanh²."""
        out = np.multiply(y, y, out=out)
        return np.subtract(1, out, out=out)


class ReLU(Nonlinearity):
    """y = max(a, 0)."""

    name = "relu"
    title = "ReLU"
    signed = False
    rectifies = True

    def prepared(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Apply:
        """Return the function itself."""
        maximum, zero = np.maximum, _constant(0, dtype)

        def relu(a: Array, out: Array) -> None:
            maximum(a, zero, out=out)

        return relu

    def slope(self, y: Array, out: Array | None = None) -> Array:
        """Return 1 where y > 0, else 0."""
        out = np.empty_like(y) if out is None else out
        return np.greater(y, 0, out=out, casting="unsafe")


class Softsign(Nonlinearity):
    """y = a / (1 + |a|), between −1 and 1, as a gate too (Bergstra, Desjardins et al. 2009).

    It comes to its ends as 1 / |a|, where tanh does so exponentially.
    """

    name = title = "softsign"
    ends = (-0.9, 0.9)  # softsign′ < 0.01
    ends_in_words = "beyond ±0.9"

    def prepared(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Apply:
        """Return the function itself."""
        add, divide = np.add, np.divide
        absolute = _absolute if dtype.kind == "c" else np.absolute
        size, one = np.empty(shape, dtype), _constant(1, dtype)

        def softsign(a: Array, out: Array) -> None:
            absolute(a, size)
            add(size, one, size)
            divide(a, size, out)

        return softsign

    def slope(self, y: Array, out: Array | None = None) -> Array:
        """Return softsign′ = 1 / (1 + |a|)² = (1 − |y|)²."""
        out = _absolute(y, out) if np.iscomplexobj(y) else np.absolute(y, out=out)
        np.subtract(1, out, out=out)
        return np.multiply(out, out, out=out)


class Sigmoid(Nonlinearity):
    """y = σ(a) = 1 / (1 + exp(−a)) = ½ tanh(½ a) + ½, between 0 and 1."""

    name = "sigmoid"
    title = "σ"
    scale = 0.5
    ends = (0.01, 0.99)  # σ′ < 0.01
    ends_in_words = "within 0.01 of 0 or 1"
    saturates_at = (0.1, 0.9)  # Karpathy, Johnson & Fei-Fei 2016
    signed = False

    def prepared(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Apply:
        """Return the function itself."""
        tanh, multiply, add, half = np.tanh, np.multiply, np.add, _constant(0.5, dtype)

        def sigmoid(a: Array, out: Array) -> None:
            tanh(a, out)
            multiply(out, half, out)
            add(out, half, out)

        return sigmoid

    def prepared_with(
        self,
        candidate: Nonlinearity,
        of_gates: tuple[int, ...],
        of_candidate: tuple[int, ...],
        dtype: np.dtype[Any],
    ) -> ApplyBoth:
        """Return one tanh for both, if the candidate takes a tanh."""
        if not isinstance(candidate, Tanh):
            return super().prepared_with(candidate, of_gates, of_candidate, dtype)
        tanh, multiply, add, half = np.tanh, np.multiply, np.add, _constant(0.5, dtype)

        def together(both: Array, gates: Array, n: Array) -> None:
            tanh(both, both)
            multiply(gates, half, gates)
            add(gates, half, gates)

        return together

    def slope(self, y: Array, out: Array | None = None) -> Array:
        """Return σ′ = σ (1 − σ)."""
        out = np.subtract(1, y, out=out)
        return np.multiply(out, y, out=out)

    def slope_from_rest(self, y: Array, out: Array) -> None:
        """Multiply 1 − σ with σ."""
        np.multiply(out, y, out=out)

    def times_slope(self, d: Array, y: Array, dy: Array, out: Array) -> None:
        """Write d σ′ as (1 − σ) (d σ)."""
        np.subtract(1, y, out=out)
        np.multiply(out, dy, out=out)


class HardSigmoid(Nonlinearity):
    """y = a / 6 + ½ between −3 and 3, and exactly 0 or 1 beyond: Keras 3 and PyTorch have it so."""

    name = "hard_sigmoid"
    title = "hard σ"
    scale = 1 / 6
    ends = (0.0, 1.0)
    includes_ends = True
    ends_in_words = "at exactly 0 or 1"
    signed = False

    def prepared(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Apply:
        """Return the function itself."""
        add, maximum, minimum = np.add, np.maximum, np.minimum
        zero, half, one = (_constant(value, dtype) for value in (0, 0.5, 1))

        def hard_sigmoid(a: Array, out: Array) -> None:
            add(a, half, out)
            maximum(out, zero, out=out)
            minimum(out, one, out=out)

        return hard_sigmoid

    def slope(self, y: Array, out: Array | None = None) -> Array:
        """Return ⅙ where 0 < y < 1, else 0, as sign(y (1 − y)) / 6: NaN stays NaN."""
        out = np.subtract(1, y, out=out)
        np.multiply(out, y, out=out)
        np.sign(out.real, out=out)  # of numbers with an imaginary step, the side that they are on
        return np.multiply(out, self.scale, out=out)


NONLINEARITIES: dict[str, Nonlinearity] = {
    each.name: each for each in (Tanh(), ReLU(), Softsign(), Sigmoid(), HardSigmoid())
}
"""All of them by their names in a recipe."""

Choices = Mapping[str, tuple[str, ...]]
"""Names in `NONLINEARITIES` by the option that chooses among them; the first if none is chosen."""

NO_CHOICES: Choices = MappingProxyType({})
OF_GATED: Choices = MappingProxyType(
    {
        "gate_nonlinearity": ("sigmoid", "hard_sigmoid", "softsign"),
        "candidate_nonlinearity": ("tanh", "softsign"),
    }
)
"""What cells with gates have to choose, as Keras has its recurrent_activation and activation."""

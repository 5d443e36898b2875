"""Optimisers, with PyTorch's semantics and defaults, on one flat vector of all parameters."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from engine.arrays import Array

if TYPE_CHECKING:
    from engine.recipe import LiveHyperparameters


class Optimizer(ABC):
    """Turns gradients into updates, in place.

    Parameters
    ----------
    size : int
        Parameters, n.
    dtype : dtype
    """

    title: ClassVar[str]
    """What readers call it."""
    default_weight_decay: ClassVar[float] = 0.0
    """Where a recipe leaves it open: PyTorch's default."""

    def __init__(self, size: int, dtype: Any = np.float64) -> None:
        self._scratch = np.empty(size, dtype)
        self._updates = 0

    def update(self, values: Array, gradient: Array, hyperparameters: LiveHyperparameters) -> None:
        """Move the weights by one update.

        Parameters
        ----------
        values : ndarray, shape (n,)
            The weights; changed in place.
        gradient : ndarray, shape (n,)
            It may be overwritten.
        hyperparameters : LiveHyperparameters
            ``learning_rate`` (η of this update, after its schedule), ``momentum`` (of SGD and
            RMSprop), ``nesterov`` (of SGD, with a momentum) and ``weight_decay`` (λ: an L2 penalty
            added to the gradient, or for AdamW a shrinkage of the weights by η λ) are read; all of
            them may change between updates.
        """
        self._updates += 1
        self._decay(values, gradient, hyperparameters)
        self._move(values, gradient, hyperparameters)

    def state(self) -> dict[str, Array]:
        """Return what it remembers of earlier updates, by name."""
        kept = {
            name: value
            for name, value in vars(self).items()
            if isinstance(value, np.ndarray) and name != "_scratch"
        }
        return {**kept, "_updates": np.array(self._updates)}

    def take(self, state: Mapping[str, Array]) -> None:
        """Go on from what `state` returned."""
        for name, value in state.items():
            setattr(self, name, int(value) if name == "_updates" else np.array(value))

    def _decay(self, values: Array, gradient: Array, hyperparameters: LiveHyperparameters) -> None:
        """Add the gradient of ½ λ ‖θ‖²."""
        weight_decay = self.weight_decay(hyperparameters)
        if weight_decay:
            np.multiply(values, weight_decay, out=self._scratch)
            gradient += self._scratch

    def weight_decay(self, hyperparameters: LiveHyperparameters) -> float:
        """Return λ: the default of this optimiser where the recipe leaves it open."""
        given = hyperparameters.weight_decay
        return self.default_weight_decay if given is None else given

    @abstractmethod
    def _move(self, values: Array, gradient: Array, hyperparameters: LiveHyperparameters) -> None:
        """Move `values` along the decayed gradient."""


class SGD(Optimizer):
    """Gradient descent, with momentum (Polyak 1964) and Nesterov's look-ahead if asked.

    b ← μ b + g (the first time b ← g),  θ ← θ − η b,  or with Nesterov θ ← θ − η (g + μ b).
    """

    title = "SGD"

    def __init__(self, size: int, dtype: Any = np.float64) -> None:
        super().__init__(size, dtype)
        self._buffer: Array | None = None

    def _move(self, values: Array, gradient: Array, hyperparameters: LiveHyperparameters) -> None:
        scratch, step = self._scratch, gradient
        if hyperparameters.momentum:
            if self._buffer is None:
                self._buffer = gradient.copy()
            else:
                self._buffer *= hyperparameters.momentum
                self._buffer += gradient
            step = self._buffer
            if hyperparameters.nesterov:
                np.multiply(self._buffer, hyperparameters.momentum, out=scratch)
                scratch += gradient
                step = scratch
        np.multiply(step, -hyperparameters.learning_rate, out=scratch)
        values += scratch


class RMSprop(Optimizer):
    """RMSprop (Tieleman & Hinton 2012), with momentum if asked.

    v ← α v + (1 − α) g²,  s = g / (√v + ε),  θ ← θ − η s,  or b ← μ b + s, θ ← θ − η b.
    """

    title = "RMSprop"

    alpha, epsilon = 0.99, 1e-8

    def __init__(self, size: int, dtype: Any = np.float64) -> None:
        super().__init__(size, dtype)
        self._v = np.zeros(size, dtype)
        self._buffer = np.zeros(size, dtype)

    def _move(self, values: Array, gradient: Array, hyperparameters: LiveHyperparameters) -> None:
        v, scratch = self._v, self._scratch
        v *= self.alpha
        np.multiply(gradient, gradient, out=scratch)
        scratch *= 1 - self.alpha
        v += scratch
        np.sqrt(v, out=scratch)
        scratch += self.epsilon
        np.divide(gradient, scratch, out=scratch)
        if hyperparameters.momentum:
            self._buffer *= hyperparameters.momentum
            self._buffer += scratch
            np.copyto(scratch, self._buffer)
        scratch *= -hyperparameters.learning_rate
        values += scratch


class Adam(Optimizer):
    """Adam (Kingma & Ba 2015), with bias correction as PyTorch orders it.

    m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,
    θ ← θ − η / (1 − β₁ᵏ) · m / (√v / √(1 − β₂ᵏ) + ε)  at the k-th update.
    """

    title = "Adam"

    beta_1, beta_2, epsilon = 0.9, 0.999, 1e-8

    def __init__(self, size: int, dtype: Any = np.float64) -> None:
        super().__init__(size, dtype)
        self._m = np.zeros(size, dtype)
        self._v = np.zeros(size, dtype)

    def _move(self, values: Array, gradient: Array, hyperparameters: LiveHyperparameters) -> None:
        m, v, scratch = self._m, self._v, self._scratch
        np.subtract(gradient, m, out=scratch)
        scratch *= 1 - self.beta_1
        m += scratch
        v *= self.beta_2
        np.multiply(gradient, gradient, out=scratch)
        scratch *= 1 - self.beta_2
        v += scratch
        np.sqrt(v, out=scratch)
        scratch /= (1 - self.beta_2**self._updates) ** 0.5
        scratch += self.epsilon
        np.divide(m, scratch, out=scratch)
        scratch *= -hyperparameters.learning_rate / (1 - self.beta_1**self._updates)
        values += scratch


class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov & Hutter 2019): first θ ← (1 − η λ) θ."""

    title = "AdamW"

    default_weight_decay = 0.01

    def _decay(self, values: Array, gradient: Array, hyperparameters: LiveHyperparameters) -> None:
        values *= 1 - hyperparameters.learning_rate * self.weight_decay(hyperparameters)


OPTIMIZERS: Mapping[str, type[Optimizer]] = MappingProxyType(
    {"sgd": SGD, "rmsprop": RMSprop, "adam": Adam, "adamw": AdamW}
)
"""The optimisers by their names in a recipe."""

"""Optimisers, with PyTorch's semantics and defaults, on one flat vector of all parameters."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


class Optimizer(Protocol):
    """Turns gradients into updates, in place."""

    def update(self, values: Array, gradient: Array, learning_rate: float) -> None:
        """Move `values` (n,) by one update along `gradient` (n,)."""


class SGD:
    """Gradient descent: θ ← θ − η g."""

    def __init__(self, size: int, dtype: Any = np.float64) -> None:
        self._move = np.empty(size, dtype)

    def update(self, values: Array, gradient: Array, learning_rate: float) -> None:
        """Move `values` (n,) by one update along `gradient` (n,)."""
        np.multiply(gradient, -learning_rate, out=self._move)
        values += self._move


class Adam:
    """Adam (Kingma & Ba 2015), with bias correction as PyTorch orders it.

    m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,
    θ ← θ − η / (1 − β₁ᵏ) · m / (√v / √(1 − β₂ᵏ) + ε)  at the k-th update.
    """

    beta_1, beta_2, epsilon = 0.9, 0.999, 1e-8

    def __init__(self, size: int, dtype: Any = np.float64) -> None:
        self._m = np.zeros(size, dtype)
        self._v = np.zeros(size, dtype)
        self._scratch = np.empty(size, dtype)
        self._updates = 0

    def update(self, values: Array, gradient: Array, learning_rate: float) -> None:
        """Move `values` (n,) by one update along `gradient` (n,)."""
        self._updates += 1
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
        scratch *= -learning_rate / (1 - self.beta_1**self._updates)
        values += scratch


OPTIMIZERS: Mapping[str, type[SGD] | type[Adam]] = MappingProxyType({"sgd": SGD, "adam": Adam})
"""The optimisers by their names in a recipe."""

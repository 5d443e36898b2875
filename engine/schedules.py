"""Learning-rate schedules: what the learning rate is multiplied by at each iteration.

The closed forms of PyTorch's schedulers, so that a rate follows from the iteration alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, pi
from types import MappingProxyType

STEP_FACTOR = 0.1
"""What a step multiplies the rate by, as in PyTorch's ``StepLR``."""


def constant(iteration: int, period: int) -> float:
    """Return 1."""
    return 1.0


def step(iteration: int, period: int) -> float:
    """Return 0.1 ** ⌊k / n⌋: a tenth of it after every n iterations (``StepLR``)."""
    return STEP_FACTOR ** (iteration // period)


def cosine(iteration: int, period: int) -> float:
    """Return ½ (1 + cos(π k / n)): down to 0 in n iterations (``CosineAnnealingLR``), then 0.

    Loshchilov & Hutter (2017), without restarts.
    """
    return (1 + cos(pi * iteration / period)) / 2 if iteration < period else 0.0


def warmup(iteration: int, period: int) -> float:
    """Return min(1, (k + 1) / n): up to the full rate in n iterations (``LambdaLR``)."""
    return min(1.0, (iteration + 1) / period)


SCHEDULES: Mapping[str, Callable[[int, int], float]] = MappingProxyType(
    {"constant": constant, "step": step, "cosine": cosine, "warmup": warmup}
)
"""The schedules by their names in a recipe."""

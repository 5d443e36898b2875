"""A frame: the part of one iteration that somebody watches."""

from __future__ import annotations

from dataclasses import dataclass, field

import engine.learner
import engine.views  # noqa: F401 (... and those of its views)
from engine.arrays import Array
from engine.quantities import QUANTITIES, quantity_of

_ITERATION = ("loss", "grad_norm", "clip_factor", "update_norm")

SCALARS = tuple(
    sorted(
        (name for name, quantity in QUANTITIES.items() if quantity.history),
        key=lambda name: _ITERATION.index(name) if name in _ITERATION else len(_ITERATION),
    )
)
"""The scalars of a lane, in every frame: in the order of an iteration, then the others."""


@dataclass(frozen=True)
class Frame:
    """One iteration as seen by a viewer.

    Attributes
    ----------
    iteration : int
        Updates made before this forward pass: 0 is the network at its initial weights.
    arrays : dict of str to ndarray
        By ``<lane>/<name>``; scalars have shape ``()``. Norms are plain values here.
    text : dict of str to str
        ``<lane>/diverged``: what overflowed where.
    """

    iteration: int
    arrays: dict[str, Array]
    text: dict[str, str] = field(default_factory=dict)


def is_norm(name: str) -> bool:
    """Return whether an array spans so many decades that its log10 is sent."""
    quantity = quantity_of(name)
    return quantity is not None and quantity.log

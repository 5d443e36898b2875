"""A frame: the part of one iteration that somebody watches."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.arrays import Array

SCALARS = ("loss", "grad_norm", "clip_factor", "update_norm", "horizon", "diverged")
"""The scalars of a lane, in every frame; `update_norm` is ‖Δθ‖₂ of the update that followed."""


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


DECADES = ("source", "jacobian_gain", "jacobian_singular", "local_gain", "paths")
"""What is a norm by another name."""


def is_norm(name: str) -> bool:
    """Return whether an array is a norm, which spans so many decades that its log10 is sent."""
    quantity = name.rsplit("/", 1)[-1].split(".", 1)[0]
    return quantity.endswith("_norm") or quantity in DECADES

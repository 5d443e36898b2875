"""What a viewer looks at. It never changes the numbers of a run."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engine.recipe import MOST_LANES, Strict

View = Literal[
    "gates",
    "preactivations",
    "prediction",
    "source",
    "jacobian",
    "paths",
    "saturation",
    "spectrum",
]


class Watch(Strict):
    """The part of the traces that a frame holds besides its scalars and gradient norms."""

    lane: int | None = Field(
        None, ge=0, le=MOST_LANES - 1, title="Lane", description="Whose views; empty: every lane's."
    )
    layer: int = Field(
        0,
        ge=0,
        le=3,
        title="Layer",
        description="From 0, the lowest; a lane with fewer layers shows its topmost.",
    )
    example: int = Field(
        0,
        ge=0,
        le=511,
        title="Example",
        description="Which of the held-out examples; a run has as many as its batch.",
    )
    views: tuple[View, ...] = Field(
        ("gates", "prediction"),
        max_length=16,
        strict=False,
        title="Views",
        description="gates: states and gates of the example. preactivations: what "
        "each gate adds up, from the input and from the last state. prediction: what the network "
        "says of it. source: how much each timestep's loss teaches each timestep. "
        "jacobian: how far a nudge of each state reaches, whatever the loss. paths: by which way "
        "the example's gradient came back. saturation: gates at their ends, dead units. "
        "spectrum: the eigenvalues of the recurrent weights.",
    )

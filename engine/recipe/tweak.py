"""A tweak: a change made while the run went on."""

from __future__ import annotations

from pydantic import Field

from engine.recipe.changes import Changes
from engine.recipe.lane import MOST_LANES
from engine.strict import Strict

LAST_ITERATION = 2**31 - 1
"""Number of the last iteration that a run may have: frames carry iterations as int32."""

MOST_TWEAKS = 1000
"""Most tweaks of one recipe."""


class Tweak(Strict):
    """A change made while the run went on; it acts from its iteration's update on."""

    iteration: int = Field(ge=0, le=LAST_ITERATION, title="Iteration")
    lane: int | None = Field(
        None,
        ge=0,
        le=MOST_LANES - 1,
        title="Lane",
        description="Which lane; empty: every lane that does not override the field itself.",
    )
    changes: Changes

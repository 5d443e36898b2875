"""A lane: one network of a comparison."""

from __future__ import annotations

from pydantic import Field

from engine.quantities import CONSTANTS
from engine.recipe.hyperparameters import Hyperparameters
from engine.recipe.lane_name import LaneName
from engine.recipe.overrides import Overrides

MOST_LANES = 4
"""Networks that a run trains side by side, at most."""
CONSTANTS["most_lanes"] = MOST_LANES


class Lane(Overrides, Hyperparameters):
    """One network of a comparison: what it overrides of ``base``, and a name if it has one."""

    name: LaneName | None = Field(
        None,
        title="Name",
        description="What the legends call this lane; no gradient depends on it. Empty: its cell "
        "and what sets it apart.",
        json_schema_extra={"group": "lanes", "live": True},
    )

"""A pydantic model that takes only what it names."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A model that takes what it names and nothing else: no NaN, no ``true`` for 1, no typo."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, frozen=True)

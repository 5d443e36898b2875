"""What a tweak changes."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from engine.recipe.live import LiveHyperparameters
from engine.recipe.overrides import Overrides


class Changes(Overrides, LiveHyperparameters):
    """The live hyperparameters that a tweak changes."""

    @model_validator(mode="after")
    def _some_change(self) -> Self:
        if not self.model_fields_set:
            names = list(LiveHyperparameters.model_fields)
            raise PydanticCustomError("no_change", "give at least one of {names}", {"names": names})
        return self

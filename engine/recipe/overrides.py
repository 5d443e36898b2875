"""A model of which only the fields that were given count."""

from __future__ import annotations

from typing import Any

from pydantic import SerializerFunctionWrapHandler, model_serializer

from engine.strict import Strict


class Overrides(Strict):
    """A model that serialises only the fields that were given: the others are inherited."""

    @model_serializer(mode="wrap")
    def _only_what_was_set(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in handler(self).items() if name in self.overrides}

    @property
    def overrides(self) -> dict[str, Any]:
        """Field name → value, for the fields that were given."""
        return {name: getattr(self, name) for name in sorted(self.model_fields_set)}

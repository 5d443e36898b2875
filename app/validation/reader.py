"""A reader: takes JSON from outside, and returns a model or says what is wrong."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from app.validation.problems import Problem, Refused, problem, problems_of
from app.validation.schema_words import Schema

Model = TypeVar("Model")


class Reader(Generic[Model]):
    """Reads one kind of input.

    Parameters
    ----------
    adapter : TypeAdapter
        Of the model to make.
    whole : str
        What to call the input where no field of it is meant, as in "recipe".
    unwrapped : frozenset of str
        Fields at the top whose own fields are named without them: a message's ``recipe`` is
        spoken of as it is at ``POST /api/recipe``.
    """

    def __init__(
        self,
        adapter: TypeAdapter[Model],
        whole: str,
        unwrapped: frozenset[str] = frozenset(),
    ) -> None:
        self._adapter = adapter
        self._whole = whole
        self._unwrapped = unwrapped

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The JSON schema of the model."""
        return self._adapter.json_schema()

    def read(self, text: str | bytes) -> Model:
        """Make a model of JSON text.

        Raises
        ------
        Refused
            With one problem per bad field.
        """
        try:
            data = from_json(text)
        except ValueError as error:
            shown = text if isinstance(text, str) else text.decode(errors="replace")
            because = f"it must be JSON text ({error})"
            raise Refused([problem(self._whole, shown, "JSON text", because)]) from error
        try:
            return self._adapter.validate_python(data)
        except ValidationError as error:
            raise Refused(self.problems(error)) from error

    def problems(self, error: ValidationError) -> list[Problem]:
        """Say what pydantic found wrong with data for this model."""
        return problems_of(error, Schema(self.schema), self._whole, self._unwrapped)

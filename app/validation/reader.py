"""A reader: makes a model of JSON from outside, or a list of what is wrong with it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from app.validation.problems import Problem, Refused, problem, problems_of
from app.validation.schema_words import Schema

Model = TypeVar("Model")
Done = TypeVar("Done")

Path = tuple[int | str, ...]
"""Where in the input something is."""

LONGEST_AT_ONCE = 4 * 1024
"""Bytes that are read at once: longer ones may take milliseconds, or many of them."""

SHOWN_OF_NO_JSON = 40
"""Characters that an error repeats of what is no JSON: enough to recognise it."""

WHOLE_CHARACTERS = "text of whole characters"


class Reader(Generic[Model]):
    """Reads one kind of input.

    Parameters
    ----------
    adapter : TypeAdapter
        Of the model to make.
    whole : str
        What to call the input where no field of it is meant, as in "recipe".
    unwrapped : frozenset of str
        Fields at the top whose own fields are named without them: those of a message's
        ``recipe`` have the names that they have at ``POST /api/recipe``.
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
        """Make a model of JSON text: `parse`, then `check`.

        Raises
        ------
        Refused
            With one problem per bad field.
        """
        return self.check(self.parse(text))

    async def read_aside(self, text: str | bytes) -> Model:
        """Do the same; what takes long is done while the event loop goes on."""
        return await aside(text, self.read, text)

    def parse(self, text: str | bytes) -> Any:
        """Return what JSON text holds; half a surrogate pair in it stays as it is.

        Raises
        ------
        Refused
            If it is no JSON.
        """
        try:
            return from_json(text)
        except ValueError as error:
            data = _leniently_parsed(text)
            if any(path for path, *_ in _half_characters(data)):
                return data
            shown = text if isinstance(text, str) else text.decode(errors="replace")
            if len(shown) > SHOWN_OF_NO_JSON:
                shown = f"{shown[:SHOWN_OF_NO_JSON]}…"
            because = f"it must be JSON text ({error})"
            raise Refused([problem(self._whole, shown, "JSON text", because)]) from error

    def check(self, data: Any) -> Model:
        """Make a model of what JSON text held.

        Raises
        ------
        Refused
            With one problem per bad field.
        """
        if halves := list(_half_characters(data)):
            raise Refused([self._half_character(*each) for each in halves])
        try:
            return self._adapter.validate_python(data)
        except ValidationError as error:
            raise Refused(self.problems(error)) from error

    def problems(self, error: ValidationError) -> list[Problem]:
        """Translate what pydantic found wrong with data for this model."""
        return problems_of(error, Schema(self.schema), self._whole, self._unwrapped)

    def _half_character(self, path: Path, text: str, at: int) -> Problem:
        if len(path) > 1 and path[0] in self._unwrapped:
            path = path[1:]
        field = ".".join(map(str, path)) or self._whole
        sentence = (
            f"{field} is not whole: its character {at + 1} is half of a pair "
            f"(U+{ord(text[at]):04X}); it must be {WHOLE_CHARACTERS}."
        )
        found = problem(field, text, WHOLE_CHARACTERS)
        return {**found, "message": sentence}


async def aside(text: str | bytes, do: Callable[[Any], Done], what: Any) -> Done:
    """Do something with `what`; in a thread, if the text that it comes from is long."""
    if len(text) <= LONGEST_AT_ONCE:
        return do(what)
    return await asyncio.to_thread(do, what)


def _leniently_parsed(text: str | bytes) -> Any:
    """Parse text that may hold half of a surrogate pair, which is JSON but no character."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _half_characters(data: Any, path: Path = ()) -> Iterator[tuple[Path, str, int]]:
    """Yield each string with half of a surrogate pair: its path, itself, and where the half is."""
    if isinstance(data, str):
        try:
            data.encode()
        except UnicodeEncodeError as error:
            yield path, data, error.start
    elif isinstance(data, dict):
        for key, value in data.items():
            in_key = list(_half_characters(key, path))
            # A key that can't be sent can't be part of a field's name either.
            yield from in_key or _half_characters(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _half_characters(value, (*path, index))

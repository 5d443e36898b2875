"""What is wrong with an input, in sentences by which a person can correct it."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails, core_schema
from typing_extensions import TypedDict  # pydantic reads no other before Python 3.12

from app.validation.schema_words import Schema, field_of, one_of, tag_of, tags_of
from engine.text_marks import escaped, isolated

LONGEST_VALUE = 200
"""Characters of a bad value that a message repeats."""

LARGEST_EXACT_INTEGER = 2**53
"""Above it JavaScript would round a number that we repeat."""

_PYDANTIC_ERRORS = frozenset(get_args(core_schema.ErrorType))


MOST_TRANSLATED = 1000
"""Complaints of one input that are looked at: several may concern the same field."""


class Problem(TypedDict):
    """One bad field, the value it had and what it may have, and a sentence with all three."""

    field: str
    value: Any
    allowed: str
    message: str


MOST_PROBLEMS = 20
"""Problems of one input that are told: an answer must not be larger than the question."""


class Refused(ValueError):
    """An input that is not taken, with what is wrong with it.

    Parameters
    ----------
    problems : sequence of Problem
        At least one; one per bad field. Beyond `MOST_PROBLEMS`, the last says how many more.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        told = list(problems[:MOST_PROBLEMS])
        if more := len(problems) - len(told):
            last = told[-1]
            told[-1] = {**last, "message": f"{last['message']} ({more} more fields are wrong.)"}
        super().__init__(" ".join(each["message"] for each in told))
        self.problems = told


def problem(field: str, value: Any, allowed: str, because: str | None = None) -> Problem:
    """Describe one bad field.

    Parameters
    ----------
    field : str
        Dotted path, as in ``lanes.0.hidden_size``.
    value : object
        What was given; repeated in a form that is safe to send, and not at length.
    allowed : str
        What may stand there instead, as in "an integer from 1 to 256".
    because : str, optional
        End of the sentence, where "it must be …" is not it.
    """
    repeated = _repeatable(value)
    # A text is quoted: "" and "3" are not the same as nothing and 3.
    plain = isinstance(repeated, str) and not isinstance(value, str)
    shown = repeated if plain else json.dumps(repeated, ensure_ascii=False)
    # Whatever was given, the rest of the sentence stays legible.
    named, shown = (isolated(escaped(str(each))) for each in (field, shown))
    sentence = f"{named} is {shown}: {because or f'it must be {allowed}'}."
    return Problem(field=field, value=repeated, allowed=allowed, message=sentence)


def problems_of(
    error: ValidationError, schema: Schema, whole: str, unwrapped: frozenset[str] = frozenset()
) -> list[Problem]:
    """Translate pydantic's errors, one per bad field.

    Parameters
    ----------
    error : ValidationError
        From the model of `schema`.
    schema : Schema
        What the fields may be.
    whole : str
        What to call the input where no field of it is meant.
    unwrapped : frozenset of str
        Fields at the top whose own fields are named without them.
    """
    found: dict[str, Problem] = {}
    all_details = error.errors(include_url=False)
    for details in all_details[:MOST_TRANSLATED]:
        translated = _translate(details, schema, whole, unwrapped)
        found.setdefault(translated["field"], translated)
    return list(found.values())


def _translate(
    details: ErrorDetails, schema: Schema, whole: str, unwrapped: frozenset[str]
) -> Problem:
    path, node, parent = schema.find(details["loc"])
    if len(path) > 1 and path[0] in unwrapped:
        path = path[1:]
    field = ".".join(map(str, path)) or whole
    kind, value, context = details["type"], details["input"], details.get("ctx", {})
    if kind == "extra_forbidden" and parent is not None:
        fields = field_of(parent)
        return problem(field, value, fields, f"there is no such field; it must be {fields}")
    if kind == "missing" and node is not None:
        allowed = schema.describe(node)
        sentence = f"{field} is missing: it must be {allowed}."
        return Problem(field=field, value=None, allowed=allowed, message=sentence)
    if kind in ("union_tag_invalid", "union_tag_not_found") and node is not None:
        name = tag_of(node)
        given = value.get(name) if isinstance(value, dict) else None
        return problem(".".join(map(str, (*path, name))), given, one_of(tags_of(node)))
    if kind not in _PYDANTIC_ERRORS or kind in ("value_error", "assertion_error"):
        # The model's own rule: it knows more than the schema does.
        rule = details["msg"].removeprefix("Value error, ")
        return problem(field, value, str(context.get("allowed", rule)), rule)
    return problem(field, value, details["msg"] if node is None else schema.describe(node))


def _repeatable(value: Any) -> Any:
    """Return `value`, or its beginning, as what strict JSON can carry."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, int) and abs(value) <= LARGEST_EXACT_INTEGER:
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=repr)
    # Half of a surrogate pair can't be sent: it is written as JSON escapes it.
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"

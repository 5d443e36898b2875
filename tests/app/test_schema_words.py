"""Every wording once; those that recipes use are in test_problems too."""

from typing import Any

import pytest

from app.stream.messages import message_reader, recipe_reader
from app.validation.schema_words import Schema
from engine.cells import CELLS


@pytest.mark.parametrize(
    ("node", "said"),
    [
        ({"type": "integer"}, "an integer"),
        ({"type": "integer", "minimum": 0}, "an integer of at least 0"),
        ({"type": "integer", "minimum": 1, "maximum": 256}, "an integer from 1 to 256"),
        ({"type": "number", "exclusiveMaximum": 0.5}, "a finite number less than 0.5"),
        ({"type": "number", "maximum": 0.5}, "a finite number of at most 0.5"),
        (
            {"type": "number", "exclusiveMinimum": 0, "maximum": 1e6},
            "a finite number greater than 0, at most 1000000",
        ),
        ({"type": "boolean"}, "true or false"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "an integer, or null"),
        ({"enum": ["a", "b"], "type": "string"}, "one of a, b"),
        ({"const": "a", "type": "string"}, "a"),
        ({"type": "string"}, "text"),
        ({"type": "string", "maxLength": 3}, "text of at most 3 characters"),
        ({"type": "string", "minLength": 2, "maxLength": 3}, "text of 2 to 3 characters"),
        ({"type": "string", "minLength": 2}, "text of at least 2 characters"),
        (
            {"type": "array", "maxItems": 2, "items": {"enum": ["a", "b"]}},
            "a list of at most 2 items, each one of a, b",
        ),
        (
            {"type": "object", "properties": {"a": {}, "b": {}}},
            "an object with any of the fields a, b",
        ),
    ],
)
def test_a_schema_is_said_in_words(node: dict[str, Any], said: str) -> None:
    assert Schema({}).describe(node) == said


def test_tags_of_unions_are_no_part_of_a_path() -> None:
    place = Schema(recipe_reader.schema).find(("task", "next_char", "text"))
    assert place.path == ("task", "text")
    assert place.node is not None
    assert place.node["title"] == "Your own text"

    place = Schema(message_reader.schema).find(("start", "recipe", "lanes", 2, "cell"))
    assert place.path == ("recipe", "lanes", 2, "cell")
    assert place.node is not None
    assert place.node["enum"] == list(CELLS)


def test_a_field_that_there_is_not_has_a_parent_only() -> None:
    place = Schema(recipe_reader.schema).find(("lanes", 0, "colour", "red"))
    assert place.path == ("lanes", 0, "colour", "red")
    assert place.node is None

    place = Schema(recipe_reader.schema).find(("base", "colour"))
    assert place.node is None
    assert place.parent is not None
    assert "cell" in place.parent["properties"]

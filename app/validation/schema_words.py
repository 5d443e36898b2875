"""The values that a field may have, in words, from the JSON schema of its model.

Bounds and choices are written once, in the model; this module only puts them into words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

Node = Mapping[str, Any]

_UNITS = {"string": "characters", "array": "items"}
_TYPES = {
    "integer": "an integer",
    "number": "a finite number",
    "boolean": "true or false",
    "null": "null",
    "string": "text",
    "array": "a list",
}


class Place(NamedTuple):
    """Where a pydantic location leads in a schema."""

    path: tuple[int | str, ...]
    """The location without the tags of unions, which are no fields."""
    node: Node | None
    """The schema of the field; None if the model has no such field."""
    parent: Node | None
    """The schema of what the field is in."""


class Schema:
    """The JSON schema of a model, asked about its fields.

    Parameters
    ----------
    root : mapping
        As pydantic's ``json_schema()`` gives it.
    """

    def __init__(self, root: Node) -> None:
        self._root = root
        self._definitions: Mapping[str, Node] = root.get("$defs", {})

    def find(self, location: Iterable[int | str]) -> Place:
        """Follow the location of a pydantic error."""
        path: list[int | str] = []
        node: Node | None = self._root
        parent: Node | None = None
        for part in location:
            if node is not None:
                node = self._flat(node)
                tagged = node.get("discriminator", {}).get("mapping", {}).get(part)
                if tagged is not None:
                    node = {"$ref": tagged}
                    continue
            parent = node
            path.append(part)
            if node is None:
                continue
            node = node.get("items") if isinstance(part, int) else _property(node, part)
        return Place(tuple(path), node and self._flat(node), parent)

    def describe(self, node: Node) -> str:
        """Return the values that `node` allows, in words: "an integer from 1 to 256"."""
        if "anyOf" in node:
            return ", or ".join(self.describe(self._resolved(choice)) for choice in node["anyOf"])
        if "discriminator" in node:
            return f"an object whose {tag_of(node)} is {one_of(tags_of(node))}"
        if "enum" in node:
            return one_of(node["enum"])
        if "const" in node:
            return str(node["const"])
        kind = node.get("type")
        if kind == "object":
            return f"an object with any of the fields {', '.join(node.get('properties', {}))}"
        words = _TYPES.get(str(kind), "something else")
        if kind in _UNITS:
            return words + _length(node, str(kind)) + self._each(node)
        return words + _bounds(node)

    def _each(self, node: Node) -> str:
        items = self._resolved(node.get("items", {}))
        return f", each {self.describe(items)}" if "enum" in items else ""

    def _resolved(self, node: Node) -> Node:
        if "$ref" in node:
            return self._definitions[node["$ref"].rpartition("/")[2]]
        return node

    def _flat(self, node: Node) -> Node:
        """Resolve a reference, and see through "or null"."""
        node = self._resolved(node)
        choices = [each for each in node.get("anyOf", ()) if each.get("type") != "null"]
        if len(choices) == 1 and "$ref" in choices[0]:
            return self._resolved(choices[0])
        return node


def one_of(choices: Iterable[Any]) -> str:
    """Name the choices: "one of sgd, adam"; or the only one there is."""
    names = [str(choice) for choice in choices]
    return names[0] if len(names) == 1 else f"one of {', '.join(names)}"


def field_of(node: Node) -> str:
    """Name the fields of an object: "one of the fields lane, layer"."""
    return f"one of the fields {', '.join(node.get('properties', {}))}"


def tag_of(union: Node) -> str:
    """Return the name of the field that tells which object of a union is meant."""
    return str(union["discriminator"]["propertyName"])


def tags_of(union: Node) -> list[str]:
    """Return what that field may be, in the order in which the union names its objects."""
    tags = {target: tag for tag, target in union["discriminator"]["mapping"].items()}
    return [tags[choice["$ref"]] for choice in union["oneOf"]]


def number(value: float) -> str:
    """Write a bound without exponent or needless decimals."""
    return str(int(value)) if value == int(value) else str(value)


def _property(node: Node, name: str) -> Node | None:
    found: Node | None = node.get("properties", {}).get(name)
    return found


def _bounds(node: Node) -> str:
    least, most = node.get("minimum"), node.get("maximum")
    if least is not None and most is not None:
        return f" from {number(least)} to {number(most)}"
    words = {
        "minimum": "at least",
        "exclusiveMinimum": "greater than",
        "maximum": "at most",
        "exclusiveMaximum": "less than",
    }
    bounds = ", ".join(f"{word} {number(node[key])}" for key, word in words.items() if key in node)
    return f" of {bounds}" if bounds.startswith("at ") else f" {bounds}".rstrip()


def _length(node: Node, kind: str) -> str:
    suffix = "Length" if kind == "string" else "Items"
    least, most = node.get(f"min{suffix}"), node.get(f"max{suffix}")
    if least is None and most is None:
        return ""
    if most is None:
        return f" of at least {least} {_UNITS[kind]}"
    return (
        f" of {least} to {most} {_UNITS[kind]}" if least else f" of at most {most} {_UNITS[kind]}"
    )

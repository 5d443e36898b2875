"""Write static/js/recipe.d.ts, the recipe's types, from the JSON schema of `Recipe`.

``python tests/js/make_recipe_types.py`` writes the file; ``--check`` fails if it is not what the
schema says today.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

TREE = Path(__file__).parents[2]
FILE = TREE / "static" / "js" / "recipe.d.ts"

NAMES = {"Lane": "RecipeLane"}
"""Definitions of the schema that the page calls something else: its `Lane` is one of a run."""

PARTIAL = {"Lane", "Changes"}
"""Definitions that hold only the fields somebody set; all others come with their defaults."""

WIDTH = 100
"""Columns of a line."""

PLAIN = {"integer": "number", "number": "number", "string": "string", "boolean": "boolean"}

HEAD = """\
/**
 * The recipe as the server fills it in, with a value for every field.
 *
 * Generated from the schema of `Recipe` by tests/js/make_recipe_types.py: `make generate` writes it
 * anew, and `make check` fails when it is not up to date.
 */
"""


def name_of(definition: str) -> str:
    return NAMES.get(definition, definition)


def type_of(schema: dict[str, Any]) -> str:
    """Return the TypeScript type of what a JSON schema admits."""
    if "$ref" in schema:
        return name_of(schema["$ref"].rsplit("/", 1)[-1])
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    for union in ("oneOf", "anyOf"):
        if union in schema:
            return " | ".join(type_of(each) for each in schema[union])
    kind = schema["type"]
    if kind == "null":
        return "null"
    if kind == "array":
        inner = type_of(schema["items"])
        return f"({inner})[]" if " | " in inner else f"{inner}[]"
    return PLAIN[kind]


def field(declaration: str, type: str) -> str:
    """Return the line of a field, or several as prettier breaks them."""
    line = f"  {declaration}: {type};"
    if len(line) <= WIDTH:
        return line
    beneath = f"    {type};"
    if len(beneath) <= WIDTH:
        return f"  {declaration}:\n{beneath}"
    return f"  {declaration}:" + "".join(f"\n    | {each}" for each in type.split(" | ")) + ";"


def interface(name: str, schema: dict[str, Any]) -> str:
    """Return a TypeScript interface with the fields of one definition of the schema."""
    mark = "?" if name in PARTIAL else ""
    lines = []
    for key, facts in schema["properties"].items():
        if "title" in facts:
            lines.append(f"  /** {facts['title']} */")
        lines.append(field(f"{key}{mark}", type_of(facts)))
    return "\n".join([f"interface {name_of(name)} {{", *lines, "}"])


def render() -> str:
    """Return what the file is to hold."""
    sys.path.insert(0, str(TREE))
    from engine import Recipe

    schema = Recipe.model_json_schema()
    definitions = {"Recipe": schema, **schema["$defs"]}
    interfaces = (interface(name, each) for name, each in definitions.items())
    return "\n\n".join([HEAD.rstrip(), *interfaces]) + "\n"


def main(arguments: list[str]) -> str | None:
    text = render()
    if "--check" not in arguments:
        FILE.write_text(text)
        return None
    if FILE.exists() and FILE.read_text() == text:
        return None
    return f"{FILE.relative_to(TREE)} is not what the recipe's schema says: run `make generate`"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

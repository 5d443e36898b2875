"""Recipes that are refused, each with what is to be said of it: the same at both entrances."""

import re
from typing import Any, NamedTuple

from pydantic import BaseModel

from engine.cells import CELLS
from engine.recipe import (
    TASKS,
    AddingTask,
    Changes,
    Hyperparameters,
    Recipe,
    StocksTask,
)


class Bad(NamedTuple):
    recipe: str
    field: str
    value: Any
    allowed: str | re.Pattern[str]
    """A pattern where the engine words it, not the schema."""

    def check(self, told: dict[str, Any]) -> None:
        """Check a problem as it was told."""
        assert told["field"] == self.field
        assert told["value"] == self.value
        assert type(told["value"]) is type(self.value)
        if isinstance(self.allowed, str):
            assert told["allowed"] == self.allowed
        else:
            assert self.allowed.search(told["allowed"])
        assert told["message"].startswith(f"{self.field} is ")
        assert told["allowed"] in told["message"]


def fields_of(model: type[BaseModel]) -> str:
    return f"one of the fields {', '.join(model.model_fields)}"


RATE = "a finite number greater than 0, at most 1000000"
TASK_NAMES = ", ".join(task.model_fields["name"].default for task in TASKS)

BAD = {
    "an unknown field": Bad('{"sede": 1}', "sede", 1, fields_of(Recipe)),
    "an unknown field in base": Bad(
        '{"base": {"learning_rat": 1}}', "base.learning_rat", 1, fields_of(Hyperparameters)
    ),
    "a field of another task": Bad(
        '{"task": {"name": "stocks", "text": "abc"}}',
        "task.text",
        "abc",
        fields_of(StocksTask),
    ),
    "a field called like its task": Bad(
        '{"task": {"name": "adding", "adding": 1}}',
        "task.adding",
        1,
        fields_of(AddingTask),
    ),
    "a wrong type": Bad(
        '{"base": {"hidden_size": "32"}}', "base.hidden_size", "32", "an integer from 1 to 256"
    ),
    "true for 1": Bad(
        '{"task": {"seq_len": true}}', "task.seq_len", True, "an integer from 2 to 2000"
    ),
    "a fraction for an integer": Bad(
        '{"batch_size": 1.5}', "batch_size", 1.5, "an integer from 1 to 512"
    ),
    "null for a number": Bad('{"seed": null}', "seed", None, "an integer from 0 to 4294967295"),
    "NaN": Bad('{"base": {"learning_rate": NaN}}', "base.learning_rate", "nan", RATE),
    "infinity": Bad('{"base": {"learning_rate": Infinity}}', "base.learning_rate", "inf", RATE),
    "a number too large for a float": Bad(
        '{"base": {"forget_bias": -1e999}}',
        "base.forget_bias",
        "-inf",
        "a finite number from -10 to 10",
    ),
    "zero where only more will do": Bad(
        '{"base": {"clip_threshold": 0}}', "base.clip_threshold", 0, RATE
    ),
    "a size beyond its bound": Bad(
        '{"lanes": [{}, {"hidden_size": 257}]}',
        "lanes.1.hidden_size",
        257,
        "an integer from 1 to 256",
    ),
    "an integer of many digits": Bad(
        f'{{"batch_size": 1{"0" * 300}}}',
        "batch_size",
        f"1{'0' * 199}…",
        "an integer from 1 to 512",
    ),
    "a choice that there is not": Bad(
        '{"base": {"cell": "transformer"}}',
        "base.cell",
        "transformer",
        f"one of {', '.join(CELLS)}",
    ),
    "a field that may be empty": Bad(
        '{"base": {"truncate": 0}}', "base.truncate", 0, "an integer from 1 to 2000, or null"
    ),
    "a task that there is not": Bad(
        '{"task": {"name": "chess"}}',
        "task.name",
        "chess",
        f"one of {TASK_NAMES}",
    ),
    "a task that is no object": Bad(
        '{"task": 3}', "task", 3, f"an object whose name is one of {TASK_NAMES}"
    ),
    "no lanes": Bad('{"lanes": []}', "lanes", "[]", re.compile("1 to 4")),
    "lanes that are no list": Bad('{"lanes": {}}', "lanes", "{}", "a list of 1 to 4 items"),
    "five lanes": Bad(
        '{"lanes": [{}, {}, {}, {}, {}]}', "lanes", "[{}, {}, {}, {}, {}]", "a list of 1 to 4 items"
    ),
    "a name too long": Bad(
        f'{{"lanes": [{{"name": "{"n" * 300}"}}]}}',
        "lanes.0.name",
        f"{'n' * 200}…",
        "text of at most 40 characters, or null",
    ),
    "more than a run may cost": Bad(
        '{"batch_size": 512, "base": {"hidden_size": 256}}',
        "base.hidden_size",
        256,
        "at most 400 MB is allowed: "
        "lower seq_len, batch_size, hidden_size, num_layers or the number of lanes",
    ),
    "a text too short": Bad(
        '{"task": {"name": "next_char", "text": "short"}}',
        "task.text",
        "short",
        re.compile("at least 41"),
    ),
    "a text of one character": Bad(
        f'{{"task": {{"name": "next_char", "text": "{"a" * 300}"}}}}',
        "task.text",
        f"{'a' * 200}…",
        re.compile("2 to 96"),
    ),
    "a tweak without its iteration": Bad(
        '{"tweaks": [{"changes": {"clip": "none"}}]}',
        "tweaks.0.iteration",
        None,
        "an integer from 0 to 2147483647",
    ),
    "a tweak of what is not live": Bad(
        '{"tweaks": [{"iteration": 1, "changes": {"hidden_size": 4}}]}',
        "tweaks.0.changes.hidden_size",
        4,
        fields_of(Changes),
    ),
    "a recipe that is no object": Bad(
        "[1]", "recipe", "[1]", f"an object with any of the fields {', '.join(Recipe.model_fields)}"
    ),
}

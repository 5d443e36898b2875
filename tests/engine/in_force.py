"""Which hyperparameters are in force in random recipes, as the engine trains with them.

The page has the same rule in JavaScript (static/js/recipe/in_force.js), and its test reads what
this module writes: ``python -m tests.engine.in_force`` writes tests/js/fixtures/in_force.json anew.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from engine import Experiment, Recipe

FIXTURE = Path(__file__).parents[1] / "js" / "fixtures" / "in_force.json"

COUNT = 200
ITERATIONS = 6

VALUES: dict[str, list[Any]] = {
    "learning_rate": [0.001, 0.01, 0.1],
    "clip": ["none", "norm", "value"],
    "clip_threshold": [0.5, 1.0, 2.0],
    "truncate": [None, 1, 2],
}
"""Live hyperparameters; few values, so that a tweak often sets what is in force already."""

CHEAP = {"task": {"seq_len": 2}, "batch_size": 1}
"""Makes an iteration as short as it gets; the numbers don't matter here."""


def cases() -> list[dict[str, Any]]:
    """Return the recipes, the same at each call, each with the values of every iteration.

    Returns
    -------
    list of dict
        ``recipe`` (base, lanes and tweaks), ``values``: for each lane the values of each of
        `VALUES` at iterations 0 to `ITERATIONS` − 1.
    """
    source = random.Random(8)
    return [_case(_recipe(source)) for _ in range(COUNT)]


def text() -> str:
    """Return the fixture: one recipe a line."""
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases())
    return f"[\n{lines}\n]\n"


def _case(recipe: dict[str, Any]) -> dict[str, Any]:
    shared = {"hidden_size": 1, **recipe["base"]}
    experiment = Experiment(Recipe.model_validate({**CHEAP, **recipe, "base": shared}))
    values: list[dict[str, list[Any]]] = [{field: [] for field in VALUES} for _ in experiment.lanes]
    for _ in range(ITERATIONS):
        experiment.advance(None)
        for lane, learner in zip(values, experiment.lanes, strict=True):
            for field, found in lane.items():
                found.append(getattr(learner.hyperparameters, field))
    return {"recipe": recipe, "values": values}


def _recipe(source: random.Random) -> dict[str, Any]:
    lanes = [_some(source) for _ in range(source.randint(1, 3))]
    base = {field: source.choice(values) for field, values in VALUES.items()}
    tweaks = [
        {
            "iteration": source.randrange(ITERATIONS),
            "lane": source.choice([None, *range(len(lanes))]),
            "changes": _some(source) or {"clip": "norm"},
        }
        for _ in range(source.randint(0, 6))
    ]
    return {"base": base, "lanes": lanes, "tweaks": tweaks}


def _some(source: random.Random) -> dict[str, Any]:
    chosen = source.sample(sorted(VALUES), source.randint(0, 2))
    return {field: source.choice(VALUES[field]) for field in chosen}


if __name__ == "__main__":
    FIXTURE.parent.mkdir(exist_ok=True)
    FIXTURE.write_text(text())

"""What the lanes of a recipe are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from engine.cells import CELLS
from engine.recipe import Hyperparameters, Recipe


def lane_labels(recipe: Recipe) -> list[str]:
    """Return a name for each lane: its own, or its cell and what sets it apart from its likes.

    Of what differs, only what a lane has for itself is part of its name: a lane that takes all from
    the base keeps the name of its cell when a copy of it gets something else.
    """
    settings = [recipe.lane(index) for index in range(len(recipe.lanes))]
    cells = [_cell(lane) for lane in settings]
    alike = Counter(cells)
    labels: list[str] = []
    for index, lane in enumerate(recipe.lanes):
        label = lane.name or cells[index]
        if not lane.name and alike[cells[index]] > 1:
            likes = [
                other for other, cell in zip(settings, cells, strict=True) if cell == cells[index]
            ]
            label = " · ".join([label, *_differences(settings[index], likes, lane.overrides)])
        labels.append(label)
    seen: Counter[str] = Counter()
    for index, label in enumerate(labels):
        seen[label] += 1
        if seen[label] > 1:
            labels[index] = f"{label} ({seen[label]})"
    return labels


def _cell(lane: Hyperparameters) -> str:
    name = CELLS[lane.cell].title
    facts = _facts("nonlinearity")
    if lane.cell not in facts["when"]["cell"]:
        return name
    return f"{name} {facts['labels'].get(lane.nonlinearity, lane.nonlinearity)}"


def _differences(
    lane: Hyperparameters, likes: list[Hyperparameters], own: Collection[str]
) -> list[str]:
    return [
        _phrase(name, getattr(lane, name))
        for name in Hyperparameters.model_fields
        if name in own
        and name not in ("cell", "nonlinearity")
        and len({getattr(other, name) for other in likes}) > 1
    ]


def _phrase(name: str, value: Any) -> str:
    """Name a hyperparameter's value in short, as its schema says: "η 0.01"."""
    facts = _facts(name)
    phrase: str = facts.get("phrase", "{}")
    if value == 1:
        phrase = facts.get("phrase_one", phrase)
    shown = "off" if value is None else f"{value:g}" if isinstance(value, float) else value
    key = str(value).lower() if isinstance(value, bool) else value
    shown = facts.get("labels", {}).get(key, shown)
    return phrase.format(shown).replace("-", "−")


def _facts(name: str) -> dict[str, Any]:
    """Return the extra keys of a hyperparameter's JSON schema."""
    facts = Hyperparameters.model_fields[name].json_schema_extra
    assert isinstance(facts, dict)
    return facts

"""What the lanes of a recipe are called."""

from __future__ import annotations

from collections import Counter

from engine.recipe import Hyperparameters, Recipe

_CELLS = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}
_NONLINEARITIES = {"tanh": "tanh", "relu": "ReLU"}
_PHRASES = {
    "learning_rate": "η {}",
    "clip": "clip {}",
    "clip_threshold": "clip at {}",
    "truncate": "truncated {}",
    "hidden_size": "H {}",
    "num_layers": "{} layers",
    "spectral_radius": "ρ {}",
    "forget_bias": "forget bias {}",
}


def lane_labels(recipe: Recipe) -> list[str]:
    """Return a name for each lane: its own, or its cell and what sets it apart from its likes."""
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
            label = " · ".join([label, *_differences(settings[index], likes)])
        labels.append(label)
    seen: Counter[str] = Counter()
    for index, label in enumerate(labels):
        seen[label] += 1
        if seen[label] > 1:
            labels[index] = f"{label} ({seen[label]})"
    return labels


def _cell(lane: Hyperparameters) -> str:
    name = _CELLS[lane.cell]
    return f"{name} {_NONLINEARITIES[lane.nonlinearity]}" if lane.cell == "rnn" else name


def _differences(lane: Hyperparameters, likes: list[Hyperparameters]) -> list[str]:
    told = []
    for name in Hyperparameters.model_fields:
        if name in ("cell", "nonlinearity"):
            continue
        if len({getattr(other, name) for other in likes}) > 1:
            value = getattr(lane, name)
            shown = "off" if value is None else f"{value:g}" if isinstance(value, float) else value
            phrase = "{} layer" if name == "num_layers" and value == 1 else _PHRASES.get(name, "{}")
            told.append(phrase.format(shown).replace("-", "−"))
    return told

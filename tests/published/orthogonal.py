"""Orthogonal against normal W_hh: how far back the gradient reaches before any training."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt

from engine import Experiment, Recipe
from tests.published.result import Measured, Result, Row
from tests.published.training import near, spread

T, H = 200, 64
STD = 0.1
RADIUS = STD * sqrt(H)
"""Of a normal matrix, by the circular law (Girko 1984)."""
# A linear network's gradient shrinks by the radius each timestep; tanh can only shrink it more.
REACH = log(0.01) / log(RADIUS)
LANES = {
    "normal": {"init": "normal", "init_std": STD},
    "alike": {"init": "normal", "init_std": 1 / sqrt(H)},
    "orthogonal": {"init": "orthogonal"},
}


def measure(seed: int) -> Measured:
    """Return the horizon of each scheme at initialisation."""
    recipe = {
        "seed": seed,
        "task": {"name": "adding", "seq_len": T},
        "base": {"cell": "rnn", "hidden_size": H},
        "lanes": list(LANES.values()),
    }
    arrays = Experiment(Recipe.model_validate(recipe)).advance().arrays
    return {name: float(arrays[f"{lane}/horizon"]) for lane, name in enumerate(LANES)}


def judge(found: Sequence[Measured]) -> list[Row]:
    """Compare the horizons."""
    normal, alike, orthogonal = ([each[name] for each in found] for name in LANES)
    return [
        near(
            f"normal ({STD}): horizon",
            f"{REACH:.0f}, where {RADIUS:.1f}^k falls below 1 %,",
            REACH,
            25,
            normal,
            digits=0,
        ),
        Row(
            "orthogonal: horizon ÷ that of normal (0.1) of the same seed",
            "more than 2",
            spread([o / n for o, n in zip(orthogonal, normal, strict=True)], 1),
            all(o > 2 * n for o, n in zip(orthogonal, normal, strict=True)),
        ),
        Row("orthogonal: horizon", "", spread(orthogonal, 0), None),
        Row(
            "normal (1/√H), entries as large as an orthogonal matrix has: horizon",
            "",
            spread(alike, 0),
            None,
        ),
    ]


RESULT = Result(
    title="Orthogonal W_hh carries the gradient further than normal (0.1) W_hh at initialisation",
    source="Saxe, McClelland & Ganguli 2014, section 3; Henaff, Szlam & LeCun 2016",
    conditions=f"adding, T = {T}, tanh RNN, H = {H}, B = 32; horizon of the first backward pass",
    seeds=range(5),
    measure=measure,
    judge=judge,
)

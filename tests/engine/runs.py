"""Small experiments for the tests, and how to compare their frames bit by bit."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np

from engine import Experiment, Recipe, Watch
from engine.frame import Frame
from engine.watch import View

CELLS = get_args(type(Recipe().base).model_fields["cell"].annotation)
"""The cells that a recipe can name."""

EVERY_VIEW = Watch(views=get_args(View))


def experiment(**recipe: Any) -> Experiment:
    """Return a small experiment: 3 lanes on the adding problem, but for what is given."""
    small = {"task": {"seq_len": 12}, "batch_size": 6, **recipe}
    small["base"] = {"hidden_size": 5, **recipe.get("base", {})}
    return Experiment(Recipe.model_validate(small))


def advance(run: Experiment, iterations: int, watch: Watch | None = EVERY_VIEW) -> list[Frame]:
    return [run.advance(watch) for _ in range(iterations)]


def same_bits(one: np.ndarray, other: np.ndarray) -> bool:
    one, other = np.asarray(one), np.asarray(other)
    return (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())


def differences(one: Frame, other: Frame, lanes: dict[int, int] | None = None) -> set[str]:
    """Return the names of arrays that only one frame has, or that differ in any bit.

    With `lanes`, lane k of `one` is compared with lane ``lanes[k]`` of `other`, and no other.
    """
    if lanes is None:
        names = {name: name for name in one.arrays} | {name: name for name in other.arrays}
    else:
        names = {
            name: f"{lanes[int(lane)]}/{rest}"
            for name in one.arrays
            for lane, rest in [name.split("/", 1)]
            if int(lane) in lanes
        }
    return {
        name
        for name, its_name in names.items()
        if name not in one.arrays
        or its_name not in other.arrays
        or not same_bits(one.arrays[name], other.arrays[its_name])
    }


def held_out(run: Experiment, index: int) -> tuple[np.ndarray, np.ndarray]:
    """Return x (T, 1, D) and y of a held-out example, from what the page is told of it."""
    shown = run.example(index)
    if shown["kind"] == "adding":
        x = np.zeros((len(shown["values"]), 1, 2))
        x[:, 0, 0] = shown["values"]
        x[shown["marked"], 0, 1] = 1
        y = np.zeros((len(x), 1, 1))
        y[-1] = shown["target"]
        return x, y
    inputs, targets = {
        "symbols": lambda: (shown["input"], shown["target"]),
        "text": lambda: tuple(
            [shown["vocabulary"].index(c) for c in shown[key]] for key in ("characters", "next")
        ),
    }[shown["kind"]]()
    return np.eye(run.task.input_size)[inputs][:, np.newaxis], np.array(targets)[:, np.newaxis]

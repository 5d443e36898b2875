"""Many networks in one call: a whole phase diagram, and one against a loop over its members."""

from __future__ import annotations

import statistics
from time import process_time
from typing import Any

from engine import Experiment, Recipe, Watch, phase_diagram
from tests.bench.problem import CellName

RADII = [0.05 * k for k in range(1, 33)]
SEEDS = list(range(8))
GRID_SIZE = {"T": 200, "B": 8, "H": 64}
"""Of the whole diagram: 32 spectral radii × 8 seeds."""

LOOP_RADII = RADII[::4]
LOOP_SIZE = {"T": 100, "B": 8}
LOOP_HIDDEN = (8, 16, 32)


def whole_diagram(cell: CellName) -> dict[str, Any]:
    """Take the processor time of the whole diagram, once after a call that warms up."""
    recipe = _recipe(cell, **GRID_SIZE)
    phase_diagram(recipe, RADII[:1], SEEDS[:1])
    seconds = _timed(recipe, RADII, SEEDS)
    return {"cell": cell, **GRID_SIZE, "members": len(RADII) * len(SEEDS), "seconds": seconds}


def loop_over_call(cell: CellName, H: int, rounds: int) -> dict[str, Any]:
    """Time both loops over the members and the one call in turn, by the processor's clock.

    One loop calls `phase_diagram` for a member at a time; the other makes an `Experiment` of each
    and advances it once, which is how it is done without ensembles: an update is in it, too.
    """
    recipe = _recipe(cell, H=H, **LOOP_SIZE)
    phase_diagram(recipe, LOOP_RADII, SEEDS)
    grid = [(radius, seed) for seed in SEEDS for radius in LOOP_RADII]
    loops, experiments, calls = [], [], []
    for _ in range(rounds):
        loops.append(sum(_timed(recipe, [radius], [seed]) for radius, seed in grid))
        experiments.append(sum(_experiment(recipe, radius, seed) for radius, seed in grid))
        calls.append(_timed(recipe, LOOP_RADII, SEEDS))
    loop, call = statistics.median(loops), statistics.median(calls)
    by_experiments = statistics.median(experiments)
    members = len(grid)
    return {
        "cell": cell,
        **LOOP_SIZE,
        "H": H,
        "members": members,
        "loop_ms": 1e3 * loop,
        "call_ms": 1e3 * call,
        "ratio": loop / call,
        "experiments_ms": 1e3 * by_experiments,
        "ratio_experiments": by_experiments / call,
    }


def _timed(recipe: Recipe, radii: list[float], seeds: list[int]) -> float:
    start = process_time()
    phase_diagram(recipe, radii, seeds)
    return process_time() - start


def _experiment(recipe: Recipe, radius: float, seed: int) -> float:
    base = recipe.base.model_copy(update={"spectral_radius": radius})
    member = recipe.model_copy(update={"seed": seed, "base": base})
    start = process_time()
    Experiment(member).advance(Watch(views=()))
    return process_time() - start


def _recipe(cell: CellName, T: int, B: int, H: int) -> Recipe:
    task, base = {"name": "adding", "seq_len": T}, {"cell": cell, "hidden_size": H}
    return Recipe.model_validate({"task": task, "batch_size": B, "base": base, "lanes": [{}]})

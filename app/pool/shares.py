"""Shares: which lanes of a run are computed together, so that all shares take about as long."""

from __future__ import annotations

from engine import Recipe
from engine.run_cost import lane_cost


def shares(recipe: Recipe, most: int) -> list[list[int]]:
    """Return the lanes of a recipe in at most `most` groups, the heaviest group first.

    The heaviest lane goes first, each to the group that has the least so far (Graham 1969).
    """
    groups: list[list[int]] = [[] for _ in range(min(most, len(recipe.lanes)))]
    loads = [0.0] * len(groups)
    costs = [lane_cost(recipe, lane) for lane in range(len(recipe.lanes))]
    for lane in sorted(range(len(costs)), key=lambda lane: -costs[lane]):
        least = loads.index(min(loads))
        groups[least].append(lane)
        loads[least] += costs[lane]
    order = sorted(range(len(groups)), key=lambda group: -loads[group])
    return [sorted(groups[group]) for group in order]

"""Recipes with one tweak or another name more: what happens to a run becomes part of its recipe."""

from __future__ import annotations

from typing import Any

from engine.recipe.changes import Changes
from engine.recipe.lane import Lane
from engine.recipe.recipe import Recipe


def with_tweak(recipe: Recipe, iteration: int, lane: int | None, changes: dict[str, Any]) -> Recipe:
    """Return the recipe with a change of live hyperparameters at its end.

    Parameters
    ----------
    recipe : Recipe
    iteration : int
        From whose update on the change acts.
    lane : int or None
        Which lane; None for every lane that does not override the field itself.
    changes : dict
        Field → value, of the live hyperparameters.

    Raises
    ------
    pydantic.ValidationError
        If the tweak is not valid.
    """
    tweak = {"iteration": iteration, "lane": lane, "changes": changes}
    whole = recipe.model_dump()
    checked = Recipe.model_validate({**whole, "tweaks": [*whole["tweaks"], tweak]})
    *before, last = checked.tweaks
    # A slider that is dragged while the run is paused says the same thing many times.
    if before and (before[-1].iteration, before[-1].lane) == (last.iteration, last.lane):
        changes = {**before.pop().changes.overrides, **last.changes.overrides}
        last = last.model_copy(update={"changes": Changes(**changes)})
    return recipe.model_copy(update={"tweaks": (*before, last)})


def renamed(recipe: Recipe, lane: int, name: str | None) -> Recipe:
    """Return the recipe with another name for a lane; None: its cell and what sets it apart."""
    lanes = list(recipe.lanes)
    own = lanes[lane].overrides
    own.pop("name", None)
    lanes[lane] = Lane.model_validate(own if name is None else {**own, "name": name})
    return recipe.model_copy(update={"lanes": tuple(lanes)})

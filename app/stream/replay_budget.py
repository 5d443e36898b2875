"""How far a run may be replayed before it is shown."""

from __future__ import annotations

from app.validation.problems import Refused, problem
from engine import Recipe
from engine.run_cost import largest_replay


def check_replay(recipe: Recipe, at: int) -> None:
    """Raise unless a run of `recipe` may be replayed up to iteration `at`.

    Parameters
    ----------
    recipe : Recipe
    at : int
        Iterations to compute before the first that is shown.

    Raises
    ------
    Refused
        If they would take longer than a replay may.
    """
    most = largest_replay(recipe)
    if at > most:
        allowed = f"at most {most} for a run of this size: choose an earlier iteration"
        raise Refused([problem("at", at, allowed)])

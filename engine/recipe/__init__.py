"""The recipe: everything that determines a run, and where bounds and defaults stand.

A recipe is plain JSON. Every field has a default, so ``{}`` is the first demonstration. ``base``
holds the hyperparameters that lanes share; a lane overrides any of them, so that two lanes can
differ in exactly one hyperparameter. A task's own fields stand beside the task, in
`engine.tasks`.

The forms of the page are rendered from the JSON schema of `Recipe`: ``title`` and ``description``
are what a reader sees beside the control, and the extra keys say how to draw it: ``group``,
``live``, ``scale``, ``step``, ``slider_min``, ``slider_max``, ``unit``, ``labels`` (of choices, by
value), ``empty``, ``multiline``, ``rare``, ``when``. ``symbol`` is the letter that stands for it,
and ``phrase`` names a value in short, as in "η {}" (``phrase_one`` where the value is 1). The
schema's own extra key ``x-unrolled`` holds the `catalogue`: quantities, constants, cells and tasks.
"""

from engine.recipe.catalogue import catalogue
from engine.recipe.changes import Changes
from engine.recipe.edits import renamed, with_tweak
from engine.recipe.hyperparameters import Hyperparameters
from engine.recipe.lane import MOST_LANES, Lane
from engine.recipe.lane_name import LaneName
from engine.recipe.live import LiveHyperparameters
from engine.recipe.recipe import Recipe
from engine.recipe.tweak import LAST_ITERATION, MOST_TWEAKS, Tweak
from engine.strict import Strict
from engine.tasks import (
    TASKS,
    AddingTask,
    CopyTask,
    NextCharTask,
    StocksTask,
    TaskFields,
    TemporalOrderTask,
)
from engine.tasks.next_char import CHARACTERS

__all__ = [
    "CHARACTERS",
    "LAST_ITERATION",
    "MOST_LANES",
    "MOST_TWEAKS",
    "TASKS",
    "AddingTask",
    "Changes",
    "CopyTask",
    "Hyperparameters",
    "Lane",
    "LaneName",
    "LiveHyperparameters",
    "NextCharTask",
    "Recipe",
    "StocksTask",
    "Strict",
    "TaskFields",
    "TemporalOrderTask",
    "Tweak",
    "catalogue",
    "renamed",
    "with_tweak",
]

"""Tasks: what the networks learn. A file per task, with its fields in a recipe; one registry."""

from __future__ import annotations

from engine.tasks.adding import Adding, AddingTask
from engine.tasks.base import Baseline, Batch, Task
from engine.tasks.copy_memory import CopyMemory, CopyTask
from engine.tasks.fields import TaskFields
from engine.tasks.flip_flop import FlipFlop, FlipFlopTask
from engine.tasks.next_char import NextChar, NextCharTask
from engine.tasks.sine import SineMixture, SineTask
from engine.tasks.stocks import Stocks, StocksTask
from engine.tasks.temporal_order import TemporalOrder, TemporalOrderTask

TASKS: tuple[type[TaskFields], ...] = (
    AddingTask,
    CopyTask,
    TemporalOrderTask,
    NextCharTask,
    StocksTask,
    SineTask,
    FlipFlopTask,
)
"""Every kind of task, the default first; the union of a recipe's task is made of them."""

__all__ = [
    "TASKS",
    "Adding",
    "AddingTask",
    "Baseline",
    "Batch",
    "CopyMemory",
    "CopyTask",
    "FlipFlop",
    "FlipFlopTask",
    "NextChar",
    "NextCharTask",
    "SineMixture",
    "SineTask",
    "Stocks",
    "StocksTask",
    "Task",
    "TaskFields",
    "TemporalOrder",
    "TemporalOrderTask",
    "make",
]


def make(fields: TaskFields) -> Task:
    """Return the task that a recipe asks for.

    Parameters
    ----------
    fields : TaskFields
        ``recipe.task``, one of `TASKS`.

    Returns
    -------
    Task
        Ready to draw batches.

    Raises
    ------
    ValueError
        If the task's data is not there, or does not reach for one window.
    """
    if not isinstance(fields, TASKS):
        *most, last = (kind.__name__ for kind in TASKS)
        raise ValueError(f"task is {fields!r}; it has to be one of {', '.join(most)} or {last}")
    return fields.make()

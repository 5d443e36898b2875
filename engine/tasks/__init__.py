"""Tasks: what the networks learn. A file per task, and one registry."""

from __future__ import annotations

from engine.recipe import (
    AddingTask,
    CopyTask,
    NextCharTask,
    StocksTask,
    TaskFields,
    TemporalOrderTask,
)
from engine.tasks.adding import Adding
from engine.tasks.base import Baseline, Batch, Task
from engine.tasks.copy_memory import CopyMemory
from engine.tasks.next_char import NextChar
from engine.tasks.stocks import Stocks
from engine.tasks.temporal_order import TemporalOrder

__all__ = [
    "Adding",
    "Baseline",
    "Batch",
    "CopyMemory",
    "NextChar",
    "Stocks",
    "Task",
    "TemporalOrder",
    "make",
]


def make(fields: TaskFields) -> Task:
    """Return the task that a recipe asks for.

    Parameters
    ----------
    fields : AddingTask, CopyTask, TemporalOrderTask, NextCharTask or StocksTask
        ``recipe.task``.

    Returns
    -------
    Task
        Ready to draw batches.

    Raises
    ------
    ValueError
        If the task's data is not there, or does not reach for one window.
    """
    match fields:
        case AddingTask():
            return Adding(fields.seq_len)
        case CopyTask():
            return CopyMemory(fields.seq_len)
        case TemporalOrderTask():
            return TemporalOrder(fields.seq_len)
        case NextCharTask():
            return NextChar(fields.seq_len, fields.text)
        case StocksTask():
            return Stocks(fields.seq_len, fields.symbol)
        case _:
            raise ValueError(
                f"task is {fields!r}; it has to be an AddingTask, CopyTask, TemporalOrderTask, "
                "NextCharTask or StocksTask"
            )

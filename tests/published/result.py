"""What a published result is here: where it comes from, how it is measured, and what it claims."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

Measured = dict[str, float]
"""What one seed gave, by name; `NaN` stands for never."""


class Row(NamedTuple):
    """A line of the table.

    Attributes
    ----------
    claim, expected, measured : str
    holds : bool or None
        None where nothing is claimed and the number only stands beside the others.
    """

    claim: str
    expected: str
    measured: str
    holds: bool | None


@dataclass(frozen=True)
class Result:
    """One published result.

    Attributes
    ----------
    title, source, conditions : str
    seeds : sequence of int
    measure : callable
        A seed → what it gave. Runs in a process of its own, so it has to be importable.
    judge : callable
        What all seeds gave → rows.
    """

    title: str
    source: str
    conditions: str
    seeds: Sequence[int]
    measure: Callable[[int], Measured]
    judge: Callable[[Sequence[Measured]], list[Row]]

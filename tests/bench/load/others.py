"""How busy the machine was with something else, from /proc/stat (Linux)."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.load.process_tree import TICK

IDLE = (3, 4)
"""Columns of /proc/stat that are not work: idle, and waiting for a disk."""

GUEST = 8
"""The first of the columns that others hold already."""


def processors_of_others() -> Callable[[], float]:
    """Begin to measure; what is returned tells the mean number of processors used by others.

    Our own processes count once they have ended. What the kernel rounds can make it a hundredth
    too small or too large, never less than 0.
    """
    began, busy, own = time.monotonic(), _busy(), _own()

    def used() -> float:
        others = (_busy() - busy) - (_own() - own)
        return max(0.0, others) / (time.monotonic() - began)

    return used


def _busy() -> float:
    """Return the seconds of processor that all have used since the machine started."""
    columns = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:][:GUEST]
    ticks = sum(int(column) for at, column in enumerate(columns) if at not in IDLE)
    return ticks / TICK


def _own() -> float:
    """Return the seconds of processor of this process and of those of its that have ended."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in both)

"""What a process and its descendants hold, from /proc (Linux)."""

from __future__ import annotations

import os
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
PAGE = os.sysconf("SC_PAGE_SIZE")
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Held:
    """Sums over a process and its descendants.

    Attributes
    ----------
    processes, threads, descriptors : int
    megabytes : float
        Resident; memory that several of them share counts several times.
    processor : float
        Seconds of processor so far, of those that live.
    """

    processes: int
    threads: int
    descriptors: int
    megabytes: float
    processor: float


def held_by(root: int) -> Held:
    """Return what the process `root` and all below it hold now."""
    threads = descriptors = pages = ticks = found = 0
    for pid in tree_of(root):
        # One that ends meanwhile holds nothing.
        with suppress(FileNotFoundError, ProcessLookupError):
            fields = _stat(pid)
            resident = int((PROC / str(pid) / "statm").read_text().split()[1])
            descriptors += len(os.listdir(PROC / str(pid) / "fd"))
            found += 1
            pages += resident
            ticks += int(fields[11]) + int(fields[12])
            threads += int(fields[17])
    return Held(found, threads, descriptors, pages * PAGE / 2**20, ticks / TICK)


def tree_of(root: int) -> list[int]:
    """Return the ids of a process and its descendants."""
    children = defaultdict(list)
    for entry in PROC.iterdir():
        if entry.name.isdecimal():
            with suppress(FileNotFoundError, ProcessLookupError):
                children[int(_stat(int(entry.name))[1])].append(int(entry.name))
    tree = [root]
    for pid in tree:
        tree += children[pid]
    return tree


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat that follow the name: state, parent, …"""
    # The name stands in brackets, and may hold blanks and brackets of its own.
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()

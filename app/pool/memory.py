"""Memory of processes: how much one holds, and giving back what is free."""

from __future__ import annotations

import ctypes
import gc
import os
from contextlib import suppress
from pathlib import Path


def resident(pid: int) -> int | None:
    """Return the bytes of memory that a process holds; None where the system does not say."""
    with suppress(OSError, ValueError, IndexError, AttributeError):
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    return None


def give_back() -> None:
    """Give the system back what this process has freed: the C library keeps it otherwise."""
    gc.collect()
    with suppress(OSError, AttributeError):  # GNU's C library alone has it
        ctypes.CDLL(None).malloc_trim(0)

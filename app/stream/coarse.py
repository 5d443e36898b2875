"""Frames for a slow link: heatmaps with fewer timesteps, which the page draws as wider columns."""

from __future__ import annotations

import json
from collections.abc import Mapping

from engine.arrays import Array
from engine.quantities import REVERSE

LEVELS = (1, 2, 4, 8)
"""Of so many timesteps, one is sent."""

SLOW = 0.6
"""Seconds from a frame's departure to its acknowledgement from which the next are coarser."""

SLOW_IN_A_ROW = 2
"""Frames; one may have been slow for other reasons, as a page that is being opened."""

QUICK = 0.15
"""Seconds below which they are finer again: of twice the size, one would still not be slow."""

PATIENCE = 10
"""Quick frames in a row that a link needs for finer ones."""

FEWEST_NUMBERS = 500
"""Numbers of an array that is worth it."""


class LinkGauge:
    """Finds out how coarse a viewer's frames are to be, from how long they are on their way."""

    def __init__(self) -> None:
        self._level = 0
        self._quick = self._slow = 0

    @property
    def every(self) -> int:
        """Of so many timesteps of a heatmap, one is to be sent."""
        return LEVELS[self._level]

    def took(self, seconds: float) -> None:
        """Take in how long a frame took until it was acknowledged."""
        self._quick = self._quick + 1 if seconds < QUICK else 0
        self._slow = self._slow + 1 if seconds > SLOW else 0
        if self._slow >= SLOW_IN_A_ROW:
            self._level = min(self._level + 1, len(LEVELS) - 1)
        elif self._quick >= PATIENCE and self._level > 0:
            self._level -= 1
            self._quick = 0


def coarsened(arrays: Mapping[str, Array], every: int) -> tuple[dict[str, str], dict[str, Array]]:
    """Return the text that says what is left out, and the arrays without it.

    States and gates, (timesteps, units), keep the timesteps 0, `every`, 2 · `every` ... of each.
    Those of a unit that is inspected are wanted as they are: then all stays.

    Parameters
    ----------
    arrays : mapping
        Of a frame, as they cross the wire.
    every : int
        1 changes nothing.
    """
    chosen = {} if every == 1 or _is_inspected(arrays) else _heatmaps(arrays)
    if not chosen:
        return {}, dict(arrays)
    rows = {name: len(array) for name, array in chosen.items()}
    said = json.dumps({"every": every, "timesteps": rows}, separators=(",", ":"))
    return {"coarse": said}, {
        name: array[::every] if name in chosen else array for name, array in arrays.items()
    }


def _heatmaps(arrays: Mapping[str, Array]) -> dict[str, Array]:
    return {
        name: array
        for name, array in arrays.items()
        if array.ndim == 2 and array.size >= FEWEST_NUMBERS and _is_heatmap(name)
    }


def _is_heatmap(name: str) -> bool:
    _, _, array = name.partition("/")
    quantity = array.removesuffix(f".{REVERSE}")
    return quantity in ("h", "c") or quantity.startswith("gate.")


def _is_inspected(arrays: Mapping[str, Array]) -> bool:
    return any(name.endswith("/example.dh") for name in arrays)

"""The sizes along which the benchmark follows each contender's growth."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.bench.problem import Size

GROWTH: dict[str, tuple[Size, ...]] = {
    "T": tuple(Size(T, 16, 8, 32) for T in (50, 100, 200, 500, 1000, 2000)),
    "H": tuple(Size(100, 16, 8, H) for H in (8, 16, 32, 64, 128, 256)),
    "B": tuple(Size(100, B, 8, 32) for B in (1, 4, 16, 64, 256)),
}
"""T, H and B in turn, the others as they are."""


def exponent(rows: list[dict[str, Any]], name: str) -> float:
    """Return p of the least-squares fit time ∝ sizeᵖ to a contender's medians along an axis."""
    sizes = [rows_size(row) for row in rows]
    times = [row["median_ms"][name] for row in rows]
    slope, _ = np.polyfit(np.log(sizes), np.log(times), 1)
    return float(slope)


def rows_size(row: dict[str, Any]) -> int:
    """Return what a row has of the size that grows along its axis."""
    return int(getattr(Size(*row["size"]), row["axis"]))

"""The benchmark's growth as one SVG: a row of charts a cell, a column a size that grows."""

from __future__ import annotations

from itertools import groupby
from math import ceil, floor, log10
from typing import Any

from tests.bench.growth import rows_size

WIDTH, HEIGHT, LEFT, TOP, GAP = 300, 210, 60, 60, 55
COLORS = {"ours": "#0072b2", "torch": "#d55e00", "jax": "#009e73", "floor": "#888888"}
"""Okabe and Ito's, told apart by colour-blind readers too."""
DASHES = {"floor": "5 4"}

Row = dict[str, Any]


def plot(rows: list[Row]) -> str:
    """Return an SVG of the medians by size, both axes logarithmic, one scale of time for all."""
    times = [time for row in rows for time in row["median_ms"].values()]
    decades = floor(log10(min(times))), ceil(log10(max(times)))
    cells = list(dict.fromkeys(row["cell"] for row in rows))
    axes = list(dict.fromkeys(row["axis"] for row in rows))
    width = LEFT + len(axes) * (WIDTH + GAP)
    height = TOP + len(cells) * (HEIGHT + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-family="sans-serif" font-size="12">',
        "<title>Milliseconds of one iteration as T, H and B grow</title>",
        f'<rect width="{width}" height="{height}" fill="white"/>',
        *_legend([name for name in COLORS if name in rows[0]["median_ms"]]),
    ]
    for (cell, axis), group in groupby(rows, key=lambda row: (row["cell"], row["axis"])):
        x = LEFT + axes.index(axis) * (WIDTH + GAP)
        y = TOP + cells.index(cell) * (HEIGHT + GAP)
        chart = _chart(list(group), cell, axis, decades)
        parts += [f'<g transform="translate({x},{y})">', *chart, "</g>"]
    return "\n".join([*parts, "</svg>\n"])


def _legend(names: list[str]) -> list[str]:
    parts = [f'<text x="{LEFT}" y="22">ms of one iteration, float64, one thread:</text>']
    for k, name in enumerate(names):
        x = LEFT + 270 + 90 * k
        parts += [
            _line([(x, 18), (x + 24, 18)], name),
            f'<text x="{x + 30}" y="22">{name}</text>',
        ]
    return parts


def _chart(rows: list[Row], cell: str, axis: str, decades: tuple[int, int]) -> list[str]:
    sizes = [rows_size(row) for row in rows]
    low, high = log10(sizes[0]), log10(sizes[-1])

    def place(size: float, time: float) -> tuple[float, float]:
        x = WIDTH * (log10(size) - low) / (high - low)
        return x, HEIGHT * (decades[1] - log10(time)) / (decades[1] - decades[0])

    T, B, _, H = rows[0]["size"]
    fixed = ", ".join(f"{k} = {v}" for k, v in {"T": T, "H": H, "B": B}.items() if k != axis)
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#ccc"/>',
        f'<text x="0" y="-6" font-weight="bold">{cell.upper()}, {fixed}</text>',
        f'<text x="{WIDTH / 2}" y="{HEIGHT + 34}" text-anchor="middle">{axis}</text>',
    ]
    for decade in range(decades[0], decades[1] + 1):
        _, y = place(sizes[0], 10.0**decade)
        parts += [
            f'<path d="M0 {y:.1f}H{WIDTH}" stroke="#e5e5e5"/>',
            f'<text x="-6" y="{y + 4:.1f}" text-anchor="end">{10.0**decade:g}</text>',
        ]
    for size in sizes:
        x, _ = place(size, 1)
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT + 16}" text-anchor="middle">{size}</text>')
    for name in rows[0]["median_ms"]:
        points = [
            place(size, row["median_ms"][name]) for size, row in zip(sizes, rows, strict=True)
        ]
        parts.append(_line(points, name))
        parts += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{COLORS[name]}"/>' for x, y in points
        ]
    return parts


def _line(points: list[tuple[float, float]], name: str) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dash = f' stroke-dasharray="{DASHES[name]}"' if name in DASHES else ""
    return f'<polyline points="{path}" fill="none" stroke="{COLORS[name]}" stroke-width="2"{dash}/>'

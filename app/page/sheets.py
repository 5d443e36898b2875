"""The order of the style sheets: where two rules are equally specific, the later sheet decides."""

from __future__ import annotations

from collections.abc import Iterable

ROOMS = (
    "css/tokens.css",
    "css/base.css",
    "css/ui/",
    "css/canvas.css",
    "css/page/",
    "css/panels/",
    "css/lessons/",
    "css/room/",
)
"""Sheets and folders of sheets, the general ones first."""


def cascade(sheets: Iterable[str]) -> list[str]:
    """Return the paths of style sheets in the order in which the page links them.

    Parameters
    ----------
    sheets
        Paths below ``static/``.

    Returns
    -------
    list of str
        Room by room, and by name within a room.

    Raises
    ------
    ValueError
        If a sheet stands in none of the rooms.
    """
    return sorted(sheets, key=lambda sheet: (_room(sheet), sheet))


def _room(sheet: str) -> int:
    for number, room in enumerate(ROOMS):
        if sheet == room or (room.endswith("/") and sheet.startswith(room)):
            return number
    raise ValueError(f"{sheet} stands in no room of the style sheets: {', '.join(ROOMS)}")

"""A room: one run that many follow. All that the benchmark knows of it stands here."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass

from tests.bench.load.server import PATIENCE

OPEN_ROOM = "api/rooms"
"""Where a room is opened, by POST."""


@dataclass(frozen=True)
class Room:
    """Paths of the websockets of a room.

    Attributes
    ----------
    lecturer, follower : str
        Of the lecturer, who has the run, and of everybody else.
    page : str
        Of the lecturer's page.
    """

    lecturer: str
    follower: str
    page: str


def open_room(base_url: str) -> Room:
    """Open a room.

    Parameters
    ----------
    base_url : str
        Of the service, ending in a slash.
    """
    request = urllib.request.Request(f"{base_url}{OPEN_ROOM}", b"{}", method="POST")
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        room = json.load(answer)
    name = room["name"]
    return Room(
        lecturer=f"/api/stream?room={name}",
        follower=f"/api/room/{name}?as=student",
        page=f"room/{name}",
    )

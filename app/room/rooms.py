"""All classes of the service, and the file that keeps them."""

from __future__ import annotations

import asyncio
import logging
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from pydantic import ValidationError

from app.room.record import Record
from app.room.room import Room
from app.validation.problems import Refused, problem

logger = logging.getLogger(__name__)

MOST_ROOMS = 64

KEPT_EVERY = 1.0
"""Seconds between two writings of a class that goes on."""

_TABLE = "CREATE TABLE IF NOT EXISTS rooms (name TEXT PRIMARY KEY, record TEXT NOT NULL)"
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"


class Rooms:
    """Opens classes, finds them by name and keeps them.

    Parameters
    ----------
    file : Path, optional
        An SQLite file, by which classes outlive the service; without it they end with it.

    prefix : str
        Beginning of the names of new classes, as in "a-".

    Raises
    ------
    OSError
        If the file can't be read.
    """

    def __init__(self, file: Path | None = None, prefix: str = "") -> None:
        self._file = file
        self._prefix = prefix
        self._rooms: dict[str, Room] = {}
        self._changed: set[str] = set()
        self._keeping: asyncio.Task[None] | None = None
        # An older record must not be written after a newer one.
        self._writing = asyncio.Lock()
        self.trouble: str | None = None
        """Why classes can't be kept at present; None if they can."""
        for record in self._read():
            self._rooms[record.name] = Room(record, self._note)

    def __len__(self) -> int:
        return len(self._rooms)

    def __iter__(self) -> Iterator[Room]:
        return iter(self._rooms.values())

    def find(self, name: str) -> Room | None:
        """Return the class of a name; None if there is none."""
        return self._rooms.get(name)

    def open(self, name: str | None = None) -> Room:
        """Open a class, or return the one that has this name.

        Raises
        ------
        Refused
            If there are too many.
        """
        if name is not None and name in self._rooms:
            return self._rooms[name]
        if len(self._rooms) >= MOST_ROOMS:
            allowed = f"at most {MOST_ROOMS} classes at a time"
            raise Refused([problem("rooms", len(self._rooms) + 1, allowed)])
        room = Room(Record(name=name or self._new_name()), self._note)
        self._rooms[room.name] = room
        self._note(room)
        return room

    def close(self, room: Room) -> None:
        """Forget a class that has ended."""
        if self._rooms.pop(room.name, None) is not None:
            self._note(room)

    async def keep(self) -> None:
        """Write what has changed, now."""
        async with self._writing:
            await self._keep()

    async def _keep(self) -> None:
        names, self._changed = self._changed, set()
        if self._file is None or not names:
            return
        records = {
            name: room.kept().model_dump_json() if (room := self._rooms.get(name)) else None
            for name in names
        }
        try:
            await asyncio.to_thread(self._write, records)
            self.trouble = None
        except (OSError, sqlite3.Error) as error:
            # A full disk must not end a lecture: it is tried again with the next change.
            if self.trouble is None:
                logger.error("classes can't be kept in %s: %s", self._file, error)
            self.trouble = str(error)
            self._changed |= names

    def _note(self, room: Room) -> None:
        self._changed.add(room.name)
        if self._file is not None and (self._keeping is None or self._keeping.done()):
            self._keeping = asyncio.get_running_loop().create_task(self._keep_soon())

    async def _keep_soon(self) -> None:
        await asyncio.sleep(KEPT_EVERY)
        await self.keep()

    def _new_name(self) -> str:
        while True:
            syllables = [secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(4)]
            name = f"{self._prefix}{''.join(syllables[:2])}-{''.join(syllables[2:])}"
            if name not in self._rooms:
                return name

    def _connect(self) -> sqlite3.Connection:
        assert self._file is not None
        connection = sqlite3.connect(self._file, timeout=5)
        connection.execute(_TABLE)
        return connection

    def _read(self) -> list[Record]:
        if self._file is None:
            return []
        try:
            with closing(self._connect()) as connection:
                rows = connection.execute("SELECT name, record FROM rooms").fetchall()
        except sqlite3.Error as error:
            raise OSError(f"{self._file} can't be read as a file of classes: {error}") from error
        records = []
        for name, text in rows:
            try:
                records.append(Record.model_validate_json(text))
            except ValidationError:
                logger.exception("the class %s could not be read; it stays in the file", name)
        return records

    def _write(self, records: dict[str, str | None]) -> None:
        with closing(self._connect()) as connection, connection:
            for name, text in records.items():
                if text is None:
                    connection.execute("DELETE FROM rooms WHERE name = ?", (name,))
                else:
                    connection.execute("REPLACE INTO rooms VALUES (?, ?)", (name, text))

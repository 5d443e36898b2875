"""Places: how many runs there may be, in all and of one address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from app.settings import Settings


class Holder(Protocol):
    """Who may hold a place."""

    @property
    def has_run(self) -> bool:
        """Whether it does."""

    @property
    def places(self) -> Places:
        """Where it asked for one."""


class Places:
    """The places as one viewer finds them.

    Parameters
    ----------
    holders : iterable of Holder
        All viewers, this one among them. One that is connected and has no run takes none.
    settings : Settings
    client : str
        The viewer's address.
    """

    def __init__(self, holders: Iterable[Holder], settings: Settings, client: str) -> None:
        self._holders = holders
        self.in_all = settings.max_runs
        self.of_client = min(settings.max_runs, settings.max_runs_per_client)
        self.client = client

    @property
    def taken(self) -> int:
        """Runs in all."""
        return sum(holder.has_run for holder in self._holders)

    @property
    def mine(self) -> int:
        """Runs of this viewer's address."""
        return sum(
            holder.has_run and holder.places.client == self.client for holder in self._holders
        )

    @property
    def are_left(self) -> bool:
        """Whether one more run may begin here."""
        return self.taken < self.in_all and self.mine < self.of_client

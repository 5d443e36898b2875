"""The record of a class: what is kept of it, and brings it back."""

from __future__ import annotations

import time
from typing import Any

from pydantic import BaseModel, Field

from app.room.questions import Vote


class Record(BaseModel):
    """A recipe, a list of questions and answers, and where the class is.

    Attributes
    ----------
    name : str
    opened : float
        Seconds since 1970.
    recipe, at : object, int
        The lecturer's run, and the iteration that it has reached.
    view : dict or None
        What the lecturer looks at, as her page has put it.
    votes : list of Vote
        All questions; the last one is put as long as `asking`.
    """

    name: str
    opened: float = Field(default_factory=time.time)
    recipe: Any = None
    at: int | None = None
    view: dict[str, Any] | None = None
    votes: list[Vote] = []
    asking: bool = False
    frozen: bool = False

    @property
    def vote(self) -> Vote | None:
        """The question that is put; None if none is."""
        return self.votes[-1] if self.asking and self.votes else None

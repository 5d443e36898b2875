"""The stage: the lecturer's run as all of a class see it. Computed once, written once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from app import wire
from app.pool.experiment import Slice
from app.stream.answers import Answer
from app.stream.coarse import coarsened
from app.stream.history import History
from app.stream.outbox import Outbox
from engine.arrays import Array

MOST_HISTORY = 20_000
"""Iterations of the history that late comers get."""

STILL_WRITTEN = 8
"""Messages with the same frame, for followers who got their last one at different times."""


class _Written(NamedTuple):
    data: bytes
    is_coarse: bool


class Follower:
    """Somebody who sees the stage.

    Parameters
    ----------
    outbox : Outbox
        Where it goes.
    """

    def __init__(self, outbox: Outbox) -> None:
        self.outbox = outbox
        self.since = 0
        """First iteration of the history that has not been sent."""
        self.coarse: int | None = None
        """Iteration of the last frame, if it was sent without some timesteps."""
        self.awaits_first = False
        """Whether the run's first frame, to compare with, is yet to leave before any other."""


class Lead:
    """One lecturer's hold on the stage.

    A page begins a run when it is opened: that takes the stage only if nobody has it. Whoever
    begins another one then means it, and takes it over.

    Parameters
    ----------
    stage : Stage
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._has_begun = False

    def leave(self) -> None:
        """Leave the stage to others; what was shown last stays there."""
        if self._stage.leader is self:
            self._stage.leader = None

    def begins(self, ready: Answer) -> None:
        """Take the stage with another run."""
        if self._stage.leader is None or self._has_begun:
            self._stage.leader = self
        self._has_begun = True
        if self._stage.leader is self:
            self._stage.begins(ready)

    def takes_in(self, first: int, scalars: Array) -> None:
        """Take in what was computed from iteration `first` on."""
        if self._stage.leader is self:
            self._stage.takes_in(first, scalars)

    def shows(self, result: Slice) -> None:
        """Show a frame."""
        if self._stage.leader is self:
            self._stage.shows(result)

    def hears(self, answer: Answer) -> None:
        """Hand on what the run is doing."""
        if self._stage.leader is self:
            self._stage.hears(answer)

    def finds(self, findings: bytes) -> None:
        """Show the findings of a study."""
        if self._stage.leader is self:
            self._stage.finds(findings)


class Stage:
    """Keeps what a late comer needs, and hands on what the run says and shows.

    It is the audience of the lecturer's run. A frame brings each follower the history since the
    last frame that it was sent; those who keep step share one message.

    Parameters
    ----------
    on_change : callable, optional
        Called when the run has changed, or gone on.
    """

    def __init__(self, on_change: Callable[[], object] = lambda: None) -> None:
        self.leader: Lead | None = None
        self._on_change = on_change
        self._known: dict[str, Any] = {}
        self._followers: list[Follower] = []
        self._ready: Answer | None = None
        self._state: Answer | None = None
        self._history = History(0)
        self._first: Slice | None = None
        self._frame: Slice | None = None
        self._written: dict[tuple[int, int], _Written] = {}

    def begins(self, ready: Answer) -> None:
        """Begin another run."""
        self._ready, self._state = ready, None
        self._first = self._frame = None
        self._known = {"recipe": ready["recipe"]}
        self._on_change()
        self._history = History(len(ready["lanes"]))
        for follower in self._followers:
            self._introduce(follower)

    def takes_in(self, first: int, scalars: Array) -> None:
        """Take in what was computed from iteration `first` on."""
        self._history.extend(first, scalars)
        if len(self._history) > 2 * MOST_HISTORY:
            self._history.forget(first + len(scalars) - 1 - MOST_HISTORY)

    def shows(self, result: Slice) -> None:
        """Show a frame."""
        self._frame = result
        if result.last == 0:
            self._first = result
        self._written.clear()
        for follower in self._followers:
            self._show(follower)

    def hears(self, answer: Answer) -> None:
        """Hand on what the run is doing; an error is the lecturer's own."""
        if answer["type"] != "state":
            return
        answer = {name: value for name, value in answer.items() if name != "id"}
        # What late comers are told of the run; whoever is there must not miss it either.
        news: Answer = {
            name: answer[name]
            for name in ("recipe", "labels", "watch", "example")
            if name in answer and answer[name] is not self._known.get(name)
        }
        self._known |= news
        self._state = answer
        for follower in self._followers:
            follower.outbox.post(answer, replaces=None if news else "state")
            if self._frame is not None and follower.coarse == self._frame.last and self._rests:
                self._show(follower)
        self._on_change()

    def finds(self, findings: bytes) -> None:
        """Show the findings of a study."""
        for follower in self._followers:
            follower.outbox.hand(findings)

    def join(self, follower: Follower) -> None:
        """Let somebody see the stage from now on."""
        self._followers.append(follower)
        self._introduce(follower)

    def leave(self, follower: Follower) -> None:
        """Let somebody go."""
        if follower in self._followers:
            self._followers.remove(follower)
            follower.outbox.forget_frames()

    @property
    def iteration(self) -> int | None:
        """What is shown; None as long as nothing is."""
        return None if self._frame is None else self._frame.last

    @property
    def recipe(self) -> Mapping[str, Any] | None:
        """The run's recipe, with the tweaks made so far; None if there is no run."""
        return self._known.get("recipe")

    @property
    def _rests(self) -> bool:
        return self._state is None or self._state["state"] != "playing"

    def _introduce(self, follower: Follower) -> None:
        if self._ready is None:
            return
        follower.since = 0
        follower.awaits_first = self._first is not None and self._first is not self._frame
        follower.outbox.forget_frames()
        at = self._ready["iteration"] if self._frame is None else self._frame.last
        known = dict(self._known)
        labels = known.pop("labels", [lane["label"] for lane in self._ready["lanes"]])
        lanes = [
            {**lane, "label": label}
            for lane, label in zip(self._ready["lanes"], labels, strict=True)
        ]
        follower.outbox.post({**self._ready, **known, "lanes": lanes, "iteration": at})
        if self._state is not None:
            follower.outbox.post(self._state)
        if self._frame is not None:
            self._show(follower)

    def _show(self, follower: Follower) -> None:
        frame = self._first if follower.awaits_first else self._frame
        assert frame is not None
        follower.outbox.show(frame.last, lambda: self._written_for(follower, frame))

    def _written_for(self, follower: Follower, frame: Slice) -> bytes:
        data = self._write(follower, frame)
        if follower.awaits_first:
            follower.awaits_first = False
            self._show(follower)
        return data

    def _write(self, follower: Follower, frame: Slice) -> bytes:
        since, follower.since = follower.since, frame.last + 1
        every = 1 if self._rests else follower.outbox.coarseness
        written = self._written.get((since, every)) if frame is self._frame else None
        if written is None:
            said, arrays = coarsened(frame.arrays, every)
            arrays |= self._history.arrays(since, frame.last)
            data = wire.encode(frame.last, frame.text | said, arrays)
            written = _Written(data, is_coarse=bool(said))
            if frame is self._frame and len(self._written) < STILL_WRITTEN:
                self._written[since, every] = written
        follower.coarse = frame.last if written.is_coarse else None
        return written.data

"""A room: one class, from its opening to its end."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from app.http.role import Role
from app.room.messages import (
    LECTURERS,
    LONGEST_VIEW,
    Again,
    Answer,
    Ask,
    Close,
    Drop,
    End,
    Follow,
    Fork,
    Freeze,
    Hand,
    HandDone,
    Message,
    Offer,
    Reveal,
    Spotlight,
    View,
    Where,
)
from app.room.questions import Vote
from app.room.record import Record
from app.room.stage import Follower, Stage
from app.stream import answers
from app.stream.messages import Ack, Ping
from app.stream.outbox import Outbox
from app.validation.problems import Refused, problem

MOST_HANDS = 200
"""Questions of students that may wait; of one seat at most `MOST_HANDS_EACH`."""
MOST_HANDS_EACH = 3
MOST_OFFERS_EACH = 1

MOST_QUESTIONS = 200
"""Questions that a class keeps."""


COLUMNS = ("question", "kind", "text", "round", "answer", "options", "truth", "iteration")
"""Of the record as CSV; the last is that of the lecturer's run when the truth was shown."""


class Member:
    """One page in a class.

    Parameters
    ----------
    role : str
    seat : str
        By which its answers are kept; says nothing of the person.
    wake : callable
        Called whenever its outbox has something.
    """

    def __init__(self, role: Role, seat: str, wake: Callable[[], object]) -> None:
        self.role: Role = role
        self.seat = seat
        self.outbox = Outbox(wake)
        self.follower = Follower(self.outbox)
        self.follows = role == "student"
        self.where: tuple[str, int | None] | None = None


class Room:
    """Hands on what the lecturer shows, and keeps what the class answers.

    Parameters
    ----------
    record : Record
        What is kept of it, perhaps of an earlier day.
    on_change : callable
        Called when there is something to keep.
    """

    def __init__(self, record: Record, on_change: Callable[[Room], object]) -> None:
        self.record = record
        self.stage = Stage(lambda: on_change(self))
        self.members: list[Member] = []
        self.ended = False
        self._on_change = on_change
        self._hands: dict[int, tuple[str, str]] = {}
        self._offers: dict[int, tuple[str, str]] = {}
        self._number = 0
        self._console: dict[str, Any] = {}

    @property
    def name(self) -> str:
        """What the class is called."""
        return self.record.name

    @property
    def followers(self) -> int:
        """How many students are there."""
        return sum(member.role == "student" for member in self.members)

    def join(self, member: Member) -> None:
        """Let a page in, and show it where the class is."""
        self.members.append(member)
        recipe, at = self._place()
        vote = self.record.vote
        member.outbox.post(
            {
                "type": "room",
                "name": self.name,
                "role": member.role,
                "present": self._present(),
                "frozen": self.record.frozen,
                "followers": self.followers,
                "question": None if vote is None else vote.told(),
                "view": self.record.view,
                "recipe": recipe,
                "at": at,
            }
        )
        if vote is not None and (mine := vote.rounds[-1].get(member.seat)) is not None:
            member.outbox.post({"type": "answered", "question": vote.id, "value": mine})
        if member.follows:
            self.stage.join(member.follower)
        elif self._lecturers() == [member]:
            self._tell({"type": "present", "present": True}, to="student")
        self._tell_console(anew=member.role == "lecturer")

    def leave(self, member: Member) -> None:
        """Let a page go."""
        if member not in self.members:
            return
        self.members.remove(member)
        self.stage.leave(member.follower)
        if member.role == "lecturer" and not self._present():
            self._tell({"type": "present", "present": False}, to="student")
        self._tell_console()

    def obey(self, member: Member, message: Message) -> None:
        """Do what a member's message asks for.

        Raises
        ------
        Refused
            If it may not, or there is nothing to be done so to.
        """
        if member.role != "lecturer" and isinstance(message, LECTURERS):
            raise Refused([problem("type", message.type, "a student's message")])
        match message:
            case Ack(iteration=iteration):
                member.outbox.acknowledge(iteration)
            case Ping(id=to):
                member.outbox.post(answers.replying(answers.alive(), to))
            case Follow(following=following):
                self._follow(member, following=following)
            case Fork():
                self._fork(member)
            case Answer(question=number, value=value):
                self._answer(member, number, value)
            case Hand(text=text):
                self._keep(self._hands, member.seat, text, MOST_HANDS_EACH)
            case Offer(link=link):
                self._keep(self._offers, member.seat, link, MOST_OFFERS_EACH)
            case Where(lesson=lesson, step=step):
                member.where = None if lesson is None else (lesson, step)
            case _:
                self._lead(member, message)
        if not isinstance(message, Ack | Ping | View):
            self._tell_console()

    def kept(self) -> Record:
        """Return what is to be kept, up to now."""
        self.record.recipe, self.record.at = self._place()
        return self.record

    def end(self) -> None:
        """End the class for everybody."""
        self.ended = True
        self._tell({"type": "ended"})
        for member in self.members:
            member.outbox.close(1000, "the class is over")

    def csv(self) -> str:
        """Return all questions and answers, one answer a line; of whom is not known."""
        file = io.StringIO()
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for vote in self.record.votes:
            asked = vote.question.model_dump(mode="json")
            options = " | ".join(asked.get("options", ()))
            for number, given in enumerate(vote.rounds, 1):
                for value in given.values():
                    table.writerow(
                        map(
                            _as_text,
                            [
                                vote.id,
                                asked["kind"],
                                asked["text"],
                                number,
                                json.dumps(value),
                                options,
                                json.dumps(vote.truth),
                                "" if vote.at is None else vote.at,
                            ],
                        )
                    )
        return file.getvalue()

    def _lead(self, member: Member, message: Message) -> None:
        match message:
            case View(view=view):
                self._view(member, view)
                return
            case Freeze(frozen=frozen):
                self.record.frozen = frozen
                self._tell({"type": "frozen", "frozen": frozen})
                for each in self.members:
                    if frozen and each.role == "student":
                        self._follow(each, following=True)
            case HandDone(hand=number):
                self._hands.pop(number, None)
            case Spotlight(offer=number):
                self._spotlight(member, number)
            case End():
                self.end()
            case Ask(question=question):
                if len(self.record.votes) >= MOST_QUESTIONS:
                    allowed = f"at most {MOST_QUESTIONS} questions in a class"
                    raise Refused([problem("question", MOST_QUESTIONS + 1, allowed)])
                self.record.votes.append(Vote(id=1 + len(self.record.votes), question=question))
                self.record.asking = True
                self._tell_question()
            case Drop():
                self.record.asking = False
                self._tell_question()
            case Close() | Again() | Reveal():
                self._vote(message)
        self._on_change(self)

    def _vote(self, message: Close | Again | Reveal) -> None:
        vote = self.record.vote
        if vote is None:
            raise Refused([problem("type", message.type, "ask, as long as there is no question")])
        match message:
            case Close():
                vote.close()
            case Again():
                vote.again()
            case Reveal(truth=truth):
                vote.reveal(truth, self._place()[1])
        self._tell_question()

    def _follow(self, member: Member, *, following: bool) -> None:
        if not following and self.record.frozen and member.role == "student":
            allowed = "true, as long as the lecturer keeps everybody with the class"
            raise Refused([problem("following", following, allowed)])
        if following != member.follows:
            member.follows = following
            (self.stage.join if following else self.stage.leave)(member.follower)

    def _fork(self, member: Member) -> None:
        if self.record.frozen and member.role == "student":
            allowed = "another message, as long as the lecturer keeps everybody with the class"
            raise Refused([problem("type", "fork", allowed)])
        recipe, at = self._place()
        member.outbox.post({"type": "fork", "recipe": recipe, "at": at})

    def _place(self) -> tuple[Any, int | None]:
        if self.stage.recipe is None:
            return self.record.recipe, self.record.at
        return self.stage.recipe, self.stage.iteration

    def _answer(self, member: Member, number: int, value: Any) -> None:
        vote = self.record.vote
        if vote is None or vote.id != number:
            present = "none" if vote is None else str(vote.id)
            raise Refused([problem("question", number, f"the present question's id: {present}")])
        kept = vote.answer(member.seat, value)
        member.outbox.post({"type": "answered", "question": number, "value": kept})
        self._on_change(self)

    def _keep(self, waiting: dict[int, tuple[str, str]], seat: str, text: str, most: int) -> None:
        mine = [number for number, (owner, _) in waiting.items() if owner == seat]
        if len(mine) >= most:
            del waiting[mine[0]]  # the newest counts
        if len(waiting) >= MOST_HANDS:
            allowed = f"at most {MOST_HANDS} that wait for the lecturer"
            raise Refused([problem("text", text, allowed, "too many wait already")])
        self._number += 1
        waiting[self._number] = (seat, text)

    def _spotlight(self, member: Member, number: int) -> None:
        if number not in self._offers:
            raise Refused([problem("offer", number, "the id of an offer")])
        _, link = self._offers.pop(number)
        member.outbox.post({"type": "spotlight", "link": link})

    def _view(self, member: Member, view: dict[str, Any]) -> None:
        size = len(json.dumps(view))
        if size > LONGEST_VIEW:
            raise Refused([problem("view", f"{size} bytes", f"at most {LONGEST_VIEW} bytes")])
        self.record.view = view
        for each in self.members:
            if each is not member:
                each.outbox.post({"type": "view", "view": view}, replaces="view")

    def _present(self) -> bool:
        return bool(self._lecturers())

    def _lecturers(self) -> list[Member]:
        return [member for member in self.members if member.role == "lecturer"]

    def _tell(self, message: dict[str, Any], *, to: Role | None = None) -> None:
        for member in self.members:
            if to in (None, member.role):
                member.outbox.post(message)

    def _tell_question(self) -> None:
        vote = self.record.vote
        told = None if vote is None else vote.told()
        self._tell({"type": "question", "question": told})

    def _tell_console(self, *, anew: bool = False) -> None:
        """Tell lecturers what has changed of who is where, and what waits for them."""
        students = [member for member in self.members if member.role == "student"]
        places = Counter(member.where for member in students if member.where is not None)
        vote = self.record.vote
        console = {
            "type": "class",
            "followers": len(students),
            "alone": sum(not member.follows for member in students),
            "away": sum(member.outbox.silence > AWAY for member in students),
            "places": [
                {"lesson": lesson, "step": step, "count": count}
                for (lesson, step), count in sorted(places.items(), key=str)
            ],
            "answers": 0 if vote is None else len(vote.rounds[-1]),
            "hands": [{"id": number, "text": text} for number, (_, text) in self._hands.items()],
            "offers": [{"id": number, "link": link} for number, (_, link) in self._offers.items()],
        }
        if console != self._console or anew:
            self._console = console
            for member in self._lecturers():
                member.outbox.post(console, replaces="class")


AWAY = 5.0
"""Seconds without an acknowledgement after which a student's page is not looked at."""


def _as_text(value: Any) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "@", "\t", "\r") else text

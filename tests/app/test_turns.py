import threading
from collections.abc import Callable

import pytest

from app.pool.turns import Turns
from tests.app.live import PATIENCE, wait_until


class Class:
    """Threads that want turns, and the order in which they got them."""

    def __init__(self, length: float = 0.02) -> None:
        self.turns = Turns(length)
        self.order: list[str] = []
        self.threads: list[threading.Thread] = []

    def asks(self, name: str, *, first: bool = False, then: Callable[[], object] = bool) -> None:
        """Let another thread ask, and wait until it waits."""

        def work() -> None:
            self.turns.take(first=first)
            self.order.append(name)
            then()
            self.turns.end()

        thread = threading.Thread(target=work)
        waiting = self.waiting
        self.threads.append(thread)
        thread.start()
        wait_until(lambda: self.waiting > waiting)

    @property
    def waiting(self) -> int:
        return len(self.turns._first) + len(self.turns._others)

    def ended(self) -> list[str]:
        for thread in self.threads:
            thread.join(PATIENCE)
        return self.order


def test_turns_come_in_the_order_of_asking() -> None:
    room = Class()
    room.turns.take()
    for name in "abc":
        room.asks(name)
    assert room.order == []
    room.turns.end()
    assert room.ended() == ["a", "b", "c"]


def test_who_goes_first_has_two_turns_of_three_at_most() -> None:
    room = Class()
    room.turns.take()
    for name in "abc":
        room.asks(name)
    for name in "XYZ":
        room.asks(name, first=True)
    room.turns.end()
    assert room.ended() == ["X", "Y", "a", "Z", "b", "c"]


def test_a_turn_is_kept_as_long_as_nobody_waits() -> None:
    turns = Turns(length=0)
    turns.take()
    turns.offer()
    turns.end()
    turns.take()
    turns.end()


@pytest.mark.parametrize(("length", "order"), [(0.0, ["b", "a again"]), (60.0, ["a again", "b"])])
def test_a_long_turn_is_handed_on_and_comes_back(length: float, order: list[str]) -> None:
    room = Class(length)
    room.turns.take()
    room.asks("b")
    room.turns.offer()
    room.order.append("a again")
    room.turns.end()
    assert room.ended() == order

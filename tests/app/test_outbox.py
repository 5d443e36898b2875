import threading

import pytest

from app.stream.outbox import CREDITS, CROWD, Outbox
from tests.app.live import strict_json


@pytest.fixture
def outbox() -> Outbox:
    return Outbox(wake=lambda: None)


def everything(outbox: Outbox) -> list[str | bytes]:
    taken = []
    while (message := outbox.take()) is not None:
        taken.append(message)
    return taken


def test_texts_and_frames_leave_in_the_order_they_came(outbox: Outbox) -> None:
    outbox.post({"n": 1})
    outbox.show(0, lambda: b"0")
    outbox.post({"n": 2})
    assert everything(outbox) == ['{"n":1}', b"0", '{"n":2}']


def test_two_frames_may_be_on_their_way(outbox: Outbox) -> None:
    for iteration in range(4):
        outbox.show(iteration, lambda number=iteration: b"%d" % number)
        assert outbox.take() == (b"%d" % iteration if iteration < CREDITS else None)
    outbox.acknowledge(0)
    assert everything(outbox) == [b"3"]


def test_the_newest_frame_wins_and_texts_pass_one_that_waits(outbox: Outbox) -> None:
    for iteration in range(CREDITS):
        outbox.show(iteration, lambda: b"old")
        outbox.take()
    outbox.show(5, lambda: b"5")
    outbox.show(6, lambda: b"6")
    outbox.post({})
    assert everything(outbox) == ["{}"]
    outbox.acknowledge(0)
    assert everything(outbox) == [b"6"]


def test_an_acknowledgement_covers_the_frames_before_it(outbox: Outbox) -> None:
    for iteration in (3, 8):
        outbox.show(iteration, lambda: b"")
        outbox.take()
    outbox.acknowledge(8)
    for iteration in (9, 10):
        outbox.show(iteration, lambda: b"new")
        assert outbox.take() == b"new"


def test_an_acknowledgement_of_something_else_frees_one_credit(outbox: Outbox) -> None:
    for iteration in (3, 8):
        outbox.show(iteration, lambda: b"")
        outbox.take()
    outbox.acknowledge(77)
    assert outbox.room == 1
    outbox.show(9, lambda: b"new")
    assert outbox.take() == b"new"
    assert outbox.room == 0


def test_room_is_what_would_leave_at_once(outbox: Outbox) -> None:
    assert outbox.room == 2
    outbox.show(0, lambda: b"")
    assert outbox.room == 1
    outbox.take()
    assert outbox.room == 1
    outbox.show(1, lambda: b"")
    outbox.take()
    assert outbox.room == 0
    outbox.acknowledge(0)
    assert outbox.room == 1
    outbox.forget_frames()
    assert outbox.room == 2


def test_progress_that_was_not_sent_is_replaced_by_later_progress(outbox: Outbox) -> None:
    outbox.post({"n": 1}, replaces="progress")
    outbox.post({"n": 2}, replaces="progress")
    outbox.post({"n": 3})
    outbox.post({"n": 4}, replaces="progress")
    assert everything(outbox) == ['{"n":3}', '{"n":4}']


def test_nan_is_refused_before_it_reaches_a_browser(outbox: Outbox) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        outbox.post({"loss": float("nan")})
    assert outbox.take() is None


def test_many_texts_are_a_crowd(outbox: Outbox) -> None:
    for n in range(CROWD):
        assert not outbox.crowded
        outbox.post({"n": n})
    assert outbox.crowded
    outbox.take()
    assert not outbox.crowded


def test_it_wakes_whoever_sends_for_each_of_these() -> None:
    woken = []
    outbox = Outbox(wake=lambda: woken.append(None))
    outbox.post({})
    outbox.show(0, lambda: b"")
    outbox.acknowledge(0)
    assert len(woken) == 3


def test_no_text_is_lost_or_doubled_between_threads(outbox: Outbox) -> None:
    count, threads = 500, 4

    def post(thread: int) -> None:
        for n in range(count):
            outbox.post({"thread": thread, "n": n})

    speakers = [threading.Thread(target=post, args=(thread,)) for thread in range(threads)]
    for speaker in speakers:
        speaker.start()
    taken = []
    while len(taken) < count * threads:
        taken += [strict_json(message) for message in everything(outbox)]
    for speaker in speakers:
        speaker.join()
    for thread in range(threads):
        assert [m["n"] for m in taken if m["thread"] == thread] == list(range(count))

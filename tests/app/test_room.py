"""A class over its sockets: one lecturer, some students."""

import asyncio
import csv
import io
import json
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
import pytest

from app.wire import Decoded
from tests.app.live import Live, Viewer, strict_json, wait_until
from tests.app.test_stream import assert_same_arrays

SEAT = "a-seat-of-sixteen"


class ClassRoom:
    """A class on a live server."""

    def __init__(self, live: Live) -> None:
        self.live = live
        status, opened = live.post("/api/rooms", b"{}")
        assert status == 201
        self.name: str = opened["name"]
        self.opened = opened

    def lecturer(self) -> AbstractContextManager[Viewer]:
        return self.live.page(f"/api/room/{self.name}")

    def student(self, seat: str = "") -> AbstractContextManager[Viewer]:
        return self.live.page(f"/api/room/{self.name}?as=student&seat={seat}")

    def stage(self) -> AbstractContextManager[Viewer]:
        return self.live.page(f"/api/stream?room={self.name}")


@pytest.fixture
def room(live: Live) -> ClassRoom:
    return ClassRoom(live)


def joined(page: Viewer) -> dict[str, Any]:
    message = page.receive()
    assert isinstance(message, dict)
    assert message["type"] == "room"
    return message


def frame_of(page: Viewer, iteration: int) -> Decoded:
    """Receive until the frame of an iteration."""
    while True:
        message = page.receive()
        if isinstance(message, Decoded) and message.iteration == iteration:
            return message


def on_stage(room: ClassRoom) -> Any:
    """Return what the server keeps of the lecturer's run."""
    return room.live.app.state.rooms.find(room.name).stage


def test_a_class_has_a_short_name_an_address_and_a_code(room: ClassRoom) -> None:
    assert 3 <= len(room.name) <= 12
    url = room.opened["studentUrl"]
    assert url == f"http://{room.live.host}/room/{room.name}"
    status, headers, svg = room.live.get(room.opened["qr"])
    assert (status, headers["content-type"]) == (200, "image/svg+xml")
    assert b"<svg" in svg
    status, _, page = room.live.get(room.opened["path"])
    assert status == 200
    facts = json.loads(page.split(b'id="facts">')[1].split(b"</script>")[0])
    assert facts["room"]["name"] == room.name
    assert facts["room"]["role"] == "lecturer"
    status, _, page = room.live.get(f"{room.opened['path']}?as=student")
    facts = json.loads(page.split(b'id="facts">')[1].split(b"</script>")[0])
    assert facts["room"]["role"] == "student"
    assert facts["room"]["studentUrl"] is None


def test_the_same_name_is_the_same_class(room: ClassRoom) -> None:
    body = json.dumps({"name": room.name}).encode()
    assert room.live.post("/api/rooms", body)[1]["name"] == room.name


@pytest.mark.parametrize("name", ["", "ab", "A-B-C", "../etc", "a" * 41, 5])
def test_other_names_are_refused(live: Live, name: Any) -> None:
    status, answer = live.post("/api/rooms", json.dumps({"name": name}).encode())
    assert status == 422
    assert answer["detail"][0]["field"] == "name"


@pytest.mark.parametrize("path", ["/room/no-such", "/room/no-such/qr.svg", "/room/%2e%2e"])
def test_a_class_that_is_not_there_is_not_found(live: Live, path: str) -> None:
    assert live.get(path)[0] == 404


def test_the_socket_of_a_class_that_is_not_there_is_closed_with_a_reason(room: ClassRoom) -> None:
    with room.live.page("/api/room/no-such-class") as page:
        assert page.is_closed_with() == 4404


def test_followers_see_what_the_lecturer_sees(room: ClassRoom) -> None:
    with room.stage() as lecturer, room.student() as one, room.student() as other:
        for each in (one, other):
            assert joined(each)["role"] == "student"
        mine = [lecturer.start(), *lecturer.step(), *lecturer.step()]
        for each in (one, other):
            ready, _ = each.until(type="ready")
            assert ready["recipe"]["task"]["seq_len"] == 8
            seen = [frame_of(each, iteration) for iteration in range(3)]
            for own, theirs in zip(mine, seen, strict=True):
                assert_same_arrays(own, theirs)
                own_history, theirs_history = (
                    each.arrays["history/iteration"].tolist() for each in (own, theirs)
                )
                assert own_history == theirs_history


def test_a_late_comer_is_where_the_class_is_with_all_its_history(room: ClassRoom) -> None:
    with room.stage() as lecturer:
        began = lecturer.start()
        [*_, last] = lecturer.step(30)
        lecturer.send("rename", lane=0, name="mine")
        lecturer.until(type="state")
        lecturer.send("watch", lane=1, example=2)
        state, _ = lecturer.until(type="state")
        with room.student() as late:
            told = joined(late)
            assert told["at"] == 30
            ready, _ = late.until(type="ready")
            assert ready["iteration"] == 30
            assert ready["lanes"][0]["label"] == "mine"
            assert ready["recipe"]["lanes"][0]["name"] == "mine"
            assert ready["watch"]["example"] == 2
            assert ready["example"] == state["example"]
            # What everybody's charts compare with comes first.
            first = frame_of(late, 0)
            assert first.arrays["0/dh_norm"].tolist() == began.arrays["0/dh_norm"].tolist()
            assert first.arrays["history/iteration"].tolist() == [0]
            frame = frame_of(late, 30)
            assert frame.arrays["history/iteration"].tolist() == list(range(1, 31))
            assert frame.arrays["0/loss"] == last.arrays["0/loss"]


def test_a_follower_who_misses_frames_misses_no_iteration(room: ClassRoom) -> None:
    with room.stage() as lecturer, room.student() as slow, room.student() as quick:
        slow.acknowledges = False
        lecturer.start()
        lecturer.step(40)
        lecturer.step(40)
        frames = [frame_of(slow, 0)]
        told = frames[0].arrays["history/iteration"].tolist()
        while told[-1] < 80:
            slow.send("ack", iteration=frames[-1].iteration)
            message = slow.receive()
            if isinstance(message, Decoded):
                frames.append(message)
                told += message.arrays["history/iteration"].tolist()
        assert told == list(range(81))
        assert frame_of(quick, 80).iteration == 80


def test_the_class_sees_what_the_lecturer_has_computed(room: ClassRoom) -> None:
    with room.stage() as lecturer, room.student() as student:
        lecturer.start()
        frame_of(student, 0)
        study = {"kind": "frame", "lane": 1, "watch": {"views": ["paths"]}}
        lecturer.send("study", study=study)
        while True:
            message = student.receive()
            if isinstance(message, Decoded) and "study" in message.text:
                break
        assert json.loads(message.text["request"])["lane"] == 1
        assert "1/paths.cell" in message.arrays


def test_of_two_lecturers_one_has_the_stage_until_the_other_takes_it(room: ClassRoom) -> None:
    with room.stage() as first, room.stage() as second, room.student() as student:
        first.start()
        frame_of(student, 0)
        second.start()  # as her page does when it is opened
        second.step(3)
        assert [each for each in student.received_within(0.2) if isinstance(each, Decoded)] == []
        second.start()
        student.until(type="ready")
        frame_of(student, 0)
        first.step(5)
        assert [each for each in student.received_within(0.2) if isinstance(each, Decoded)] == []
        second.step()
        assert frame_of(student, 1).arrays["history/iteration"].tolist() == [1]
        first.start()
        student.until(type="ready")
        first.step()
        frame_of(student, 1)


def test_what_the_lecturer_looks_at_is_handed_on(room: ClassRoom) -> None:
    view = {"link": "#a", "cursor": {"t": 3, "unit": None}, "past": None}
    with room.lecturer() as lecturer, room.student() as student:
        joined(student)
        lecturer.send("view", view=view)
        assert student.until(type="view")[0]["view"] == view
        with room.student() as late:
            assert joined(late)["view"] == view


def test_going_on_alone_forks_this_moment_and_back_is_where_the_class_is(room: ClassRoom) -> None:
    with room.stage() as lecturer, room.student() as student:
        lecturer.start()
        lecturer.step(5)
        lecturer.send("tweak", lane=None, changes={"learning_rate": 0.02})
        lecturer.until(type="state")
        frame_of(student, 5)
        student.send("follow", following=False)
        student.send("fork")
        fork, _ = student.until(type="fork")
        assert fork["at"] == 5
        assert fork["recipe"]["tweaks"][0]["changes"] == {"learning_rate": 0.02}
        [_, *_, theirs] = [None, *lecturer.step(4)]
        with room.live.viewer() as alone:
            alone.start(fork["recipe"], at=fork["at"])
            assert_same_arrays([None, *alone.step(4)][-1], theirs)  # type: ignore[arg-type]
        assert [m for m in student.received_within(0.2) if isinstance(m, Decoded)] == []
        student.send("follow", following=True)
        ready, _ = student.until(type="ready")
        assert ready["iteration"] == 9
        assert_same_arrays(frame_of(student, 9), theirs)


def test_a_student_learns_whether_the_lecturer_is_there(room: ClassRoom) -> None:
    with room.student() as student:
        assert not joined(student)["present"]
        with room.lecturer():
            assert student.until(type="present")[0]["present"]
        assert not student.until(type="present")[0]["present"]


def test_a_run_that_has_gone_can_be_had_again(room: ClassRoom) -> None:
    with room.stage() as lecturer:
        lecturer.start()
        before = lecturer.step(7)[-1]
    wait_until(lambda: on_stage(room).leader is None)
    with room.lecturer() as lecturer, room.student() as student:
        told = joined(lecturer)
        assert told["at"] == 7
        assert frame_of(student, 7).iteration == 7
        with room.stage() as stage:
            assert_same_arrays(stage.start(told["recipe"], at=told["at"]), before)
            assert frame_of(student, 7).arrays["history/iteration"].tolist() == list(range(8))


CHOICE = {"kind": "choice", "text": "Which vanishes?", "options": ["RNN", "LSTM", "both"]}
NUMBER = {"kind": "number", "text": "How many decades?", "unit": "decades"}
CURVE = {"kind": "curve", "text": "Draw it", "timesteps": 4, "low": -10, "high": 2, "label": "RNN"}


class TestQuestions:
    def test_answers_are_hidden_until_the_vote_is_closed(self, room: ClassRoom) -> None:
        with room.lecturer() as lecturer, room.student() as one, room.student() as other:
            lecturer.send("ask", question=CHOICE)
            asked, _ = one.until(type="question")
            number = asked["question"]["id"]
            assert asked["question"]["options"] == CHOICE["options"]
            one.send("answer", question=number, value=0)
            assert one.until(type="answered")[0]["value"] == 0
            one.send("answer", question=number, value=2)  # changed her mind
            one.until(type="answered", value=2)
            other.send("answer", question=number, value=2)
            other.until(type="answered", value=2)
            assert lecturer.until(type="class", answers=2)
            with room.student() as late:
                question = joined(late)["question"]
                assert question["answers"] == 2
                assert "results" not in question
            lecturer.send("close")
            for page in (one, other, lecturer):
                closed = page.until(type="question")[0]["question"]
                while closed["state"] == "open":
                    closed = page.until(type="question")[0]["question"]
                assert closed["results"] == [{"counts": [0, 0, 2]}]
            one.send("answer", question=number, value=1, id=5)
            error, _ = one.until(type="error")
            assert error["id"] == 5
            assert "closed" in error["message"]

    def test_a_second_round_keeps_the_first_and_a_seat_has_one_answer(
        self, room: ClassRoom
    ) -> None:
        with room.lecturer() as lecturer:
            lecturer.send("ask", question=NUMBER)
            for value in (3, 5):
                with room.student(SEAT) as student:
                    question = joined(student)["question"] or student.until(type="question")[0]
                    number = question.get("id") or question["question"]["id"]
                    student.send("answer", question=number, value=value)
                    student.until(type="answered", value=value)
            with room.student(SEAT) as student:
                joined(student)
                assert student.until(type="answered")[0]["value"] == 5
            lecturer.send("close")
            lecturer.send("again")
            with room.student() as student:
                student.send("answer", question=number, value=7.5)
                student.until(type="answered")
                lecturer.send("reveal", truth=16.3)
                shown: dict[str, Any] = {"state": None}
                while shown["state"] != "revealed":
                    shown = student.until(type="question")[0]["question"]
            assert shown["truth"] == 16.3
            assert shown["at"] is None  # no run has been on the stage
            assert [each["values"] for each in shown["results"]] == [[5.0], [7.5]]
            assert [each["median"] for each in shown["results"]] == [5.0, 7.5]

    def test_curves_lie_over_each_other_with_median_and_quartiles(self, room: ClassRoom) -> None:
        with room.lecturer() as lecturer, room.student() as student:
            lecturer.send("ask", question=CURVE)
            number = student.until(type="question")[0]["question"]["id"]
            for seat, shift in ((f"seat-{SEAT}-{n}", n) for n in range(3)):
                with room.student(seat) as each:
                    each.send("answer", question=number, value=[shift, None, -1, 0, 1 + shift])
                    each.until(type="answered")
            lecturer.send("close")
            closed = student.until(type="question")[0]["question"]
            [result] = closed["results"]
            assert result["timesteps"] == [0, 1, 2, 3, 4]
            assert sorted(result["curves"]) == [[n, None, -1, 0, 1 + n] for n in range(3)]
            assert result["median"] == [1, None, -1, 0, 2]
            assert result["low"] == [0.5, None, -1, 0, 1.5]

    @pytest.mark.parametrize(
        ("question", "value", "allowed"),
        [
            (CHOICE, 3, "an integer from 0 to 2"),
            (CHOICE, True, "an integer from 0 to 2"),
            (CHOICE, "RNN", "an integer from 0 to 2"),
            (NUMBER, "7", "a finite number"),
            (NUMBER, 1e999, "a finite number"),
            (CURVE, [1, 2], "a list of 5 numbers or null"),
            (CURVE, [None] * 5, "a curve with at least one point"),
            (CURVE, [1, 2, 3, 4, "x"], "a finite number"),
        ],
    )
    def test_what_is_no_answer_is_refused(
        self, room: ClassRoom, question: dict[str, Any], value: Any, allowed: str
    ) -> None:
        with room.lecturer() as lecturer, room.student() as student:
            lecturer.send("ask", question=question)
            number = student.until(type="question")[0]["question"]["id"]
            student.send("answer", question=number, value=value)
            assert student.until(type="error")[0]["allowed"] == allowed

    def test_the_record_is_a_table_without_names(self, room: ClassRoom) -> None:
        with room.lecturer() as lecturer, room.student(SEAT) as student:
            lecturer.send("ask", question={**CHOICE, "text": "=1+1"})
            number = student.until(type="question")[0]["question"]["id"]
            student.send("answer", question=number, value=1)
            student.until(type="answered")
        with room.stage() as stage, room.lecturer() as lecturer:
            stage.start()
            stage.step(3)
            lecturer.send("reveal", truth=1)
            lecturer.until(type="question")
        path = f"/api/rooms/{room.name}/record.csv"
        status, headers, text = room.live.get(path)
        assert status == 200
        assert headers["content-type"].startswith("text/csv")
        [line] = csv.DictReader(io.StringIO(text.decode()))
        assert line["text"] == "'=1+1"
        assert (line["round"], line["answer"]) == ("1", "1")
        assert (line["truth"], line["iteration"]) == ("1", "3")
        assert SEAT not in text.decode()
        assert room.live.get(f"{path}?as=student")[0] == 403


LECTURER_ACTS: list[dict[str, Any]] = [
    {"type": "view", "view": {}},
    {"type": "ask", "question": CHOICE},
    {"type": "close"},
    {"type": "again"},
    {"type": "reveal", "truth": 1},
    {"type": "drop"},
    {"type": "hand_done", "hand": 1},
    {"type": "spotlight", "offer": 1},
    {"type": "freeze", "frozen": True},
    {"type": "end"},
]


@pytest.mark.parametrize("act", LECTURER_ACTS, ids=lambda act: act["type"])
def test_a_student_can_do_no_act_of_the_lecturer(room: ClassRoom, act: dict[str, Any]) -> None:
    with room.lecturer() as lecturer, room.student() as student, room.student() as other:
        lecturer.until(type="class", followers=2)
        joined(other)
        student.send(**act)
        error, _ = student.until(type="error")
        assert error["field"] == "type"
        assert "a student's message" in error["allowed"]
        assert all(message["type"] == "present" for message in other.received_within(0.1))


def test_students_ask_and_offer_and_the_lecturer_sees_where_they_are(room: ClassRoom) -> None:
    with room.lecturer() as lecturer, room.student() as student, room.student() as other:
        student.send("hand", text="Why is it 0?")
        console, _ = lecturer.until(
            type="class", followers=2, hands=[{"id": 1, "text": "Why is it 0?"}]
        )
        other.send("offer", link="#mine")
        console, _ = lecturer.until(type="class", offers=[{"id": 2, "link": "#mine"}])
        assert console["alone"] == 0
        other.send("follow", following=False)
        lecturer.until(type="class", alone=1)
        other.send("where", lesson="clipping", step=3)
        lecturer.until(type="class", places=[{"lesson": "clipping", "step": 3, "count": 1}])
        lecturer.send("spotlight", offer=2)
        assert lecturer.until(type="spotlight")[0]["link"] == "#mine"
        lecturer.send("hand_done", hand=1)
        lecturer.until(type="class", hands=[], offers=[])


def test_what_people_type_turns_nothing_beside_it(room: ClassRoom) -> None:
    with room.lecturer() as lecturer, room.student() as student:
        joined(lecturer), joined(student)
        student.send("hand", text="Why\u202e is it 0?")
        lecturer.until(type="class", hands=[{"id": 1, "text": "Why is it 0?"}])
        student.send("hand", text="\u202e")
        assert student.until(type="error")[0]["field"] == "text"
        asked = {"kind": "choice", "text": "\u2067Which?", "options": ["a\u2069", "\u05d0\u05d1"]}
        lecturer.send("ask", question=asked)
        question = student.until(type="question")[0]["question"]
        assert question["text"] == "Which?"
        assert question["options"] == ["a", "\u2068\u05d0\u05d1\u2069"]


def test_who_is_kept_with_the_class_can_not_leave(room: ClassRoom) -> None:
    with room.stage() as stage, room.lecturer() as lecturer, room.student() as student:
        stage.start()
        student.send("follow", following=False)
        lecturer.until(type="class", alone=1)
        lecturer.send("freeze", frozen=True)
        assert student.until(type="frozen")[0]["frozen"]
        student.until(type="ready")  # it is back
        for message in ({"type": "follow", "following": False}, {"type": "fork"}):
            student.send(**message)
            assert "keeps everybody" in student.until(type="error")[0]["message"]
        lecturer.send("freeze", frozen=False)
        assert not student.until(type="frozen")[0]["frozen"]
        student.send("fork")
        assert student.until(type="fork")


def test_a_class_that_has_ended_is_over_for_everybody(room: ClassRoom) -> None:
    with room.lecturer() as lecturer, room.student() as student:
        joined(student)
        lecturer.send("end")
        student.until(type="ended")
        assert student.is_closed_with() == 1000
        assert lecturer.is_closed_with() == 1000
    assert room.live.get(f"/room/{room.name}")[0] == 404


def test_a_class_outlives_the_service_in_its_file(tmp_path: Any) -> None:
    file = tmp_path / "classes.sqlite"
    server = Live(state=file)
    try:
        room = ClassRoom(server)
        with room.stage() as stage, room.lecturer() as lecturer, room.student(SEAT) as student:
            stage.start()
            before = stage.step(6)[-1]
            lecturer.send("ask", question=CHOICE)
            number = student.until(type="question")[0]["question"]["id"]
            student.send("answer", question=number, value=2)
            student.until(type="answered")
    finally:
        server.stop()
    server = Live(state=file)
    try:
        room.live = server
        with room.stage() as stage, room.lecturer() as lecturer, room.student(SEAT) as student:
            told = joined(student)
            assert told["question"]["answers"] == 1
            assert student.until(type="answered")[0]["value"] == 2
            assert told["at"] == 6
            assert_same_arrays(stage.start(told["recipe"], at=told["at"]), before)
            lecturer.send("close")
            closed = student.until(type="question")[0]["question"]
            assert closed["results"] == [{"counts": [0, 0, 1]}]
    finally:
        server.stop()


def test_a_disk_that_is_full_ends_no_lecture(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from app.room.rooms import Rooms

    async def test() -> None:
        rooms = Rooms(tmp_path / "classes.sqlite")

        def full(_: Any) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(rooms, "_write", full)
            room = rooms.open()
            await rooms.keep()
            await rooms.keep()
        assert "No space left" in str(rooms.trouble)
        assert caplog.text.count("can't be kept") == 1
        await rooms.keep()
        assert rooms.trouble is None
        assert Rooms(tmp_path / "classes.sqlite").find(room.name) is not None

    asyncio.run(test())


def test_results_are_strict_json(room: ClassRoom) -> None:
    with room.lecturer() as lecturer:
        for question in (CHOICE, NUMBER, CURVE):
            lecturer.send("ask", question=question)
            lecturer.send("close")
            shown = {"state": "open"}
            while shown["state"] == "open":
                shown = lecturer.until(type="question")[0]["question"]
            assert strict_json(json.dumps(shown)) == shown
    assert np.isfinite(1)

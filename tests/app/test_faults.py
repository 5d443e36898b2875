"""Faults put in on purpose: what is computed afterwards is what an undisturbed run computes."""

import json
import math
import random
import socket
import struct
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

import app.cli
import app.http.rate
from app import wire
from app.http.tokens import COOKIE_AGE
from app.logs import Sparing
from app.room.rooms import Rooms
from app.stream.outbox import CREDITS
from app.stream.talk import MESSAGES_A_SECOND, MESSAGES_AT_ONCE
from app.wire import Decoded
from engine import Recipe
from engine.views import VIEWS
from tests.app.line import Line
from tests.app.live import PATIENCE, SMALL, Live, Viewer, wait_until
from tests.app.test_guard import LECTURER, STUDENT, raw
from tests.app.test_room import CHOICE, ClassRoom, frame_of, joined
from tests.app.test_stream import assert_same_arrays, engine_frames, history
from tests.browser.server import Server

DAY = 24 * 3600.0

LARGE_FRAMES = {"task": {"seq_len": 400}, "batch_size": 4, "base": {"hidden_size": 64}}
"""A recipe whose frames don't fit into what the kernel keeps for a connection."""

SCHEMA = Recipe.model_json_schema()
TASKS = SCHEMA["properties"]["task"]["discriminator"]["mapping"]


@contextmanager
def viewer_at(url: str, path: str = "/api/stream", **options: Any) -> Iterator[Viewer]:
    address = url.replace("http", "ws").rstrip("/") + path
    with connect(address, max_size=None, open_timeout=PATIENCE, **options) as websocket:
        yield Viewer(websocket)


@contextmanager
def opened(live: Live, path: str) -> Iterator[socket.socket]:
    """Open a websocket whose bytes are written by hand, and read by nobody."""
    with socket.socket() as connection:
        connection.settimeout(PATIENCE)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        host, port = live.host.split(":")
        connection.connect((host, int(port)))
        connection.sendall(
            HANDSHAKE.replace(b"PATH", path.encode()).replace(b"HOST", host.encode())
        )
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            answer += connection.recv(1)
        assert b" 101 " in answer
        yield connection


HANDSHAKE = (
    b"GET PATH HTTP/1.1\r\nHost: HOST\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def part(first: int, payload: bytes) -> bytes:
    """Return a frame of a client, masked with zeros; `first` is its first byte."""
    return struct.pack("!BBQ", first, 0xFF, len(payload)) + bytes(4) + payload


def close_code(connection: socket.socket) -> int | None:
    """Read what the server sends until it hangs up, and return the code that it gave."""
    sent = connection.makefile("rb")
    with suppress(ConnectionResetError):
        while head := sent.read(2):
            length = head[1]
            if length > 125:
                length = int.from_bytes(sent.read({126: 2, 127: 8}[length]), "big")
            payload = sent.read(length)
            if head[0] == 0x88:
                return int.from_bytes(payload[:2], "big")
    return None


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be buried does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def at_the_bounds(task: str, end: str) -> dict[str, Any]:
    """Return a recipe with the least, or the most, that the schema allows of everything."""

    def of(model: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, field in SCHEMA["$defs"][model]["properties"].items():
            choices = [each for each in field.get("anyOf", [field]) if each["type"] != "null"]
            if (value := bound(choices[0], end)) is not None:
                found[name] = value
        return found

    hyperparameters = SCHEMA["$defs"]["Hyperparameters"]["properties"]
    cells, optimizers = (hyperparameters[name]["enum"] for name in ("cell", "optimizer"))
    lanes = [{"cell": cells[n], "optimizer": optimizers[n]} for n in range(4)]
    whole = SCHEMA["properties"]
    return {
        "seed": bound(whole["seed"], end),
        "batch_size": bound(whole["batch_size"], end),
        "task": {"name": task, **of(TASKS[task].rpartition("/")[2])},
        "base": of("Hyperparameters"),
        "lanes": lanes,
    }


def lowered_until_taken(live: Live, recipe: dict[str, Any]) -> list[dict[str, Any]]:
    """Halve the field that each refusal of a recipe names until there is none; return them."""
    refusals = []
    while True:
        status, answer = live.post("/api/recipe", json.dumps(recipe).encode())
        if status == 200:
            return refusals
        assert status == 422
        [told] = answer["detail"]
        assert told["value"] > 1, told["message"]
        *place, name = told["field"].split(".")
        where = recipe[place[0]] if place else recipe
        assert where[name] == told["value"]
        where[name] //= 2
        refusals.append(told)


def bound(field: dict[str, Any], end: str) -> Any:
    """Return the first or the last value of a field; None if it has neither."""
    if "enum" in field:
        return field["enum"][0 if end == "least" else -1]
    if field["type"] == "boolean":
        return end == "most"
    closed, open_, inwards = {
        "least": ("minimum", "exclusiveMinimum", math.inf),
        "most": ("maximum", "exclusiveMaximum", -math.inf),
    }[end]
    if open_ in field:
        return math.nextafter(field[open_], inwards)
    return field.get(closed)


@pytest.fixture(scope="module")
def guarded() -> Iterator[Live]:
    server = Live(token=LECTURER, student_token=STUDENT)
    yield server
    server.stop()


def cookie_of(guarded: Live) -> str:
    """Return the cookie that a student's link gives."""
    _, headers, _ = raw(guarded, "GET", f"/?token={STUDENT}")
    return headers["set-cookie"].split(";")[0]


class TestAClockThatIsSet:
    """The time of day jumps, as when a machine that woke with a wrong one finds a time server."""

    @pytest.fixture
    def step(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
        """Set the clock of this process so many seconds ahead; negative is back."""
        told = time.time

        def set_ahead(seconds: float) -> None:
            monkeypatch.setattr(time, "time", lambda: told() + seconds)

        return set_ahead

    @pytest.mark.parametrize("jump", [-DAY, DAY])
    def test_a_run_and_a_class_go_on_as_if_nothing_had_been(
        self, tmp_path: Path, step: Callable[[float], None], jump: float
    ) -> None:
        server = Live(state=tmp_path / "classes.sqlite")
        try:
            room = ClassRoom(server)
            with room.stage() as stage, room.lecturer() as lecturer, room.student() as student:
                frames = [stage.start()]
                stage.send("pace", iterations_per_second=50)
                stage.send("play")
                frames += stage.frames_up_to(3)
                step(jump)
                frames += stage.frames_up_to(20)
                frames += stage.pause(frames)[1]
                expected = engine_frames(SMALL, frames[-1].iteration + 1)
                assert history(frames, "0/loss") == [each.arrays["0/loss"] for each in expected]
                assert_same_arrays(frame_of(student, frames[-1].iteration), frames[-1])
                lecturer.send("ask", question=CHOICE)
                number = student.until(type="question")[0]["question"]["id"]
                student.send("answer", question=number, value=1)
                student.until(type="answered", value=1)
                assert lecturer.until(type="class", answers=1)
        finally:
            server.stop()
        kept = Rooms(tmp_path / "classes.sqlite").find(room.name)
        assert kept is not None
        assert kept.record.vote is not None
        assert list(kept.record.vote.rounds[-1].values()) == [1]

    @pytest.mark.parametrize("jump", [-DAY, -COOKIE_AGE + 60, DAY, COOKIE_AGE - 60])
    def test_a_cookie_lets_in_before_and_after(
        self, guarded: Live, step: Callable[[float], None], jump: float
    ) -> None:
        cookie = cookie_of(guarded)
        assert raw(guarded, "GET", "/", Cookie=cookie)[0] == 200
        step(jump)
        assert raw(guarded, "GET", "/", Cookie=cookie)[0] == 200

    @pytest.mark.parametrize("jump", [-COOKIE_AGE - 60, COOKIE_AGE + 60])
    def test_no_cookie_lets_in_for_ever(
        self, guarded: Live, step: Callable[[float], None], jump: float
    ) -> None:
        """One that was given while the clock was a year ahead would else last a year longer."""
        cookie = cookie_of(guarded)
        step(jump)
        assert raw(guarded, "GET", "/", Cookie=cookie)[0] == 401

    @pytest.mark.parametrize("jump", [-DAY, DAY])
    def test_a_minute_stays_a_minute_for_who_asks_too_often(
        self, monkeypatch: pytest.MonkeyPatch, step: Callable[[float], None], jump: float
    ) -> None:
        server = Live(questions_per_minute=3)
        try:
            assert [raw(server, "POST", "/api/recipe")[0] for _ in range(4)] == [200] * 3 + [429]
            step(jump)
            assert raw(server, "POST", "/api/recipe")[0] == 429
            step(jump + 61)
            monkeypatch.setattr(app.http.rate, "monotonic", lambda: time.monotonic() + 61)
            assert [raw(server, "POST", "/api/recipe")[0] for _ in range(4)] == [200] * 3 + [429]
        finally:
            server.stop()


class TestAServerThatIsKilled:
    """Its process ends at once, as by the kernel when memory runs out, and is started again."""

    @pytest.fixture
    def server(self, tmp_path: Path) -> Iterator[Server]:
        server = Server(state=str(tmp_path / "classes.sqlite"))
        server.start()
        yield server
        server.stop()

    def test_a_viewer_resumes_with_the_bits_of_a_run_that_nothing_disturbed(
        self, server: Server, live: Live
    ) -> None:
        with viewer_at(server.url) as before:
            frames = [before.start(), *before.step(5)]
            before.send("tweak", lane=1, changes={"learning_rate": 0.5})
            recipe = before.until(type="state")[0]["recipe"]
            before.send("play")
            frames += before.frames_up_to(40)
            server.kill()
            with suppress(ConnectionClosed):
                while True:
                    frames += before.frames_up_to(0)
        reached = frames[-1].iteration
        server.start()
        with viewer_at(server.url) as after:
            resumed = [after.start(recipe, at=reached), *after.step(), *after.step(9)]
        with live.viewer() as other:
            undisturbed = [other.start(recipe), *other.step(reached)]
            assert_same_arrays(frames[-1], undisturbed[-1])
            assert_same_arrays(resumed[0], undisturbed[-1])
            undisturbed += other.step()
            assert_same_arrays(resumed[1], undisturbed[-1])
            undisturbed += other.step(9)
            assert_same_arrays(resumed[-1], undisturbed[-1])
        for name in ("iteration", "0/loss", "1/loss", "2/horizon"):
            assert history(resumed, name) == history(undisturbed, name)
            assert history(frames, name) == history(undisturbed, name)[: reached + 1]

    def test_a_class_finds_its_lecturer_s_run_again(self, server: Server, tmp_path: Path) -> None:
        name = "tamu-bore"
        body = json.dumps({"name": name}).encode()
        with urllib.request.urlopen(f"{server.url}api/rooms", body, PATIENCE) as answer:
            assert answer.status == 201
        stage_path, class_path = f"/api/stream?room={name}", f"/api/room/{name}?as=student"
        with viewer_at(server.url, stage_path) as stage:
            before = [stage.start(), *stage.step(7)][-1]
            file = tmp_path / "classes.sqlite"
            wait_until(lambda: (kept := Rooms(file).find(name)) and kept.record.at == 7)
            server.kill()
        server.start()
        with (
            viewer_at(server.url, stage_path) as stage,
            viewer_at(server.url, class_path) as student,
        ):
            told = joined(student)
            assert told["at"] == 7
            assert_same_arrays(stage.start(told["recipe"], at=told["at"]), before)
            seen = frame_of(student, 7)
            assert_same_arrays(seen, before)
            assert history([seen], "iteration") == list(range(8))

    @pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads processes from /proc")
    def test_it_leaves_no_process_that_computes(self, server: Server) -> None:
        with viewer_at(server.url) as viewer:
            viewer.start()
            viewer.send("play")
            viewer.frames_up_to(5)
            workers = children(server.pid)
            assert workers
            server.kill()
        wait_until(lambda: not any(is_alive(pid) for pid in workers))


class TestALineOfFiftyKilobytesASecond:
    RECIPE: ClassVar = {"task": {"seq_len": 20}, "batch_size": 4, "base": {"hidden_size": 8}}

    @pytest.fixture
    def line(self) -> Line:
        return Line(rate=50_000)

    @pytest.fixture
    def lines(self, line: Line) -> Iterator[tuple[Viewer, Viewer]]:
        """A viewer at such a line, and one at a good one."""
        proxy = line
        server = Live(allowed_hosts=(proxy.host,))
        proxy.forward_to(f"http://{server.host}/")
        try:
            with viewer_at(proxy.url) as slow, server.viewer() as quick:
                yield slow, quick
        finally:
            proxy.stop()
            server.stop()

    def test_shows_the_newest_and_loses_no_iteration_of_the_history(
        self, lines: tuple[Viewer, Viewer]
    ) -> None:
        slow, _ = lines
        frames = [slow.start(self.RECIPE)]
        slow.send("play")
        frames += slow.frames_up_to(150)
        slow.send("pause")
        paused, late = slow.until(type="state", state="paused")
        while not late or late[-1].iteration < paused["iteration"]:
            late += slow.frames_up_to(0)
        # What was on its way, what was about to leave, and where the run has stopped: no backlog.
        assert len(late) <= 2 * CREDITS
        frames += late
        told = history(frames, "iteration")
        assert told == list(range(paused["iteration"] + 1))
        assert len(frames) < len(told) / 3
        expected = engine_frames(self.RECIPE, len(told))
        assert history(frames, "0/loss") == [frame.arrays["0/loss"] for frame in expected]
        last = wire.arrays_of(expected[-1])
        for name in ("0/h", "1/gate.f", "2/dh_norm"):
            assert frames[-1].arrays[name].tobytes() == last[name].tobytes()

    def test_slows_nobody_else_down(self, lines: tuple[Viewer, Viewer], line: Line) -> None:
        slow, quick = lines
        for each in lines:
            each.start({**self.RECIPE, "base": {"hidden_size": 32}})
        line.rate = 1000  # half a minute for each frame
        for each in lines:
            each.send("play")
        # Who waited for the slow one would not get there within the patience of this.
        seen = quick.frames_up_to(60)
        while len(seen) < 5:
            seen.append(quick.next_frame())
        assert not [each for each in slow.received_within(0.1) if isinstance(each, Decoded)]


class TestAReaderThatIsGone:
    def test_who_never_reads_a_frame_is_let_go_and_keeps_no_run(self) -> None:
        server = Live(send_timeout=0.5)
        try:
            with opened(server, "/api/stream") as deaf:
                start = json.dumps({"type": "start", "recipe": LARGE_FRAMES}).encode()
                deaf.sendall(part(0x81, start) + part(0x81, b'{"type": "play"}'))
                wait_until(server.parts)
                wait_until(lambda: not server.app.state.sessions)
                wait_until(lambda: not server.parts())
        finally:
            server.stop()

    def test_who_never_reads_in_a_class_is_let_go_and_the_others_follow(self) -> None:
        server = Live(send_timeout=3)  # those who read may be slow too
        try:
            room = ClassRoom(server)
            with room.stage() as stage, room.student() as student:
                stage.start(LARGE_FRAMES)
                with opened(server, f"/api/room/{room.name}?as=student"):
                    members = server.app.state.rooms.find(room.name).members
                    wait_until(lambda: len(members) == 2)
                    for iteration in (1, 2):
                        own = stage.step()[-1]
                        assert_same_arrays(frame_of(student, iteration), own)
                    wait_until(lambda: len(members) == 1)
                assert_same_arrays(stage.step()[-1], frame_of(student, 3))
        finally:
            server.stop()

    def test_a_line_that_dies_without_a_word_gives_its_place_back(
        self, monkeypatch: pytest.MonkeyPatch, live: Live
    ) -> None:
        monkeypatch.setattr(app.cli, "PING_INTERVAL", 0.2)
        monkeypatch.setattr(app.cli, "PING_TIMEOUT", 4)  # the lines that live answer in time
        proxy = Line()
        server = Live(max_runs=1, connections_per_client=1, allowed_hosts=(proxy.host,))
        try:
            proxy.forward_to(f"http://{server.host}/")
            with viewer_at(proxy.url, close_timeout=0.1) as lost:
                frames = [lost.start(), *lost.step(12)]
                proxy.swallows = True
                wait_until(lambda: not server.app.state.sessions)
                assert not server.parts()
                with server.viewer() as again, live.viewer() as undisturbed:
                    assert_same_arrays(again.start(at=12), frames[-1])
                    undisturbed.start(at=12)
                    assert_same_arrays(again.step()[0], undisturbed.step()[0])
        finally:
            proxy.stop()
            server.stop()


class TestNoise:
    def test_ten_thousand_messages_at_once_are_read_no_faster_than_allowed(
        self, live: Live, viewer: Viewer, caplog: pytest.LogCaptureFixture
    ) -> None:
        with live.viewer(ping_interval=None, max_queue=None) as loud:
            frames = [viewer.start()]
            began = time.monotonic()

            def shout() -> None:
                with suppress(ConnectionClosed):
                    for number in range(5_000):
                        loud.websocket.send("no json")
                        loud.send("ping", id=number)

            shouting = threading.Thread(target=shout)
            shouting.start()
            viewer.send("play")
            frames += viewer.frames_up_to(200)
            viewer.send("pause")
            frames += viewer.until(type="state", state="paused")[1]
            answers = [loud.receive() for _ in range(500)]
            assert [each["type"] for each in answers] == ["error", "state"] * 250
            assert [each["id"] for each in answers[1::2]] == list(range(250))
            more = len(loud.received_within(0.5))
            elapsed = time.monotonic() - began
            assert 500 + more <= MESSAGES_AT_ONCE + MESSAGES_A_SECOND * elapsed + 10
            loud.websocket.socket.shutdown(socket.SHUT_RDWR)
            shouting.join(PATIENCE)
        expected = engine_frames(SMALL, frames[-1].iteration + 1)
        assert history(frames, "1/loss") == [frame.arrays["1/loss"] for frame in expected]
        assert "Traceback" not in caplog.text

    @pytest.mark.parametrize("path", ["/api/stream", "/api/room/ROOM"])
    def test_a_message_that_is_too_long_in_all_is_refused_while_it_comes_in_parts(
        self, live: Live, path: str
    ) -> None:
        path = path.replace("ROOM", live.post("/api/rooms", b"{}")[1]["name"])
        with opened(live, path) as connection:
            connection.sendall(part(0x01, b"x" * 65_536))
            for _ in range(4):
                connection.sendall(part(0x00, b"x" * 65_536))
            assert close_code(connection) == 1009

    @pytest.mark.parametrize("path", ["/api/stream", "/api/room/ROOM"])
    def test_twenty_megabytes_that_are_announced_are_not_waited_for(
        self, live: Live, path: str
    ) -> None:
        path = path.replace("ROOM", live.post("/api/rooms", b"{}")[1]["name"])
        with opened(live, path) as connection:
            connection.sendall(b"\x81\xff" + struct.pack("!Q", 20_000_000) + bytes(4) + b"x")
            assert close_code(connection) == 1009

    @pytest.mark.parametrize(
        ("sent", "code"),
        [
            (b"\x81\x05hello", 1002),  # not masked
            (b"\x83\x80" + bytes(4), 1002),  # a kind of frame that there is not
            (b"\xc1\x80" + bytes(4), 1002),  # compressed, which was not agreed
            (b"\x80\x80" + bytes(4), 1002),  # the end of what has not begun
            (b"\x89\xfe\xff\xff" + bytes(4 + 65_535), 1002),  # a ping of 65,535 bytes
            (b"\x81\x82" + bytes(4) + b"\xff\xfe", 1007),  # no UTF-8
            (bytes(range(256)) * 40, 1002),
            (random.Random(0).randbytes(100_000), 1002),
        ],
    )
    def test_bytes_that_are_no_websocket_close_it_with_a_reason_and_disturb_nobody(
        self, live: Live, viewer: Viewer, caplog: pytest.LogCaptureFixture, sent: bytes, code: int
    ) -> None:
        viewer.start()
        with caplog.filtering(Sparing()), opened(live, "/api/stream") as connection:
            connection.sendall(sent)
            assert close_code(connection) == code
        [frame] = viewer.step()
        assert frame.arrays["0/loss"] == engine_frames(SMALL, 2)[1].arrays["0/loss"]
        assert "Traceback" not in caplog.text

    @pytest.mark.parametrize(
        "sent",
        [
            bytes(range(256)) * 40,
            random.Random(1).randbytes(100_000),
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),  # begins TLS
            b"GET \xff\xfe HTTP/1.1\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"POST /api/recipe HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ],
    )
    def test_bytes_that_are_no_http_are_answered_as_wrong_or_cut_off(
        self, live: Live, caplog: pytest.LogCaptureFixture, sent: bytes
    ) -> None:
        host, port = live.host.split(":")
        answer = b""
        with (
            socket.create_connection((host, int(port)), timeout=PATIENCE) as connection,
            suppress(ConnectionError),
        ):
            connection.sendall(sent)
            while more := connection.recv(65536):
                answer += more
        assert answer[:12] in (b"", b"HTTP/1.1 400")
        assert live.get("/healthz")[0] == 200
        assert "Traceback" not in caplog.text


class TestTheEndsOfARecipe:
    """Every hyperparameter at a bound of its own, all of them at once."""

    @pytest.mark.parametrize("task", TASKS)
    def test_the_least_of_everything_is_computed_as_the_engine_does(
        self, viewer: Viewer, task: str
    ) -> None:
        recipe = at_the_bounds(task, "least")
        frames = [viewer.start(recipe), *viewer.step(), *viewer.step()]
        for frame, expected in zip(frames, engine_frames(recipe, 3), strict=True):
            arrays = wire.arrays_of(expected)
            assert arrays.keys() <= frame.arrays.keys()
            for name, array in arrays.items():
                assert frame.arrays[name].tobytes() == array.tobytes(), name

    @pytest.mark.parametrize("task", TASKS)
    def test_the_most_of_everything_is_refused_by_a_field_that_helps_until_it_is_taken(
        self, live: Live, task: str
    ) -> None:
        recipe = at_the_bounds(task, "most")
        refusals = lowered_until_taken(live, recipe)
        assert 2 <= len(refusals) <= 25
        for told in refusals:
            assert told["field"] in told["message"]
            assert "is allowed: lower seq_len" in told["allowed"]

    @pytest.mark.parametrize("task", ["adding", "next_char"])
    def test_the_most_that_is_taken_is_computed_and_hears_a_pause(
        self, live: Live, viewer: Viewer, task: str
    ) -> None:
        recipe = at_the_bounds(task, "most")
        lowered_until_taken(live, recipe)
        viewer.send("start", recipe=recipe)
        viewer.send("play")
        viewer.send("watch", views=list(VIEWS))
        viewer.send("pause", id="enough")
        # An iteration is a second's work of a core that has nothing else to do.
        heard = [viewer.receive(6 * PATIENCE)]
        while not isinstance(heard[-1], dict) or heard[-1].get("id") != "enough":
            heard.append(viewer.receive(6 * PATIENCE))
        assert heard[-1]["state"] == "paused"
        viewer.send("watch", views=["states"])
        while not isinstance(heard[-1], Decoded) or "0/h" not in heard[-1].arrays:
            heard.append(viewer.receive(6 * PATIENCE))
        assert heard[-1].arrays["0/h"].shape[1] == recipe["base"]["hidden_size"]
        with live.viewer() as other:
            assert other.start().iteration == 0

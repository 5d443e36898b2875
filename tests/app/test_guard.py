"""The guard: every route, over HTTP and over websockets, passes the same check."""

import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from fastapi.routing import APIWebSocketRoute
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from app.cli import WaysIn
from app.http.headers import HEADERS
from app.http.tokens import Tokens
from app.main import create_app
from app.settings import Settings
from tests.app.live import Live, Viewer

LECTURER, STUDENT = "the-lecturers-token", "the-students-token"


@pytest.fixture(scope="module")
def guarded() -> Iterator[Live]:
    server = Live(token=LECTURER, student_token=STUDENT)
    yield server
    server.stop()


def all_routes() -> list[tuple[str, str]]:
    """Every route of the application as method and path; a websocket's method is WS."""
    found: list[tuple[str, str]] = []

    def walk(routes: list[BaseRoute], before: str = "") -> None:
        for route in routes:
            if isinstance(route, Mount):
                walk(list(route.routes), before + route.path)
            elif isinstance(route, Route):
                found.extend((method, before + route.path) for method in route.methods or ())
            elif isinstance(route, WebSocketRoute | APIWebSocketRoute):
                found.append(("WS", before + route.path))
            else:
                walk(list(getattr(route, "original_router", route).routes), before)

    walk(list(create_app(Settings()).router.routes))
    return sorted(set(found))


ROUTES = all_routes()


def raw(live: Live, method: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Send one request as it stands, and read the answer."""
    websocket = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
    }
    given = {"Host": live.host, "Connection": "close"}
    if method == "WS":
        method, given = "GET", given | websocket
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    body = b"{}" if method == "POST" else b""
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    host, port = live.host.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        answer = b""
        while b"\r\n\r\n" not in answer and (more := connection.recv(65536)):
            answer += more
        head, _, rest = answer.partition(b"\r\n\r\n")
        first, *others = head.decode("latin-1").split("\r\n")
        status = int(first.split()[1])
        while status != 101 and (more := connection.recv(65536)):
            rest += more
    found = dict(line.split(": ", 1) for line in others)
    return status, {name.lower(): value for name, value in found.items()}, rest


def filled(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "x", path)


def test_the_walk_finds_the_routes_that_there_are() -> None:
    for route in [
        ("GET", "/"),
        ("POST", "/api/recipe"),
        ("POST", "/api/rooms"),
        ("GET", "/healthz"),
        ("WS", "/api/stream"),
        ("WS", "/api/room/{name}"),
        ("GET", "/static/{version}/{path:path}"),
    ]:
        assert route in ROUTES


@pytest.mark.parametrize(("method", "path"), ROUTES)
class TestEveryRoute:
    def test_lets_nobody_in_without_a_token(self, guarded: Live, method: str, path: str) -> None:
        for headers in (
            {},
            {"Authorization": "Bearer wrong"},
            {"Authorization": f"Basic {LECTURER}"},
            {"Cookie": f"unrolled-{guarded.host.split(':')[1]}=lecturer"},
        ):
            status, _, body = raw(guarded, method, filled(path), **headers)
            assert status == 401, headers
            assert LECTURER not in body.decode()
        assert raw(guarded, method, f"{filled(path)}?token=wrong")[0] == 401

    def test_lets_in_with_one(self, guarded: Live, method: str, path: str) -> None:
        for token in (LECTURER, STUDENT):
            status, _, _ = raw(guarded, method, filled(path), Authorization=f"Bearer {token}")
            assert status not in (400, 401, 500)

    def test_answers_to_no_foreign_host(self, guarded: Live, method: str, path: str) -> None:
        port = guarded.host.split(":")[1]
        for host in ("evil.example", f"evil.example:{port}", "127.0.0.1:1", "", f"{guarded.host}x"):
            status, _, _ = raw(
                guarded, method, filled(path), Host=host, Authorization=f"Bearer {LECTURER}"
            )
            assert status == 400, host

    def test_has_the_headers_on_every_answer(self, guarded: Live, method: str, path: str) -> None:
        key = {"Authorization": f"Bearer {LECTURER}"}
        for headers in ({}, key, {**key, "Host": "evil"}, {**key, "Origin": "http://evil"}):
            _, answered, _ = raw(guarded, method, filled(path), **headers)
            for name, value in HEADERS.items():
                assert answered[name.lower()] == value


@pytest.mark.parametrize(
    ("method", "path"), [route for route in ROUTES if route[0] not in ("GET", "HEAD")]
)
def test_nothing_is_done_for_a_foreign_page(guarded: Live, method: str, path: str) -> None:
    """What it may link to it can't read; what it could cause is refused."""
    for origin in ("http://evil.example", "null", f"http://evil@{guarded.host}"):
        status, _, _ = raw(
            guarded, method, filled(path), Origin=origin, Authorization=f"Bearer {LECTURER}"
        )
        assert status == 403, origin


def test_a_token_in_the_address_becomes_a_cookie_and_leaves_the_address(guarded: Live) -> None:
    status, headers, _ = raw(guarded, "GET", f"/?a=1&token={LECTURER}&b=%2F")
    assert status == 303
    assert headers["location"] == "/?a=1&b=%2F"
    cookie = headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert LECTURER not in cookie
    pair = cookie.split(";")[0]
    assert raw(guarded, "GET", "/", Cookie=f"a=b; {pair}")[0] == 200
    bent = pair[:-2] + ("aa" if pair[-2:] != "aa" else "bb")
    assert raw(guarded, "GET", "/", Cookie=bent)[0] == 401


@pytest.mark.parametrize("other", ['x={"a": "b, c"}', "a[0]=1", "b=\xe9", 'c="open', "d@e=1"])
def test_cookies_of_other_programs_lock_nobody_out(guarded: Live, other: str) -> None:
    """Cookies don't tell ports: whatever else runs on this host sends its own along."""
    port = guarded.host.split(":")[1]
    ours = f"unrolled-{port}={Tokens(LECTURER, STUDENT).cookie('student')}"
    with socket.create_connection(("127.0.0.1", int(port)), timeout=20) as connection:
        request = f"GET /healthz HTTP/1.1\r\nHost: {guarded.host}\r\nConnection: close\r\n"
        connection.sendall(f"{request}Cookie: {other}; {ours}\r\n\r\n".encode("latin-1"))
        assert connection.recv(64).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "wrong", [{"Sec_WebSocket_Key": "x"}, {"Sec_WebSocket_Key": ""}, {"Sec_WebSocket_Version": "7"}]
)
def test_a_bad_handshake_is_refused_with_our_headers(live: Live, wrong: dict[str, str]) -> None:
    status, answered, _ = raw(live, "WS", "/api/stream", **wrong)
    assert status == 400
    for name, value in HEADERS.items():
        assert answered[name.lower()] == value


def test_one_token_for_both_is_refused() -> None:
    with pytest.raises(ValueError, match="must not be the same"):
        Settings(token="t" * 16, student_token="t" * 16)


def test_a_token_of_any_characters_is_printed_as_a_link_that_works() -> None:
    odd = "a&b#c+d/e f%41 g"
    live = Live(token=odd)
    try:
        link = WaysIn(f"http://{live.host}/", live.app.state.tokens).of_lecturer("")
        assert raw(live, "GET", link.removeprefix(f"http://{live.host}"))[0] == 303
    finally:
        live.stop()


@pytest.mark.parametrize("path", ["//evil.example", "/%2fevil.example", "/\\evil.example"])
def test_no_token_leads_to_another_server(guarded: Live, path: str) -> None:
    _, headers, _ = raw(guarded, "GET", f"{path}?token={LECTURER}")
    assert re.match(r"/[^/\\]", headers["location"] + "x")


def test_a_lecturer_who_opens_the_students_link_stays_one(guarded: Live) -> None:
    _, headers, _ = raw(guarded, "GET", f"/?token={LECTURER}")
    mine = headers["set-cookie"].split(";")[0]
    _, headers, _ = raw(guarded, "GET", f"/room/x?token={STUDENT}", Cookie=mine)
    assert headers["location"] == "/room/x?as=student"
    cookie = headers["set-cookie"].split(";")[0]
    assert raw(guarded, "POST", "/api/rooms", Cookie=cookie)[0] == 201


def test_tokens_can_not_be_guessed_for_long() -> None:
    server = Live(token=LECTURER, student_token=STUDENT)
    try:
        answers = [raw(server, "GET", f"/?token=guess-{n}")[0] for n in range(62)]
        assert answers[:60] == [401] * 60
        assert answers[60:] == [429] * 2
        assert raw(server, "GET", "/healthz", Authorization=f"Bearer {LECTURER}")[0] == 200
    finally:
        server.stop()


def test_names_that_are_allowed_mean_a_proxy_and_a_proxy_means_tokens() -> None:
    assert Settings(allowed_hosts=("lab.example",)).needs_tokens
    assert Settings(allowed_hosts=("lab.example:80",)).needs_tokens
    assert not Settings(allowed_hosts=("127.0.0.1:81", "localhost")).needs_tokens  # a tunnel


def test_a_student_s_token_makes_a_student(guarded: Live) -> None:
    for token, opened in ((STUDENT, 403), (LECTURER, 201)):
        status, _, _ = raw(guarded, "POST", "/api/rooms", Authorization=f"Bearer {token}")
        assert status == opened


def test_a_student_who_names_the_room_does_not_take_the_stage(guarded: Live) -> None:
    key = {"Authorization": f"Bearer {LECTURER}"}
    _, _, body = raw(guarded, "POST", "/api/rooms", **key)
    name = json.loads(body)["name"]

    def page(path: str, token: str) -> Any:
        head = {"Authorization": f"Bearer {token}"}
        return connect(f"ws://{guarded.host}{path}", max_size=None, additional_headers=head)

    with (
        page(f"/api/room/{name}", STUDENT) as one,
        page(f"/api/stream?room={name}", STUDENT) as two,
    ):
        follower, intruder = Viewer(one), Viewer(two)
        follower.until(type="room", role="student")
        intruder.start()
        assert follower.received_within(0.2) == []


def test_who_is_not_let_in_is_told_in_words_what_to_do(guarded: Live) -> None:
    status, headers, body = raw(guarded, "GET", "/", Accept="text/html")
    assert (status, headers["content-type"]) == (401, "text/html; charset=utf-8")
    assert b"scan the code" in body
    with pytest.raises(InvalidStatus) as refused, guarded.viewer():
        pass
    assert refused.value.response.status_code == 401


def test_tokens_tell_lecturers_from_students() -> None:
    tokens = Tokens("a" * 12, "b" * 12)
    assert tokens.role_of_token("a" * 12) == "lecturer"
    assert tokens.role_of_token("b" * 12) == "student"
    assert tokens.role_of_token("") is None
    assert tokens.role_of_token("é") is None
    cookie = tokens.cookie("student")
    assert tokens.role_of_cookie(cookie) == "student"
    assert Tokens("a" * 12, "b" * 12).role_of_cookie(cookie) == "student"  # after a restart
    assert Tokens("a" * 12, "c" * 12).role_of_cookie(cookie) is None


def test_an_address_that_others_reach_is_given_tokens() -> None:
    assert create_app(Settings()).state.tokens is None
    made = [create_app(Settings(host="0.0.0.0")).state.tokens for _ in range(2)]
    assert made[0].lecturer != made[1].lecturer
    assert len(made[0].lecturer) > 30
    assert made[0].student not in (made[0].lecturer, made[1].student)
    ways = WaysIn("http://lab:1/", made[0])
    assert ways.of_students("room/a-b") == f"http://lab:1/room/a-b?token={made[0].student}"
    assert "█" in ways.code("room/a-b") or "▀" in ways.code("room/a-b")


def test_two_announcements_of_a_body_s_end_are_refused(live: Live) -> None:
    status, _, _ = raw(live, "POST", "/api/recipe", Transfer_Encoding="chunked")
    assert status == 400


def test_whoever_asks_too_often_is_told_when_to_ask_again() -> None:
    server = Live(questions_per_minute=3, connections_per_minute=2)
    try:
        assert [raw(server, "POST", "/api/recipe")[0] for _ in range(3)] == [200] * 3
        status, headers, body = raw(server, "POST", "/api/recipe")
        assert (status, headers["retry-after"]) == (429, "5")
        assert b"at most 3 a minute" in body
        assert raw(server, "GET", "/healthz")[0] == 200
        assert [raw(server, "WS", "/api/stream")[0] for _ in range(3)] == [101, 101, 429]
    finally:
        server.stop()


@pytest.fixture(scope="module")
def hasty() -> Iterator[Live]:
    server = Live(head_timeout=0.3, body_timeout=0.3)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def expectant() -> Iterator[Live]:
    """A server whose viewers have to start a run, but have time to."""
    server = Live(start_timeout=2)
    yield server
    server.stop()


class TestSilence:
    @pytest.mark.parametrize(
        ("sent", "answer"),
        [
            (b"", b"HTTP/1.1 408"),
            (b"GET / HTTP/1.1\r\nHost: 127", b"HTTP/1.1 408"),
            (b"POST /api/recipe HTTP/1.1\r\nHost: HOST\r\nContent-Length: 9\r\n\r\n{", b""),
        ],
    )
    def test_whoever_sends_half_a_request_is_let_go(
        self, hasty: Live, sent: bytes, answer: bytes
    ) -> None:
        host, port = hasty.host.split(":")
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(sent.replace(b"HOST", hasty.host.encode()))
            answered = b""
            try:
                while more := connection.recv(4096):
                    answered += more
            except ConnectionResetError:
                pass
        assert answered.startswith(answer)
        if answered:
            assert b"Content-Security-Policy" in answered

    def test_a_head_that_drips_in_gains_no_time(self, hasty: Live) -> None:
        host, port = hasty.host.split(":")
        began = time.monotonic()
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            try:
                connection.sendall(b"GET / HTTP/1.1\r\n")
                while time.monotonic() < began + 5:
                    connection.sendall(b"a: b\r\n")
                    time.sleep(0.05)
            except OSError:
                pass
        assert time.monotonic() - began < 4

    def test_one_address_has_so_many_connections(self) -> None:
        server = Live(connections_per_client=20)
        host, port = server.host.split(":")
        held = [socket.create_connection((host, int(port)), timeout=10) for _ in range(20)]
        try:
            with (
                suppress(ConnectionResetError),
                socket.create_connection((host, int(port)), timeout=10) as one_more,
            ):
                assert one_more.recv(10) == b""
        finally:
            for connection in held:
                connection.close()
            server.stop()

    def test_a_viewer_that_starts_nothing_is_let_go(self, expectant: Live) -> None:
        with expectant.viewer() as viewer:
            assert viewer.is_closed_with() == 1008

    def test_a_viewer_that_has_started_may_be_silent(self, expectant: Live) -> None:
        with expectant.viewer() as viewer:
            viewer.start()
            assert viewer.received_within(2.3) == []
            assert viewer.step()


def test_head_of_the_health_is_answered(live: Live) -> None:
    assert raw(live, "HEAD", "/healthz")[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/static/x/../../../etc/passwd",
        "/static/x/%2e%2e/%2e%2e/etc/passwd",
        "/static/x/..%5c..%5capp%5ccli.py",
        "/static/x//etc/passwd",
        "/static/x/%00",
        "/static/x/" + "a/" * 2000,
        "/room/../../etc/passwd",
    ],
)
def test_no_path_leads_to_other_files(live: Live, path: str) -> None:
    status, _, body = raw(live, "GET", path)
    assert status in (404, 414, 431)
    assert b"root:" not in body


def test_thousands_of_ranges_are_answered_with_no_more_than_the_file(live: Live) -> None:
    _, _, page = raw(live, "GET", "/")
    found = re.search(rb"/static/\w+/css/[\w/]+\.css", page)
    assert found
    path = found[0].decode()
    _, _, whole = raw(live, "GET", path)
    ranges = "bytes=" + ",".join(f"{n}-{n}" for n in range(3000))
    status, _, body = raw(live, "GET", path, Range=ranges)
    assert status in (200, 206, 416)
    assert len(body) <= len(whole)


def test_what_a_client_sends_fills_no_log(live: Live, caplog: pytest.LogCaptureFixture) -> None:
    host, port = live.host.split(":")
    for _ in range(3):
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(
                f"POST /api/recipe HTTP/1.1\r\nHost: {live.host}\r\n".encode()
                + b"Content-Length: 9\r\n\r\n{"
            )
    assert raw(live, "GET", "/healthz")[0] == 200
    assert "Traceback" not in caplog.text
    assert "ClientDisconnect" not in caplog.text

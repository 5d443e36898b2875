import json
import socket
from collections.abc import Iterator

import pytest

from app import __version__
from engine import Recipe
from tests.app.bad_recipes import BAD, Bad
from tests.app.live import PATIENCE, Live, strict_json


@pytest.fixture
def anywhere() -> Iterator[Live]:
    server = Live(host="0.0.0.0")
    yield server
    server.stop()


def test_healthz_counts_the_runs(live: Live) -> None:
    def health() -> dict[str, object]:
        return strict_json(live.get("/healthz")[2])

    assert health() == {"status": "ok", "version": __version__, "runs": 0}
    with live.viewer() as viewer:
        viewer.start()
        assert health()["runs"] == 1


def test_the_schema_is_that_of_a_recipe(live: Live) -> None:
    status, _, body = live.get("/api/schema")
    assert status == 200
    assert strict_json(body) == json.loads(json.dumps(Recipe.model_json_schema()))


def test_a_recipe_comes_back_with_its_defaults(live: Live) -> None:
    status, recipe = live.post("/api/recipe", b'{"seed": 7, "lanes": [{"hidden_size": 3}]}')
    assert status == 200
    assert recipe["seed"] == 7
    assert recipe["lanes"] == [{"hidden_size": 3}]
    assert recipe["base"]["optimizer"] == "adam"
    assert live.post("/api/recipe", json.dumps(recipe).encode()) == (200, recipe)


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_bad_recipe_is_answered_with_what_is_wrong(live: Live, bad: Bad) -> None:
    status, answer = live.post("/api/recipe", bad.recipe.encode())
    assert status == 422
    [told] = answer["detail"]
    bad.check(told)


@pytest.mark.parametrize("body", [b"", b"{", b'{"seed": 1}}', b"\xff"])
def test_a_body_that_is_not_json_is_answered_likewise(live: Live, body: bytes) -> None:
    status, answer = live.post("/api/recipe", body)
    assert status == 422
    [told] = answer["detail"]
    assert (told["field"], told["allowed"]) == ("recipe", "JSON text")


def test_a_body_too_large_is_not_read(live: Live) -> None:
    status, answer = live.post("/api/recipe", b'"' + b"x" * 256 * 1024 + b'"')
    assert status == 413
    [told] = answer["detail"]
    assert told["field"] == "body"
    assert told["allowed"] == "at most 262144 bytes"
    assert told["value"] == "262146 bytes"


def test_a_body_that_does_not_say_how_large_it_is_is_read_no_further_than_the_limit(
    live: Live,
) -> None:
    host, port = live.host.split(":")
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with socket.create_connection((host, int(port)), PATIENCE) as connection:
        connection.sendall(
            b"POST /api/recipe HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        connection.sendall(5 * chunk)  # and no end
        status_line = connection.makefile("rb").readline()
    assert b" 413 " in status_line


def test_the_framework_s_own_pages_are_off(live: Live) -> None:
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert live.get(path)[0] == 404


def test_a_page_may_call_its_own_server_only(live: Live) -> None:
    for path in ("/healthz", "/", "/api/nothing"):
        _, headers, _ = live.get(path)
        policy = dict(
            rule.strip().split(" ", 1) for rule in headers["content-security-policy"].split(";")
        )
        assert policy["default-src"] == policy["script-src"] == policy["connect-src"] == "'self'"
        assert "unsafe-eval" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.evil.example", ""])
def test_a_foreign_host_name_is_turned_away(live: Live, name: str) -> None:
    assert live.get("/healthz", Host=name)[0] == 400


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "[::1]", "127.0.0.1"])
def test_every_name_of_loopback_is_answered(live: Live, name: str) -> None:
    assert live.get("/healthz", Host=name)[0] == 200


def test_bound_to_every_address_it_answers_no_name_that_it_does_not_know(anywhere: Live) -> None:
    token = {"Authorization": f"Bearer {anywhere.app.state.tokens.student}"}
    assert anywhere.get("/healthz", Host="lab-pc.example", **token)[0] == 400
    assert anywhere.get("/healthz", **token)[0] == 200

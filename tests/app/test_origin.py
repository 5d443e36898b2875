import pytest
from starlette.websockets import WebSocket
from websockets.exceptions import InvalidStatus

from app.http.origin import is_our_own
from tests.app.live import Live


def judged(host: str, origin: str | None, scheme: str = "ws") -> bool:
    headers = [(b"host", host.encode())]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    scope = {"type": "websocket", "scheme": scheme, "path": "/", "headers": headers}

    async def nothing(*_: object) -> None: ...

    return is_our_own(WebSocket(scope, nothing, nothing))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("host", "origin", "scheme"),
    [
        ("127.0.0.1:8000", "http://127.0.0.1:8000", "ws"),
        ("localhost:8000", "http://LOCALHOST:8000", "ws"),
        ("[::1]:8000", "http://[::1]:8000", "ws"),
        ("lab.example", "http://lab.example", "ws"),
        ("lab.example:80", "http://lab.example", "ws"),
        ("lab.example", "https://lab.example:443", "wss"),
        ("127.0.0.1:8000", None, "ws"),
    ],
)
def test_our_own_page_and_programs_are_let_in(host: str, origin: str | None, scheme: str) -> None:
    assert judged(host, origin, scheme)


@pytest.mark.parametrize(
    ("host", "origin", "scheme"),
    [
        ("127.0.0.1:8000", "http://evil.example", "ws"),
        ("127.0.0.1:8000", "http://127.0.0.1:8001", "ws"),
        ("127.0.0.1:8000", "http://127.0.0.1", "ws"),
        ("127.0.0.1:8000", "https://127.0.0.1:8000", "ws"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000", "wss"),
        ("127.0.0.1:8000", "http://localhost:8000", "ws"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000.evil.example", "ws"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000@evil.example", "ws"),
        ("127.0.0.1:8000", "null", "ws"),
        ("127.0.0.1:8000", "", "ws"),
        ("", "", "ws"),
        ("", "http://", "ws"),
        ("", "null", "ws"),
    ],
)
def test_any_other_page_is_not(host: str, origin: str, scheme: str) -> None:
    assert not judged(host, origin, scheme)


def test_a_foreign_page_gets_no_websocket(live: Live) -> None:
    with (
        pytest.raises(InvalidStatus) as refused,
        live.viewer(origin="http://evil.example"),
    ):
        pass
    assert refused.value.response.status_code == 403


def test_our_own_page_gets_one(live: Live) -> None:
    with live.viewer(origin=f"http://{live.host}") as viewer:
        assert viewer.start().iteration == 0


def test_a_foreign_host_name_gets_none(live: Live) -> None:
    with (
        pytest.raises(InvalidStatus) as refused,
        live.viewer(additional_headers={"Host": "evil.example"}),
    ):
        pass
    assert refused.value.response.status_code == 400

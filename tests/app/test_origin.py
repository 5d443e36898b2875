import pytest
from websockets.exceptions import InvalidStatus

from app.http.hosts import Host, Hosts, parse
from app.http.origin import is_our_own
from app.settings import Settings
from tests.app.live import Live


def judged(host: str, origin: str | None, scheme: str = "ws", site: str | None = None) -> bool:
    parsed = parse(host)
    return parsed is not None and is_our_own(scheme, parsed, origin, site)


@pytest.mark.parametrize(
    ("host", "origin", "scheme"),
    [
        ("127.0.0.1:8000", "http://127.0.0.1:8000", "ws"),
        ("localhost:8000", "http://LOCALHOST:8000", "http"),
        ("[::1]:8000", "http://[::1]:8000", "ws"),
        ("lab.example", "http://lab.example", "ws"),
        ("lab.example:80", "http://lab.example", "http"),
        ("lab.example", "https://lab.example:443", "wss"),
        ("127.0.0.1:8000", None, "ws"),
    ],
)
def test_our_own_page_and_programs_are_let_in(host: str, origin: str | None, scheme: str) -> None:
    assert judged(host, origin, scheme)
    assert judged(host, origin, scheme, "same-origin")


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
        ("127.0.0.1:8000", "http://evil@127.0.0.1:8000", "ws"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000/", "ws"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000#", "ws"),
        ("127.0.0.1:8000", "ftp://127.0.0.1:8000", "ws"),
        ("127.0.0.1:8000", "null", "ws"),
        ("127.0.0.1:8000", "", "ws"),
        ("", "", "ws"),
        ("", "http://", "ws"),
        ("", "null", "ws"),
    ],
)
def test_any_other_page_is_not(host: str, origin: str, scheme: str) -> None:
    assert not judged(host, origin, scheme)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "Cross-Site"])
def test_a_browser_that_says_that_the_page_is_foreign_is_believed(site: str) -> None:
    """Without an origin too, as a form of old may come."""
    assert not judged("127.0.0.1:8000", None, "http", site)


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


def ours(name: str, port: int = 8000, **settings: object) -> bool:
    parsed = parse(name)
    return parsed is not None and Hosts(Settings(**settings)).is_ours(parsed, port)  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "LocalHost:8000", "[::1]:8000", "localhost"])
def test_on_loopback_its_names_are_answered(host: str) -> None:
    assert ours(host)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:9999", "evil.example:8000", "192.168.1.5:8000", "127.0.0.1:8000:1", "a b", ""],
)
def test_on_loopback_nothing_else_is(host: str) -> None:
    assert not ours(host)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", ""])
def test_on_every_address_no_name_is_answered_that_somebody_could_bend(address: str) -> None:
    assert ours("192.168.1.5:8000", host=address)
    assert ours("[fd00::5]:8000", host=address)
    assert ours("localhost:8000", host=address)
    assert not ours("evil.example:8000", host=address)
    assert not ours("192.168.1.5:8001", host=address)


def test_names_that_were_allowed_are_answered_at_the_port_of_a_proxy() -> None:
    allowed = {"allowed_hosts": ("lab.example", "*.school.example", "door.example:444")}
    assert ours("lab.example", **allowed)
    assert ours("lab.example:443", **allowed)
    assert ours("a.school.example", **allowed)
    assert not ours("school.example.evil", **allowed)
    assert ours("door.example:444", **allowed)
    assert not ours("door.example:445", **allowed)
    assert ours("anything.example:1", allowed_hosts=("*",))


def test_a_host_is_taken_apart() -> None:
    assert parse("A.B:81") == Host("a.b", 81)
    assert parse("[::1]") == Host("[::1]", None)
    for header in ("a@b", "a/b", "a:b", "[::1", "::1", "a:123456", "é"):
        assert parse(header) is None, header

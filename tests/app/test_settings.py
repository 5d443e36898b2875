import pytest
from pydantic import ValidationError

from app.settings import Settings


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_on_loopback_only_loopback_names_are_answered(host: str) -> None:
    assert Settings(host=host).host_names == {"127.0.0.1", "[::1]", "localhost"}


@pytest.mark.parametrize(
    ("host", "name"),
    [("192.168.1.5", "192.168.1.5"), ("Lab-PC", "lab-pc"), ("fd00::5", "[fd00::5]")],
)
def test_a_host_that_is_bound_is_answered_too(host: str, name: str) -> None:
    assert name in Settings(host=host).host_names


@pytest.mark.parametrize("host", ["0.0.0.0", "::", ""])
def test_on_every_address_loopback_is_answered_too(host: str) -> None:
    assert Settings(host=host).host_names == {"127.0.0.1", "[::1]", "localhost"}
    assert Settings(host=host).listens_everywhere


@pytest.mark.parametrize(
    ("host", "needed"),
    [
        ("127.0.0.1", False),
        ("localhost", False),
        ("::1", False),
        ("0.0.0.0", True),
        ("", True),
        ("192.168.1.5", True),
        ("lab-pc", True),
    ],
)
def test_tokens_are_needed_where_others_can_reach_it(host: str, needed: bool) -> None:
    assert Settings(host=host).needs_tokens is needed
    assert Settings(host=host, token="a-long-word-of-mine").needs_tokens


def test_the_environment_sets_what_nobody_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNROLLED_PORT", "81")
    monkeypatch.setenv("UNROLLED_HOST", "10.0.0.1")
    monkeypatch.setenv("UNROLLED_ALLOWED_HOSTS", "lab.example, *.school.example")
    settings = Settings(host="10.0.0.2")
    assert (settings.host, settings.port) == ("10.0.0.2", 81)
    assert "10.0.0.2" in settings.host_names
    assert settings.allowed_hosts == ("lab.example", "*.school.example")


@pytest.mark.parametrize("name", ["a*b", "*x", "http://a", ""])
def test_a_host_name_that_no_request_can_have_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="allowed_hosts"):
        Settings(allowed_hosts=(name,))

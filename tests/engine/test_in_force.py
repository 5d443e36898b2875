from tests.engine.in_force import FIXTURE, text


def test_what_the_page_is_compared_with_is_what_the_engine_does() -> None:
    """Written anew by ``python -m tests.engine.in_force``."""
    assert FIXTURE.read_text() == text()

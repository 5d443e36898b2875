from collections.abc import Iterator

import pytest

from tests.app.live import PATIENCE, Live, Viewer


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    server = Live()
    yield server
    server.stop()


@pytest.fixture
def endured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute on for a viewer that acknowledges nothing, however long the test takes."""
    monkeypatch.setattr("app.stream.run.LONGEST_SILENCE", 10 * PATIENCE)


@pytest.fixture
def viewer(live: Live) -> Iterator[Viewer]:
    with live.viewer() as one:
        yield one

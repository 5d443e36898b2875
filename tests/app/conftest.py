from collections.abc import Iterator

import pytest

from tests.app.live import Live, Viewer


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    server = Live()
    yield server
    server.stop()


@pytest.fixture
def viewer(live: Live) -> Iterator[Viewer]:
    with live.viewer() as one:
        yield one

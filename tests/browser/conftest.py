import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

from tests.browser.lab import Lab
from tests.browser.server import Server

ARGUMENTS = [
    "--no-sandbox",  # Chromium refuses to run as root with one
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    # The system's, or else the one that Playwright downloads.
    installed = shutil.which("chromium")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=installed, args=ARGUMENTS)
        except Error as error:
            pytest.fail(
                "The browser tests need Chromium: 'apt install chromium', or "
                f"'playwright install chromium'. {error}",
                pytrace=False,
            )
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def server() -> Iterator[Server]:
    server = Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def new_lab(chromium: Browser, server: Server) -> Iterator[Callable[..., Lab]]:
    """Make labs, each as in a browser of its own; none may fail or ask another host."""
    contexts = []
    labs = []

    def make(url: str | None = None, **options: Any) -> Lab:
        contexts.append(
            chromium.new_context(**{"viewport": {"width": 1366, "height": 768}, **options})
        )
        labs.append(Lab(contexts[-1], url or server.url))
        return labs[-1]

    yield make
    for context in contexts:
        context.close()
    assert [failure for lab in labs for failure in lab.failures] == []
    for lab in labs:
        assert lab.hosts <= {lab.url.split("/")[2]}


@pytest.fixture
def lab(new_lab: Callable[..., Lab]) -> Lab:
    return new_lab()

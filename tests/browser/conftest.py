import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, sync_playwright

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

DESKTOP = {"viewport": {"width": 1366, "height": 768}}


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


@pytest.fixture(scope="package")
def desktop(chromium: Browser) -> Iterator[BrowserContext]:
    """One profile for all tests that ask for nothing special: it keeps the files of the page."""
    context = chromium.new_context(**DESKTOP)
    yield context
    context.close()


@pytest.fixture
def new_lab(
    chromium: Browser, server: Server, desktop: BrowserContext
) -> Iterator[Callable[..., Lab]]:
    """Make labs, each as in a browser of its own; none may fail or ask another host.

    The first that asks for nothing special takes the profile of `desktop`, which is left as it
    was when it was new.
    """
    contexts = []
    labs = []

    def make(url: str | None = None, **options: Any) -> Lab:
        context = desktop
        if labs or url is not None or options:
            context = chromium.new_context(**{**DESKTOP, **options})
            contexts.append(context)
        labs.append(Lab(context, url or server.url))
        return labs[-1]

    yield make
    for context in contexts:
        context.close()
    for page in desktop.pages:
        if page.url != "about:blank":
            page.evaluate("localStorage.clear()")
        page.close()
    desktop.clear_permissions()
    assert [failure for lab in labs for failure in lab.failures] == []
    for lab in labs:
        assert lab.hosts <= {lab.url.split("/")[2]}


@pytest.fixture
def lab(new_lab: Callable[..., Lab]) -> Lab:
    return new_lab()

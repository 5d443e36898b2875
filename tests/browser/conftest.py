import shutil
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, expect, sync_playwright

from tests.browser.classroom import ClassRoom
from tests.browser.lab import PATIENCE, Lab
from tests.browser.server import Server
from tests.browser.tabs import Tabs

ARGUMENTS = [
    "--no-sandbox",  # Chromium refuses to run as root with one
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=PATIENCE)

FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


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
def tabs(chromium: Browser, server: Server) -> Iterator[Tabs]:
    tabs = Tabs(chromium, f"{server.url}api/schema")
    yield tabs
    tabs.close()


@pytest.fixture
def new_lab(
    tabs: Tabs, server: Server, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Lab]]:
    """Make labs, each as in a browser of its own; none may fail or ask another host."""
    labs: list[Lab] = []

    def make(url: str | None = None, **options: Any) -> Lab:
        # Another server is another origin, whose files no tab has yet.
        page = tabs.take(**{"new": url is not None, **options})
        labs.append(Lab(page, url or server.url))
        return labs[-1]

    yield make
    for lab in labs:
        lab.leave()
        tabs.give_back(lab.page, again=not request.node.stash.get(FAILED, False))
    assert [failure for lab in labs for failure in lab.failures] == []
    for lab in labs:
        assert lab.hosts <= {lab.url.split("/")[2]}


@pytest.fixture
def room(new_lab: Callable[..., Lab]) -> ClassRoom:
    return ClassRoom(new_lab)


@pytest.fixture
def lab(new_lab: Callable[..., Lab]) -> Lab:
    return new_lab()

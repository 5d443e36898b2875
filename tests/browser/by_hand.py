"""The lab and a browser for programs that are no tests: benchmarks and pictures."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import ARGUMENTS
from tests.browser.server import Server


@contextmanager
def lab_and_browser() -> Iterator[tuple[str, Browser]]:
    """Yield the address of a lab that runs for this, and a browser to open it in."""
    server = Server()
    server.start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=ARGUMENTS
            )
            yield server.url, browser
            browser.close()
    finally:
        server.stop()

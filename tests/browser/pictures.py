"""Take the README's pictures of the real page: ``python -m tests.browser.pictures``."""

import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import ARGUMENTS
from tests.browser.lab import Lab
from tests.browser.server import ROOT, Server

FOLDER = ROOT / "static" / "screenshots"
SIZES = {
    "light": {"viewport": {"width": 1366, "height": 768}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1366, "height": 768}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
}
ITERATION = 1000
"""By then the GRU and the LSTM have learnt the adding problem, and the tanh RNN has not."""


def take(browser: Browser, url: str, options: dict[str, Any], to: Path) -> None:
    """Play to the iteration, pause, and take the picture."""
    context = browser.new_context(**options)
    lab = Lab(context, url)
    lab.open({})
    lab.button("Play").click()
    lab.wait(f"state.frame.iteration >= {ITERATION}")
    lab.button("Pause").click()
    lab.page.wait_for_timeout(3000)  # the lines settle into Plotly's
    lab.page.screenshot(path=to)
    context.close()


def main() -> None:
    """Take them all."""
    server = Server()
    server.start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=ARGUMENTS
            )
            for name, options in SIZES.items():
                take(browser, server.url, options, FOLDER / f"lab-{name}.png")
            browser.close()
    finally:
        server.stop()


if __name__ == "__main__":
    main()

"""The lecturer's page in Chromium, with the helpers of ``make bench-page``."""

from __future__ import annotations

import shutil

from playwright.sync_api import sync_playwright

from tests.bench.page import LAPTOP, VIEWS, playing, smoothness
from tests.browser.conftest import ARGUMENTS
from tests.browser.lab import Lab


def page_frames(url: str, seconds: float) -> float:
    """Return how many frames a second a page draws that plays the default recipe.

    Parameters
    ----------
    url : str
        Of the page.
    seconds : float
        How long to watch it, once it plays.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        lab = Lab(browser.new_page(viewport=LAPTOP), url)
        playing(lab, VIEWS["every panel"])
        found = smoothness(lab.page, seconds)
        browser.close()
    return found["frames/s"]

"""Take the README's pictures of the real page: ``python -m tests.browser.pictures``."""

import json
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from playwright.sync_api import Browser

from tests.browser.by_hand import lab_and_browser
from tests.browser.lab import Lab
from tests.browser.server import ROOT

FOLDER = ROOT / "static" / "screenshots"
LAPTOP = {"width": 1366, "height": 768}
ITERATION = 1000
"""By then the GRU and the LSTM have learnt the adding problem, and the tanh RNN has not."""


class Picture(NamedTuple):
    """How the page looks in one picture: the browser's options, panels, and keys pressed last."""

    options: dict[str, Any]
    view: dict[str, Any] = {}  # noqa: RUF012
    phase: str | None = None
    projector: bool = False


PICTURES = {
    "light": Picture({"viewport": LAPTOP, "color_scheme": "light"}),
    "dark": Picture(
        {"viewport": LAPTOP, "color_scheme": "dark"},
        {"inspect": [{"lane": 1, "t": 31, "unit": 4}]},
        phase="Backward",
    ),
    "projector": Picture(
        {"viewport": {"width": 1920, "height": 1080}, "color_scheme": "light"}, projector=True
    ),
    "phone": Picture({"viewport": {"width": 390, "height": 844}, "color_scheme": "light"}),
}


def take(browser: Browser, url: str, picture: Picture, to: Path) -> None:
    """Play to the iteration, pause, and take the picture."""
    context = browser.new_context(**picture.options)
    lab = Lab(context.new_page(), url)
    lab.open(at=f"{url}#recipe={{}}&view={quote(json.dumps(picture.view))}")
    if picture.projector:
        lab.page.keyboard.press("p")
    lab.button("Play").click()
    for iteration in range(100, ITERATION + 1, 100):
        lab.wait_for_iteration(iteration)
    lab.button("Pause").click()
    lab.page.wait_for_timeout(8000)  # the sweep ends, and the lines settle into Plotly's
    if picture.phase is not None:
        lab.button(picture.phase).click()
        lab.page.wait_for_timeout(1500)
    lab.page.mouse.move(0, 0)
    lab.page.screenshot(path=to)
    context.close()


def main() -> None:
    """Take them all."""
    with lab_and_browser() as (url, browser):
        for name, picture in PICTURES.items():
            take(browser, url, picture, FOLDER / f"lab-{name}.png")


if __name__ == "__main__":
    main()

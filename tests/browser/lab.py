"""The lab in a browser, as a test sees it."""

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from playwright.sync_api import ConsoleMessage, Locator, Page, WebSocket

PATIENCE = 30_000
"""Milliseconds until a test gives up on a page: long, for machines that are busy."""

CANVAS = """canvas => new Promise((done) => {
  // Views draw in the frame after a change.
  requestAnimationFrame(() => requestAnimationFrame(() => done(canvas.toDataURL())));
})"""

DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

PLACE = """() => {
  const { connection, outage, run, frame, latest, wanted, heading } = unrolled?.store.state ?? {};
  const iterations = [frame?.iteration, latest?.iteration];
  return JSON.stringify({ connection, outage, run, iterations, wanted, heading });
}"""

SETTLED = """[...document.querySelectorAll(".chart")].every((chart) =>
  !chart.checkVisibility({ checkVisibilityCSS: true }) ||
  chart.querySelector(".chart-plotly.settled") !== null)"""


def fragment(recipe: dict[str, Any] | None) -> str:
    """Return the end of an address that opens the page with a recipe."""
    return "" if recipe is None else f"#recipe={quote(json.dumps(recipe))}"


class Lab:
    """One page, with all that it sends, loads and complains of.

    Attributes
    ----------
    page : Page
        Playwright's.
    sent : list of dict
        Messages that went to the server, without their ids, acknowledgements and pings.
    heard : list of dict
        Messages that came from it as text, which frames are not.
    complaints : list of str
        Errors and warnings of the console.
    failures : list of str
        Exceptions that nobody caught.
    hosts : set of str
        Whom the page asked for something.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.url = url
        self.sent: list[dict[str, Any]] = []
        self.heard: list[dict[str, Any]] = []
        self.complaints: list[str] = []
        self.failures: list[str] = []
        self.hosts: set[str] = set()
        self.page = page
        self._paused_at: int | None = None
        self._listeners: dict[Any, Callable[[Any], None]] = {
            "pageerror": lambda error: self.failures.append(f"{error}\n{error.stack}"),
            "request": lambda request: self.hosts.add(request.url.split("/")[2]),
            "websocket": self._listen,
            "console": self._complain,
        }
        page.set_default_timeout(PATIENCE)
        for event, listener in self._listeners.items():
            page.on(event, listener)

    def leave(self) -> None:
        """Hear no more of the page."""
        for event, listener in self._listeners.items():
            self.page.remove_listener(event, listener)

    def _complain(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _listen(self, websocket: WebSocket) -> None:
        self.hosts.add(websocket.url.split("/")[2])
        websocket.on("framesent", self._remember)
        websocket.on("framereceived", self._hear)

    def _remember(self, payload: str | bytes) -> None:
        message = json.loads(payload)
        message.pop("id", None)
        if message["type"] not in ("ack", "ping"):
            self.sent.append(message)

    def _hear(self, payload: str | bytes) -> None:
        if isinstance(payload, str):
            message = json.loads(payload)
            self.heard.append(message)
            if message["type"] == "state" and message.get("state") == "paused":
                self._paused_at = message["iteration"]

    def open(self, recipe: dict[str, Any] | None = None, *, at: str | None = None) -> None:
        """Open the page with a recipe (paused), or a link, or plainly; wait for a first frame."""
        self.page.goto(at or self.url + fragment(recipe))
        self.wait("state.frame !== null")

    def read(self, expression: str) -> Any:
        """Return what a JavaScript expression of ``state`` is."""
        return self.page.evaluate(
            f"() => {{ const {{ state }} = unrolled.store; return {expression}; }}"
        )

    def wait(self, expression: str) -> None:
        """Wait until a JavaScript expression of ``state`` is true.

        It is not yet where it has no value: before the page has a store, and between two runs.
        """
        self.wait_until(
            "globalThis.unrolled !== undefined && (() => { "
            f"const {{ state }} = unrolled.store; try {{ return {expression}; }} "
            "catch (error) { if (error instanceof TypeError) return false; throw error; } })()"
        )

    def wait_until(self, condition: str) -> None:
        """Wait until a JavaScript condition is true.

        Playwright's own way evaluates a string inside the page, which the page forbids.
        """
        end = time.monotonic() + PATIENCE / 1000
        while not self.page.evaluate(condition):
            assert time.monotonic() < end, f"never true: {condition}; {self._place()}"
            self.page.wait_for_timeout(20)

    def wait_for(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds that a condition of the page alone can't say."""
        end = time.monotonic() + PATIENCE / 1000
        while not holds():
            assert time.monotonic() < end, f"never held; {self._place()}"
            self.page.wait_for_timeout(20)

    def _place(self) -> str:
        """Return what the page says of itself, for a test that fails."""
        return str(self.page.evaluate(PLACE))

    def wait_for_iteration(self, iteration: int) -> None:
        self.wait(f"state.frame !== null && state.frame.iteration >= {iteration}")

    def plotly_arrived(self) -> None:
        self.wait_until("globalThis.Plotly !== undefined")

    def drawn(self) -> None:
        """Wait until every view has drawn what the page knows now."""
        self.page.evaluate(DRAWN)

    def settled(self) -> None:
        """Wait until Plotly holds what the charts in sight show, which it does at rest."""
        self.plotly_arrived()
        self.drawn()
        self.wait_until(SETTLED)

    def line(self, lane: int, name: str = "dh_norm") -> list[float]:
        """Return the numbers of one array of the frame that is shown."""
        numbers: list[float] = self.read(f"Array.from(state.frame.arrays['{lane}/{name}'].data)")
        return numbers

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def region(self, name: str) -> Locator:
        return self.page.get_by_role("region", name=name, exact=True)

    def field(self, label: str) -> Locator:
        """Return a control that all lanes share."""
        return self.region("Controls").get_by_label(label, exact=True)

    def status(self) -> Locator:
        return self.page.get_by_role("status")

    def picture(self, region: str) -> str:
        """Return the pixels of a view's own canvas."""
        pixels: str = self.region(region).locator("canvas.surface").evaluate(CANVAS)
        return pixels

    def rest(self) -> int:
        """Pause, wait until the last frame is drawn, and return its iteration."""
        self._paused_at = None
        self.button("Pause").click()
        self.wait("state.run === 'paused'")
        end = time.monotonic() + PATIENCE / 1000
        while self._paused_at is None:
            assert time.monotonic() < end, "never paused"
            self.page.wait_for_timeout(20)
        # The frame of the last iteration may still wait for its turn behind earlier ones.
        self.wait(f"state.frame.iteration === {self._paused_at}")
        self.drawn()
        return self._paused_at

    def press(self, name: str) -> None:
        self.button(name).click()

    def last_heard(self, kind: str) -> dict[str, Any]:
        return [message for message in self.heard if message["type"] == kind][-1]

    def messages(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.sent if message["type"] == kind]

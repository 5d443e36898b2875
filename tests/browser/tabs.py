"""Tabs of one browser that tests take in turn."""

import json
from typing import Any

from playwright.sync_api import Browser, Page

DESKTOP = {"width": 1366, "height": 768}


class Tabs:
    """Tabs that are taken by a test and given back, each in a profile of its own.

    Opening the page in a new profile takes four times as long as in a tab that has shown it
    before, where the browser has the files and what it compiled of them. Each test gets a new
    document all the same: nothing of the page outlives its tab's visit to ``elsewhere``.

    Parameters
    ----------
    browser : Browser
        Playwright's.
    elsewhere : str
        Address of a small document at the origin of the page, where tabs wait for the next test.
    """

    def __init__(self, browser: Browser, elsewhere: str) -> None:
        self._browser = browser
        self._elsewhere = elsewhere
        self._free: dict[str, list[Page]] = {}
        self._taken: dict[Page, str] = {}

    def take(
        self,
        *,
        viewport: dict[str, int] = DESKTOP,
        color_scheme: Any = "light",
        reduced_motion: Any = "no-preference",
        contrast: Any = "no-preference",
        forced_colors: Any = "none",
        new: bool = False,
        **device: Any,
    ) -> Page:
        """Return a tab that is like one of a browser just started.

        Parameters
        ----------
        viewport, color_scheme, reduced_motion, contrast, forced_colors
            Playwright's options of a context that a tab can change later.
        new : bool
            Never used before, and never again: for scripts that a tab can't be rid of, and for
            what is to be measured from an empty cache on.
        **device
            Playwright's other options of a context; a tab is used again with the same ones only.
        """
        kind = json.dumps(device, sort_keys=True)
        free = self._free.setdefault(kind, [])
        if new or not free:
            context = self._browser.new_context(viewport=viewport, **device)
            page = context.new_page()
        else:
            page = free.pop()
            page.set_viewport_size(viewport)
        page.emulate_media(
            media="screen",
            color_scheme=color_scheme,
            reduced_motion=reduced_motion,
            contrast=contrast,
            forced_colors=forced_colors,
        )
        self._taken[page] = "" if new else kind
        return page

    def give_back(self, page: Page, *, again: bool) -> None:
        """Leave the document and forget what the profile knows, or close the profile.

        Parameters
        ----------
        page : Page
            A tab that was taken.
        again : bool
            Whether another test may have it: not after a failure, which may leave a key pressed.
        """
        kind = self._taken.pop(page)
        if not (again and kind):
            page.context.close()
            return
        page.unroute_all()
        page.context.clear_permissions()
        page.goto(self._elsewhere)
        page.evaluate("localStorage.clear(), sessionStorage.clear()")
        page.mouse.move(-1, -1)
        self._free[kind].append(page)

    def close(self) -> None:
        """Close all that are free."""
        for free in self._free.values():
            for page in free:
                page.context.close()

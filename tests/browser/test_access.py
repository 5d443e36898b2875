"""Whoever cannot see the page, or has no mouse, can use it: axe finds nothing on any screen."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.lab import Lab

SMALL = {"task": {"seq_len": 20}, "batch_size": 8, "base": {"hidden_size": 8}}
SCREENS: dict[str, dict[str, Any]] = {
    "as it opens": {},
    "source and zoomed": {"flow": "source", "zoom": "f", "story": "lanes"},
    "spectrum and sorted": {"flow": "spectrum", "sort": "memory", "hidden": [0]},
    "what if": {"flow": "what_if", "off": ["c", "h"], "cut": 4},
    "dynamics": {"flow": "dynamics"},
    "landscape": {"story": "landscape"},
    "diagnosis": {"diagnosis": True},
    "inspecting": {"inspect": [{"lane": 1, "t": 5, "unit": 2}, {"lane": 0, "t": 9, "unit": 0}]},
}

ARRAYS = {
    "as it opens": ["0/dh_norm"],
    "source and zoomed": ["0/source", "1/gate.f.low"],
    "spectrum and sorted": ["1/spectrum.i"],
    "what if": ["0/dh_norm"],
    "dynamics": ["0/plane.axes"],
    "landscape": ["0/dh_norm"],
    "diagnosis": ["0/dh_norm"],
    "inspecting": ["0/example.dh", "1/example.dh"],
}
"""What each screen asks the server for, which comes after the first frame."""


def complaints(lab: Lab) -> list[str]:
    """Return what axe finds on the page, and where."""
    found = Axe().run(lab.page)
    return [
        f"{each['id']}: {', '.join(str(node['target']) for node in each['nodes'])}"
        for each in found.response["violations"]
    ]


def link(lab: Lab, view: dict[str, Any], recipe: dict[str, Any] = SMALL) -> str:
    return f"{lab.url}#recipe={quote(json.dumps(recipe))}&view={quote(json.dumps(view))}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing(new_lab: Callable[..., Lab], screen: str, scheme: str) -> None:
    lab = new_lab(color_scheme=scheme, reduced_motion="reduce")
    lab.open(at=link(lab, SCREENS[screen]))
    for name in ARRAYS[screen]:
        lab.wait(f"'{name}' in state.frame.arrays")
    lab.settled()
    assert complaints(lab) == []


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_while_things_fade_after_pause(
    new_lab: Callable[..., Lab], screen: str
) -> None:
    lab = new_lab()
    lab.open(at=link(lab, SCREENS[screen]))
    for name in ARRAYS[screen]:
        lab.wait(f"'{name}' in state.frame.arrays")
    lab.button("Play").click()
    lab.wait_for_iteration(5)
    lab.button("Pause").click()
    assert complaints(lab) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_phone_where_something_is_wrong(
    new_lab: Callable[..., Lab], scheme: str
) -> None:
    lab = new_lab(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    lab.open(at=f"{lab.url}#recipe=%7Bdamaged")
    expect(lab.page.get_by_text("This link is damaged")).to_be_visible()
    lab.button("Controls").click()
    field = lab.field("Learning rate")
    field.fill("-1")
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    lab.settled()
    assert complaints(lab) == []


def test_axe_would_find_something(lab: Lab) -> None:
    lab.open(SMALL)
    lab.page.evaluate("document.body.append(document.createElement('button'))")
    assert any("button-name" in each for each in complaints(lab))

"""Everything has its place at every size."""

import json
from collections.abc import Callable
from itertools import combinations
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab

REGIONS = [
    "Controls",
    "Unrolled network",
    "Gradient flow",
    "Inside the cell",
    "Training",
    "Prediction",
]
DESKTOPS = [(1366, 768), (1920, 1080)]
PHONE = (390, 844)
FOUR = {
    "task": {"seq_len": 20},
    "batch_size": 4,
    "lanes": [{"cell": "rnn"}, {"cell": "lstm"}, {"cell": "gru"}, {"cell": "gru", "clip": "none"}],
}

CUT_OFF = """() => [...document.querySelectorAll(
    ".bar button, .bar label, .brand, .status > *, .field label, .field .entry, .tag, legend")]
  .filter((node) => node.offsetParent !== null && !node.matches(".vh, .bare label")
    && node.scrollWidth > node.clientWidth + 1
    && getComputedStyle(node).display !== "inline"
    && getComputedStyle(node).clipPath === "none")
  .map((node) => `${node.className} ${node.textContent.trim()}`)"""


def at(new_lab: Callable[..., Lab], size: tuple[int, int]) -> Lab:
    width, height = size
    lab = new_lab(viewport={"width": width, "height": height}, has_touch=width < 500)
    lab.open(FOUR)
    lab.settled()
    return lab


def boxes(lab: Lab) -> dict[str, dict[str, float]]:
    found = {}
    for name in REGIONS:
        box = lab.region(name).bounding_box()
        assert box is not None, name
        found[name] = dict(box)
    return found


@pytest.mark.parametrize("size", [*DESKTOPS, (1024, 768), PHONE, (360, 740)])
def test_nothing_overlaps_and_nothing_is_wider_than_the_screen(
    new_lab: Callable[..., Lab], size: tuple[int, int]
) -> None:
    lab = at(new_lab, size)
    assert lab.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    places = boxes(lab)
    for name, box in places.items():
        assert box["x"] >= 0, name
        assert box["x"] + box["width"] <= size[0], name
    for (one, a), (other, b) in combinations(places.items(), 2):
        apart = (
            a["x"] + a["width"] <= b["x"]
            or b["x"] + b["width"] <= a["x"]
            or a["y"] + a["height"] <= b["y"]
            or b["y"] + b["height"] <= a["y"]
        )
        assert apart, f"{one} lies over {other}"
    assert lab.page.evaluate(CUT_OFF) == []


@pytest.mark.parametrize("size", DESKTOPS)
def test_a_desktop_shows_all_on_one_screen(
    new_lab: Callable[..., Lab], size: tuple[int, int]
) -> None:
    lab = at(new_lab, size)
    assert lab.page.evaluate("document.documentElement.scrollHeight") <= size[1]
    for name, box in boxes(lab).items():
        assert box["y"] + box["height"] <= size[1], name
        assert box["height"] >= 150, name
    for name in ("Play", "Pause", "Step", "Reset", "Share"):
        expect(lab.button(name)).to_be_in_viewport(ratio=1)
    expect(lab.status()).to_be_in_viewport(ratio=1)


def test_a_phone_has_the_transport_under_the_thumb_and_the_controls_folded(
    new_lab: Callable[..., Lab],
) -> None:
    lab = at(new_lab, PHONE)
    lab.page.mouse.wheel(0, 700)
    for name in ("Play", "Pause", "Step", "Reset"):
        expect(lab.button(name)).to_be_in_viewport(ratio=1)
        box = lab.button(name).bounding_box()
        assert box is not None
        assert box["height"] >= 40
        assert box["y"] > PHONE[1] / 2
    fold = lab.button("Controls")
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(lab.field("Learning rate")).to_be_hidden()
    fold.click()
    expect(lab.field("Learning rate")).to_be_visible()
    assert lab.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_a_phone_s_edges_are_narrow_and_its_curves_high(new_lab: Callable[..., Lab]) -> None:
    lab = at(new_lab, PHONE)
    edges = [lab.page.locator(each).bounding_box() for each in ("header.bar", "#transport")]
    assert sum(box["height"] for box in edges if box is not None) < 150
    training = lab.region("Training")
    curves = lab.page.locator("#training").bounding_box()
    bar, panel = lab.page.locator("#time-bar").bounding_box(), training.bounding_box()
    assert curves is not None
    assert bar is not None
    assert panel is not None
    assert curves["height"] >= 280, "two charts below each other"
    assert bar["height"] < 90, "no line of it is empty"
    assert abs(panel["y"] + panel["height"] - bar["y"] - bar["height"]) < 3
    # To look back adds a button, and moves the slider by nothing.
    slider = lab.page.locator(".time-range")
    before = slider.bounding_box()
    for iteration in (1, 2):
        lab.press("Step")
        lab.wait_for_iteration(iteration)
    slider.press("ArrowLeft")
    lab.wait("state.past === 1")
    after = slider.bounding_box()
    assert before is not None
    assert after is not None
    top = lab.page.evaluate("document.querySelector('#training').getBoundingClientRect().top")
    assert after["y"] - top == pytest.approx(before["y"] - curves["y"], abs=1)


def test_on_a_phone_few_lanes_have_a_low_network(new_lab: Callable[..., Lab]) -> None:
    lab = new_lab(viewport={"width": PHONE[0], "height": PHONE[1]})
    heights = []
    for count in (1, 2, 3):
        lab.open({**FOUR, "lanes": FOUR["lanes"][:count]})
        lab.wait(f"state.lanes.length === {count}")
        box = lab.region("Unrolled network").bounding_box()
        assert box is not None
        heights.append(box["height"])
    assert heights == [300, 350, 400]


def test_the_longest_texts_have_room(new_lab: Callable[..., Lab]) -> None:
    lab = new_lab()
    lab.open({**FOUR, "seed": 2**32 - 1, "base": {"learning_rate": 1.2345e-5, "clip": "none"}})
    lab.page.get_by_role("button", name="Own settings of LSTM").click()
    lab.settled()
    assert lab.page.evaluate(
        "document.querySelector('#controls').scrollWidth"
    ) <= lab.page.evaluate("document.querySelector('#controls').clientWidth")
    assert lab.page.evaluate(CUT_OFF) == []


@pytest.mark.parametrize("beside", [["Diagnosis"], ["Lessons"], ["Diagnosis", "Lessons"]])
def test_the_inspector_and_what_stands_at_the_right_leave_the_panels_their_room(
    lab: Lab, beside: list[str]
) -> None:
    view = quote(json.dumps({"inspect": [{"lane": 1, "t": 5, "unit": 2}]}))
    lab.open(at=f"{lab.url}#view={view}")
    for name in beside:
        lab.button(name).click()
    lab.drawn()
    widths = {
        name: lab.region(name).evaluate("element => element.getBoundingClientRect().width")
        for name in ("Unrolled network", "Gradient flow", "Training", "Cell inspector")
    }
    assert widths["Unrolled network"] > 600, widths
    assert min(widths.values()) > 280, widths

"""What a pointer does on the charts: it scrubs, zooms, and reads numbers that cover no curve."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Locator, expect

from tests.browser.lab import Lab

SMALL: dict[str, Any] = {
    "task": {"seq_len": 20},
    "batch_size": 8,
    "base": {"hidden_size": 8, "clip_threshold": 0.1},
}
LAST = 12
T = 20
CHARTS = ["Gradient flow", "Training"]

RANGES = """section => {
  const { layout } = section.querySelector(".chart-plotly");
  return [layout.xaxis.range, layout.yaxis.range];
}"""

READ = """(name) => JSON.parse([...document.querySelectorAll(".chart")]
  .find((each) => each.closest("section").querySelector("h2").textContent === name)
  .dataset.readout ?? "[]").length"""
"""In how many places a chart writes numbers of the pointer."""


def chart(lab: Lab, name: str) -> Locator:
    return lab.region(name).locator(".chart")


def plot(lab: Lab, name: str) -> dict[str, float]:
    """Return where on the screen the first plot of a chart lies."""
    box = lab.region(name).locator(".chart-plotly .nsewdrag").first.bounding_box()
    assert box is not None
    return {**box}


def x_of(lab: Lab, name: str, value: float) -> float:
    """Return where on the screen the first plot of a chart has an iteration or a timestep."""
    low, high = lab.region(name).evaluate(RANGES)[0]
    box = plot(lab, name)
    return box["x"] + box["width"] * (value - low) / (high - low)


def middle(lab: Lab, name: str) -> float:
    box = plot(lab, name)
    return box["y"] + box["height"] / 2


def advanced(lab: Lab) -> Lab:
    """Open a small run at iteration 12, every iteration of which is kept, with all at rest."""
    lab.open(SMALL)
    for at in range(lab.read("state.latest.iteration") + 1, LAST + 1):
        lab.button("Step").click()
        lab.wait(f"state.latest.iteration === {at} && state.run === 'paused'")
    lab.settled()
    return lab


@pytest.fixture
def still(lab: Lab) -> Lab:
    return advanced(lab)


@pytest.fixture
def phone(new_lab: Callable[..., Lab]) -> Lab:
    size = {"width": 390, "height": 844}
    return advanced(new_lab(viewport=size, has_touch=True, is_mobile=True))


def drag(lab: Lab, start: tuple[float, float], end: tuple[float, float]) -> None:
    lab.page.mouse.move(*start)
    lab.page.mouse.down()
    lab.page.mouse.move(*end, steps=5)
    lab.page.mouse.up()


def shift_drag(lab: Lab, start: tuple[float, float], end: tuple[float, float]) -> None:
    lab.page.keyboard.down("Shift")
    drag(lab, start, end)
    lab.page.keyboard.up("Shift")


def touch(session: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    session.send(
        "Input.dispatchTouchEvent",
        {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]},
    )


def swipe(lab: Lab, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Move a finger from one place to another."""
    session = lab.page.context.new_cdp_session(lab.page)
    touch(session, "touchStart", start)
    for k in range(1, 9):
        at = [a + (b - a) * k / 8 for a, b in zip(start, end, strict=True)]
        touch(session, "touchMove", (at[0], at[1]))
    touch(session, "touchEnd")


def test_dragging_the_curves_of_training_shows_the_iteration_under_the_pointer(
    still: Lab,
) -> None:
    y = middle(still, "Training")
    still.page.mouse.move(x_of(still, "Training", 60), y)
    still.page.mouse.down()
    for iteration in (9, 4, 7):
        still.page.mouse.move(x_of(still, "Training", iteration), y + iteration, steps=3)
        still.wait(f"state.past === {iteration} && state.frame.iteration === {iteration}")
    still.page.mouse.up()
    assert still.read("state.past") == 7
    # Whoever lets go at the end is live again.
    drag(still, (x_of(still, "Training", 3), y), (x_of(still, "Training", 60), y))
    still.wait(f"state.past === null && state.frame.iteration === {LAST}")


def test_dragging_gradient_flow_marks_the_timestep_in_every_view(still: Lab) -> None:
    y = middle(still, "Gradient flow")
    still.page.mouse.move(x_of(still, "Gradient flow", 3), y)
    still.page.mouse.down()
    for t in (8, 15, 11):
        still.page.mouse.move(x_of(still, "Gradient flow", t), y, steps=3)
        still.wait(f"state.selection.t === {t} && state.cursor.t === {t}")
    still.page.mouse.up()
    still.page.mouse.move(5, 5)
    assert still.read("state.cursor.t") == 11
    assert still.read("state.past") is None


def test_a_phase_goes_to_the_timestep_that_was_chosen_in_the_chart(
    new_lab: Callable[..., Lab],
) -> None:
    lab = advanced(new_lab(reduced_motion="reduce"))
    lab.button("Backward").click()
    picture = lab.region("Unrolled network").locator(".view-canvas")
    expect(picture).to_have_attribute("data-t", "0")
    y = middle(lab, "Gradient flow")
    drag(lab, (x_of(lab, "Gradient flow", 18), y), (x_of(lab, "Gradient flow", 13), y))
    expect(picture).to_have_attribute("data-t", "13")


def test_a_finger_along_the_axis_scrubs_and_one_up_and_down_scrolls(phone: Lab) -> None:
    for name, key, begin, wanted in (
        ("Training", "past", 60, 4),
        ("Gradient flow", "selection.t", 4, 14),
    ):
        chart(phone, name).evaluate("node => node.scrollIntoView({ block: 'center' })")
        phone.drawn()
        start = (x_of(phone, name, begin), middle(phone, name))
        swipe(phone, start, (x_of(phone, name, wanted), start[1] + 6))
        phone.wait(f"state.{key} === {wanted}")
        before = phone.page.evaluate("scrollY")
        swipe(phone, start, (start[0] + 8, start[1] - 160))
        phone.wait_until(f"scrollY !== {before}")
        assert phone.read(f"state.{key}") == wanted


@pytest.mark.parametrize("name", CHARTS)
def test_shift_and_drag_zooms_and_show_all_shows_all(still: Lab, name: str) -> None:
    region, box = still.region(name), plot(still, name)
    show_all = region.get_by_role("button", name="Show all", exact=True)
    expect(show_all).to_have_count(0)
    whole = region.evaluate(RANGES)
    corners = [(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.8)]
    corners += [(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.3)]
    wanted = [[low + share * (high - low) for share in shares] for (low, high), shares in
              zip(whole, [(0.2, 0.6), (0.2, 0.7)], strict=True)]  # fmt: skip

    def zoomed() -> None:
        expect(show_all).to_be_visible()
        ranges = region.evaluate(RANGES)
        for (low, high), chosen, now in zip(whole, wanted, ranges, strict=True):
            assert now == pytest.approx(chosen, abs=0.02 * (high - low))

    def back() -> None:
        expect(show_all).to_have_count(0)
        for now, before in zip(region.evaluate(RANGES), whole, strict=True):
            assert now == pytest.approx(before)

    shift_drag(still, *corners)
    zoomed()
    assert still.read("[state.past, state.selection.t]") == [None, None]
    show_all.click()
    back()
    # The same with the button, and back by a double click.
    zoom = region.get_by_role("button", name="Zoom", exact=True)
    zoom.click()
    expect(zoom).to_have_attribute("aria-pressed", "true")
    drag(still, *corners)
    zoomed()
    zoom.click()
    still.page.mouse.dblclick(*corners[0])
    back()
    still.settled()
    # And by keys alone.
    zoom.press("+")
    expect(show_all).to_be_visible()
    low, high = region.evaluate(RANGES)[0]
    assert high - low == pytest.approx((whole[0][1] - whole[0][0]) / 2)
    show_all.focus()
    show_all.press("Enter")
    back()
    expect(zoom).to_be_focused()


def test_a_finger_zooms_once_zoom_is_pressed(phone: Lab) -> None:
    region = phone.region("Gradient flow")
    region.get_by_role("button", name="Zoom", exact=True).tap()
    chart(phone, "Gradient flow").evaluate("node => node.scrollIntoView({ block: 'center' })")
    phone.drawn()
    box = plot(phone, "Gradient flow")
    start = (box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.25)
    swipe(phone, start, (start[0] + box["width"] / 2, start[1] + box["height"] / 2))
    expect(region.get_by_role("button", name="Show all", exact=True)).to_be_visible()
    assert region.evaluate(RANGES)[0] == pytest.approx([0.25 * T, 0.75 * T], abs=0.6)


def test_show_all_brings_hidden_lines_back(still: Lab) -> None:
    training, flow = (still.region(name) for name in reversed(CHARTS))
    still.region("Training").get_by_role("button", name="Lanes").click()
    still.page.locator("#lane-table").get_by_role("button", name="RNN tanh").click()
    still.region("Training").get_by_role("button", name="Curves").click()
    for region in (training, flow):
        expect(region.get_by_role("button", name="Show all", exact=True)).to_be_visible()
    training.get_by_role("button", name="Show all", exact=True).click()
    still.wait("state.view.hidden.length === 0")
    for region in (training, flow):
        expect(region.get_by_role("button", name="Show all", exact=True)).to_have_count(0)
    # What the legend alone hides: the ghost.
    still.settled()
    flow.locator(".legendtoggle").last.click()
    show_all = flow.get_by_role("button", name="Show all", exact=True)
    show_all.click()
    expect(show_all).to_have_count(0)


def test_plotly_shows_neither_buttons_nor_a_tip_of_its_own(still: Lab) -> None:
    for name in CHARTS:
        still.page.mouse.move(x_of(still, name, 5), middle(still, name))
        still.page.mouse.move(x_of(still, name, 6), middle(still, name))
        still.drawn()
        held = still.region(name).locator(".chart-plotly")
        expect(held.locator(".modebar-btn")).to_have_count(0)
        expect(held.locator(".hoverlayer > *")).to_have_count(0)


@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("playing", [False, True])
def test_the_numbers_at_the_pointer_stand_beside_the_plot(
    new_lab: Callable[..., Lab], width: int, playing: bool
) -> None:
    lab = advanced(new_lab(viewport={"width": width, "height": 844}))
    if playing:
        lab.button("Play").click()
        lab.wait_for_iteration(LAST + 5)
    for name, count in (("Gradient flow", 1), ("Training", 2)):
        chart(lab, name).evaluate("node => node.scrollIntoView({ block: 'center' })")
        lab.drawn()
        plots = [each.bounding_box() for each in lab.region(name).locator(".nsewdrag").all()]
        whole = chart(lab, name).bounding_box()
        assert whole is not None
        for share in (0.02, 0.5, 0.98):
            (first, *_) = (each for each in plots if each is not None)
            y = first["y"] + first["height"] / 2
            lab.page.mouse.move(first["x"] + first["width"] * share, y)
            lab.wait_until(f"({READ})({name!r}) === {count}")
            covered = json.loads(chart(lab, name).get_attribute("data-readout") or "[]")
            for box in covered:
                assert box["left"] >= 0
                assert box["left"] + box["width"] <= whole["width"] + 2
                top = whole["y"] + box["top"]
                bottom = top + box["height"]
                for each in plots:
                    assert each is not None
                    left = whole["x"] + box["left"]
                    beside = left >= each["x"] + each["width"] or left + box["width"] <= each["x"]
                    assert beside or bottom <= each["y"] + 1 or top >= each["y"] + each["height"]


def test_reach_can_be_read_against_iterations(lab: Lab) -> None:
    lab.open(SMALL)
    for iteration in range(1, 7):
        lab.button("Step").click()
        lab.wait_for_iteration(iteration)
    training = lab.region("Training")
    training.get_by_label("Second chart").select_option("reach")
    lab.wait("state.view.curve === 'reach'")
    lab.settled()
    drawn = lab.page.evaluate(
        """() => document.querySelector("#training .chart-plotly").data
          .filter(({ yaxis, mode, x }) => yaxis === "y2" && mode === "lines" && x.length > 1)
          .map(({ y }) => [...y])"""
    )
    lanes = lab.read("state.lanes.length")
    column = "Array.from(state.history.lanes[{}].reach.data.slice(0, state.history.length))"
    for lane in range(lanes):
        logs = lab.read(column.format(lane))
        assert drawn[2 * lane] == pytest.approx([10**log for log in logs], rel=1e-6)
    canvas = training.locator("#training canvas.surface")
    expect(canvas).to_have_attribute("aria-label", re.compile("RNN tanh loss .*, reach "))
    assert '"curve":"reach"' in lab.page.evaluate("decodeURIComponent(unrolled.link())")
    training.get_by_label("Second chart").select_option("grad_norm")
    expect(canvas).to_have_attribute("aria-label", re.compile("gradient norm"))

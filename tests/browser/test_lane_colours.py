"""A lane keeps its colour as long as it lives in the page."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab
from tests.browser.test_saving import saved

FOUR = {
    "task": {"seq_len": 20},
    "batch_size": 8,
    "base": {"hidden_size": 8},
    "lanes": [
        {"cell": "rnn", "name": "A"},
        {"cell": "lstm", "name": "B"},
        {"cell": "gru", "name": "C"},
        {"cell": "gru", "name": "D", "learning_rate": 0.01},
    ],
}
VIEWS = ["Gradient flow", "Unrolled network", "Training"]
PIXELS = """(canvas, colour) => {
  const wanted = colour.match(/[0-9a-f]{2}/gi).map((pair) => parseInt(pair, 16));
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let at = 0; at < data.length; at += 4) {
    // Fine lines are nowhere quite opaque.
    const alike = wanted.every((channel, k) => Math.abs(data[at + k] - channel) < 16);
    if (data[at + 3] > 200 && alike) count += 1;
  }
  return count;
}"""
WORN = """() => Object.fromEntries(unrolled.store.state.lanes.map(({ label, index }) => {
  const style = getComputedStyle(document.documentElement);
  return [label, style.getPropertyValue(`--lane-${index}`).trim()];
}))"""
ROWS = """() => Object.fromEntries([...document.querySelectorAll("#lanes .lane")].map((lane) => {
  const colour = getComputedStyle(lane).getPropertyValue("--lane").trim();
  return [lane.querySelector(".lane-label").title, colour];
}))"""
STATUS = """() => Object.fromEntries([...document.querySelectorAll(".status-lane")].map((lane) => {
  const colour = getComputedStyle(lane).getPropertyValue("--lane").trim();
  return [lane.textContent.trim()[0], colour];
}))"""
RECORD = """() => {
  globalThis.seen = new Set();
  const root = document.documentElement;
  const look = () => {
    const { lanes } = unrolled.store.state;
    const style = getComputedStyle(root);
    const worn = (index) => style.getPropertyValue(`--lane-${index}`).trim();
    for (const { label, index } of lanes) seen.add(`run ${label} ${worn(index)}`);
    const rows = [...document.querySelectorAll("#lanes .lane")];
    for (const lane of rows) {
      const own = getComputedStyle(lane).getPropertyValue("--lane").trim();
      seen.add(`form ${lane.querySelector(".lane-label").title} ${own}`);
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


def worn(lab: Lab) -> dict[str, str]:
    """Return the colour that each lane of the run wears, by its label."""
    colours: dict[str, str] = lab.page.evaluate(WORN)
    return colours


def in_colour(lab: Lab, view: str, colour: str) -> int:
    """Return how many pixels of a view are in a colour, as the page is now."""
    lab.drawn()
    canvas = lab.region(view).locator("canvas.surface")
    count: int = canvas.evaluate(PIXELS, colour)
    return count


def shows(lab: Lab, view: str, colour: str) -> None:
    """Wait until a view has a colour: of a run that plays, one line may cover another."""
    lab.wait_for(lambda: in_colour(lab, view, colour) > 0)


def view_in(lab: Lab) -> Any:
    fragment = lab.page.evaluate("unrolled.link()").partition("&view=")[2]
    return json.loads(unquote(fragment.partition("&")[0]) or "{}")


def remove(lab: Lab, label: str) -> None:
    left = lab.read("state.lanes.length") - 1
    lab.button(f"Remove {label}").click()
    lab.wait(f"state.lanes.length === {left} && state.frame !== null && state.along === null")
    lab.drawn()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_others_keep_their_colours_when_a_lane_goes(
    new_lab: Callable[..., Lab], theme: str
) -> None:
    lab = new_lab(color_scheme=theme)
    lab.open(FOUR)
    lab.button("Play").click()
    lab.wait_for_iteration(30)
    before = worn(lab)
    assert len(set(before.values())) == 4
    for view in VIEWS:
        for colour in before.values():
            shows(lab, view, colour)
    remove(lab, "A")
    lab.wait_for_iteration(30)
    gone = before.pop("A")
    assert worn(lab) == before
    assert lab.page.evaluate(ROWS) == before
    lab.wait_for(lambda: bool(lab.page.evaluate(STATUS) == before))
    for view in VIEWS:
        for colour in before.values():
            shows(lab, view, colour)
        assert in_colour(lab, view, gone) == 0, view


def test_no_lane_changes_its_colour_while_the_run_begins_anew(lab: Lab) -> None:
    lab.open(FOUR)
    before = worn(lab)
    lab.page.evaluate(RECORD)
    remove(lab, "A")
    lab.button("Undo").click()
    lab.wait("state.lanes.length === 4 && state.along === null")
    remove(lab, "C")
    remove(lab, "A")
    seen = lab.page.evaluate("[...seen]")
    assert set(seen) == {
        f"{where} {label} {colour}" for where in ("run", "form") for label, colour in before.items()
    }


def test_a_lane_that_comes_wears_what_no_other_does_and_undo_brings_back_the_old(
    lab: Lab,
) -> None:
    lab.open(FOUR)
    before = worn(lab)
    remove(lab, "B")
    assert lab.read("state.view.colors") == [0, 2, 3]
    lab.button("Duplicate A").click()
    lab.wait("state.lanes.length === 4 && state.along === null")
    colours = lab.page.evaluate(
        """() => [0, 1, 2, 3].map((lane) => {
          return getComputedStyle(document.documentElement).getPropertyValue(`--lane-${lane}`);
        })"""
    )
    assert colours == [before[label] for label in ("A", "B", "C", "D")], "B's is free again"
    remove(lab, "D")
    for lanes in (4, 3, 4):
        lab.button("Undo").click()
        lab.wait(f"state.lanes.length === {lanes} && state.along === null")
    assert worn(lab) == before
    assert lab.read("state.view.colors") == []
    lab.button("Redo").click()
    lab.wait("state.lanes.length === 3 && state.along === null")
    assert lab.read("state.view.colors") == [0, 2, 3]
    assert worn(lab) == {label: colour for label, colour in before.items() if label != "B"}


def test_a_link_has_the_colours_where_they_are_not_by_place(new_lab: Callable[..., Lab]) -> None:
    mine = new_lab()
    mine.open(FOUR)
    assert "colors" not in view_in(mine)
    remove(mine, "A")
    assert view_in(mine)["colors"] == [1, 2, 3]
    theirs = new_lab()
    theirs.open(at=mine.page.evaluate("unrolled.link()"))
    assert worn(theirs) == worn(mine)
    remove(mine, "D")
    remove(mine, "C")
    assert view_in(mine)["colors"] == [1]
    mine.page.evaluate("location.hash = '#recipe=' + encodeURIComponent('{\"seed\": 7}')")
    mine.wait("state.recipe.seed === 7 && state.lanes.length === 3")
    assert mine.read("state.view.colors") == []


def test_a_preset_begins_with_colours_by_place_and_undo_brings_back_all_that_it_set(
    lab: Lab,
) -> None:
    lab.open(FOUR)
    remove(lab, "A")
    lab.button("Hide C").click()
    lab.button("Source").click()
    lab.wait("state.view.flow === 'source' && state.view.hidden.length === 1")
    names = ["flow", "quantity", "hidden", "colors"]
    kept = f"({json.dumps(names)}).map((name) => state.view[name])"
    before = lab.read(kept)
    colours = worn(lab)
    assert before == ["source", "dh_norm", [1], [1, 2, 3]]
    lab.button("Presets").click()
    lab.page.get_by_role("menuitem", name="Forget bias 1, 0 and −2").click()
    lab.wait("state.lanes.length === 3 && state.lanes[0].label !== 'B' && state.frame !== null")
    after = lab.read(kept)
    assert after == ["norms", "dc_norm", [], []]
    lab.button("Undo").click()
    lab.wait("state.lanes[0].label === 'B' && state.along === null")
    assert lab.read(kept) == before
    assert worn(lab) == colours
    expect(lab.button("Source")).to_have_attribute("aria-pressed", "true")
    lab.button("Redo").click()
    lab.wait("state.lanes[0].label !== 'B' && state.along === null")
    assert lab.read(kept) == after
    assert lab.read("state.preset.name") == "Forget bias 1, 0 and −2"


def test_what_another_change_takes_back_is_not_the_view(lab: Lab) -> None:
    lab.open(FOUR)
    lab.field("Batch size B").fill("4")
    lab.wait("state.recipe.batch_size === 4")
    lab.button("Source").click()
    lab.button("Hide B").click()
    lab.wait("state.view.flow === 'source' && state.view.hidden.length === 1")
    lab.button("Undo").click()
    lab.wait("state.recipe.batch_size === 8 && state.along === null")
    assert lab.read("[state.view.flow, state.view.hidden]") == ["source", [1]]


def test_a_saved_picture_wears_the_colours_of_the_page(lab: Lab, tmp_path: Path) -> None:
    lab.open(FOUR)
    lab.button("Step").click()
    lab.wait_for_iteration(1)
    before = worn(lab)
    remove(lab, "A")
    lab.button("Step").click()
    lab.wait_for_iteration(1)
    lab.settled()
    gone = before.pop("A")
    # The run with that lane stays in sight, in its colours, until it is dismissed.
    kept = lab.region("Training").get_by_role("list", name="Earlier runs")
    kept.get_by_role("button").click()
    expect(kept).to_be_hidden()
    lab.settled()
    for view in VIEWS:
        svg = saved(lab, view, "SVG", tmp_path).read_text().lower()
        for colour in before.values():
            channels = tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
            spelt = (colour, "rgb({}, {}, {})".format(*channels))
            assert any(each in svg for each in spelt), (view, colour)
        channels = tuple(int(gone[at : at + 2], 16) for at in (1, 3, 5))
        assert gone not in svg
        assert "rgb({}, {}, {})".format(*channels) not in svg


def test_the_colours_that_are_kept_are_those_of_the_theme_and_of_the_projector(lab: Lab) -> None:
    lab.open(FOUR)
    by_place: dict[str, list[str]] = {}
    for theme in ("dark", "light"):
        lab.page.locator("#theme").click()
        lab.wait(f"state.theme === '{theme}'")
        by_place[theme] = list(worn(lab).values())
    remove(lab, "B")
    lab.button("Play").click()
    for theme in ("dark", "light"):
        lab.page.locator("#theme").click()
        lab.wait(f"state.theme === '{theme} 0 2 3'")
        lab.wait_for_iteration(lab.read("state.frame.iteration") + 5)
        first, gone, *others = by_place[theme]
        assert list(worn(lab).values()) == [first, *others]
        for colour in (first, *others):
            shows(lab, "Gradient flow", colour)
        assert in_colour(lab, "Gradient flow", gone) == 0
    lab.page.keyboard.press("p")
    lab.wait("state.theme === 'light projector 0 2 3'")
    lab.wait_for_iteration(lab.read("state.frame.iteration") + 5)
    shows(lab, "Gradient flow", by_place["light"][3])

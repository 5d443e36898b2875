"""The diagnosis in a real browser: its numbers are the frame's, and its remedies help."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, expect

from engine.diagnosis.words import number
from tests.browser.lab import Lab
from tests.browser.test_access import complaints

PATIENT = {
    "task": {"seq_len": 100},
    "batch_size": 16,
    "base": {"cell": "lstm", "forget_bias": -2.0},
    "lanes": [{"name": "patient"}],
}
"""The recipe of lesson 10."""

HEALTHY = {
    "task": {"seq_len": 40},
    "batch_size": 8,
    "base": {"hidden_size": 8},
    "lanes": [{"cell": "rnn"}, {"cell": "lstm", "forget_bias": 4.0}],
}
VIEWPORTS = [{"width": 1366, "height": 768}, {"width": 390, "height": 844}]
CUT = """element => [...element.querySelectorAll("*")].filter((each) =>
  each.clientWidth > 0 && !each.classList.contains("vh") &&
  each.scrollWidth > each.clientWidth + 1).map((each) => each.outerHTML)"""
BEYOND = """element => {
  const { left, right } = element.getBoundingClientRect();
  return [...element.querySelectorAll(":not(.vh)")].filter((each) => {
    const box = each.getBoundingClientRect();
    return box.width > 0 && (box.left < left - 1 || box.right > right + 1);
  }).map((each) => each.outerHTML);
}"""


def region(lab: Lab) -> Locator:
    return lab.page.get_by_role("region", name="Diagnosis", exact=True)


def findings(lab: Lab, lane: str) -> Locator:
    head = lab.page.get_by_role("heading", name=lane, exact=True)
    return region(lab).locator(".diagnosis-lane").filter(has=head).locator(".finding")


def open_with(lab: Lab, recipe: dict[str, Any]) -> None:
    lab.open(recipe)
    lab.button("Diagnosis").click()
    expect(region(lab).locator(".finding").first).to_be_visible()


def test_the_patient_is_told_of_its_forget_gates_and_a_new_lane_is_mended(lab: Lab) -> None:
    lab.open(PATIENT)
    assert all("diagnosis" not in message["views"] for message in lab.messages("watch"))
    lab.button("Diagnosis").click()
    said = findings(lab, "patient").locator(".finding-says")
    expect(said).to_have_count(1)
    reach = 10 ** lab.line(0, "reach")[0]
    expect(said).to_contain_text("32 of 32 forget gates are below 0.4 on average")
    expect(said).to_contain_text(f"reach {number(reach, 1)} over 100 timesteps")
    assert max(lab.line(0, "gate.f")) < 0.4, "as the heatmap shows it"

    findings(lab, "patient").get_by_role("button", name="Show me").click()
    lab.wait("state.view.zoom === 'f'")
    expect(lab.region("Inside the cell").locator("h2")).to_be_focused()

    lab.button("Try forget bias 3 in a new lane (all lanes begin again)").click()
    lab.wait("state.lanes.length === 2 && '1/diagnosis' in state.frame.text")
    assert lab.read("state.lanes[1].label") == "patient · forget bias 3"
    assert lab.read("state.recipe.lanes[1].forget_bias") == 3
    assert lab.read("state.recipe.lanes[0]") == {"name": "patient"}
    before, after = (lab.line(lane, "reach")[0] for lane in (0, 1))
    assert before < -50
    assert after > -2
    healthy = findings(lab, "patient · forget bias 3")
    expect(healthy).to_have_count(1)
    expect(healthy).to_contain_text(f"Healthy so far: reach {number(10**after, 1)}")
    expect(healthy).to_have_attribute("data-severity", "0")
    # What has been tried is not proposed again.
    expect(findings(lab, "patient").first).to_contain_text("Tried in lane patient · forget bias 3.")
    # It stays under the hand that has pressed it, and does nothing more.
    tried = lab.page.get_by_role("button", name="Try forget bias 3")
    expect(tried).to_have_attribute("aria-disabled", "true")


def test_the_default_recipe_has_a_lane_that_vanishes_by_the_frames_numbers(lab: Lab) -> None:
    open_with(lab, {})
    reach = number(10 ** lab.line(0, "reach")[0], 1)
    finding = findings(lab, "RNN tanh").first
    expect(finding).to_contain_text(f"reach {reach} over 50 timesteps")
    expect(finding.get_by_text("Problem", exact=True)).to_be_visible()
    lanes = region(lab).locator(".diagnosis-lane h3")
    assert lanes.all_inner_texts() == ["RNN tanh", "LSTM", "GRU"]


def test_four_lanes_are_the_most_and_the_panel_says_so(lab: Lab) -> None:
    lanes = [{"cell": "rnn"}, *({"cell": "lstm", "forget_bias": bias} for bias in (4.0, 5.0, 6.0))]
    open_with(lab, HEALTHY | {"lanes": lanes})
    finding = findings(lab, "RNN tanh").first
    expect(finding).to_contain_text("remove one of the 4 lanes")
    expect(finding.get_by_role("button", name="Try")).to_have_count(0)


def test_while_it_plays_it_follows_and_at_rest_it_is_of_the_iteration_that_is_shown(
    lab: Lab,
) -> None:
    open_with(lab, HEALTHY)
    lab.press("Play")
    lab.wait_for_iteration(3)
    expect(region(lab).locator(".diagnosis-at")).not_to_have_text("iteration 0")
    at = lab.rest()
    lab.wait("'0/diagnosis' in state.frame.text && '1/diagnosis' in state.frame.text")
    expect(region(lab).locator(".diagnosis-at")).to_have_text(f"iteration {at:,}")
    # How far it has come, and whether it is healthy there, is the machine's affair.
    reach = number(10 ** lab.line(1, "reach")[0], 1)
    expect(findings(lab, "LSTM").first).to_contain_text(f"reach {reach}")


def test_of_an_earlier_iteration_it_is_made_again_where_none_was_asked_for(lab: Lab) -> None:
    lab.open(HEALTHY)
    for iteration in (1, 2):
        lab.press("Step")
        lab.wait_for_iteration(iteration)
    lab.button("Diagnosis").click()
    expect(region(lab).locator(".diagnosis-at")).to_have_text("iteration 2")
    lab.page.keyboard.press("[")
    lab.wait("state.past === 1")
    expect(region(lab).locator(".diagnosis-at")).to_have_text("iteration 1")
    reach = number(10 ** lab.line(1, "reach")[0], 1)
    expect(findings(lab, "LSTM").first).to_contain_text(f"Healthy so far: reach {reach}")


def test_it_opens_and_closes_by_the_keyboard_alone(lab: Lab) -> None:
    lab.open(HEALTHY)
    lab.page.keyboard.press("d")
    expect(region(lab)).to_be_visible()
    expect(lab.button("Diagnosis")).to_have_attribute("aria-expanded", "true")
    remedy = region(lab).get_by_role("button", name="Try orthogonal weights in a new lane")
    expect(remedy).to_be_visible()
    lab.page.keyboard.press("d")
    expect(region(lab)).to_be_hidden()
    lab.button("Diagnosis").press("Enter")
    remedy.focus()
    remedy.press("Enter")
    lab.wait("state.lanes.length === 3")
    region(lab).get_by_role("button", name="Close the diagnosis").focus()
    lab.page.keyboard.press("Escape")
    expect(region(lab)).to_be_hidden()
    expect(lab.button("Diagnosis")).to_be_focused()


def test_a_reader_is_told_what_is_new_and_only_that(lab: Lab) -> None:
    open_with(lab, HEALTHY)
    told = region(lab).get_by_role("status")
    expect(told).to_have_text("")
    lab.press("Step")
    lab.wait_for_iteration(1)
    lab.drawn()
    expect(told).to_have_text("")
    # Truncation is what comes to be the matter with both.
    field = lab.field("Truncate BPTT after")
    field.fill("5")
    field.press("Enter")
    lab.wait("state.recipe.tweaks.length === 1")
    lab.press("Step")
    expect(told).to_contain_text("LSTM: The gradient is cut after 5 timesteps")


@pytest.mark.parametrize("viewport", VIEWPORTS, ids=["laptop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_of_it_is_cut_and_axe_finds_nothing(
    new_lab: Callable[..., Lab], viewport: dict[str, int], scheme: str
) -> None:
    lab = new_lab(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    view = quote(json.dumps({"diagnosis": True}))
    lab.open(at=f"{lab.url}#recipe={quote('{}')}&view={view}")
    expect(region(lab).locator(".finding")).to_have_count(3)
    lab.settled()
    assert region(lab).evaluate(CUT) == []
    assert region(lab).evaluate(BEYOND) == []
    assert lab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if viewport["width"] > 1000:
        assert lab.page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        box = region(lab).bounding_box()
        assert box is not None
        for panel in lab.page.locator(".bench > .panel").all():
            place = panel.bounding_box()
            assert place is not None
            assert place["x"] + place["width"] <= box["x"]
    assert complaints(lab) == []


def test_it_stands_beside_a_lesson(lab: Lab) -> None:
    lab.open(HEALTHY)
    lab.button("Lessons").click()
    lab.button("Diagnosis").click()
    expect(region(lab).locator(".finding").first).to_be_visible()
    lesson = lab.page.get_by_role("region", name="Lesson", exact=True).bounding_box()
    mine = region(lab).bounding_box()
    assert lesson is not None
    assert mine is not None
    assert lesson["y"] + lesson["height"] <= mine["y"]
    assert lesson["x"] == mine["x"]

"""What BPTT costs: memory on the page against tracemalloc, and the window with the charts."""

import re
import tracemalloc

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from engine import Experiment, Recipe
from tests.browser.lab import Lab
from tests.browser.test_access import complaints

RECIPE = {"task": {"seq_len": 60}, "batch_size": 32, "base": {"hidden_size": 32}}
LABELS = ["RNN tanh", "LSTM", "GRU"]
UNITS = {"kB": 1e3, "MB": 1e6, "GB": 1e9}


def measured(lane: int, T: int) -> int:
    """Return the bytes that tracemalloc counts for passes of a lane over T timesteps."""
    learner = Experiment(Recipe.model_validate(RECIPE), lanes=[lane]).lanes[0]
    x = np.random.default_rng(0).standard_normal((T, 32, 2))
    tracemalloc.start()
    try:
        spaces = learner.model.workspaces(T, 32, learner.dtype)
        passed = learner.model.forward(learner.params, x, slice(T - 1, T), spaces)
        learner.model.backward(learner.params, passed, np.ones_like(passed.output))
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def read_bytes(text: str) -> float:
    found = re.search(r"([\d.,]+) (kB|MB|GB)", text)
    assert found is not None, text
    return float(found[1].replace(",", "")) * UNITS[found[2]]


def button(lab: Lab, lane: int) -> Locator:
    name = re.compile(f"^What BPTT of {LABELS[lane]} costs")
    return lab.region("Controls").get_by_role("button", name=name)


def window(lab: Lab) -> Locator:
    return lab.page.get_by_role("dialog", name=re.compile("^What BPTT costs"))


@pytest.mark.parametrize("lane", [0, 1, 2])
def test_what_the_page_says_is_kept_is_what_tracemalloc_counts_within_a_tenth(
    lab: Lab, lane: int
) -> None:
    lab.open(RECIPE)
    button(lab, lane).click()
    text = window(lab).locator(".cost-says").first.inner_text()
    kept, working = read_bytes(text), read_bytes(text.split("each, and")[1])
    assert read_bytes(button(lab, lane).inner_text()) == pytest.approx(kept, rel=0.05)
    assert kept + working == pytest.approx(measured(lane, 60), rel=0.1)
    # What is kept is what grows with T, once blocks of timesteps are as long as they get.
    assert kept == pytest.approx(measured(lane, 180) - measured(lane, 120), rel=0.1)


def test_the_window_shows_bytes_and_times_whole_and_truncated(lab: Lab) -> None:
    lab.open({**RECIPE, "task": {"seq_len": 20}})
    opener = button(lab, 1)
    opener.click()
    expect(window(lab)).to_be_visible()
    expect(opener).to_have_attribute("aria-expanded", "true")
    lab.wait("state.studies.cost?.status === 'there'")
    lab.drawn()
    found = lab.read(
        "Object.fromEntries(Object.entries(state.studies.cost.arrays)"
        ".map(([name, { data }]) => [name, Array.from(data)]))"
    )
    assert found["timesteps"] == [5, 10, 15, 20, 30, 40]
    assert len(set(found["kept.truncated"])) == 1
    assert found["kept"][3] == lab.read("state.lanes[1].kept_bytes")
    expect(window(lab)).to_contain_text("at T = 20")
    rows = window(lab).locator("tbody tr")
    expect(rows).to_have_count(6)
    kept = rows.nth(3).locator("td").nth(1).inner_text()
    assert kept in button(lab, 1).inner_text()
    canvas = window(lab).locator("canvas.surface")
    box = canvas.bounding_box()
    assert box is not None
    assert box["height"] > 150
    assert canvas.evaluate(
        "(canvas) => canvas.getContext('2d')"
        ".getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)"
    )
    assert complaints(lab) == []
    lab.page.keyboard.press("Escape")
    expect(window(lab)).to_be_hidden()
    expect(opener).to_have_attribute("aria-expanded", "false")


def test_a_truncated_lane_is_measured_by_its_own_windows(lab: Lab) -> None:
    base = {"hidden_size": 8, "truncate": 4}
    lab.open({**RECIPE, "task": {"seq_len": 20}, "base": base})
    needed = read_bytes(button(lab, 2).inner_text())
    button(lab, 2).click()
    lab.wait("state.studies.cost?.status === 'there'")
    assert lab.read("state.studies.cost.arrays.window.data[0]") == 4
    expect(window(lab)).to_contain_text("Truncated after 4 timesteps, BPTT of “GRU” needs")
    kept = lab.read("state.studies.cost.arrays['kept.truncated'].data[0]")
    assert needed == pytest.approx(kept, rel=0.03)
    assert kept < 0.3 * lab.read("state.lanes[2].kept_bytes")


def test_a_longer_sequence_keeps_more_as_soon_as_it_runs(lab: Lab) -> None:
    lab.open(RECIPE)
    before = read_bytes(button(lab, 1).inner_text())
    lab.field("Sequence length T").fill("120")
    lab.field("Sequence length T").press("Enter")
    lab.wait("state.task.timesteps === 120")
    lab.drawn()
    assert read_bytes(button(lab, 1).inner_text()) == pytest.approx(2 * before, rel=0.05)

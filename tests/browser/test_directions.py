"""A lane that reads in both directions, as the page shows it."""

import json
import re
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from playwright.sync_api import expect

from engine import Experiment, Recipe, Watch
from tests.browser.lab import Lab, fragment

RECIPE: dict[str, Any] = {
    "task": {"name": "adding", "seq_len": 12},
    "batch_size": 4,
    "base": {"hidden_size": 5},
    "lanes": [{"cell": "lstm", "bidirectional": True}, {"cell": "gru"}],
}
VIEWS = ("gates", "preactivations", "paths")


@pytest.fixture(scope="module")
def engine() -> dict[str, np.ndarray]:
    """Arrays of the engine's first frame."""
    return Experiment(Recipe.model_validate(RECIPE)).advance(Watch(views=VIEWS)).arrays


def test_a_switch_makes_a_lane_read_in_both_directions(lab: Lab) -> None:
    lab.open({**RECIPE, "lanes": [{"cell": "lstm"}]})
    lab.wait("state.frame !== null")
    lab.field("Both directions").select_option("true")
    lab.wait("state.lanes[0]?.bidirectional === true && state.frame !== null && !state.heading")
    assert lab.read("'0/dh_norm.reverse' in state.frame.arrays")


def test_both_halves_are_in_the_network_and_in_the_chart_of_norms(
    lab: Lab, engine: dict[str, np.ndarray]
) -> None:
    lab.open(RECIPE)
    lab.wait("state.frame !== null && state.frame.iteration === 0")
    ours = lab.read("Array.from(state.frame.arrays['0/dh_norm.reverse'].data)")
    assert np.allclose(ours, np.log10(engine["0/dh_norm.reverse"]), atol=1e-4, rtol=0)
    network = lab.region("Unrolled network")
    expect(network).to_contain_text(re.compile("backward half, from t = 1 to 12"))
    slider = network.get_by_role("slider", name="Timestep to look at")
    slider.focus()
    slider.press("Home")
    slider.press("ArrowRight")
    expect(slider).to_have_attribute(
        "aria-valuetext", re.compile(r"timestep 1: LSTM .*, LSTM · backward half .*, GRU")
    )
    chart = lab.region("Gradient flow").locator("canvas.surface").first
    expect(chart).to_have_attribute("aria-label", re.compile("its backward half .* at timestep 12"))


def test_a_click_on_the_row_of_a_half_looks_into_that_half(lab: Lab) -> None:
    lab.open(RECIPE)
    lab.wait("state.frame !== null")
    inside = lab.region("Inside the cell")
    backward = inside.get_by_role("button", name=re.compile("Backward half"))
    expect(backward).to_have_attribute("aria-pressed", "false")
    lab.drawn()
    network = lab.region("Unrolled network").locator("canvas.surface")
    box = network.bounding_box()
    assert box is not None
    # Three rows: the lane's two halves and the other lane.
    network.click(position={"x": box["width"] / 2, "y": box["height"] * 0.48})
    lab.wait("state.view.half === 'reverse' && state.view.inspect.length === 1")
    expect(backward).to_have_attribute("aria-pressed", "true")
    inside.get_by_role("button", name=re.compile("Forward half")).press("Enter")
    lab.wait("state.view.half === 'forward'")


def test_the_inspector_has_the_engines_numbers_of_the_backward_half(
    lab: Lab, engine: dict[str, np.ndarray]
) -> None:
    view = {"half": "reverse", "inspect": [{"lane": 0, "t": 5, "unit": 2}]}
    lab.open(at=f"{lab.url}{fragment(RECIPE)}&view={quote(json.dumps(view))}")
    inspector = lab.region("Cell inspector")
    expect(inspector.get_by_role("heading", level=3)).to_contain_text("backward half · t = 5")
    math = inspector.locator(".inspector-equations")
    expect(math).to_contain_text("t+1")
    expect(math).not_to_contain_text("t−1")

    def shown(name: str) -> float:
        found = math.locator(f'[data-value="{name}"]').first
        expect(found).not_to_have_text("–")
        return float((found.text_content() or "").strip("()").replace("−", "-").replace(",", ""))

    for name, value in {
        "c": engine["0/c.reverse"][4, 2],
        "c_": engine["0/c.reverse"][5, 2],  # of t + 1
        "f": engine["0/gate.f.reverse"][4, 2],
        "x.f": engine["0/input.f.reverse"][4, 2],
        "s.f": engine["0/recurrent.f.reverse"][4, 2],
    }.items():
        assert shown(name) == pytest.approx(float(value), rel=6e-3), name
    expect(inspector).to_contain_text(re.compile(r"From t = 5 to 6: "))
    inspector.get_by_role("button", name=re.compile("Forward half")).click()
    expect(math).to_contain_text("t−1")
    assert shown("c") == pytest.approx(float(engine["0/c"][5, 2]), rel=6e-3)


def test_a_run_that_carries_its_state_says_why_it_reads_in_one_direction(lab: Lab) -> None:
    lab.open({"task": {"name": "next_char", "seq_len": 6}, "stateful": True, "lanes": [{}]})
    lab.wait("state.frame !== null")
    field = lab.field("Both directions")
    field.select_option("true")
    expect(lab.page.get_by_text(re.compile("reads in one direction")).first).to_be_visible()

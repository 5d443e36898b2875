"""Dynamics: the path is the states', and the points are where the engine's own timestep stays."""

import csv
import json
import math
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from playwright.sync_api import expect

from engine import Experiment, Recipe
from engine.diagnostics import Dynamics
from tests.browser.lab import Lab, fragment

FLIP_FLOP: dict[str, Any] = {
    "task": {"name": "flip_flop", "seq_len": 12, "pulse_probability": 0.2, "bits": 3},
    "batch_size": 16,
    "base": {"cell": "gru", "hidden_size": 12, "learning_rate": 0.03},
    "lanes": [{}],
}
TRAINED = 200
CLICKED_UNTIL_CHOSEN = """() => {
  const body = document.querySelector(".dynamics-body");
  const { left, top, width, height } = body.getBoundingClientRect();
  for (let y = 4; y < height; y += 8) {
    for (let x = 4; x < width; x += 8) {
      const where = { clientX: left + x, clientY: top + y, bubbles: true };
      body.dispatchEvent(new MouseEvent("click", where));
      if (document.querySelector("select[aria-label=Point]").value !== "") return [x, y];
    }
  }
  return null;
}"""
FOUND = "state.studies.dynamics?.status === 'there'"


def show(lab: Lab, recipe: dict[str, Any], at: int = 0, **view: Any) -> None:
    settings = quote(json.dumps({"flow": "dynamics", **view}))
    lab.open(at=f"{lab.url}{fragment(recipe)}&at={at}&view={settings}")
    lab.wait_for_iteration(at)


def find(lab: Lab) -> None:
    lab.button("Find fixed points").click()
    lab.wait(f"{FOUND} && state.studies.dynamics.iteration === state.frame.iteration")
    lab.drawn()


def array(lab: Lab, name: str) -> np.ndarray[Any, Any]:
    """Return one array of what was found."""
    data, shape = lab.read(
        f"[Array.from(state.studies.dynamics.arrays['{name}'].data), "
        f"state.studies.dynamics.arrays['{name}'].shape]"
    )
    return np.array(data, dtype=float).reshape(shape)


def drawn_rows(lab: Lab, folder: Path) -> list[dict[str, str]]:
    """Return what the panel saves: the path and the points as they are drawn."""
    lab.page.get_by_label("Save Gradient flow", exact=True).click()
    with lab.page.expect_download() as download:
        group = lab.page.get_by_role("group", name="Save Gradient flow as")
        group.get_by_text("CSV").click()
    path = folder / "dynamics.csv"
    download.value.save_as(path)
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def coordinates(rows: list[dict[str, str]]) -> np.ndarray[Any, Any]:
    return np.array([[float(row["x"]), float(row["y"])] for row in rows])


def test_a_flip_flop_grows_its_eight_corners_and_each_is_fixed(lab: Lab, tmp_path: Path) -> None:
    show(lab, FLIP_FLOP)
    panel = lab.region("Gradient flow")
    find(lab)
    expect(panel).to_contain_text("1 stable, 0 saddles")
    lab.button("Play").click()
    lab.wait_for_iteration(TRAINED)
    iteration = lab.rest()
    find(lab)
    expect(panel).to_contain_text("8 stable")

    points, fixed = array(lab, "points"), array(lab, "fixed") == 1
    stable = fixed & (array(lab, "unstable") == 0)
    corners = {tuple(corner) for corner in np.sign(array(lab, "readout")[stable]).tolist()}
    assert len(corners) == 8

    # The weights of the iteration that is shown, by the engine's own hand.
    experiment = Experiment(Recipe.model_validate(FLIP_FLOP))
    while experiment.iteration <= iteration:
        experiment.advance(None)
    learner = experiment.learner_of(0)
    params = learner.model.layer_params(learner.params_before, 0)
    dynamics = Dynamics(learner.model.cells[0], params, np.zeros(3))
    moved = np.linalg.norm(dynamics.step(points) - points, axis=1)
    assert moved[fixed].max() < 1e-5, "as near as float32 can write the point"
    jacobian = dynamics.jacobians(points[:1])[0]
    largest = abs(np.linalg.eigvals(jacobian)).max()
    assert math.hypot(*array(lab, "eigenvalues")[0, 0]) == pytest.approx(largest, rel=1e-4)

    rows = [row for row in drawn_rows(lab, tmp_path) if row["what"] == "stable"]
    now = [row for row in rows if row["iteration"] == str(iteration)]
    expected = (points[stable] - array(lab, "mean")) @ array(lab, "axes")[:2].T
    np.testing.assert_allclose(coordinates(now), expected, atol=1e-5)
    assert len(rows) == 9, "the one of iteration 0 has left its trail"


@pytest.mark.parametrize("searched", [False, True])
def test_the_path_that_is_drawn_is_the_states_projected(
    lab: Lab, tmp_path: Path, searched: bool
) -> None:
    show(lab, {**FLIP_FLOP, "base": {"cell": "lstm", "hidden_size": 6}}, directions="2·3")
    lab.wait("state.frame.arrays['0/plane.axes'] !== undefined")
    if searched:
        find(lab)
    path = [row for row in drawn_rows(lab, tmp_path) if row["what"] == "path"]
    h, c = (np.reshape(lab.line(0, name), (13, 6)) for name in ("h", "c"))
    if searched:
        mean, axes = array(lab, "mean"), array(lab, "axes")
    else:
        mean = np.array(lab.line(0, "plane.mean"))
        axes = np.reshape(lab.line(0, "plane.axes"), (3, 12))
    expected = (np.hstack([h, c]) - mean) @ axes[1:].T
    np.testing.assert_allclose(coordinates(path), expected, atol=1e-5)
    assert [int(row["t"]) for row in path] == list(range(13))


def test_a_point_is_chosen_by_keyboard_or_pointer_and_explained(lab: Lab) -> None:
    show(lab, FLIP_FLOP)
    find(lab)
    picture = lab.page.locator(".dynamics-body canvas")
    choice = lab.page.get_by_label("Point", exact=True)
    choice.focus()
    lab.page.keyboard.press("ArrowDown")
    expect(choice).to_have_value("0")
    expect(picture).to_have_attribute("aria-label", re.compile(r"Chosen: All \|λ\| < 1"))
    lab.page.keyboard.press("ArrowUp")
    expect(picture).not_to_have_attribute("aria-label", re.compile("Chosen"))
    expect(choice).to_have_value("")
    x, y = lab.page.evaluate(CLICKED_UNTIL_CHOSEN)
    expect(choice).to_have_value("0")
    expect(picture).to_have_attribute("aria-label", re.compile(r"Chosen: All \|λ\| < 1"))
    lab.page.locator(".dynamics-body").click(position={"x": x + 60, "y": y})
    expect(choice).to_have_value("")


def test_following_searches_again_as_training_goes_on_and_never_two_at_once(lab: Lab) -> None:
    show(lab, FLIP_FLOP)
    follow = lab.button("Follow while training")
    follow.click()
    expect(follow).to_have_attribute("aria-pressed", "true")
    lab.wait(f"{FOUND} && state.studies.dynamics.iteration === 0")
    lab.button("Play").click()
    lab.wait(f"{FOUND} && state.studies.dynamics.iteration >= 100")
    lab.rest()
    assert len(lab.messages("study")) >= 2
    follow.click()
    expect(follow).to_have_attribute("aria-pressed", "false")
    lab.wait(FOUND)
    asked = len(lab.messages("study"))
    before = lab.read("state.frame.iteration")
    lab.button("Play").click()
    lab.wait_for_iteration(before + 60)
    lab.rest()
    assert len(lab.messages("study")) == asked, "nobody asks any more"

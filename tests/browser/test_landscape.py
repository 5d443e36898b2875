"""The face Landscape of Training: the loss round the weights, as the engine has it."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from engine import Experiment, Recipe
from engine.studies import LandscapeStudy
from engine.studies.study import Findings
from tests.browser.lab import Lab

RECIPE: dict[str, Any] = {
    "seed": 3,
    "task": {"name": "adding", "seq_len": 20},
    "batch_size": 8,
    "base": {"hidden_size": 8, "optimizer": "sgd", "clip_threshold": 0.05},
    "lanes": [{"cell": "rnn"}, {"cell": "lstm"}],
}
SLOW: dict[str, Any] = {
    "task": {"name": "adding", "seq_len": 200},
    "batch_size": 64,
    "base": {"hidden_size": 64},
    "lanes": [{"cell": "lstm"}],
}
THERE = "state.studies.landscape?.status === 'there'"
CONTOUR = """() => document.querySelector('.landscape-picture .chart-plotly').data
  .find(({ type }) => type === 'contour')"""


def studied(iteration: int, recipe: dict[str, Any] = RECIPE, **fields: Any) -> Findings:
    study = LandscapeStudy.model_validate({"kind": "landscape", **fields})
    experiment = Experiment(Recipe.model_validate(recipe), lanes=[study.lane])
    for _ in range(max(0, iteration - study.before) + 1):
        experiment.advance(None)
    return study.compute_at(iteration, experiment, lambda _: None)


def face(lab: Lab, recipe: dict[str, Any] = RECIPE, **view: Any) -> None:
    """Open the page with the face, and wait for a first frame."""
    settings = {"story": "landscape", **view}
    lab.open(at=f"{lab.url}#recipe={quote(json.dumps(recipe))}&view={quote(json.dumps(settings))}")


def array(lab: Lab, name: str) -> np.ndarray:
    stored = f"state.studies.landscape.arrays.{name}"
    return np.array(lab.read(f"Array.from({stored}.data)")).reshape(lab.read(f"{stored}.shape"))


def test_the_surface_is_the_engines_and_its_centre_the_loss_that_is_shown(lab: Lab) -> None:
    lab.open(RECIPE)
    lab.region("Training").get_by_role("button", name="Landscape").click()
    lab.wait(THERE)
    lane = lab.read("state.watch.lane")
    found, text = studied(0, lane=lane)
    surface = array(lab, "surface")
    np.testing.assert_allclose(surface, found["surface"], rtol=1e-6)
    np.testing.assert_allclose(array(lab, "steps"), found["steps"], rtol=1e-6)
    loss = lab.read(f"state.frame.arrays['{lane}/loss'].data[0]")
    assert surface[12, 12] == pytest.approx(loss, rel=1e-6)
    lab.settled()
    drawn = lab.page.evaluate(CONTOUR)
    logarithmic = lab.page.evaluate(f"({CONTOUR})().text[12][12]")
    assert float(logarithmic) == pytest.approx(loss, rel=1e-2)
    np.testing.assert_allclose(drawn["x"], found["alpha"], rtol=1e-6)
    assert drawn["z"][12][12] in (pytest.approx(loss), pytest.approx(np.log10(loss)))
    row = lab.page.locator(".landscape-steps tbody tr").first
    assert float(row.locator("td").first.text_content() or "") == pytest.approx(loss, rel=1e-2)
    entries = lab.page.locator(".landscape-weight")
    expect(entries.first).to_have_value(text["first"])
    expect(entries.last).to_have_value(text["second"])
    expect(lab.page.locator(".landscape-caption")).to_contain_text("at iteration 0")
    # All of its words are to be seen without scrolling.
    assert lab.page.locator(".landscape-side").evaluate(
        "({ scrollHeight, clientHeight }) => scrollHeight <= clientHeight"
    )


def test_the_run_goes_on_and_the_picture_says_of_when_it_is(lab: Lab) -> None:
    face(lab, plane="random")
    lab.wait(THERE)
    again = lab.button("Compute again")
    expect(again).to_be_hidden()
    lab.button("Step").click()
    expect(lab.page.locator(".landscape-told")).to_have_text("of iteration 0, not 1")
    assert len(lab.messages("study")) == 1
    again.click()
    lab.wait("state.studies.landscape.iteration === 1")
    found, _ = studied(1, lane=lab.read("state.watch.lane"), along="random")
    np.testing.assert_allclose(array(lab, "surface"), found["surface"], rtol=1e-6)
    expect(again).to_be_hidden()


def test_a_weight_is_chosen_by_name_and_what_is_none_is_refused(lab: Lab) -> None:
    face(lab)
    lab.wait(THERE)
    first = lab.page.get_by_label("First weight")
    first.fill("weight_hh_l0")
    first.press("Enter")
    expect(first).to_have_attribute("aria-invalid", "true")
    expect(lab.page.locator("#landscape-first-error")).to_contain_text("weight_hh_l0[3, 5]")
    first.fill("readout.weight[0,2]")
    first.press("Enter")
    lab.wait("state.studies.landscape.text.first === 'readout.weight[0, 2]'")
    first.fill("readout.weight[5, 2]")
    first.press("Enter")
    lab.wait("state.studies.landscape.status === 'failed'")
    expect(lab.page.locator(".landscape-caption")).to_contain_text("has shape (1, 8)")


def test_progress_is_shown_and_it_can_be_cancelled(lab: Lab) -> None:
    face(lab, SLOW)
    bar = lab.page.get_by_role("progressbar", name="Share of the surface that is computed")
    lab.wait("state.studies.landscape.status === 'computing' && state.studies.landscape.done > 0")
    expect(bar).to_be_visible()
    expect(lab.page.locator(".landscape-told")).to_contain_text("computing")
    lab.button("Cancel").click()
    lab.wait("state.studies.landscape === undefined")
    assert lab.messages("end_study") == [{"type": "end_study", "kind": "landscape"}]
    expect(bar).to_be_hidden()
    expect(lab.page.get_by_role("button", name="Compute", exact=True)).to_be_visible()
    # Nothing begins it anew but somebody.
    lab.button("Step").click()
    lab.wait_for_iteration(1)
    assert len(lab.messages("study")) == 1


def test_the_next_request_takes_the_place_of_the_last(lab: Lab) -> None:
    face(lab, SLOW)
    lab.wait("state.studies.landscape.status === 'computing' && state.studies.landscape.done > 0")
    lab.page.get_by_label("Along", exact=True).select_option("cliff")
    lab.wait(f"{THERE} && state.studies.landscape.text.along === 'cliff'")
    assert [each["study"]["along"] for each in lab.messages("study")] == ["parameters", "cliff"]


def test_the_path_of_the_updates_is_drawn(lab: Lab) -> None:
    lab.open(RECIPE)
    for k in range(1, 6):
        lab.button("Step").click()
        lab.wait_for_iteration(k)
    lab.region("Training").get_by_role("button", name="Landscape").click()
    lab.page.get_by_label("Along", exact=True).select_option("updates")
    lab.wait(f"{THERE} && state.studies.landscape.text.along === 'updates'")
    found, _ = studied(5, lane=lab.read("state.watch.lane"), along="updates")
    np.testing.assert_allclose(array(lab, "path"), found["path"], rtol=1e-5, atol=1e-7)
    lab.settled()
    traces = "document.querySelector('.landscape-picture .chart-plotly').data"
    lengths = lab.page.evaluate(f"() => {traces}.map(({{ x }}) => x?.length)")
    assert 6 in lengths  # five earlier weights, and these


def test_the_cliff_preset_shows_the_papers_cliff(lab: Lab) -> None:
    lab.open(RECIPE)
    lab.page.locator("#presets-open").click()
    lab.page.get_by_role("menuitem", name="The cliff of the loss").click()
    lab.wait(f"{THERE} && state.studies.landscape.text.along === 'cliff'")
    found, _ = studied(0, along="cliff", resolution=41)
    np.testing.assert_allclose(array(lab, "surface"), found["surface"], rtol=1e-5, atol=1e-7)
    caption = lab.page.locator(".landscape-caption")
    expect(caption).to_contain_text("the clipped step stays on the slope")
    heading = lab.page.locator(".landscape-heading")
    expect(heading).to_have_text("Not these lanes: one unit, from Pascanu et al. (2013)")
    assert '"plane":"cliff"' in lab.page.evaluate("decodeURIComponent(unrolled.link())")


def test_a_range_a_thousand_times_as_wide_is_drawn_over_the_one_before(lab: Lab) -> None:
    base = {"cell": "rnn", "nonlinearity": "relu", "spectral_radius": 2.0, "optimizer": "sgd"}
    lane = {"clip": "none", "learning_rate": 0.001}
    face(lab, {"base": base, "lanes": [lane]})
    lab.wait(THERE)
    lab.settled()
    menu = lab.page.get_by_label("Range of the landscape")
    menu.select_option("step")
    lab.wait(f"{THERE} && state.studies.landscape.arrays.alpha.data[0] < -100")
    lab.settled()  # and nothing failed: the first picture would be less than a pixel wide
    assert lab.page.evaluate(f"({CONTOUR})().x[0]") < -100
    expect(menu).to_have_value("step")
    lab.page.get_by_label("Along").select_option("updates")
    expect(menu).to_have_value("usual")


def test_the_surface_is_drawn_at_rest_and_turned_by_keys(lab: Lab) -> None:
    face(lab, plane="cliff", relief="surface")
    lab.wait(THERE)
    host = "document.querySelector('.landscape-surface')"
    lab.wait_until(f"{host}?._fullLayout?.scene?._scene !== undefined")
    kinds = lab.page.evaluate(f"() => {host}.data.map(({{ type }}) => type)")
    assert kinds == ["surface", "scatter3d", "scatter3d", "scatter3d"]
    before = lab.page.evaluate(f"() => {host}.layout.scene.camera.eye")
    lab.page.locator(".landscape-surface").focus()
    lab.page.keyboard.press("ArrowLeft")
    lab.wait_until(f"{host}.layout.scene.camera.eye.x !== {before['x']}")
    lab.region("Training").get_by_role("button", name="Contour").click()
    expect(lab.page.locator(".landscape-surface")).to_be_hidden()


def test_while_the_run_plays_the_contour_stands_in_for_the_surface(lab: Lab) -> None:
    face(lab, plane="cliff")
    lab.wait(THERE)
    lab.button("Play").click()
    lab.wait_for_iteration(1)
    lab.region("Training").get_by_role("button", name="Surface").click()
    expect(lab.page.locator(".landscape-note")).to_contain_text("pause the run")
    expect(lab.page.locator(".landscape-surface")).to_be_hidden()
    lab.rest()
    expect(lab.page.locator(".landscape-surface")).to_be_visible()
    expect(lab.page.locator(".landscape-note")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(new_lab: Callable[..., Lab], scheme: str) -> None:
    lab = new_lab(color_scheme=scheme, reduced_motion="reduce")
    face(lab)
    lab.wait(THERE)
    lab.settled()
    found = Axe().run(lab.page).response["violations"]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []

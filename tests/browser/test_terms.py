"""Terms and symbols: underlined, and explained to the mouse, to keys and to a finger."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab

SMALL = {"task": {"seq_len": 60}, "batch_size": 4}


def tip(lab: Lab) -> Locator:
    return lab.page.get_by_role("tooltip")


def term(lab: Lab, region: str, name: str) -> Locator:
    return lab.region(region).get_by_role("button", name=name, exact=True)


def test_a_symbol_is_explained_to_the_mouse_and_to_keys_in_the_engines_words(lab: Lab) -> None:
    lab.open({**SMALL, "task": {"name": "copy", "seq_len": 10}})
    lab.region("Training").get_by_role("button", name="Lanes", exact=True).click()
    reach = term(lab, "Training", "reach")
    style = reach.evaluate("(node) => getComputedStyle(node).textDecorationStyle")
    assert style == "dotted"
    reach.hover()
    meaning = lab.page.evaluate(
        """() => JSON.parse(document.querySelector("#facts").textContent).catalogue.quantities
          .find(({ name }) => name === "reach").meaning"""
    )
    expect(tip(lab)).to_contain_text(meaning.replace("_", ""))
    lab.page.mouse.move(700, 20)
    expect(tip(lab)).to_be_hidden()
    reach.focus()
    lab.page.keyboard.press("Tab")
    expect(tip(lab)).to_contain_text("timesteps back")
    lab.page.keyboard.press("Escape")
    expect(tip(lab)).to_be_hidden()


def test_a_finger_taps_for_the_meaning_and_taps_again(new_lab: Callable[..., Lab]) -> None:
    lab = new_lab(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    lab.open(SMALL)
    iteration = lab.status().get_by_role("button", name="iteration")
    iteration.tap()
    expect(tip(lab)).to_contain_text("at rest they agree")
    box = tip(lab).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    iteration.tap()
    expect(tip(lab)).to_be_hidden()


def test_words_of_the_picture_are_explained_where_they_stand(lab: Lab) -> None:
    lab.open(SMALL)
    grouped = term(lab, "Unrolled network", "Cells stand for several timesteps")
    grouped.hover()
    expect(tip(lab)).to_contain_text("one cell stands for so many")
    network = lab.region("Unrolled network")
    network.get_by_role("button", name="factor of a timestep").hover()
    expect(tip(lab)).to_contain_text("below 1 the gradient shrinks")


def test_at_rest_header_network_and_charts_show_the_same_iteration(lab: Lab) -> None:
    lab.open(SMALL)
    lab.button("Play").click()
    lab.wait_for_iteration(5)
    iteration = lab.rest()
    expect(lab.status()).to_contain_text(f"iteration {iteration}")
    for panel in ("Unrolled network", "Gradient flow"):
        canvas = lab.region(panel).locator("canvas.surface").first
        expect(canvas).to_have_attribute("aria-label", re.compile(rf"iteration {iteration}\b"))
    expect(lab.page.get_by_label("Iteration number", exact=True)).to_have_value(str(iteration))


def test_the_numbers_of_the_spectrum_are_explained(lab: Lab) -> None:
    lab.open(SMALL)
    lab.region("Gradient flow").get_by_role("button", name="Spectrum").click()
    for symbol, meaning in {"ρ": "Spectral radius", "‖W‖₂": "largest singular value"}.items():
        term(lab, "Gradient flow", symbol).hover()
        expect(tip(lab)).to_contain_text(meaning)
        lab.page.mouse.move(700, 20)
        expect(tip(lab)).to_be_hidden()

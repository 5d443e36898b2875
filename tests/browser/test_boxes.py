"""No text lies on another, leaves its panel or is cut, with any number of lanes, on any screen."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from app.page.presets import PRESETS
from tests.browser.lab import Lab
from tests.browser.text_boxes import CUT_OFF, ROOM, collisions, listen, read

LANES: list[list[dict[str, Any]]] = [
    [{"cell": "lstm"}],
    [{"cell": "lstm"}, {"cell": "lstm", "learning_rate": 0.01}],
    [{"cell": "rnn"}, {"cell": "lstm"}, {"cell": "gru"}],
    [
        {"cell": "gru", "truncate": 5},
        {"cell": "gru", "truncate": 20},
        {"cell": "gru", "learning_rate": 0.03},
        {"cell": "gru", "clip": "none"},
    ],
]
SIZES: dict[str, dict[str, Any]] = {
    "laptop": {"viewport": {"width": 1366, "height": 768}},
    "desktop": {"viewport": {"width": 1920, "height": 1080}},
    "projector": {"viewport": {"width": 1920, "height": 1080}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
}
STAGES = (["unrolled-network", "gradient-flow"], ["inside-cell", "training"], ["prediction"])
ITERATION = 8


def show(lab: Lab, seed: int, recipe: dict[str, Any], view: dict[str, Any], at: int) -> None:
    """Open a link in the page that is there, and wait until everything of it is drawn."""
    recipe = {**recipe, "seed": seed}
    view = {"projector": False, "full": None, **view}
    lab.page.evaluate(
        "(hash) => { location.hash = hash; }",
        f"recipe={quote(json.dumps(recipe))}&at={at}&view={quote(json.dumps(view))}",
    )
    lab.wait(f"state.recipe.seed === {seed} && state.frame.iteration === {at} && !state.heading")
    lab.settled()
    lab.drawn()


def faults(lab: Lab) -> list[str]:
    boxes = read(lab)
    assert {box.kind for box in boxes} >= {"dom", "canvas"}, "texts are found"
    lost = []
    for panel in lab.page.locator(".panel:visible").all():
        edge = panel.bounding_box()
        name = panel.get_attribute("aria-labelledby")
        assert edge is not None
        right, bottom = edge["x"] + edge["width"], edge["y"] + edge["height"]
        lost += [
            f"{name}: {box.text!r} leaves its panel"
            for box in boxes
            if box.panel == name
            and (
                box.left < edge["x"] - 1
                or box.right > right + 1
                or box.top < edge["y"] - 1
                or box.bottom > bottom + 1
            )
        ]
    cut: list[str] = lab.page.evaluate(CUT_OFF)
    return [*collisions(boxes), *lost, *(f"cut: {each}" for each in cut)]


CURVES = """() => [...document.querySelectorAll('[aria-labelledby="training-title"] .js-line')]
  .map((line) => [line, getComputedStyle(line)])
  // The noisy lines of single iterations are thin, and stand behind.
  .filter(([, style]) => style.strokeDasharray !== "none" || parseFloat(style.strokeWidth) > 1)
  .map(([line]) => {
    const { a, b, c, d, e, f } = line.getScreenCTM();
    const points = [];
    for (let s = 0; s <= line.getTotalLength(); s += 1) {
      const { x, y } = line.getPointAtLength(s);
      points.push([a * x + c * y + e, b * x + d * y + f]);
    }
    return points;
  })"""
"""Points of the smooth curves of Training and of its ghosts, each some pixels from the next."""


def opened(new_lab: Callable[..., Lab], options: dict[str, Any]) -> Lab:
    lab = new_lab(reduced_motion="reduce", **options)
    lab.open({"seed": 1})
    listen(lab)
    return lab


@pytest.mark.parametrize("size", SIZES)
def test_with_one_to_four_lanes_every_text_has_its_own_place(
    new_lab: Callable[..., Lab], size: str
) -> None:
    lab = opened(new_lab, SIZES[size])
    found = {}
    for count, lanes in enumerate(LANES, 1):
        recipe = {"lanes": lanes, "batch_size": 8}
        views = [{"projector": True, "stage": stage} for stage in STAGES]
        for place, view in enumerate(views if size == "projector" else [{}]):
            show(lab, 10 * count + place, recipe, view, ITERATION)
            if lines := faults(lab):
                found[f"{count} lanes {view.get('stage', '')}"] = lines
    assert found == {}


def test_in_every_preset_every_text_has_its_own_place(new_lab: Callable[..., Lab]) -> None:
    lab = opened(new_lab, SIZES["laptop"])
    found = {}
    for place, preset in enumerate(PRESETS):
        show(lab, 100 + place, preset.recipe, preset.view, preset.at or 3)
        if lines := faults(lab):
            found[preset.name] = lines
    assert found == {}


@pytest.mark.parametrize("size", ["laptop", "desktop"])
def test_no_label_of_training_covers_a_curve(new_lab: Callable[..., Lab], size: str) -> None:
    lab = opened(new_lab, SIZES[size])
    tweak = {"iteration": 2, "lane": None, "changes": {"learning_rate": 0.01}}
    recipe = {"batch_size": 8, "lanes": LANES[2], "tweaks": [tweak]}
    show(lab, 2, recipe, {}, 60)
    other = {**recipe, "lanes": [{"cell": "lstm", "clip": "none"}, {"cell": "gru"}]}
    show(lab, 2, other, {}, 40)  # the first run stays, as a ghost
    expect(lab.page.locator(".ghost")).to_have_count(1)
    curves: list[list[list[float]]] = lab.page.evaluate(CURVES)
    assert len(curves) >= 8, "two lanes and three of the ghost in two panels"
    labels = [
        box for box in read(lab) if box.panel == "training-title" and box.kind in ("svg", "canvas")
    ]
    assert any("η 0.01" in box.text for box in labels)
    assert any("baseline" in box.text for box in labels)
    covered = [
        box.text
        for box in labels
        for curve in curves
        if any(
            box.left + ROOM < x < box.right - ROOM and box.top + ROOM < y < box.bottom - ROOM
            for x, y in curve
        )
    ]
    assert covered == []

"""What a panel shows, saved: the numbers behind it, and pictures that other programs open."""

import base64
import csv
import math
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Route, expect

from tests.browser.lab import Lab

SMALL = {"task": {"seq_len": 20}, "batch_size": 8, "base": {"hidden_size": 8}}
PANELS = ["Unrolled network", "Gradient flow", "Inside the cell", "Training", "Prediction"]
PNG = b"\x89PNG\r\n\x1a\n"


def saved(lab: Lab, panel: str, entry: str, folder: Path) -> Path:
    """Save a panel by its menu, and return the file."""
    lab.page.get_by_label(f"Save {panel}", exact=True).click()
    with lab.page.expect_download() as download:
        lab.page.get_by_role("group", name=f"Save {panel} as").get_by_text(entry).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_numbers_of_gradient_flow_are_the_frames(lab: Lab, tmp_path: Path) -> None:
    lab.open(SMALL)
    path = saved(lab, "Gradient flow", "CSV", tmp_path)
    assert path.name == "unrolled-gradient-flow-0.csv"
    found = rows(path)
    (column,) = (name for name in found[0] if "dh_norm" in name and "q" not in name)
    assert column.startswith("log10 ")
    for lane, label in enumerate(["RNN tanh", "LSTM", "GRU"]):
        told = [float(row[column]) for row in found if row["lane"] == label]
        assert told == pytest.approx(lab.line(lane), nan_ok=True)


@pytest.mark.parametrize("panel", PANELS)
def test_every_panel_saves_as_numbers_and_pictures(lab: Lab, tmp_path: Path, panel: str) -> None:
    lab.open(SMALL)
    lab.button("Step").click()
    lab.wait_for_iteration(1)
    lab.settled()
    table = rows(saved(lab, panel, "CSV", tmp_path))
    assert table
    numbers = [value for row in table for value in row.values() if value.replace(".", "").isdigit()]
    assert any(math.isfinite(float(value)) and float(value) != 0 for value in numbers)
    png = saved(lab, panel, "PNG", tmp_path).read_bytes()
    assert png.startswith(PNG)
    assert len(png) > 5000, "an empty picture is smaller"
    svg = ElementTree.parse(saved(lab, panel, "SVG", tmp_path)).getroot()
    assert svg.tag == "{http://www.w3.org/2000/svg}svg"
    drawn = [node for node in svg.iter() if node.tag.endswith(("path", "rect", "text", "image"))]
    assert len(drawn) > 10


def test_the_inspected_cells_save_as_numbers(lab: Lab, tmp_path: Path) -> None:
    lab.open(SMALL)
    lab.page.keyboard.press("i")
    lab.wait("state.frame.arrays['1/paths.cell'] !== undefined")
    lab.drawn()
    table = rows(saved(lab, "Cell inspector", "CSV", tmp_path))
    assert table
    menu = lab.page.get_by_label("Save Cell inspector", exact=True)
    menu.click()
    assert lab.page.get_by_role("group", name="Save Cell inspector as").inner_text() == (
        "Numbers (CSV)"
    )


INKED = """async ([png, x]) => {
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const ink = getComputedStyle(document.documentElement).getPropertyValue("--ink").trim();
  const wanted = ink.match(/[0-9a-f]{2}/gi).map((pair) => parseInt(pair, 16));
  const counts = [-2, -1, 0, 1, 2].map((beside) => {
    const { data } = context.getImageData(Math.round(2 * x) + beside, 0, 1, image.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      if (wanted.every((channel, k) => Math.abs(data[at + k] - channel) < 30)) count += 1;
    }
    return count / 2;
  });
  return Math.max(...counts);
}"""
"""Pixels in the ink's colour, in a column of a saved picture or one beside it."""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_saved_picture_of_training_has_the_shown_and_the_compared_iteration(
    new_lab: Callable[..., Lab], tmp_path: Path, theme: str
) -> None:
    lab = new_lab(color_scheme=theme)
    lab.open(SMALL)
    for iteration in range(1, 8):
        lab.button("Step").click()
        lab.wait_for_iteration(iteration)
    lab.settled()

    def words() -> list[str]:
        svg = ElementTree.parse(saved(lab, "Training", "SVG", tmp_path)).getroot()
        return ["".join(node.itertext()) for node in svg.iter() if node.tag.endswith("text")]

    assert words().count("now 7") == 2, "one for each panel"
    time_bar = lab.page.get_by_role("group", name="Time", exact=True)
    time_bar.get_by_label("Iteration", exact=True).fill("3")
    lab.wait("state.past === 3")
    time_bar.get_by_role("button", name="Compare").click()
    lab.page.keyboard.press("]")
    lab.page.keyboard.press("]")
    lab.wait("state.past === 5 && state.pinned.iteration === 3")
    lab.settled()
    told = words()
    assert told.count("compared 3") == 2
    assert told.count("5") >= 2
    assert not any(word.startswith("now") for word in told)
    # A line from the top of a panel to its bottom, where the page has it and nowhere else.
    chart = lab.region("Training").locator(".chart").bounding_box()
    handle = lab.page.locator(".time-handle").first.bounding_box()
    assert chart is not None
    assert handle is not None
    x = handle["x"] + handle["width"] / 2 - chart["x"]
    png = base64.b64encode(saved(lab, "Training", "PNG", tmp_path).read_bytes()).decode()
    assert lab.page.evaluate(INKED, [png, x]) > 0.7 * handle["height"]
    assert lab.page.evaluate(INKED, [png, x + 12]) < 0.3 * handle["height"]


@pytest.mark.parametrize("panel", ["Gradient flow", "Training"])
def test_a_picture_is_offered_once_the_chart_can_draw_it(
    lab: Lab, tmp_path: Path, panel: str
) -> None:
    """Plotly is late: its pictures wait with a reason, and the numbers do not."""
    held: list[Route] = []
    lab.page.route("**/plotly-*.js", lambda route: held.append(route))
    lab.open(SMALL)
    lab.page.get_by_label(f"Save {panel}", exact=True).click()
    menu = lab.page.get_by_role("group", name=f"Save {panel} as")
    for entry in ("Picture (PNG)", "Picture (SVG)"):
        button = menu.get_by_role("button", name=entry)
        expect(button).to_be_disabled()
        expect(button).to_have_attribute("title", re.compile("still loading"))
    expect(menu.get_by_role("button", name="Numbers (CSV)")).to_be_enabled()
    lab.wait_until("document.querySelector('script[src*=plotly]') !== null")
    lab.wait_for(lambda: held != [])
    (route,) = held
    route.continue_()
    lab.plotly_arrived()
    expect(menu.get_by_role("button", name="Picture (PNG)")).to_be_enabled()
    lab.page.get_by_label(f"Save {panel}", exact=True).click()
    assert saved(lab, panel, "SVG", tmp_path).stat().st_size > 1000


def test_a_lane_that_diverged_leaves_its_last_finite_ribbon(lab: Lab, tmp_path: Path) -> None:
    wild = {
        "task": {"seq_len": 20},
        "batch_size": 4,
        "base": {
            "cell": "rnn",
            "nonlinearity": "relu",
            "spectral_radius": 2.0,
            "hidden_size": 8,
            "optimizer": "sgd",
            "learning_rate": 1.0,
            "clip": "none",
        },
        "lanes": [{}],
    }
    lab.open(wild)
    for iteration in range(1, 30):
        if lab.read("Array.from(state.frame.arrays['0/dh_norm'].data).every(Number.isNaN)"):
            break
        lab.button("Step").click()
        lab.wait(f"state.frame.iteration === {iteration}")
    last = lab.read("state.finite[0].iteration")
    assert last < lab.read("state.frame.iteration")
    expected = lab.read("Array.from(state.finite[0].arrays['0/dh_norm'].data)")
    assert all(map(math.isfinite, expected[1:]))
    picture = lab.page.evaluate(
        """async () => {
          const main = document.querySelector("script[type=module]").src;
          const { lastFinite } = await import(main.replace(/main\\.js$/, "state/selectors.js"));
          return Array.from(lastFinite(unrolled.store.state, 0).arrays["0/dh_norm"].data);
        }"""
    )
    assert picture == expected
    svg = saved(lab, "Unrolled network", "SVG", tmp_path).read_text()
    assert f"last finite: iteration {last}" in svg

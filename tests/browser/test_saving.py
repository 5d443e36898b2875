"""What a panel shows, saved: the numbers behind it, and pictures that other programs open."""

import csv
import math
from pathlib import Path
from xml.etree import ElementTree

import pytest

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
    lab.plotly_arrived()
    lab.page.wait_for_timeout(1500)
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
    table = rows(saved(lab, "Cell inspector", "CSV", tmp_path))
    assert table
    menu = lab.page.get_by_label("Save Cell inspector", exact=True)
    menu.click()
    assert lab.page.get_by_role("group", name="Save Cell inspector as").inner_text() == (
        "Numbers (CSV)"
    )

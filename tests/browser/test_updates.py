"""The face Updates of Training: the engine's ratios, asked for while they are shown."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import expect

from engine import Experiment, Recipe, Watch
from tests.browser.lab import Lab

RECIPE: dict[str, Any] = {
    "seed": 3,
    "task": {"name": "adding", "seq_len": 20},
    "batch_size": 8,
    "base": {"hidden_size": 8},
    "lanes": [{"cell": "rnn"}, {"cell": "lstm", "num_layers": 2}],
}

ROWS = """rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"""


def ratios(iteration: int) -> dict[str, float]:
    """Return ‖Δθ‖/‖θ‖ of each parameter by its name in a frame, as the engine has it."""
    experiment = Experiment(Recipe.model_validate(RECIPE))
    for _ in range(iteration + 1):
        frame = experiment.advance(Watch(lane=None, views=("update_ratio",)))
    return {name: float(value) for name, value in frame.arrays.items() if "update_ratio" in name}


def test_each_parameters_update_is_the_engines_and_lanes_without_it_have_a_gap(lab: Lab) -> None:
    lab.open(RECIPE)
    assert lab.read("state.frame.arrays['0/update_ratio.readout.weight'] === undefined")
    lab.region("Training").get_by_role("button", name="Updates").click()
    lab.wait("state.frame.arrays['0/update_ratio.readout.weight'] !== undefined")
    lab.button("Step").click()
    lab.wait_for_iteration(1)
    table = lab.page.locator("#update-table")
    expect(table).to_be_visible()
    expect(lab.page.locator("#training")).to_be_hidden()
    expect(table.locator("p")).to_contain_text("About 10⁻³ is usual")
    lab.wait_until(
        "document.querySelectorAll('#update-table tbody tr').length === 10"
    )  # eight of an LSTM with two layers, two of the readout
    lab.drawn()
    engine = ratios(1)
    for name, *shown in table.locator("tbody tr").evaluate_all(ROWS):
        for lane, text in enumerate(shown):
            if f"{lane}/update_ratio.{name}" not in engine:
                assert text == "–"
                continue
            value = engine[f"{lane}/update_ratio.{name}"]
            mantissa, _, power = text.partition("·10")
            digits = power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
            found = float(mantissa) * 10.0 ** int(digits or 0)
            assert abs(found / value - 1) < 0.051, (name, lane, text, value)


def test_the_ratios_are_saved_as_csv(lab: Lab) -> None:
    lab.open(RECIPE)
    training = lab.region("Training")
    training.get_by_role("button", name="Updates").click()
    lab.wait("state.frame.arrays['1/update_ratio.readout.bias'] !== undefined")
    lab.drawn()
    training.locator("summary").click()
    with lab.page.expect_download() as download:
        training.get_by_role("button", name="Numbers (CSV)").click()
    with Path(download.value.path()).open(newline="") as file:
        header, *rows = csv.reader(file)
    engine = ratios(0)
    assert [row[:2] for row in rows] == [["0", "RNN tanh"], ["0", "LSTM"]]
    column = header.index("log10 update_ratio.weight_hh_l0")
    expected = np.log10([engine[f"{lane}/update_ratio.weight_hh_l0"] for lane in (0, 1)])
    np.testing.assert_allclose([float(row[column]) for row in rows], expected, rtol=1e-6)

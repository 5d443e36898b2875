"""What the page's ready-made questions call true is what the default recipe computes."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from engine import Recipe, Watch
from engine.arrays import Array
from engine.experiment import Experiment

SCRIPT = Path(__file__).parents[2] / "static" / "js" / "room" / "console" / "ready_made.js"
SEEDS = (0, 1, 2)


def right_option(name: str) -> str:
    """Return the option that a question of the page holds to be true."""
    entry = SCRIPT.read_text().split(f'name: "{name}"')[1].split("name:")[0]
    options = re.findall(r'"([^"]*)"', entry.split("options: [")[1].split("]")[0])
    truth = re.search(r"truth: (\d+)", entry)
    assert truth is not None
    return options[int(truth[1])]


@cache
def decades(seed: int, timesteps: int = 50) -> tuple[Array, ...]:
    """Return log10 of the gradients' norms by timestep, before any training, lane by lane."""
    recipe = Recipe.model_validate({"seed": seed, "task": {"seq_len": timesteps}})
    experiment = Experiment(recipe)
    experiment.advance()
    arrays = experiment.frame(Watch()).arrays
    return tuple(np.log10(arrays[f"{lane}/dh_norm"]) for lane in range(len(recipe.lanes)))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_lstm_keeps_most_before_any_training(seed: int) -> None:
    cells = [lane.cell for lane in Recipe().lanes]
    first = [float(norms[0]) for norms in decades(seed)]
    assert cells == ["rnn", "lstm", "gru"]
    assert cells[int(np.argmax(first))] == "lstm"
    assert "LSTM" in right_option("Which cell, before any training?")
    # As far apart as the note beside the question says.
    rnn, lstm, gru = first
    assert -13.05 < rnn < -11.45
    assert -4.75 < lstm < -4.15
    assert -10.15 < gru < -9.05


@pytest.mark.parametrize("seed", SEEDS)
def test_the_rnn_loses_about_as_much_at_each_step(seed: int) -> None:
    rnn = decades(seed)[0]
    early, late = rnn[25] - rnn[0], rnn[50] - rnn[25]
    assert early == pytest.approx(late, rel=0.15)


@pytest.mark.parametrize("seed", SEEDS)
def test_over_twice_the_timesteps_the_factor_is_squared(seed: int) -> None:
    short, long = decades(seed)[0], decades(seed, 100)[0]
    lost = short[-1] - short[0]
    assert lost == pytest.approx(12, abs=1.1)
    assert long[-1] - long[0] == pytest.approx(2 * lost, rel=0.06)
    assert right_option("Twice as long") == "10²⁴"

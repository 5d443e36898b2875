"""The cell inspector shows the engine's numbers of cells beside RNN, LSTM and GRU, and of theirs
with other nonlinearities."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab
from tests.browser.test_inspector import (
    Array,
    agree,
    arrays,
    cell,
    opened,
    passages,
    sigmoid_slope,
    sums_and_states,
    tanh_slope,
)

T, UNIT = 17, 2
Frame = dict[str, Array]


def mgu(engine: Frame, lane: int) -> dict[str, float]:
    v = sums_and_states(engine, lane, T, UNIT, gates="fn")
    v |= {"f'": sigmoid_slope(v["a.f"]), "n'": tanh_slope(v["a.n"]), "1-f": 1 - v["f"]}
    v |= {"fh": v["f"] * v["h_"], "carried": v["1-f"] * v["h_"], "fn": v["f"] * v["n"]}
    v |= {"h/f": v["n"] - v["h_"], "d.carried": v["d.h"], "d.fn": v["d.h"]}
    v |= {"d.carry": v["d.h"] * v["1-f"], "d.n": v["d.h"] * v["f"]}
    v |= {"d.1-f": v["d.h"] * v["h_"], "d.f.byn": v["d.h"] * v["n"]}
    v |= {"d.f.byh": v["d.h"] * v["h/f"], "d.a.n": v["d.h"] * v["f"] * v["n'"]}
    return v | passages(engine, lane, T, "h", ("carry", "candidate"))


def coupled_lstm(engine: Frame, lane: int) -> dict[str, float]:
    v = sums_and_states(engine, lane, T, UNIT, gates="fgo", states="hc")
    v |= {f"{gate}'": sigmoid_slope(v[f"a.{gate}"]) for gate in "fo"}
    v |= {"g'": tanh_slope(v["a.g"]), "c'": tanh_slope(v["c"]), "tanh_c": float(np.tanh(v["c"]))}
    v |= {"1-f": 1 - v["f"], "fc": v["f"] * v["c_"], "added": (1 - v["f"]) * v["g"]}
    v |= {"h/c": v["o"] * v["c'"], "c/f": v["c_"] - v["g"]}
    v |= {"d.fc": v["d.c"], "d.added": v["d.c"], "d.carry": v["d.c"] * v["f"]}
    v |= {"d.o": v["d.h"] * v["tanh_c"], "d.tanh_c": v["d.h"] * v["o"]}
    v |= {"d.byh": v["d.h"] * v["h/c"], "d.f": v["d.c"] * v["c/f"]}
    v |= {"d.1-f": v["d.c"] * v["g"], "d.g": v["d.c"] * v["1-f"]}
    v |= {f"d.a.{gate}": v[f"d.{gate}"] * v[f"{gate}'"] for gate in "fgo"}
    return v | passages(engine, lane, T, "c", ("cell", "gates"))


def gru_reset_before(engine: Frame, lane: int) -> dict[str, float]:
    v = sums_and_states(engine, lane, T, UNIT, gates="rzn")
    v |= {f"{gate}'": sigmoid_slope(v[f"a.{gate}"]) for gate in "rz"}
    v |= {"n'": tanh_slope(v["a.n"]), "1-z": 1 - v["z"], "h/z": v["h_"] - v["n"]}
    v |= {"rh": v["r"] * v["h_"], "zh": v["z"] * v["h_"], "zn": v["1-z"] * v["n"]}
    v |= {"d.zh": v["d.h"], "d.zn": v["d.h"], "d.carry": v["d.h"] * v["z"]}
    v |= {"d.n": v["d.h"] * v["1-z"], "d.1-z": v["d.h"] * v["n"], "d.z": v["d.h"] * v["h/z"]}
    v |= {"d.a.n": v["d.h"] * v["1-z"] * v["n'"], "d.a.z": v["d.z"] * v["z'"]}
    return v | passages(engine, lane, T, "h", ("carry", "candidate"))


# The label of a lane, what each number should be, and how many numbers there are at least.
CELLS: dict[str, tuple[str, Callable[[Frame, int], dict[str, float]], int]] = {
    "mgu": ("MGU", mgu, 26),
    "coupled_lstm": ("Coupled LSTM", coupled_lstm, 39),
    "gru_reset_before": ("GRU reset before", gru_reset_before, 31),
}


@pytest.mark.parametrize("name", CELLS)
def test_every_number_of_a_variant_is_the_engines_to_the_digits_shown(lab: Lab, name: str) -> None:
    label, reference, wanted = CELLS[name]
    recipe: dict[str, Any] = {
        "seed": 3,
        "task": {"name": "adding", "seq_len": 20},
        "batch_size": 8,
        "base": {"hidden_size": 8},
        "lanes": [{"cell": "rnn"}, {"cell": name}],
    }
    drawer = opened(lab, cell(1, T, UNIT), recipe=recipe)
    expected = reference(arrays(recipe=recipe), 1)
    article = drawer.get_by_role("article", name=f"{label}, t = {T}, unit {UNIT}", exact=True)
    names = agree(article, expected)
    assert len(names) >= wanted, sorted(set(expected) - names)
    expect(drawer.get_by_role("heading", level=3)).to_have_text(
        f"{label} · t = {T} · unit {UNIT} · example 0 · iteration 0"
    )


def softsign(a: float) -> float:
    return a / (1 + abs(a))


def softsign_slope(a: float) -> float:
    return 1 / (1 + abs(a)) ** 2


def hard_lstm(engine: Frame, lane: int) -> dict[str, float]:
    """Hard gates, and softsign for g and for what o multiplies."""
    v = sums_and_states(engine, lane, T, UNIT, gates="ifgo", states="hc")
    v |= {f"{gate}'": 1 / 6 if abs(v[f"a.{gate}"]) < 3 else 0.0 for gate in "ifo"}
    v |= {"g'": softsign_slope(v["a.g"]), "c'": softsign_slope(v["c"])}
    v |= {"tanh_c": softsign(v["c"]), "fc": v["f"] * v["c_"], "ig": v["i"] * v["g"]}
    v |= {"h/c": v["o"] * v["c'"], "d.fc": v["d.c"], "d.ig": v["d.c"]}
    v |= {"d.carry": v["d.c"] * v["f"], "d.o": v["d.h"] * v["tanh_c"], "d.f": v["d.c"] * v["c_"]}
    v |= {"d.tanh_c": v["d.h"] * v["o"], "d.byh": v["d.h"] * v["h/c"]}
    v |= {"d.i": v["d.c"] * v["g"], "d.g": v["d.c"] * v["i"]}
    v |= {f"d.a.{gate}": v[f"d.{gate}"] * v[f"{gate}'"] for gate in "ifgo"}
    return v | passages(engine, lane, T, "c", ("cell", "gates"))


def softsign_gru(engine: Frame, lane: int) -> dict[str, float]:
    """Gates between −1 and 1."""
    v = sums_and_states(engine, lane, T, UNIT, gates="rzn")
    v["r*s.n"] = v["r"] * v["s.n"]
    v["a.n"] = v["x.n"] + v["r*s.n"]
    v |= {f"{gate}'": softsign_slope(v[f"a.{gate}"]) for gate in "rz"}
    v |= {"n'": tanh_slope(v["a.n"]), "1-z": 1 - v["z"], "h/z": v["h_"] - v["n"]}
    v |= {"zh": v["z"] * v["h_"], "zn": v["1-z"] * v["n"], "d.zh": v["d.h"], "d.zn": v["d.h"]}
    v |= {"d.carry": v["d.h"] * v["z"], "d.n": v["d.h"] * v["1-z"], "d.1-z": v["d.h"] * v["n"]}
    v |= {"d.z": v["d.h"] * v["h/z"], "d.a.n": v["d.h"] * v["1-z"] * v["n'"]}
    v |= {"d.r": v["d.a.n"] * v["s.n"], "d.s.n": v["d.a.n"] * v["r"]}
    v |= {"d.a.z": v["d.z"] * v["z'"], "d.a.r": v["d.r"] * v["r'"]}
    return v | passages(engine, lane, T, "h", ("carry", "candidate"))


HARD = {"gate_nonlinearity": "hard_sigmoid", "candidate_nonlinearity": "softsign"}
CHOSEN: dict[str, tuple[dict[str, str], Callable[[Frame, int], dict[str, float]], int]] = {
    "LSTM": ({"cell": "lstm", **HARD}, hard_lstm, 43),
    "GRU": ({"cell": "gru", "gate_nonlinearity": "softsign"}, softsign_gru, 36),
}


@pytest.mark.parametrize("label", CHOSEN)
def test_every_number_of_a_cell_with_other_nonlinearities_is_the_engines(
    lab: Lab, label: str
) -> None:
    lane, reference, wanted = CHOSEN[label]
    # f of the LSTM is exactly 1, where its slope is exactly 0.
    recipe: dict[str, Any] = {
        "seed": 3,
        "task": {"name": "adding", "seq_len": 20},
        "batch_size": 8,
        "base": {"hidden_size": 8, "forget_bias": 4.0},
        "lanes": [{"cell": "rnn"}, lane],
    }
    drawer = opened(lab, cell(1, T, UNIT), recipe=recipe)
    expected = reference(arrays(recipe=recipe), 1)
    article = drawer.get_by_role("article", name=f"{label}, t = {T}, unit {UNIT}", exact=True)
    names = agree(article, expected)
    assert len(names) >= wanted, sorted(set(expected) - names)
    boxes = article.locator(".inspector-circuit")
    expect(boxes).to_contain_text({"LSTM": "hard σ", "GRU": "softsign"}[label])

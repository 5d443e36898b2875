"""The cell inspector shows the engine's numbers of cells beside RNN, LSTM and GRU, and of theirs
with other nonlinearities."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

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


def lstm(engine: Frame, lane: int) -> dict[str, float]:
    """Return what does not depend on what the gates' sums and the output are."""
    v = sums_and_states(engine, lane, T, UNIT, gates="ifgo", states="hc")
    v |= {"fc": v["f"] * v["c_"], "ig": v["i"] * v["g"]}
    v |= {"d.fc": v["d.c"], "d.ig": v["d.c"], "d.carry": v["d.c"] * v["f"]}
    v |= {"d.f": v["d.c"] * v["c_"], "d.i": v["d.c"] * v["g"], "d.g": v["d.c"] * v["i"]}
    return v | {"d.tanh_c": v["d.h"] * v["o"]}


def with_output(v: dict[str, float], taken: str) -> dict[str, float]:
    """Add what follows from the gates' sums and from what the output's tanh takes."""
    v |= {"tanh_c": float(np.tanh(v[taken])), "c'": tanh_slope(v[taken])}
    v |= {f"{gate}'": sigmoid_slope(v[f"a.{gate}"]) for gate in "ifo"}
    v |= {"g'": tanh_slope(v["a.g"]), "d.o": v["d.h"] * v["tanh_c"]}
    return v | {f"d.a.{gate}": v[f"d.{gate}"] * v[f"{gate}'"] for gate in "ifgo"}


def peephole_lstm(engine: Frame, lane: int) -> dict[str, float]:
    def of(name: str, row: int) -> float:
        return float(engine[f"{lane}/{name}"][row, UNIT])

    v = lstm(engine, lane)
    for gate, at in (("i", -1), ("f", -1), ("o", 0)):
        # At another timestep the weights are the same.
        v[f"p_{gate}"] = of(f"peephole.{gate}", 4) / of("c", 5 + at)
        v[f"p.{gate}"] = v[f"p_{gate}"] * of("c", T + at)
        v[f"a.{gate}"] += v[f"p.{gate}"]
    v = with_output(v, "c")
    v |= {"h/c": v["o"] * v["c'"], "d.byh": v["d.h"] * v["o"] * v["c'"]}
    v |= {f"d.by{gate}": v[f"d.a.{gate}"] * v[f"p_{gate}"] for gate in "ifo"}
    by_f, by_i = v["p_f"] * v["c_"] * v["f'"], v["p_i"] * v["g"] * v["i'"]
    v |= {"c/c_": v["f"] + by_f + by_i}
    v |= {"h/c/o": v["h/c"] + v["p_o"] * v["tanh_c"] * v["o'"]}
    return v | passages(engine, lane, T, "c", ("cell", "peepholes", "gates"))


def normalised(u: Array) -> Array:
    return (u - u.mean()) / np.sqrt(u.var() + 1e-5)


def ln_rnn(engine: Frame, lane: int) -> dict[str, float]:
    v = sums_and_states(engine, lane, T, UNIT, gates="h")
    v |= {"u": v["x.h"] + v["s.h"], "a.h": float(np.arctanh(v["h"]))}
    v |= {"h'": 1 - v["h"] ** 2, "d.a.h": v["d.h"] * (1 - v["h"] ** 2)}
    carried = {
        path: engine[f"{lane}/paths.{path}"][T - 1] for path in ("nonlinearity", "norm", "weight")
    }
    # Ratios already; together they are what the next gradient is of this one.
    whole, left = (np.linalg.norm(engine[f"{lane}/example.dh"][t]) for t in (T, T - 1))
    assert np.prod(list(carried.values())) == pytest.approx(left / whole, rel=1e-5)
    return v | {f"ratio.{path}": float(ratio) for path, ratio in carried.items()}


def ln_lstm(engine: Frame, lane: int) -> dict[str, float]:
    v = lstm(engine, lane)
    # Gains are 1 and shifts are 0 before the first update.
    v["ln_c"] = float(normalised(engine[f"{lane}/c"][T])[UNIT])
    v = with_output(v, "ln_c")
    v |= {"h/ln": v["o"] * v["c'"], "d.ln_c": v["d.h"] * v["o"] * v["c'"]}
    return v | passages(engine, lane, T, "c", ("cell", "gates"))


def ln_gru(engine: Frame, lane: int) -> dict[str, float]:
    v = sums_and_states(engine, lane, T, UNIT, gates="rzn")
    v |= {"r*s.n": v["r"] * v["s.n"], "a.n": v["x.n"] + v["r"] * v["s.n"]}
    v |= {f"{gate}'": sigmoid_slope(v[f"a.{gate}"]) for gate in "rz"}
    v |= {"n'": tanh_slope(v["a.n"]), "1-z": 1 - v["z"], "h/z": v["h_"] - v["n"]}
    v |= {"zh": v["z"] * v["h_"], "zn": v["1-z"] * v["n"]}
    v |= {"d.zh": v["d.h"], "d.zn": v["d.h"], "d.carry": v["d.h"] * v["z"]}
    v |= {"d.n": v["d.h"] * v["1-z"], "d.1-z": v["d.h"] * v["n"], "d.z": v["d.h"] * v["h/z"]}
    v |= {"d.a.n": v["d.n"] * v["n'"], "d.a.z": v["d.z"] * v["z'"]}
    v |= {"d.r": v["d.a.n"] * v["s.n"], "d.s.n": v["d.a.n"] * v["r"]}
    v |= {"d.a.r": v["d.r"] * v["r'"]}
    return v | passages(engine, lane, T, "h", ("carry", "candidate"))


# The label of a lane, what each number should be, and how many numbers there are at least.
CELLS: dict[str, tuple[str, Callable[[Frame, int], dict[str, float]], int]] = {
    "mgu": ("MGU", mgu, 26),
    "coupled_lstm": ("Coupled LSTM", coupled_lstm, 39),
    "gru_reset_before": ("GRU reset before", gru_reset_before, 31),
    "peephole_lstm": ("Peephole LSTM", peephole_lstm, 60),
    "ln_rnn": ("LN-RNN", ln_rnn, 11),
    "ln_lstm": ("LN-LSTM", ln_lstm, 48),
    "ln_gru": ("LN-GRU", ln_gru, 38),
}


def beside_an_rnn(name: str) -> dict[str, Any]:
    return {
        "seed": 3,
        "task": {"name": "adding", "seq_len": 20},
        "batch_size": 8,
        "base": {"hidden_size": 8},
        "lanes": [{"cell": "rnn"}, {"cell": name}],
    }


@pytest.mark.parametrize("name", CELLS)
def test_every_number_of_a_variant_is_the_engines_to_the_digits_shown(lab: Lab, name: str) -> None:
    label, reference, wanted = CELLS[name]
    recipe = beside_an_rnn(name)
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


# Every number as wide as they get without a power of ten; then what stands on what.
CROWDED = """circuit => {
  for (const number of circuit.querySelectorAll(".number"))
    number.textContent = number.closest(".sign, .local") ? "0.00888" : "−0.00888";
  const seen = [...circuit.querySelectorAll("text")].filter((each) => each.checkVisibility());
  const texts = seen.map((each) => [each.textContent, each.getBBox()]);
  const across = (one, other) =>
    Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  const down = (one, other) =>
    Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
  const found = [];
  const { x, width } = circuit.viewBox.baseVal;
  for (const [text, box] of texts)
    if (box.x < x || box.x + box.width > x + width) found.push(`${text} is cut off`);
  texts.forEach(([text, box], index) => {
    // A line of text is higher than its letters.
    for (const [other, at] of texts.slice(index + 1))
      if (across(box, at) > 1 && down(box, at) > 3) found.push(`${text} on ${other}`);
    for (const rect of circuit.querySelectorAll("rect")) {
      const at = rect.getBBox();
      if (across(box, at) < 1 || down(box, at) < 4) continue;
      const wide = box.x < at.x || box.x + box.width > at.x + at.width;
      if (wide) found.push(`${text} goes beyond a box`);
    }
  });
  return found;
}"""


def crowded(circuit: Locator) -> list[str]:
    found: list[str] = circuit.evaluate(CROWDED)
    return found


@pytest.mark.parametrize("name", ["rnn", "lstm", "gru", *CELLS])
def test_long_numbers_of_a_circuit_stand_clear_of_each_other(lab: Lab, name: str) -> None:
    drawer = opened(lab, cell(1, T, UNIT), recipe=beside_an_rnn(name))
    assert crowded(drawer.locator(".circuit")) == []
    drawer.get_by_role("button", name="gradients").click()
    lab.drawn()
    assert crowded(drawer.locator(".circuit")) == []

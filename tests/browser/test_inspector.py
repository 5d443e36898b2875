"""The cell inspector shows the engine's numbers."""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Locator, expect

from engine import Experiment, Recipe, Watch
from tests.browser.lab import DRAWN, Lab

RECIPE: dict[str, Any] = {
    "seed": 3,
    "task": {"name": "adding", "seq_len": 20},
    "batch_size": 8,
    "base": {"hidden_size": 8},
    "lanes": [
        {"cell": "rnn"},
        {"cell": "lstm"},
        {"cell": "gru"},
        {"cell": "rnn", "nonlinearity": "relu"},
    ],
}
RNN, LSTM, GRU, RELU = range(4)
LABELS = ["RNN tanh", "LSTM", "GRU", "RNN ReLU"]

Array = NDArray[Any]


def cell(lane: int, t: int, unit: int) -> dict[str, int]:
    return {"lane": lane, "t": t, "unit": unit}


def link(lab: Lab, *cells: dict[str, int], recipe: dict[str, Any] = RECIPE, **view: Any) -> str:
    shown = quote(json.dumps({"inspect": list(cells), **view}))
    return f"{lab.url}#recipe={quote(json.dumps(recipe))}&view={shown}"


def opened(lab: Lab, *cells: dict[str, int], **options: Any) -> Locator:
    """Open a link to inspected cells; return the drawer when all numbers are there."""
    lab.open(at=link(lab, *cells, **options))
    lab.wait("state.frame.arrays['0/example.dh'] !== undefined")
    drawer = lab.region("Cell inspector")
    expect(drawer).to_be_visible()
    lab.drawn()
    return drawer


def article(drawer: Locator, lane: int, t: int, unit: int, *, pinned: bool = False) -> Locator:
    name = f"{'Pinned: ' if pinned else ''}{LABELS[lane]}, t = {t}, unit {unit}"
    return drawer.get_by_role("article", name=name, exact=True)


def arrays(example: int = 0, recipe: dict[str, Any] = RECIPE) -> dict[str, Array]:
    """Return what the engine says of iteration 0."""
    watch = Watch(lane=None, example=example, views=("gates", "preactivations", "paths"))
    return Experiment(Recipe.model_validate(recipe)).advance(watch).arrays


def sigmoid_slope(a: float) -> float:
    return float(np.exp(-a) / (1 + np.exp(-a)) ** 2)


def tanh_slope(a: float) -> float:
    return float(1 / np.cosh(a) ** 2)


def sums_and_states(
    engine: dict[str, Array], lane: int, t: int, unit: int, *, gates: str, states: str = "h"
) -> dict[str, float]:
    """Return what the frame itself holds of a cell, by its name in the page."""

    def of(name: str, row: int) -> float:
        return float(engine[f"{lane}/{name}"][row, unit])

    v = {}
    for state in states:
        v |= {state: of(state, t), f"{state}_": of(state, t - 1)}
        v |= {f"d.{state}": of(f"example.d{state}", t)}
        v |= {f"d.{state}_": of(f"example.d{state}", t - 1)}
    for gate in gates:
        v[f"x.{gate}"], v[f"s.{gate}"] = of(f"input.{gate}", t - 1), of(f"recurrent.{gate}", t - 1)
        v[f"a.{gate}"] = v[f"x.{gate}"] + v[f"s.{gate}"]
        if gate != "h":
            v[gate] = of(f"gate.{gate}", t - 1)
    return v


def passages(
    engine: dict[str, Array], lane: int, t: int, carrier: str, paths: tuple[str, ...]
) -> dict[str, float]:
    """Return what each path carried from t to t − 1, and its share of the carrier's gradient."""
    whole = float(np.linalg.norm(engine[f"{lane}/example.d{carrier}"][t]))
    carried = {path: float(engine[f"{lane}/paths.{path}"][t - 1]) for path in paths}
    v = {f"path.{path}": norm for path, norm in carried.items()}
    return v | {f"ratio.{path}": norm / whole for path, norm in carried.items()}


def reference(engine: dict[str, Array], lane: int, t: int, unit: int) -> dict[str, float]:
    """Return what every number of a cell should be, by its name in the page."""
    v = sums_and_states(
        engine,
        lane,
        t,
        unit,
        gates={RNN: "h", LSTM: "ifgo", GRU: "rzn", RELU: "h"}[lane],
        states="hc" if lane == LSTM else "h",
    )
    carrier = "h"
    if lane in (RNN, RELU):
        v["h'"] = tanh_slope(v["a.h"]) if lane == RNN else float(v["a.h"] > 0)
        v["d.a.h"] = v["h'"] * v["d.h"]
        paths = ("nonlinearity", "weight")
    elif lane == LSTM:
        carrier, paths = "c", ("cell", "gates")
        v["tanh_c"] = float(np.tanh(v["c"]))
        v |= {f"{gate}'": sigmoid_slope(v[f"a.{gate}"]) for gate in "ifo"}
        v |= {"g'": tanh_slope(v["a.g"]), "c'": tanh_slope(v["c"])}
        v |= {"fc": v["f"] * v["c_"], "ig": v["i"] * v["g"], "h/c": v["o"] * v["c'"]}
        v |= {"d.fc": v["d.c"], "d.ig": v["d.c"], "d.carry": v["d.c"] * v["f"]}
        v |= {"d.o": v["d.h"] * v["tanh_c"], "d.tanh_c": v["d.h"] * v["o"]}
        v |= {"d.byh": v["d.h"] * v["h/c"], "d.f": v["d.c"] * v["c_"]}
        v |= {"d.i": v["d.c"] * v["g"], "d.g": v["d.c"] * v["i"]}
        v |= {f"d.a.{gate}": v[f"d.{gate}"] * v[f"{gate}'"] for gate in "ifgo"}
    else:
        paths = ("carry", "candidate")
        v["r*s.n"] = v["r"] * v["s.n"]
        v["a.n"] = v["x.n"] + v["r*s.n"]
        v |= {f"{gate}'": sigmoid_slope(v[f"a.{gate}"]) for gate in "rz"}
        v |= {"n'": tanh_slope(v["a.n"]), "1-z": 1 - v["z"], "h/z": v["h_"] - v["n"]}
        v |= {"zh": v["z"] * v["h_"], "zn": v["1-z"] * v["n"]}
        v |= {"d.zh": v["d.h"], "d.zn": v["d.h"], "d.carry": v["d.h"] * v["z"]}
        v |= {"d.n": v["d.h"] * v["1-z"], "d.1-z": v["d.h"] * v["n"]}
        v |= {"d.z": v["d.h"] * v["h/z"], "d.a.n": v["d.h"] * v["1-z"] * v["n'"]}
        v |= {"d.r": v["d.a.n"] * v["s.n"], "d.s.n": v["d.a.n"] * v["r"]}
        v |= {"d.a.z": v["d.z"] * v["z'"], "d.a.r": v["d.r"] * v["r'"]}
    v |= passages(engine, lane, t, carrier, paths)
    if lane in (RNN, RELU):  # whose paths are ratios already
        v |= {f"ratio.{path}": v[f"path.{path}"] for path in paths}
    return v


def parsed(text: str) -> tuple[float, float]:
    """Return a shown number, and half a unit of its last digit."""
    plain = text.strip("()×").replace("−", "-").replace(",", "")
    mantissa, _, power = plain.partition("·10")
    if power or plain.startswith("10"):
        power = (power or plain[2:]).translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    digits = len(mantissa.partition(".")[2])
    scale = 10.0 ** int(power or 0)
    return float(mantissa) * scale, 0.5 * 10.0**-digits * scale


def shown_in(cell_: Locator) -> list[tuple[str, str]]:
    pairs: list[list[str]] = cell_.locator("[data-value]").evaluate_all(
        "all => all.map(each => [each.dataset.value, each.textContent])"
    )
    return [(name, text) for name, text in pairs]


def agree(cell_: Locator, expected: dict[str, float]) -> set[str]:
    """Check every number that is shown; return their names."""
    expect(cell_.locator("[data-value]").first).to_be_attached()
    # The page may know more by now than it has drawn.
    cell_.page.evaluate(DRAWN)
    shown = shown_in(cell_)
    for name, text in shown:
        value, half = parsed(text)
        # The wire carries 24 bits, so a number near the middle of two may be rounded either way.
        room = half + 2e-6 * abs(expected[name]) + 1e-9 * (name[0] != "d")
        assert abs(value - expected[name]) <= room, f"{name}: {text}, not {expected[name]}"
        if expected[name] != 0:
            assert len(re.sub(r"·.*|\D", "", text).lstrip("0")) == 3, f"{name}: {text}"
    return {name for name, _ in shown}


@pytest.mark.parametrize("lane", [RNN, LSTM, GRU, RELU])
def test_every_number_of_a_cell_is_the_engines_to_the_digits_shown(lab: Lab, lane: int) -> None:
    drawer = opened(lab, cell(lane, 17, 2))
    expected = reference(arrays(), lane, 17, 2)
    names = agree(article(drawer, lane, 17, 2), expected)
    # What a cell adds up, its states, slopes and gradients are all there.
    wanted = {RNN: 9, LSTM: 43, GRU: 36, RELU: 9}[lane]
    assert len(names) >= wanted, sorted(set(expected) - names)
    expect(drawer.get_by_role("heading", level=3)).to_have_text(
        f"{LABELS[lane]} · t = 17 · unit 2 · example 0 · iteration 0"
    )


def test_the_verdict_says_which_factor_shrank_the_gradient(lab: Lab) -> None:
    drawer = opened(lab, cell(RNN, 17, 2))
    expected = reference(arrays(), RNN, 17, 2)
    text = drawer.locator(".inspector-verdict").inner_text().replace("\n", "")
    found = re.fullmatch(
        r"From t = 17 to 16: tanh′ took ×([\d.]+), Whh ×([\d.]+), together ×[\d.]+: (\w+)′? .*",
        text,
    )
    assert found is not None, text
    slope, weight = expected["ratio.nonlinearity"], expected["ratio.weight"]
    assert abs(float(found[1]) - slope) <= 0.005
    assert abs(float(found[2]) - weight) <= 0.005
    assert found[3] == ("tanh" if slope < weight else "Whh")


@pytest.mark.parametrize(
    ("lane", "pattern", "names"),
    [
        (
            LSTM,
            r"∂ℓ/∂ct comes back to t = 16 through ×f = {} alone; ∂ℓ/∂ht is made anew at each "
            r"timestep through o = {}, tanh′ = {} and Whh\.",
            ("f", "o", "c'"),
        ),
        (
            GRU,
            r"∂ℓ/∂ht comes back to t = 16 through ×z = {} alone; what else there is of it is "
            r"made anew at each timestep through 1 − z = {}, tanh′ = {} and Whh\.",
            ("z", "1-z", "n'"),
        ),
        (
            RNN,
            r"∂ℓ/∂ht has one way back to t = 16: it is made anew at each timestep through "
            r"tanh′ = {} and Whh\. Nothing stays\.",
            ("h'",),
        ),
    ],
)
def test_the_first_sentence_says_what_stays_of_this_units_gradient(
    lab: Lab, lane: int, pattern: str, names: tuple[str, ...]
) -> None:
    drawer = opened(lab, cell(lane, 17, 2))
    expected = reference(arrays(), lane, 17, 2)
    text = drawer.locator(".inspector-why").inner_text().replace("\n", "")
    numbers = pattern.replace("{}", r"([\d.]+)")
    found = re.fullmatch(f"Unit 2: {numbers}", text)
    assert found is not None, text
    for name, shown in zip(names, found.groups(), strict=True):
        assert float(shown) == pytest.approx(expected[name], rel=0.06), name


def test_arrow_keys_and_buttons_walk_through_time_and_units(lab: Lab) -> None:
    drawer = opened(lab, cell(LSTM, 5, 2))
    engine = arrays()
    lab.page.keyboard.press("ArrowRight")
    lab.page.keyboard.press("ArrowRight")
    lab.page.keyboard.press("ArrowUp")
    agree(article(drawer, LSTM, 7, 1), reference(engine, LSTM, 7, 1))
    drawer.get_by_role("button", name="Previous timestep").click()
    drawer.get_by_role("button", name="Next unit").click()
    agree(article(drawer, LSTM, 6, 2), reference(engine, LSTM, 6, 2))
    # A button that has the focus leaves the arrows to the walk.
    lab.page.keyboard.press("ArrowLeft")
    agree(article(drawer, LSTM, 5, 2), reference(engine, LSTM, 5, 2))
    drawer.get_by_role("spinbutton", name="Timestep of the inspected cell").fill("99")
    lab.page.keyboard.press("Enter")
    agree(article(drawer, LSTM, 20, 2), reference(engine, LSTM, 20, 2))
    assert lab.read("state.selection") == {"t": 20, "unit": 2}


def test_lane_and_example_can_be_chosen(lab: Lab) -> None:
    drawer = opened(lab, cell(LSTM, 9, 2))
    drawer.get_by_role("button", name="GRU").click()
    agree(article(drawer, GRU, 9, 2), reference(arrays(), GRU, 9, 2))
    drawer.get_by_role("button", name="Next example").click()
    expected = reference(arrays(example=1), GRU, 9, 2)
    x = expected["x.n"]
    near = f"Math.abs(state.frame.arrays['2/input.n'].data[8 * 8 + 2] - {x}) < 1e-5"
    lab.wait(near)
    expect(drawer.get_by_role("heading", level=3)).to_contain_text("example 1")
    agree(article(drawer, GRU, 9, 2), expected)


def test_a_pinned_cell_stays_beside_the_one_that_moves(lab: Lab) -> None:
    drawer = opened(lab, cell(LSTM, 5, 2))
    engine = arrays()
    drawer.get_by_role("button", name="Pin this cell").click()
    # Only then is the one that moves another, with buttons of its own.
    agree(article(drawer, LSTM, 5, 2, pinned=True), reference(engine, LSTM, 5, 2))
    lab.page.keyboard.press("ArrowRight")
    article(drawer, LSTM, 6, 2).get_by_role("button", name="GRU").click()
    agree(article(drawer, LSTM, 5, 2, pinned=True), reference(engine, LSTM, 5, 2))
    agree(article(drawer, GRU, 6, 2), reference(engine, GRU, 6, 2))
    drawer.get_by_role("button", name="Pin this cell").click()
    expect(drawer.get_by_role("article")).to_have_count(3)
    expect(drawer.get_by_role("button", name="Pin this cell")).to_be_disabled()
    drawer.get_by_role("button", name="Unpin LSTM, t = 5, unit 2").click()
    expect(drawer.get_by_role("article")).to_have_count(2)
    agree(article(drawer, GRU, 6, 2, pinned=True), reference(engine, GRU, 6, 2))
    shared = lab.page.evaluate("unrolled.link()")
    lab.page.goto("about:blank")
    lab.open(at=shared)
    lab.wait("state.frame.arrays['0/example.dh'] !== undefined")
    agree(article(drawer, GRU, 6, 2, pinned=True), reference(engine, GRU, 6, 2))


def test_a_key_opens_it_for_the_watched_lane_and_escape_gives_the_focus_back(lab: Lab) -> None:
    lab.open(RECIPE)
    drawer = lab.region("Cell inspector")
    expect(drawer).to_be_hidden()
    scrub = lab.region("Unrolled network").get_by_role("slider")
    lab.page.keyboard.press("ArrowRight")
    lab.page.keyboard.press("ArrowRight")
    lab.page.keyboard.press("i")
    lab.wait("state.frame.arrays['1/example.dh'] !== undefined")
    agree(article(drawer, LSTM, 1, 0), reference(arrays(), LSTM, 1, 0))
    lab.page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    assert lab.read("state.view.inspect") == []
    wanted = lab.messages("watch")[-1]["views"]
    assert "paths" not in wanted
    assert "preactivations" not in wanted
    # A slider keeps its keys; what it has opened gives the focus back to it.
    scrub.focus()
    scrub.evaluate("() => dispatchEvent(new KeyboardEvent('keydown', { key: 'i' }))")
    expect(drawer).to_be_focused()
    drawer.get_by_role("button", name="Close cell inspector").click()
    expect(drawer).to_be_hidden()
    expect(scrub).to_be_focused()


def test_escape_belongs_to_a_form_before_it_closes_the_inspector(lab: Lab) -> None:
    drawer = opened(lab, cell(LSTM, 5, 2), zoom="f")
    lab.field("Learning rate").focus()
    lab.page.keyboard.press("Escape")
    lab.page.wait_for_timeout(100)
    expect(drawer).to_be_visible()
    # What lies on top goes first; the enlarged heatmap under it waits for the next Escape.
    drawer.focus()
    lab.page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    assert lab.read("state.view.zoom") == "f"


def test_the_wires_carry_values_or_gradients(lab: Lab) -> None:
    drawer = opened(lab, cell(LSTM, 17, 2))
    circuit = drawer.locator("svg.circuit")
    state = circuit.locator("text.values [data-value='c']")
    gradient = circuit.locator("text.gradients [data-value='d.carry']")
    expect(state).to_be_visible()
    expect(gradient).to_be_hidden()
    drawer.get_by_role("button", name="Wires carry gradients").click()
    expect(gradient).to_be_visible()
    expect(state).to_be_hidden()
    sign = "positive" if reference(arrays(), LSTM, 17, 2)["d.carry"] > 0 else "negative"
    wire = circuit.locator("path[d='M34 34H84']")
    expect(wire).to_have_attribute("class", f"wire {sign}")


def test_what_an_earlier_iteration_did_not_record_is_computed_again(lab: Lab) -> None:
    lab.open(RECIPE)
    lab.button("Step").click()
    lab.wait_for_iteration(1)
    lab.page.keyboard.press("i")
    lab.wait("state.frame.arrays['1/example.dh'] !== undefined")
    drawer = lab.region("Cell inspector")
    expect(drawer.locator(".inspector-missing")).to_be_hidden()
    lab.page.keyboard.press("[")
    lab.wait("state.past === 0 && state.frame.arrays['1/example.dh'] !== undefined")
    expect(drawer.locator(".inspector-missing")).to_be_hidden()
    expect(drawer.get_by_role("article")).to_contain_text("iteration 0")
    t, unit = lab.read("[state.view.inspect[0].t, state.view.inspect[0].unit]")
    agree(drawer.get_by_role("article"), reference(arrays(), LSTM, t, unit))
    drawer.get_by_role("button", name="Next example").click()
    lab.wait("state.watch.example === 1 && state.frame.arrays['1/example.dh'] !== undefined")
    assert lab.read("state.past") == 0
    agree(drawer.get_by_role("article"), reference(arrays(example=1), LSTM, t, unit))
    described = Experiment(Recipe.model_validate(RECIPE)).example(1)
    assert lab.read("state.example") == json.loads(json.dumps(described))
    lab.page.keyboard.press("]")
    lab.wait("state.past === null && state.frame.iteration === 1")
    lab.page.keyboard.press("[")
    lab.wait("state.past === 0 && state.frame.arrays['1/example.dh'] !== undefined")


def test_a_passage_that_truncation_cuts_is_called_cut(lab: Lab) -> None:
    recipe = {**RECIPE, "base": {"hidden_size": 8, "truncate": 5}}
    cut = np.isnan(arrays(recipe=recipe)["1/paths.cell"])
    reached = ~np.isnan(arrays(recipe=recipe)["1/example.dc"][1:, 0])
    [t] = [int(t) + 1 for t in np.flatnonzero(cut & reached)]
    drawer = opened(lab, cell(LSTM, t, 2), recipe=recipe)
    verdict = drawer.locator(".inspector-verdict")
    expect(verdict).to_have_text(f"Truncation cuts here: nothing passes from t = {t} to {t - 1}.")
    lab.page.keyboard.press("ArrowLeft")
    expect(verdict).to_have_text(f"No loss reaches t = {t - 1}: truncation keeps them apart.")


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (390, 844)])
def test_it_lies_over_neither_network_nor_controls_and_is_legible(
    new_lab: Callable[..., Lab], size: tuple[int, int]
) -> None:
    width, height = size
    lab = new_lab(viewport={"width": width, "height": height})
    drawer = opened(lab, cell(LSTM, 17, 2), cell(GRU, 5, 1))
    box = drawer.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width + 1
    if width > 1000:
        for region in ("Unrolled network", "Controls"):
            other = lab.region(region).bounding_box()
            assert other is not None
            below = box["y"] >= other["y"] + other["height"]
            assert below or box["x"] >= other["x"] + other["width"]
    text = drawer.locator("svg.circuit .number").first
    pixels = text.evaluate(
        "each => parseFloat(getComputedStyle(each).fontSize) * each.getScreenCTM().a"
    )
    assert pixels >= 10.5
    nameless = drawer.locator("button, input").evaluate_all(
        "all => all.filter(each => !each.getAttribute('aria-label') && !each.textContent)"
        ".map(each => each.outerHTML)"
    )
    assert nameless == []


def test_a_run_that_plays_is_followed_by_the_numbers(lab: Lab) -> None:
    drawer = opened(lab, cell(GRU, 17, 2))
    before = dict(shown_in(drawer.get_by_role("article")))
    lab.button("Play").click()
    lab.wait_for_iteration(12)
    stood = lab.rest()
    now = dict(shown_in(drawer.get_by_role("article")))
    assert now["h"] != before["h"]
    h = lab.read("state.frame.arrays['2/h'].data[17 * 8 + 2]")
    value, half = parsed(now["h"])
    assert abs(value - h) <= half * 1.001
    expect(drawer.get_by_role("heading", level=3)).to_contain_text(f"iteration {stood}")


def test_a_lane_with_one_layer_is_not_asked_for_another(lab: Lab) -> None:
    lanes = [{"cell": "gru", "num_layers": 1}, {"cell": "gru", "num_layers": 2}]
    recipe = {"task": {"name": "adding", "seq_len": 20}, "batch_size": 8}
    recipe = {**recipe, "base": {"hidden_size": 8}, "lanes": lanes}
    lab.open(at=link(lab, cell(1, 3, 0), recipe=recipe))
    drawer = lab.region("Cell inspector")
    layer = drawer.get_by_role("group", name="Layer")
    expect(layer).to_be_visible()
    layer.get_by_role("button", name="Next layer").click()
    lab.wait("state.watch.layer === 1")
    expect(drawer.locator("h3")).to_contain_text("· layer 1 ·")
    lanes_of = drawer.get_by_role("group", name="Lane of the cell")
    lanes_of.get_by_role("button").first.click()
    expect(drawer.locator("h3")).to_contain_text("1 layer · t = 3")
    expect(layer).to_be_hidden()
    expect(drawer.locator("h3")).not_to_contain_text("· layer")

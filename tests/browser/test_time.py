"""The time machine: going back in every view, comparing, and forking."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.lab import CANVAS, Lab

SMALL = {
    "task": {"seq_len": 20},
    "batch_size": 8,
    "base": {"hidden_size": 8},
    "lanes": [{"cell": "rnn"}, {"cell": "lstm"}, {"cell": "lstm", "clip": "none"}],
}

LABELLED = ["Unrolled network", "Gradient flow", "Inside the cell", "Prediction"]
"""Regions whose canvas says in words what is drawn."""

PAINTED = ["Inside the cell", "Prediction"]
"""Regions whose canvas does not move at rest."""

BITS = """Object.entries(state.frame.arrays)
  .filter(([name]) => !name.includes("history/"))
  .map(([name, { data }]) => [name, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)])
  .map(([name, bytes]) => [name, Array.from(bytes, (byte) => byte.toString(16)).join(" ")])
  .toSorted()"""


def time_of(lab: Lab) -> Locator:
    return lab.page.get_by_role("group", name="Time", exact=True)


def slider(lab: Lab) -> Locator:
    return time_of(lab).get_by_label("Iteration", exact=True)


def step_to(lab: Lab, iteration: int) -> None:
    """Advance one by one, so that every frame arrives and is kept."""
    for at in range(lab.read("state.latest.iteration") + 1, iteration + 1):
        lab.button("Step").click()
        lab.wait(f"state.latest.iteration === {at} && state.run === 'paused'")


def table(lab: Lab) -> list[list[str]]:
    """Return what the table of lanes says."""
    rows: list[list[str]] = lab.page.locator("#lane-table tbody tr").evaluate_all(
        "rows => rows.map((row) => [...row.cells].map((cell) => cell.textContent))"
    )
    return rows


def seen(lab: Lab) -> dict[str, Any]:
    """Return what the views show, as words, pixels and numbers."""
    lab.drawn()
    training = lab.region("Training").locator("canvas.surface").get_attribute("aria-label") or ""
    return {
        "words": {
            name: lab.region(name).locator("canvas.surface").get_attribute("aria-label")
            for name in LABELLED
        },
        "losses": training.partition(": ")[2],
        "pixels": {
            name: lab.region(name).locator("canvas.surface").evaluate(CANVAS) for name in PAINTED
        },
        "bits": lab.read(BITS),
    }


def number(text: str) -> float:
    """Read a number as the page writes them: 0.0071, 2.1·10⁻⁴."""
    plain = text.replace("−", "-").replace(",", "")
    mantissa, _, power = plain.partition("·10")
    digits = power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    return float(f"{mantissa}e{digits or 0}")


def place_of(lab: Lab, iteration: int, last: int) -> tuple[float, float]:
    """Return where on the screen the first chart has an iteration."""
    handle = lab.page.locator(".time-handle").first
    ends = []
    for each in (0, last):
        slider(lab).fill(str(each))
        lab.wait(f"state.frame.iteration === {each}")
        lab.drawn()
        box = handle.bounding_box()
        assert box is not None
        ends.append(box)
    x = [box["x"] + box["width"] / 2 for box in ends]
    return x[0] + (x[1] - x[0]) * iteration / last, ends[0]["y"] + ends[0]["height"] / 2


def by_slider(lab: Lab, iteration: int, last: int) -> None:
    slider(lab).fill(str(iteration))


def by_bracket(lab: Lab, iteration: int, last: int) -> None:
    lab.page.keyboard.press("[")
    lab.page.keyboard.press("[")
    for _ in range(last - iteration):
        lab.page.keyboard.press("[")
    for _ in range(2):
        lab.page.keyboard.press("]")


def by_arrows(lab: Lab, iteration: int, last: int) -> None:
    slider(lab).focus()
    for _ in range(last - iteration):
        lab.page.keyboard.press("ArrowLeft")


def by_buttons(lab: Lab, iteration: int, last: int) -> None:
    for _ in range(last - iteration + 1):
        time_of(lab).get_by_role("button", name="Earlier frame").click()
    time_of(lab).get_by_role("button", name="Later frame").click()


def by_typing(lab: Lab, iteration: int, last: int) -> None:
    time_of(lab).get_by_label("Iteration number").fill(str(iteration))
    lab.page.keyboard.press("Enter")


def by_dragging(lab: Lab, iteration: int, last: int) -> None:
    start, end = place_of(lab, last, last), place_of(lab, iteration, last)
    assert lab.read("state.past") is None
    lab.page.mouse.move(*start)
    lab.page.mouse.down()
    lab.page.mouse.move((start[0] + end[0]) / 2, end[1] + 9, steps=4)
    lab.page.mouse.move(*end, steps=4)
    lab.page.mouse.up()


def by_clicking(lab: Lab, iteration: int, last: int) -> None:
    end = place_of(lab, iteration, last)
    assert lab.read("state.past") is None
    lab.page.mouse.click(*end)


MANNERS = [by_slider, by_bracket, by_arrows, by_buttons, by_typing, by_dragging, by_clicking]


def test_however_one_goes_back_all_views_show_that_iteration(new_lab: Callable[..., Lab]) -> None:
    # Without motion.
    lab = new_lab(reduced_motion="reduce")
    lab.open(SMALL)
    lab.plotly_arrived()
    then = {}
    for iteration in (3, 5):
        step_to(lab, iteration)
        then[iteration] = seen(lab)
    step_to(lab, 8)
    assert seen(lab) != then[5]
    for manner in MANNERS:
        for iteration in (3, 5):
            manner(lab, iteration, 8)
            lab.wait(f"state.frame.iteration === {iteration}")
            assert seen(lab) == then[iteration], f"{manner.__name__} to {iteration}"
            expect(lab.status()).to_contain_text(f"iteration {iteration} of 8")
            expect(lab.status()).to_contain_text("looking back")
            expect(lab.status().locator(".status-lane").first).to_be_in_viewport(ratio=1)
            expect(slider(lab)).to_have_value(str(iteration))
            lab.page.keyboard.press("l")
            lab.wait("state.past === null && state.frame.iteration === 8")
            expect(lab.status()).not_to_contain_text("looking back")


def test_the_words_of_the_views_are_the_numbers_of_the_frame_of_that_iteration(lab: Lab) -> None:
    lab.open(SMALL)
    step_to(lab, 6)
    slider(lab).fill("2")
    lab.wait("state.past === 2")
    assert lab.read("state.frame === state.archive.nearest(2)")
    assert lab.read("state.frame.iteration") == 2
    words = seen(lab)
    flow = words["words"]["Gradient flow"]
    assert "iteration 2:" in flow
    norm = re.search(r"LSTM (\S+) at timestep 0", flow)
    assert norm is not None
    assert number(norm[1]) == pytest.approx(10 ** lab.line(1)[0], rel=0.06)
    loss = re.search(r"RNN tanh loss (\S+),", words["losses"])
    assert loss is not None
    assert number(loss[1]) == pytest.approx(lab.line(0, "loss")[0], rel=0.006)
    size = re.search(r"\bi \(input\) (\S+),", words["words"]["Inside the cell"])
    assert size is not None
    lane = lab.read("state.watch.lane")
    gate = lab.read(
        f"(({{ data, dtype }}) => data.reduce((sum, each) => sum + each, 0) / data.length"
        f" / (dtype === 'U8' ? 255 : 1))(state.frame.arrays['{lane}/gate.i'])"
    )
    assert number(size[1]) == pytest.approx(gate, rel=0.06)


def test_who_scrubs_back_pauses_the_run_and_one_key_goes_on_with_it(lab: Lab) -> None:
    lab.open(SMALL)
    lab.button("Play").click()
    lab.wait("state.archive.length > 12")
    slider(lab).fill("4")
    lab.wait("state.past !== null && state.run === 'paused'")
    shown = lab.read("state.frame.iteration")
    assert abs(shown - 4) <= 4
    expect(lab.button("Pause")).to_have_attribute("aria-pressed", "true")
    lab.page.wait_for_timeout(300)
    assert lab.read("state.frame.iteration") == shown
    last = lab.read("state.latest.iteration")
    assert last > shown
    expect(time_of(lab).get_by_role("button", name="Back to live")).to_be_visible()
    slider(lab).press("Shift+L")
    lab.wait(f"state.past === null && state.run === 'playing' && state.frame.iteration > {last}")
    expect(time_of(lab).get_by_role("button", name="Back to live")).to_be_hidden()
    assert lab.read(
        "state.history.iteration.data.subarray(0, state.history.length)"
        ".every((iteration, index) => iteration === index)"
    )


def test_while_a_run_plays_the_header_and_the_time_bar_tell_the_same_iteration(lab: Lab) -> None:
    lab.open(SMALL)
    lab.button("Play").click()
    lab.wait_for_iteration(5)
    told = lab.page.evaluate(
        """() => new Promise((done) => {
          const told = [];
          const look = () => {
            const header = document.querySelector(".status-iteration b").textContent;
            told.push([header, document.querySelector(".time-entry").value]);
            if (told.length < 60) setTimeout(() => requestAnimationFrame(look));
            else done(told);
          };
          look();
        })"""
    )
    assert len({header for header, _ in told}) > 1
    assert [pair for pair in told if pair[0] != pair[1]] == []


def test_what_is_compared_is_marked_counted_and_let_go(lab: Lab) -> None:
    lab.open(SMALL)
    step_to(lab, 6)
    lab.region("Training").get_by_role("button", name="Lanes").click()
    slider(lab).fill("2")
    lab.wait("state.past === 2")
    losses = [lab.line(lane, "loss")[0] for lane in range(3)]
    time_of(lab).get_by_role("button", name="Compare").click()
    pinned = time_of(lab).get_by_role("button", name="compared with iteration 2", exact=True)
    expect(pinned).to_have_attribute("aria-pressed", "true")
    lab.page.keyboard.press("l")
    lab.wait("state.past === null && state.pinned.iteration === 2")
    heads = lab.page.locator("#lane-table thead th")
    expect(heads.filter(has_text="since 2")).to_have_count(1)
    lab.drawn()
    column = [text.split("since")[0] for text in heads.all_text_contents()].index("Δ loss")
    for lane, row in enumerate(table(lab)):
        change = lab.line(lane, "loss")[0] - losses[lane]
        assert float(row[column].replace("−", "-")) == pytest.approx(change, rel=0.06)
    pinned.click()
    lab.wait("state.pinned === null")
    expect(time_of(lab).get_by_role("button", name="Compare")).to_have_attribute(
        "aria-pressed", "false"
    )
    expect(heads.filter(has_text="since")).to_have_count(0)


INKED = """(canvas, x) => {
  const ratio = canvas.width / canvas.clientWidth;
  const left = Math.round((x - canvas.getBoundingClientRect().left) * ratio);
  const inked = [-1, 0, 1].map((beside) => {
    const { data } = canvas.getContext("2d").getImageData(left + beside, 0, 1, canvas.height);
    return data.filter((_, k) => k % 4 === 3 && data[k] > 200).length / ratio;
  });
  return Math.max(...inked);
}"""
"""Pixels of a column of a canvas, or of one beside it, that are drawn on."""


def test_the_shown_and_the_compared_iteration_are_lines_where_they_belong(lab: Lab) -> None:
    lab.open(SMALL)
    lab.plotly_arrived()
    step_to(lab, 9)
    x, _ = place_of(lab, 3, 9)
    # At rest the lines of training are Plotly's: the canvas holds what is marked, and no more.
    expect(lab.region("Training").locator(".chart-plotly.settled")).to_have_count(1)
    canvas = lab.region("Training").locator("canvas.surface")
    height = lab.page.locator(".time-handle").first.evaluate("node => node.clientHeight")
    lab.drawn()
    plain = canvas.evaluate(INKED, x)
    slider(lab).fill("3")
    lab.wait("state.past === 3")
    lab.drawn()
    assert canvas.evaluate(INKED, x) > plain + 0.6 * height
    time_of(lab).get_by_role("button", name="Compare").click()
    lab.page.keyboard.press("l")
    lab.wait("state.past === null && state.pinned?.iteration === 3")
    lab.drawn()
    compared = canvas.evaluate(INKED, x)
    assert plain + 0.3 * height < compared < plain + 0.9 * height


def test_a_fork_shows_the_same_numbers_and_leaves_what_came_after(lab: Lab) -> None:
    lab.open(SMALL)
    step_to(lab, 3)
    lab.field("Learning rate").fill("0.01")
    lab.wait("state.recipe.tweaks.length === 1")
    step_to(lab, 6)
    after = lab.read(BITS)
    lab.field("Learning rate").fill("0.5")
    lab.wait("state.recipe.tweaks.length === 2")
    step_to(lab, 9)
    slider(lab).fill("5")
    lab.wait("state.past === 5")
    shown, words = lab.read(BITS), seen(lab)
    history = lab.read("Array.from(state.history.lanes[1].loss.data.subarray(0, 6))")
    time_of(lab).get_by_role("button", name="Compare").click()
    lab.wait("state.pinned.iteration === 5")
    time_of(lab).get_by_role("button", name="Fork from here").click()
    lab.wait("state.past === null && state.latest.iteration === 5 && state.history.length === 6")
    lab.wait("state.run === 'paused'")
    assert lab.messages("start")[-1]["at"] == 5
    assert lab.read("state.pinned") is None
    expect(lab.page.locator("#toast")).to_contain_text("Forked at iteration 5")
    assert lab.read(BITS) == shown
    assert seen(lab) == words
    assert len(shown) > 30
    assert [tweak["changes"] for tweak in lab.read("state.recipe.tweaks")] == [
        {"learning_rate": 0.01}
    ]
    assert lab.read("Array.from(state.history.lanes[1].loss.data.subarray(0, 6))") == history
    assert lab.read("state.archive.iterations") == [0, 1, 2, 3, 4, 5]
    expect(slider(lab)).to_have_attribute("max", "5")
    step_to(lab, 6)
    assert lab.read(BITS) == after


def test_an_iteration_that_was_not_kept_is_told_and_can_be_computed(
    new_lab: Callable[..., Lab],
) -> None:
    lab = new_lab()
    lab.open(SMALL)
    step_to(lab, 3)
    then = lab.read(BITS)
    theirs = new_lab()
    theirs.open(at=f"{lab.page.url.partition('#')[0]}#{lab.page.url.partition('#')[2]}&at=7")
    theirs.wait("state.frame?.iteration === 7")
    slider(theirs).fill("3")
    theirs.drawn()
    expect(slider(theirs)).to_have_value("7")
    field = time_of(theirs).get_by_label("Iteration number")
    field.fill("3")
    field.press("Enter")
    note = theirs.region("Training").get_by_text("Iteration 3 was not kept; this is 7")
    expect(note).to_be_visible()
    theirs.button("Compute 3 again").click()
    theirs.wait("state.frame?.iteration === 3 && state.history.length === 4")
    assert theirs.read(BITS) == then
    expect(note).to_be_hidden()
    expect(field).to_have_value("3")
    field.fill("nonsense")
    field.press("Enter")
    expect(field).to_have_value("3")
    field.fill("999")
    field.press("Enter")
    told = theirs.region("Training").get_by_text("has come to 3 so far")
    expect(told).to_be_visible()
    time_of(theirs).get_by_role("button", name="Fork from here").click()
    expect(told).to_be_hidden()


def test_the_table_of_lanes_says_what_the_frame_says(lab: Lab) -> None:
    lab.open(SMALL)
    step_to(lab, 5)
    lab.region("Training").get_by_role("button", name="Lanes").click()
    slider(lab).fill("3")
    lab.wait("state.past === 3")
    lab.drawn()
    heads = lab.page.locator("#lane-table thead th").evaluate_all(
        "heads => heads.map((head) => head.firstChild.textContent)"
    )
    rows = table(lab)
    assert [row[0] for row in rows] == [lane["label"] for lane in lab.read("state.lanes")]
    assert [row[1] for row in rows] == ["RNN", "LSTM", "LSTM"]
    for lane, row in enumerate(rows):
        cell = dict(zip(heads, row, strict=True))
        assert number(cell["params"]) == lab.read(f"state.lanes[{lane}].parameters")
        assert number(cell["loss"]) == pytest.approx(lab.line(lane, "loss")[0], rel=0.006)
        losses = lab.read(f"Array.from(state.history.lanes[{lane}].loss.data.subarray(0, 4))")
        weights = 0.9 ** np.arange(4)[::-1]  # of the mean over about ten iterations, so far
        best = np.exp(np.average(np.log(losses), weights=weights))
        assert number(cell["best loss"]) == pytest.approx(best, rel=0.006)
        assert number(cell["horizon"]) == lab.line(lane, "horizon")[0]
        norm = 10 ** lab.line(lane, "grad_norm")[0]
        assert number(cell["‖∂L/∂θ‖"]) == pytest.approx(norm, rel=0.06)
        update = 10 ** lab.line(lane, "update_norm")[0]
        assert number(cell["‖Δθ‖"]) == pytest.approx(update, rel=0.06)
        assert number(cell["clip"]) == pytest.approx(lab.line(lane, "clip_factor")[0], rel=0.06)
    assert [head for head in heads if "≠" in head] == ["≠ cell", "≠ clip"]
    assert [row[-1] for row in rows] == ["norm", "norm", "none"]


def test_a_lane_that_is_hidden_is_not_drawn_and_dimmed_in_the_table(lab: Lab) -> None:
    lab.open(SMALL)
    step_to(lab, 5)
    canvas = lab.region("Training").locator("canvas.surface")
    lab.region("Training").get_by_role("button", name="Lanes").click()
    toggle = lab.page.locator("#lane-table").get_by_role("button", name="RNN tanh")
    expect(toggle).to_have_attribute("aria-pressed", "true")
    toggle.click()
    lab.wait("state.view.hidden.length === 1 && state.view.hidden[0] === 0")
    expect(toggle).to_have_attribute("aria-pressed", "false")
    lab.region("Training").get_by_role("button", name="Curves").click()
    expect(canvas).not_to_have_attribute("aria-label", re.compile("RNN tanh"))
    expect(canvas).to_have_attribute("aria-label", re.compile("LSTM · clip none"))


def test_a_double_click_on_the_chart_zooms_out_and_stays_in_its_time(lab: Lab) -> None:
    lab.open(SMALL)
    lab.plotly_arrived()
    step_to(lab, 6)
    at = place_of(lab, 2, 6)

    def goes_back_where_it_was() -> bool:
        lab.page.mouse.dblclick(*at)
        lab.drawn()
        if lab.read("state.past === null && state.frame.iteration === 6"):
            return True
        # On a busy machine the second click came too late: two clicks, which go to an iteration.
        lab.page.keyboard.press("l")
        lab.wait("state.past === null")
        return False

    lab.wait_for(goes_back_where_it_was)


def test_a_finger_finds_the_line_and_the_buttons(new_lab: Callable[..., Lab]) -> None:
    lab = new_lab(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    lab.open(SMALL)
    step_to(lab, 3)
    lab.drawn()
    handle = lab.page.locator(".time-handle").first.bounding_box()
    assert handle is not None
    assert handle["width"] >= 34
    for button in time_of(lab).get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 34
    time_of(lab).get_by_role("button", name="Earlier frame").tap()
    lab.wait("state.past === 2")


def test_the_time_bar_is_thin_and_as_wide_as_its_panel(lab: Lab) -> None:
    lab.open(SMALL)
    lab.drawn()
    bar, panel = time_of(lab).bounding_box(), lab.region("Training").bounding_box()
    assert bar is not None
    assert panel is not None
    assert bar["height"] <= 30
    assert bar["width"] >= panel["width"] - 2
    assert bar["y"] + bar["height"] <= panel["y"] + panel["height"]

"""The unrolled network: what is drawn and said is what the frame holds."""

import math
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab

SMALL: dict[str, Any] = {
    "task": {"seq_len": 20},
    "batch_size": 8,
    "base": {"hidden_size": 8, "clip_threshold": 0.05},
}
"""A recipe that is fast on any machine, and that clips."""

T = 20
PHASES = ["Forward", "Loss", "Backward", "Clip", "Update"]

LOOK = """([body, places, lane]) => {
  const canvas = body.querySelector("canvas");
  const context = canvas.getContext("2d");
  const { width, height } = canvas;
  const { data } = context.getImageData(0, 0, width, height);
  const style = getComputedStyle(document.documentElement);
  const color = style.getPropertyValue(`--lane-${lane}`).trim();
  const own = [...[1, 3, 5].map((k) => parseInt(color.slice(k, k + 2), 16)), 255];
  // Nearly opaque: the glow is not part of the ribbon.
  const owned = (at) => own.every((value, k) => Math.abs(data[at + k] - value) < (k < 3 ? 12 : 90));
  return places.map((x) => {
    const column = Math.round(x * width / canvas.clientWidth);
    let count = 0;
    for (let y = 0; y < height; y += 1) if (owned(4 * (y * width + column))) count += 1;
    return count;
  });
}"""
"""How many pixels of a column are in the colour of a lane, for several columns."""

PIXELS = """([body, places]) => {
  const canvas = body.querySelector("canvas");
  const context = canvas.getContext("2d");
  const ratio = canvas.width / canvas.clientWidth;
  return places.map(([x, y]) => {
    const [r, g, b, a] = context.getImageData(x * ratio, y * ratio, 1, 1).data;
    return [r, g, b].map((value) => Math.round(255 + (value - 255) * a / 255));
  });
}"""
"""Red, green and blue of places, on the white of a light panel."""


def picture(lab: Lab) -> Locator:
    return lab.region("Unrolled network").locator(".view-canvas")


def subtitle(lab: Lab) -> Locator:
    return lab.region("Unrolled network").locator("[data-subtitle]")


def whole(lab: Lab) -> str:
    """Return the sentence with the lanes' names, for which there may be no room."""
    return subtitle(lab).get_attribute("title") or ""


def places(lab: Lab) -> dict[str, Any]:
    """Return where the picture has put what it draws, asked of the module that arranges it."""
    found: dict[str, Any] = lab.page.evaluate(
        """async (module) => {
          const picture = module.replace("main.js", "panels/unrolled_network/picture.js");
          const { networkRows } = await import(picture);
          const { palette } = await import(module.replace("main.js", "canvas/palette.js"));
          const { state } = unrolled.store;
          const canvas = document.querySelector("#unrolled-network canvas");
          const size = { width: canvas.clientWidth, height: canvas.clientHeight };
          const lanes = state.lanes.filter(({ index }) => !state.view.hidden.includes(index));
          const rows = networkRows({ ...state, lanes }, size, palette());
          return { ...rows, lanes: rows.lanes, at: Array.from(
            { length: rows.last + 1 }, (_, t) => rows.x(t)) };
        }""",
        lab.page.locator("script[type=module][src$='main.js']").get_attribute("src"),
    )
    return found


def ribbon(lab: Lab, lane: int, columns: list[float]) -> list[int]:
    """Return how many pixels high the ribbon of a lane is at these places."""
    handle = picture(lab).element_handle()
    counted: list[int] = lab.page.evaluate(LOOK, [handle, columns, lane])
    return counted


def scrub_to(lab: Lab, t: int) -> None:
    slider = lab.page.get_by_label("Timestep to look at")
    slider.focus()
    slider.fill(str(t))
    # The pictured cursor would lie over what is measured.
    slider.blur()
    expect(picture(lab)).to_have_attribute("data-t", str(t))
    lab.drawn()


def choose(lab: Lab, phase: str) -> str:
    """Go to the end of a phase; return its sentence."""
    lab.button(phase).click()
    expect(picture(lab)).to_have_attribute("data-phase", phase.lower())
    expect(picture(lab)).to_have_attribute("data-playing", "false")
    expect(lab.button(phase)).to_have_attribute("aria-pressed", "true")
    expect(subtitle(lab)).to_contain_text(phase)
    return re.sub(r"[\u2009\u00a0]", " ", whole(lab))


def written(value: float) -> str:
    """Return a number as the page writes it, with two digits that count."""
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(value))
    mantissa = round(value / 10**exponent, 1)
    if mantissa >= 10:
        mantissa, exponent = mantissa / 10, exponent + 1
    if -3 <= exponent < 5:
        return f"{value:.{max(0, 1 - exponent)}f}"
    return f"{mantissa:.1f}·10" + str(exponent).translate(
        str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    )


@pytest.fixture
def still(new_lab: Callable[..., Lab]) -> Lab:
    """A page that moves nothing by itself, at iteration 3 of the small run."""
    lab = new_lab(reduced_motion="reduce")
    lab.open(SMALL)
    for iteration in (1, 2, 3):
        lab.button("Step").click()
        lab.wait_for_iteration(iteration)
    lab.wait("state.run === 'paused'")
    lab.drawn()
    return lab


def test_arrow_widths_fall_with_dh_norm_on_one_scale_for_all_lanes(still: Lab) -> None:
    expect(picture(still)).to_have_attribute("data-phase", "rest")
    rows = places(still)
    seen = []
    for lane in range(3):
        norms = still.line(lane)
        # Halfway between cells, where nothing else has the lane's colour.
        timesteps = range(2, T, 2)
        columns = [(rows["at"][t] + rows["at"][t + 1]) / 2 for t in timesteps]
        full = rows["lanes"][lane]["full"]
        for t, height in zip(timesteps, ribbon(still, lane, columns), strict=True):
            log = (norms[t] + norms[t + 1]) / 2
            expected = max(1.0, 1 + (full - 1) * (log + 10) / 10)
            assert abs(height - expected) <= 2, (lane, t, log, height, expected)
            seen.append((log, height))
    seen.sort()
    assert seen[0][0] < seen[-1][0] - 3, "the norms span decades"
    assert seen[0][1] < seen[-1][1] - 2, "and so do the widths"
    for (one, low), (other, high) in pairwise(seen):
        assert high >= low - 1 or other - one > 0.5, "never thinner where the norm is larger"


def test_forward_leaves_the_cells_to_come_empty(still: Lab) -> None:
    choose(still, "Forward")
    scrub_to(still, 11)
    rows = places(still)
    handle = picture(still).element_handle()
    panel = [255, 255, 255]
    for lane, row in enumerate(rows["lanes"]):
        h = still.line(lane, "h")
        heights = [row["top"] + row["height"] * share for share in (0.2, 0.35, 0.65, 0.8)]
        for t in rows["timesteps"][1:]:
            spots = [[rows["at"][t] + 3, y] for y in heights]
            pixels = still.page.evaluate(PIXELS, [handle, spots])
            filled = any(pixel != panel for pixel in pixels)
            assert max(abs(value) for value in h[8 * t : 8 * (t + 1)]) > 0.01
            assert filled == (t <= 11), (lane, t)
        # Nothing has come back yet.
        assert max(ribbon(still, lane, [rows["at"][16], rows["at"][18]])) <= 2
    sentence = subtitle(still).inner_text()
    assert "t = 11 of 20" in sentence
    for lane, label in enumerate(["RNN tanh", "LSTM", "GRU"]):
        length = math.hypot(*still.line(lane, "h")[8 * 11 : 8 * 12])
        assert f"{written(length)} in {label}" in sentence


def test_backward_grows_from_the_right_and_says_the_factor_at_its_front(still: Lab) -> None:
    choose(still, "Backward")
    scrub_to(still, 12)
    rows = places(still)
    for lane in range(3):
        before, after = 5, 17
        columns = [(rows["at"][t] + rows["at"][t + 1]) / 2 for t in (before, after)]
        blank, there = ribbon(still, lane, columns)
        assert blank == 0
        assert there >= 3
    sentence = whole(still)
    assert "reached t = 12" in sentence
    for lane, label in enumerate(["RNN tanh", "LSTM", "GRU"]):
        norms = still.line(lane)
        share, factor = 10 ** (norms[12] - norms[20]), 10 ** (norms[11] - norms[12])
        assert f"{written(share)} {'reached t = 12 ' if lane == 0 else ''}in {label}" in sentence
        assert f"×{written(factor)}" in sentence
    scrub_to(still, 0)
    assert "reached t = 0" in subtitle(still).inner_text()


def test_the_phases_tell_this_iterations_numbers(still: Lab) -> None:
    labels = ["RNN tanh", "LSTM", "GRU"]
    loss, clip, update = (choose(still, phase) for phase in ("Loss", "Clip", "Update"))
    assert "Clip by norm at 0.050" in clip
    assert "Adam at learning rate 0.003" in update
    for lane, label in enumerate(labels):
        assert f"{written(still.line(lane, 'loss')[0])} in {label}" in loss
        norm = 10 ** still.line(lane, "grad_norm")[0]
        factor = still.line(lane, "clip_factor")[0]
        assert factor < 1
        assert f"{label}'s gradient {written(norm)} was multiplied by {written(factor)}" in clip
        moved = written(10 ** still.line(lane, "update_norm")[0])
        assert re.search(rf"{label}'s (weights )?by {re.escape(moved)}", update)
    assert picture(still).locator("canvas").get_attribute("aria-label") is not None
    described = picture(still).locator("canvas").get_attribute("aria-label") or ""
    assert "Adam at learning rate 0.003" in described


AXIS = """async ([module, phase]) => {
  const part = (name) => import(module.replace("main.js", name));
  const { networkRows } = await part("panels/unrolled_network/picture.js");
  const { gradientAxis, updateAxis } = await part("panels/unrolled_network/norm_axis.js");
  const { clipping, updating } = await part("panels/unrolled_network/phase_numbers.js");
  const { palette } = await part("canvas/palette.js");
  const { state } = unrolled.store;
  const canvas = document.querySelector("#unrolled-network canvas");
  const size = { width: canvas.clientWidth, height: canvas.clientHeight };
  const rows = networkRows(state, size, palette());
  const numbers = phase === "clip" ? clipping : updating;
  const all = state.lanes.map(({ index }) => numbers(state, index));
  const axis = (phase === "clip" ? gradientAxis : updateAxis)(rows, all);
  return { left: axis.left, right: axis.right, zero: axis.x(0), decade: axis.x(1) - axis.x(0) };
}"""
"""Where the axis of norms of a phase stands: its ends, 10⁰, and the length of a decade."""


def axis_of(lab: Lab, phase: str) -> dict[str, float]:
    main = lab.page.locator("script[type=module][src$='main.js']").get_attribute("src")
    found: dict[str, float] = lab.page.evaluate(AXIS, [main, phase])
    return found


def strokes(lab: Lab, height: float) -> list[int]:
    """Return the places of a row above its dots at which a stroke in the ink's colour stands."""
    handle = picture(lab).element_handle()
    axis = axis_of(lab, "clip")
    spots = [[x + 0.5, height] for x in range(int(axis["left"]), int(axis["right"]) + 1)]
    pixels = lab.page.evaluate(PIXELS, [handle, spots])
    return [int(x) for (x, _), pixel in zip(spots, pixels, strict=True) if max(pixel) < 90]


def test_the_threshold_is_at_one_place_in_all_lanes_and_iterations(still: Lab) -> None:
    choose(still, "Clip")
    seen = []
    for iteration in (3, 2, 1, 0):
        still.wait(f"state.frame.iteration === {iteration}")
        still.drawn()
        for row in places(still)["lanes"]:
            height = max(6, min(16, round(row["full"] * 0.8)))
            found = strokes(still, round(row["ribbon"] - height / 2) - 3.5)
            assert len(found) == 1, (iteration, found)
            seen += found
        still.page.locator("body").press("[")
    axis = axis_of(still, "clip")
    assert set(seen) == {round(axis["zero"] + math.log10(0.05) * axis["decade"])}


def test_clipping_moves_a_dot_by_the_clip_factor_on_a_log_axis(still: Lab) -> None:
    rows = places(still)
    for phase, name in (("Clip", "grad_norm"), ("Update", "update_norm")):
        choose(still, phase)
        axis = axis_of(still, phase.lower())
        for lane, row in enumerate(rows["lanes"]):
            log = still.line(lane, name)[0]
            factor = still.line(lane, "clip_factor")[0] if phase == "Clip" else 1
            at = axis["zero"] + (log + math.log10(factor)) * axis["decade"]
            # The dot is higher than all else that has the lane's colour.
            columns = [axis["left"] + x for x in range(int(axis["right"] - axis["left"]) + 6)]
            high = ribbon(still, lane, columns)
            middle = [x for x, count in zip(columns, high, strict=True) if count == max(high)]
            assert abs(sum(middle) / len(middle) - at) <= 2, (phase, lane, at, middle, row)


WRITTEN = """() => {
  const written = globalThis.written = [];
  // The background is painted apart from the page, and kept.
  for (const { prototype } of [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D]) {
    const fillText = prototype.fillText;
    prototype.fillText = function (text, ...rest) {
      written.push(String(text));
      return fillText.call(this, text, ...rest);
    };
  }
}"""


def test_with_adam_clip_and_update_say_that_clipping_hardly_changes_the_update(
    still: Lab,
) -> None:
    """In the sentence, and in the picture, where it is never cut."""
    still.page.evaluate(WRITTEN)
    for phase in ("Clip", "Update"):
        still.page.evaluate("written.length = 0")
        assert "clipping hardly changes this update" in choose(still, phase)
        words = "text.startsWith('with Adam, clipping hardly changes this update')"
        still.wait_until(f"written.some((text) => {words})")


def test_an_iteration_that_is_gone_back_to_knows_the_loss_that_followed(still: Lab) -> None:
    choose(still, "Update")
    assert "the next loss" not in subtitle(still).inner_text()
    still.page.locator("body").press("[")
    still.wait("state.past === 2")
    expect(subtitle(still)).to_contain_text("the next loss is")
    expect(picture(still)).to_have_attribute("data-phase", "update")
    following = still.read("state.history.lanes[0].loss.data[3]")
    expect(subtitle(still)).to_contain_text(f"the next loss is {written(following)} in R")
    assert f"the next loss is {written(following)} in RNN tanh" in whole(still)


def test_a_sweep_begins_when_it_is_asked_for_and_ends_when_the_run_goes_on(lab: Lab) -> None:
    lab.open(SMALL)
    expect(picture(lab)).to_have_attribute("data-playing", "false")
    lab.page.evaluate(
        """() => {
          globalThis.seen = [];
          const body = document.querySelector("#unrolled-network .view-canvas");
          new MutationObserver(() => globalThis.seen.push(body.dataset.phase))
            .observe(body, { attributeFilter: ["data-phase"] });
        }"""
    )
    lab.button("Step").click()
    lab.wait("state.frame.iteration === 1")
    lab.page.wait_for_timeout(300)
    expect(picture(lab)).to_have_attribute("data-playing", "false")
    lab.button("Play sweep").click()
    expect(picture(lab)).to_have_attribute("data-playing", "true")
    lab.wait_until("globalThis.seen.includes('update') && globalThis.seen.at(-1) === 'rest'")
    order = list(dict.fromkeys(lab.page.evaluate("globalThis.seen")))
    assert order == ["forward", "loss", "backward", "clip", "update", "rest"]
    lab.page.wait_for_timeout(300)
    expect(picture(lab)).to_have_attribute("data-playing", "false")
    for name in ("Step", "Play"):
        lab.button("Play sweep").click()
        expect(picture(lab)).to_have_attribute("data-playing", "true")
        lab.button(name).click()
        expect(picture(lab)).to_have_attribute("data-phase", "rest")
    lab.rest()
    lab.button("Play sweep").click()
    expect(picture(lab)).to_have_attribute("data-playing", "true")
    lab.button("Play").click()
    expect(picture(lab)).to_have_attribute("data-phase", "rest")
    expect(picture(lab)).to_have_attribute("data-playing", "false")


RECORD = """() => {
  globalThis.began = globalThis.came = null;
  const body = document.querySelector("#unrolled-network .view-canvas");
  new MutationObserver(() => {
    if (body.dataset.playing === "true") began ??= performance.now();
    if (began !== null && Number(body.dataset.t) >= 4) came ??= performance.now();
  }).observe(body, { attributeFilter: ["data-t", "data-playing"] });
}"""
"""Keeps when a sweep began, and when it came to timestep 4."""


def test_a_slower_sweep_is_slower_and_can_be_paused(lab: Lab) -> None:
    lab.open(SMALL)
    speed = lab.page.get_by_role("button", name="Sweep speed")
    expect(speed).to_have_text("×1")
    for text in ("×½", "×¼"):
        speed.click()
        expect(speed).to_have_text(text)
    lab.page.evaluate(RECORD)
    lab.button("Play sweep").click()
    lab.wait_until("began !== null && came !== null")
    # A fifth of the way at a quarter of the speed: 1.4 seconds, and 0.3 at the usual one.
    assert lab.page.evaluate("came - began") > 600
    expect(picture(lab)).to_have_attribute("data-phase", "forward")
    lab.button("Pause sweep").click()
    stood = picture(lab).get_attribute("data-t")
    lab.page.wait_for_timeout(500)
    assert picture(lab).get_attribute("data-t") == stood
    assert 0 < int(stood or 0) < T


def test_where_motion_is_not_wanted_nothing_plays_but_all_can_be_stepped_through(
    still: Lab,
) -> None:
    expect(picture(still)).to_have_attribute("data-phase", "rest")
    for phase in PHASES:
        still.button("Next phase").click()
        expect(picture(still)).to_have_attribute("data-phase", phase.lower())
        expect(picture(still)).to_have_attribute("data-playing", "false")
    still.button("Next phase").click()
    expect(picture(still)).to_have_attribute("data-phase", "rest")
    still.button("Previous phase").click()
    expect(picture(still)).to_have_attribute("data-phase", "update")


def test_the_keyboard_scrubs_a_phase_and_selects_a_timestep(still: Lab) -> None:
    choose(still, "Forward")
    slider = still.page.get_by_label("Timestep to look at")
    slider.focus()
    expect(slider).to_have_value("20")
    for _ in range(3):
        slider.press("ArrowLeft")
    expect(picture(still)).to_have_attribute("data-t", "17")
    slider.press("Enter")
    assert still.read("state.selection.t") == 17


def test_a_cell_that_is_clicked_stays_selected(still: Lab) -> None:
    rows = places(still)
    row = rows["lanes"][1]
    picture(still).click(position={"x": rows["at"][9] + 4, "y": row["top"] + row["height"] / 2})
    still.wait("state.selection.t === 9")
    still.page.mouse.move(5, 5)
    still.wait("state.cursor.t === 9")


def test_dragging_along_the_timesteps_scrubs_and_selects_nothing(still: Lab) -> None:
    choose(still, "Backward")
    box = picture(still).bounding_box()
    assert box is not None
    rows = places(still)
    y = box["y"] + rows["lanes"][0]["ribbon"]
    still.page.mouse.move(box["x"] + rows["at"][18], y)
    still.page.mouse.down()
    still.page.mouse.move(box["x"] + rows["at"][10], y, steps=5)
    expect(picture(still)).to_have_attribute("data-t", "10")
    still.page.mouse.up()
    assert still.read("state.selection.t") is None


def test_beyond_about_forty_timesteps_a_cell_stands_for_several(
    new_lab: Callable[..., Lab],
) -> None:
    lab = new_lab(reduced_motion="reduce")
    for length, every in ((20, 1), (100, 3)):
        lab.open({**SMALL, "task": {"seq_len": length}})
        lab.wait(f"state.task.timesteps === {length} && state.frame !== null")
        rows = places(lab)
        assert rows["every"] == every
        assert len(rows["timesteps"]) <= 44


def test_controls_of_the_sweep_fit_a_thumb(new_lab: Callable[..., Lab]) -> None:
    lab = new_lab(viewport={"width": 390, "height": 844}, has_touch=True)
    lab.open(SMALL)
    lab.drawn()
    for name in ("Previous phase", "Play sweep", "Next phase", *PHASES):
        box = lab.button(name).bounding_box()
        assert box is not None
        assert box["width"] >= 34, name
        assert box["height"] >= 34, name
        cut = lab.button(name).evaluate("node => node.scrollWidth > node.clientWidth")
        assert not cut, name


def test_who_goes_back_amid_a_sweep_has_that_iteration_at_rest(lab: Lab) -> None:
    lab.open(SMALL)
    for iteration in (1, 2, 3):
        lab.button("Step").click()
        lab.wait(f"state.latest.iteration === {iteration} && state.run === 'paused'")
        # At once, and not only when a screen reader has had time for the one before.
        lab.drawn()
        said = picture(lab).locator("canvas").get_attribute("aria-label") or ""
        assert f"iteration {iteration}. RNN tanh: at timestep 0" in said
    lab.button("Play sweep").click()
    expect(picture(lab)).to_have_attribute("data-playing", "true")
    lab.page.locator("body").press("[")
    lab.wait("state.past === 2")
    expect(picture(lab)).to_have_attribute("data-phase", "rest")
    expect(picture(lab)).to_have_attribute("data-playing", "false")
    own = re.compile(r"iteration 2\. RNN tanh: at timestep 0")
    expect(picture(lab).locator("canvas")).to_have_attribute("aria-label", own)
    lab.page.locator("body").press("l")
    lab.wait("state.past === null")
    lab.page.wait_for_timeout(300)
    expect(picture(lab)).to_have_attribute("data-phase", "rest")


TOLD = """async () => {
  const body = document.querySelector("#unrolled-network .view-canvas");
  const words = document.querySelector("#unrolled-network").closest("section")
    .querySelector("[data-subtitle]");
  const [said, reached] = [new Set(), new Set()];
  while (reached.size < 4 && body.dataset.phase === "forward") {
    said.add(words.innerText);
    reached.add(body.dataset.t);
    await new Promise(requestAnimationFrame);
  }
  return [[...said], [...reached]];
}"""
"""What is written while a sweep goes forward, and the timesteps that it comes to meanwhile."""


def test_what_is_written_while_a_phase_moves_holds_for_all_of_it(lab: Lab) -> None:
    lab.open(SMALL)
    slower = lab.page.get_by_role("button", name="Sweep speed")
    while slower.inner_text() != "×¼":
        slower.click()
    lab.button("Play sweep").click()
    expect(subtitle(lab)).to_contain_text("Forward: 20 timesteps")
    said, reached = lab.page.evaluate(TOLD)
    assert len(reached) > 1
    assert all("Forward: 20 timesteps" in text for text in said), said
    lab.button("Pause sweep").click()
    stood = picture(lab).get_attribute("data-t")
    assert 0 <= int(stood or -1) < T
    expect(subtitle(lab)).to_contain_text(f"Forward: t = {stood} of 20")


def test_a_truncated_lane_is_not_said_to_reach_the_first_timestep(
    new_lab: Callable[..., Lab],
) -> None:
    lab = new_lab(reduced_motion="reduce")
    lab.open({**SMALL, "base": {"cell": "gru", "hidden_size": 8}, "lanes": [{"truncate": 5}, {}]})
    cut, whole = lab.line(0), lab.line(1)
    assert math.isnan(cut[15])
    assert not math.isnan(cut[16])
    words = subtitle(lab)
    expect(words).to_contain_text("from t = 20 to 1: “truncated 5” covers t = 16–20;")
    left = written(10 ** (whole[1] - whole[20]))
    expect(words).to_contain_text(re.compile(rf"\s×{re.escape(left)}$"))


def test_four_lanes_have_room_in_the_headline_by_their_letters(new_lab: Callable[..., Lab]) -> None:
    lab = new_lab(reduced_motion="reduce", viewport={"width": 1366, "height": 768})
    names = ["pytorch", None, "gated recurrent", "orthogonal"]
    cells = ["rnn", "lstm", "gru", "rnn"]
    lanes = [{"cell": cell, "name": name} for cell, name in zip(cells, names, strict=True)]
    lab.open({**SMALL, "lanes": lanes})
    words = subtitle(lab)
    expect(words).to_contain_text("“gated recurrent”")
    lab.page.keyboard.press("d")  # the diagnosis takes its room
    expect(words).to_have_text(
        re.compile(r"^reach from t = 20 to 1: p\s×.*; L\s×.*; g\s×.*; o\s×\S+$")
    )
    assert words.evaluate("element => element.scrollHeight <= element.clientHeight + 1")
    assert "“gated recurrent”" in (words.get_attribute("title") or "")


def test_what_was_said_of_a_phase_goes_with_it(new_lab: Callable[..., Lab]) -> None:
    lab = new_lab(reduced_motion="reduce")
    lab.open(SMALL)
    said = lab.region("Unrolled network").locator("[aria-live]")
    lab.button("Clip").click()
    expect(said).to_contain_text("Clip by norm")
    lab.button("Step").click()
    lab.wait("state.frame.iteration === 1")
    expect(said).to_be_empty()

"""Heatmaps, their histograms, the order of their units, and the cursor that all views share."""

import json
import math
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab

SMALL = {"task": {"seq_len": 20}, "batch_size": 8, "base": {"hidden_size": 8}}
T, H = 20, 8
RNN, LSTM, GRU = 0, 1, 2

VIRIDIS = ["440154", "482878", "3e4a89", "31688e", "26828e"]
VIRIDIS += ["1f9e89", "35b779", "6ece58", "b5de2b", "fde725"]
"""Stops of the colours of gates."""

Pixel = tuple[int, ...]

PIXEL = """(canvas, [x, y]) =>
  [...canvas.getContext("2d").getImageData(x, y, 1, 1).data.subarray(0, 3)]"""
STRIP = """(canvas, [x, y, width, height]) => {
  const { data } = canvas.getContext("2d").getImageData(x, y, width, height);
  const color = (_, k) => [...data.subarray(4 * k, 4 * k + 3)].join();
  return Array.from({ length: width * height }, color);
}"""


def opened(lab: Lab, view: dict[str, Any] | None = None, recipe: dict[str, Any] = SMALL) -> None:
    """Open a recipe after a few iterations, paused, with that view."""
    given = quote(json.dumps(view or {}))
    lab.open(at=f"{lab.url}#recipe={quote(json.dumps(recipe))}&view={given}")
    for iteration in (1, 2, 3):
        lab.button("Step").click()
        # A step that is asked for before the last one was taken stands for both.
        lab.wait_for_iteration(iteration)
    lab.drawn()


def canvas(lab: Lab) -> Locator:
    return lab.region("Inside the cell").locator("canvas.surface")


def place(node: Locator, name: str) -> list[float]:
    """Return where a heatmap or histogram lies on the canvas: left, top, width, height."""
    text = node.get_attribute(f"data-{name}")
    assert text
    return [float(number) for number in text.split()]


def tile(lab: Lab, name: str) -> Locator:
    return lab.button(f"Enlarge {name}")


def tools(lab: Lab) -> Locator:
    return lab.region("Inside the cell").locator(".tile-tools")


def pixel(lab: Lab, x: float, y: float) -> Pixel:
    found: list[int] = canvas(lab).evaluate(PIXEL, [int(x), int(y)])
    return tuple(found)


def cell(lab: Lab, heatmap: list[float], t: int, row: int, columns: int = T + 1) -> Pixel:
    """Return the pixel in the middle of a cell of a heatmap of all units."""
    left, top, width, height = heatmap
    return pixel(lab, left + width * (t + 0.5) / columns, top + height * (row + 0.5) / H)


def viridis(value: float) -> Pixel:
    share = min(255, max(0, math.floor(value * 255 + 0.5))) / 255 * (len(VIRIDIS) - 1)
    index = min(len(VIRIDIS) - 2, math.floor(share))
    ends = [[int(stop[k : k + 2], 16) for k in (0, 2, 4)] for stop in VIRIDIS[index : index + 2]]
    return tuple(
        math.floor(a + (b - a) * (share - index) + 0.5) for a, b in zip(*ends, strict=True)
    )


def gate(lab: Lab, name: str, lane: int = LSTM) -> list[list[float]]:
    """Return a gate's activations by timestep (from 1) and unit."""
    numbers = lab.line(lane, f"gate.{name}")
    return [numbers[t * H : (t + 1) * H] for t in range(T)]


def longest_first(rows: list[list[float]]) -> list[int]:
    means = [sum(row[unit] for row in rows) for unit in range(H)]
    return sorted(range(H), key=lambda unit: -means[unit])


def aim(lab: Lab, x: float, y: float) -> None:
    box = canvas(lab).bounding_box()
    assert box is not None
    lab.page.mouse.move(box["x"] + x, box["y"] + y)
    lab.drawn()


def away(lab: Lab) -> None:
    lab.page.mouse.move(700, 5)
    lab.drawn()


def near(found: Pixel, wanted: Pixel) -> bool:
    return max(abs(a - b) for a, b in zip(found, wanted, strict=True)) <= 1


def test_a_cell_of_a_heatmap_has_the_colour_of_its_number(lab: Lab) -> None:
    opened(lab)
    for name, title in (("i", "input gate"), ("f", "forget gate"), ("o", "output gate")):
        rows, heatmap = gate(lab, name), place(tile(lab, title), "heatmap")
        for t, unit in ((1, 0), (7, 3), (20, 7)):
            assert near(cell(lab, heatmap, t, unit), viridis(rows[t - 1][unit])), (name, t, unit)


def test_sorted_by_memory_the_unit_with_the_largest_mean_forget_gate_is_at_the_top(
    lab: Lab,
) -> None:
    opened(lab)
    button = lab.button("Sort by memory")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    away(lab)
    rows = gate(lab, "f")
    order = longest_first(rows)
    assert order != list(range(H))
    heatmap = place(tile(lab, "forget gate"), "heatmap")
    for row, unit in enumerate(order):
        for t in (1, 11, 20):
            assert near(cell(lab, heatmap, t, row), viridis(rows[t - 1][unit])), (t, row)
    # The other gates stand in the same order.
    rows, heatmap = gate(lab, "o"), place(tile(lab, "output gate"), "heatmap")
    assert near(cell(lab, heatmap, 5, 0), viridis(rows[4][order[0]]))


def test_the_order_follows_the_frame_and_a_gru_is_sorted_by_its_update_gate(lab: Lab) -> None:
    opened(lab, {"sort": "memory"})
    lab.region("Inside the cell").get_by_role("button", name="GRU", exact=True).click()
    lab.button("Step").click()
    lab.wait_for_iteration(4)
    away(lab)
    rows = gate(lab, "z", GRU)
    heatmap = place(tile(lab, "update gate"), "heatmap")
    for row, unit in enumerate(longest_first(rows)):
        assert near(cell(lab, heatmap, 9, row), viridis(rows[8][unit]))


def test_a_timestep_hovered_in_gradient_flow_is_marked_here_and_the_other_way_round(
    lab: Lab,
) -> None:
    opened(lab)
    lab.settled()
    left, top, width, height = place(tile(lab, "forget gate"), "heatmap")
    pitch = width / (T + 1)

    def strips() -> list[list[str]]:
        """Return the pixels of every column of the heatmap."""
        return [
            canvas(lab).evaluate(STRIP, [int(left + t * pitch + 1), int(top), 3, int(height)])
            for t in range(T + 1)
        ]

    away(lab)
    plain, flow = strips(), lab.picture("Gradient flow")
    box = lab.region("Gradient flow").locator("canvas.surface").bounding_box()
    assert box is not None
    lab.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    lab.wait("state.cursor.t !== null")
    lab.drawn()
    t = lab.read("state.cursor.t")
    assert 5 < t < 15
    # Wide columns are outlined, so the mark is on the column's two edges.
    edges = int(left + t * pitch) - 1, int(left + (t + 1) * pitch) - 1
    for edge in edges:
        strip = canvas(lab).evaluate(STRIP, [edge, int(top), 3, int(height)])
        assert any(each == "26,32,43" for each in strip), edge  # the ink of the light page
    away(lab)
    assert strips() == plain
    aim(lab, left + pitch * 4.5, top + height / 2)
    assert lab.read("state.cursor.t") == 4
    assert lab.picture("Gradient flow") != flow
    assert lab.read("state.cursor.unit") == 4


def test_the_cursor_names_the_unit_and_not_the_row(lab: Lab) -> None:
    opened(lab, {"sort": "memory"})
    rows = gate(lab, "f")
    order = longest_first(rows)
    left, top, width, height = place(tile(lab, "forget gate"), "heatmap")
    aim(lab, left + width * 9.5 / (T + 1), top + height * 1.5 / H)
    assert lab.read("state.cursor") == {"t": 9, "unit": order[1]}
    tip = lab.region("Inside the cell").locator(".view-tip")
    expect(tip).to_contain_text(f"f[unit {order[1]}, t 9] = {rows[8][order[1]]:.2f}")
    mean = sum(row[order[1]] for row in rows) / T
    expect(tip).to_contain_text(f"≈ {-1 / math.log(mean):.1f} timesteps")
    lab.page.mouse.down()
    lab.page.mouse.up()
    assert lab.read("state.selection") == {"t": 9, "unit": order[1]}


def test_an_enlarged_heatmap_is_larger_and_its_colours_are_right(lab: Lab) -> None:
    opened(lab)
    small = place(tile(lab, "forget gate"), "heatmap")
    tile(lab, "forget gate").click()
    expect(tools(lab)).to_be_visible()
    away(lab)
    lab.wait("state.view.zoom === 'f'")
    large = place(tools(lab), "heatmap")
    assert large[2] > 2 * small[2]
    assert large[3] > 1.5 * small[3]
    rows = gate(lab, "f")
    for t, unit in ((1, 0), (10, 4), (20, 7)):
        assert near(cell(lab, large, t, unit), viridis(rows[t - 1][unit])), (t, unit)
    # Twice as close about the middle: whole cells of a part, with the same colours.
    box = canvas(lab).bounding_box()
    assert box is not None
    aim(lab, large[0] + large[2] / 2, large[1] + large[3] / 2)
    lab.page.mouse.wheel(0, -433)  # half as much
    expect(lab.button("Show all")).to_be_enabled()
    away(lab)
    # 11 timesteps from 5 on and 4 units from 2 on: row 3 of 8 is the second of them.
    assert near(cell(lab, large, 4, 3, columns=11), viridis(rows[5 + 4 - 1][2 + 1]))
    aim(lab, large[0] + large[2] / 2, large[1] + large[3] / 2)
    box_x, box_y = box["x"] + large[0] + large[2] / 2, box["y"] + large[1] + large[3] / 2
    lab.page.mouse.dblclick(box_x, box_y)
    expect(lab.button("Show all")).to_be_disabled()
    away(lab)
    assert near(cell(lab, large, 20, 7), viridis(rows[19][7]))
    lab.button("Back to all heatmaps").click()
    expect(tile(lab, "forget gate")).to_be_visible()


def test_dragging_moves_the_part_that_is_seen(lab: Lab) -> None:
    opened(lab, {"zoom": "f"})
    left, top, width, height = place(tools(lab), "heatmap")
    for _ in range(3):
        lab.button("Zoom in").click()
    away(lab)
    before = lab.picture("Inside the cell")
    aim(lab, left + width / 2, top + height / 2)
    lab.page.mouse.down()
    aim(lab, left + width, top + height)
    aim(lab, left + 2 * width, top + 2 * height)
    lab.page.mouse.up()
    away(lab)
    assert lab.picture("Inside the cell") != before
    assert lab.read("state.selection") == {"t": None, "unit": None}
    # The first timestep and unit are at the corner: timestep 0 has no gate, and is clear.
    assert pixel(lab, left + 4, top + 4) == pixel(lab, left - 12, top - 4)


def bars(lab: Lab, histogram: list[float]) -> list[int]:
    """Return how long the bar of each bin is, the lowest bin first."""
    left, top, width, height = map(int, histogram)
    ground = pixel(lab, left + width + 2, top + 1)
    lengths = []
    for bin_ in range(10):
        y = int(top + height * (9 - bin_ + 0.4) / 10)
        row: list[str] = canvas(lab).evaluate(STRIP, [left, y, width, 1])
        lengths.append(sum(each != ",".join(map(str, ground)) for each in row))
    return lengths


def test_histograms_beside_gates_count_the_activations_of_the_example(lab: Lab) -> None:
    opened(lab)
    for name, title in (("f", "forget gate"), ("i", "input gate")):
        counts = [0] * 10
        for value in lab.line(LSTM, f"gate.{name}"):
            counts[min(9, int(value * 10))] += 1
        histogram = place(tile(lab, title), "histogram")
        assert histogram[2] == 14
        wanted = [round(count / max(counts) * histogram[2]) for count in counts]
        assert all(
            abs(found - max(length, count > 0)) <= 1
            for found, length, count in zip(bars(lab, histogram), wanted, counts, strict=True)
        ), (name, bars(lab, histogram), wanted)
        tile(lab, title).click()
        expect(tools(lab)).to_be_visible()
        away(lab)
        histogram = place(tools(lab), "histogram")
        assert histogram[2] > 40
        wanted = [round(count / max(counts) * histogram[2]) for count in counts]
        found = bars(lab, histogram)
        assert all(abs(a - b) <= 1 for a, b in zip(found, wanted, strict=True)), (found, wanted)
        lab.page.keyboard.press("Escape")
        expect(tools(lab)).to_have_count(0)


def test_an_enlarged_gate_has_the_whole_batch_counted(lab: Lab) -> None:
    opened(lab)
    assert not lab.read("'1/gate.f.low' in state.frame.arrays")
    tile(lab, "forget gate").click()
    lab.wait("'1/gate.f.low' in state.frame.arrays")
    assert "saturation" in lab.messages("watch")[-1]["views"]


def test_the_keyboard_alone_sorts_enlarges_zooms_and_returns(lab: Lab) -> None:
    opened(lab)
    lab.button("Sort by memory").focus()
    lab.page.keyboard.press("Space")
    expect(lab.button("Sort by memory")).to_have_attribute("aria-pressed", "true")
    for _ in range(10):
        lab.page.keyboard.press("Tab")
        if tile(lab, "forget gate").evaluate("node => node === document.activeElement"):
            break
    lab.page.keyboard.press("Enter")
    expect(lab.button("Back to all heatmaps")).to_be_focused()
    # The enlarged gate is counted over the whole batch, which the server is asked for.
    lab.wait("'1/gate.f.low' in state.frame.arrays")
    whole = lab.picture("Inside the cell")
    lab.page.keyboard.press("+")
    lab.page.keyboard.press("+")
    expect(lab.button("Show all")).to_be_enabled()
    closer = lab.picture("Inside the cell")
    assert closer != whole
    lab.page.keyboard.press("Shift+ArrowRight")
    assert lab.picture("Inside the cell") != closer
    lab.page.keyboard.press("0")
    assert lab.picture("Inside the cell") == whole
    lab.page.keyboard.press("Escape")
    expect(tile(lab, "forget gate")).to_be_focused()
    assert lab.read("state.view.zoom") is None
    assert lab.read("state.view.sort") == "memory"


def test_all_lanes_stand_side_by_side_and_hidden_ones_do_not(lab: Lab) -> None:
    opened(lab)
    lab.button("All lanes").click()
    expect(tile(lab, "hidden state of RNN tanh")).to_be_visible()
    expect(lab.page.locator(".tile-enlarge")).to_have_count(3)
    tile(lab, "hidden state of GRU").click()
    assert lab.read("state.watch.lane") == GRU
    lab.button("Back to all heatmaps").click()
    expect(lab.page.locator(".tile-enlarge")).to_have_count(3)


def test_a_hidden_lane_has_no_tab_and_no_prediction(new_lab: Callable[..., Lab]) -> None:
    lab = new_lab()
    opened(lab, {"hidden": [LSTM]})
    names = lab.region("Inside the cell").get_by_role("group", name="Lane").get_by_role("button")
    assert names.all_inner_texts() == ["RNN tanh", "GRU", "All"]
    words = lab.region("Prediction").locator("canvas.surface").get_attribute("aria-label")
    assert words is not None
    assert "GRU" in words
    assert "LSTM" not in words


def test_another_lane_of_an_earlier_iteration_is_looked_at_in_the_past(lab: Lab) -> None:
    opened(lab)
    lab.page.keyboard.press("[")
    lab.wait("state.past === 2")
    lab.region("Inside the cell").get_by_role("button", name="GRU", exact=True).click()
    lab.page.wait_for_timeout(200)
    assert lab.read("state.past") == 2
    rows, heatmap = gate(lab, "z", GRU), place(tile(lab, "update gate"), "heatmap")
    away(lab)
    assert near(cell(lab, heatmap, 3, 3), viridis(rows[2][3]))


def test_the_table_that_is_saved_holds_what_is_shown(lab: Lab) -> None:
    opened(lab, {"zoom": "f", "sort": "memory"})
    rows = gate(lab, "f")
    section = lab.region("Inside the cell")
    section.locator("summary").click()
    with lab.page.expect_download() as download:
        section.get_by_role("button", name="Numbers (CSV)").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0] == "lane,array,timestep,unit,value"
    assert len(lines) == 1 + T * H
    lane, array, t, unit, value = lines[1].split(",")
    assert (lane, array, t, int(unit)) == ("LSTM", "f", "1", longest_first(rows)[0])
    assert float(value) == rows[0][int(unit)]
    section.locator("summary").click()
    with lab.page.expect_download() as download:
        section.get_by_role("button", name="Picture (SVG)").click()
    text = download.value.path().read_text()
    assert "sorted by memory" in text
    assert text.count("<image") == 2  # the heatmap, and the scale of its colours


def test_predictions_mark_the_timestep_and_are_saved(lab: Lab) -> None:
    opened(lab)
    away(lab)
    plain = lab.picture("Prediction")
    left, top, width, height = place(tile(lab, "forget gate"), "heatmap")
    aim(lab, left + width * 9.5 / (T + 1), top + height / 2)
    assert lab.picture("Prediction") != plain
    away(lab)
    assert lab.picture("Prediction") == plain
    section = lab.region("Prediction")
    section.locator("summary").click()
    with lab.page.expect_download() as download:
        section.get_by_role("button", name="Numbers (CSV)").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0] == "lane,target,prediction"
    label, target, said = lines[2].split(",")
    assert label == "LSTM"
    assert float(target) == lab.read("state.example.target")
    assert float(said) == lab.line(LSTM, "prediction")[-1]


def test_a_run_that_plays_sends_the_gates_that_are_shown_and_one_at_rest_all(lab: Lab) -> None:
    opened(lab)
    held = "Object.keys(state.frame.arrays).filter((name) => /gate/.test(name)).sort().join()"
    assert lab.read(f"({held}).includes('{LSTM}/') && ({held}).includes('{GRU}/')")
    tabs = lab.region("Inside the cell")
    tabs.get_by_role("button", name="GRU", exact=True).click()
    lab.button("Play").click()
    lab.wait(f"({held}) === '{','.join(f'{GRU}/gate.{gate}' for gate in 'nrz')}'")
    tabs.get_by_role("button", name="LSTM", exact=True).click()
    lab.wait(f"({held}) === '{','.join(f'{LSTM}/gate.{gate}' for gate in 'fgio')}'")
    assert lab.read("[0, 1, 2].every((lane) => `${lane}/h` in state.frame.arrays)")
    lab.button("Pause").click()
    lab.wait(f"state.run === 'paused' && ({held}).includes('{GRU}/gate.z')")


def test_a_state_near_0_is_seen_on_a_dark_ground(lab: Lab) -> None:
    lab.page.emulate_media(color_scheme="dark")
    lab.open(SMALL)
    at = """async (module) => {
      const part = (name) => import(module.replace("main.js", name));
      const { diverging } = await part("canvas/color_maps.js");
      const { channels, palette } = await part("canvas/palette.js");
      const light = (color) => channels(color)
        .map((value) => value / 255)
        .map((value) => (value <= 0.04 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
        .reduce((sum, value, k) => sum + value * [0.2126, 0.7152, 0.0722][k], 0.05);
      const map = diverging(1);
      const ground = light(palette().panel);
      return [-0.1, 0, 0.1].map((value) => light(map.color(value)) / ground);
    }"""
    main = lab.page.locator("script[type=module][src$='main.js']").get_attribute("src")
    below, zero, above = lab.page.evaluate(at, main)
    assert abs(zero - 1) < 0.02
    assert min(below, above) > 1.25

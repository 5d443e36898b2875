"""The faces of Gradient flow show the frame's numbers."""

import json
import math
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from engine import Experiment, Recipe, Watch
from tests.browser.lab import Lab

SMALL = {"task": {"seq_len": 20}, "batch_size": 8, "base": {"hidden_size": 8}}
COPY = {**SMALL, "task": {"name": "copy", "seq_len": 4}}

PLOT = "#gradient-flow .flow-face:not(.away) .chart-plotly"

PIXEL = """(canvas, [x, y]) => {
  const ratio = canvas.width / parseFloat(canvas.style.width);
  const at = [Math.floor(x * ratio), Math.floor(y * ratio), 1, 1];
  return [...canvas.getContext("2d").getImageData(...at).data].slice(0, 4);
}"""


def show(lab: Lab, recipe: dict[str, Any], **view: Any) -> None:
    """Open the page with a recipe and a view, as a link does."""
    recipe_part, view_part = (quote(json.dumps(part)) for part in (recipe, view))
    lab.open(at=f"{lab.url}#recipe={recipe_part}&view={view_part}")
    lab.wait(f"state.view.flow === '{view.get('flow', 'norms')}'")


def in_page(lab: Lab, path: str, function: str, given: Any = None) -> Any:
    """Call ``function(module, state, given)`` with one of the page's own modules."""
    return lab.page.evaluate(
        f"""async (given) => {{
          const main = document.querySelector('script[type="module"]').src;
          const module = await import(main.replace(/main\\.js$/, "{path}"));
          return ({function})(module, unrolled.store.state, given);
        }}""",
        given,
    )


def traces(lab: Lab) -> list[dict[str, Any]]:
    """Return Plotly's traces that have numbers."""
    found: list[dict[str, Any]] = lab.page.evaluate(
        f"""() => document.querySelector('{PLOT}').data
          .filter(({{ x }}) => x.length > 1 || x[0] !== null)
          .map(({{ name, x, y, line, fillpattern }}) =>
            ({{ name, x: [...x], y: [...y], dash: line?.dash ?? null, color: line?.color,
               pattern: fillpattern?.shape ?? null }}))"""
    )
    return found


def surface(lab: Lab) -> Locator:
    return lab.region("Gradient flow").locator(".flow-face:not(.away) canvas.surface")


def pixel(lab: Lab, x: float, y: float) -> list[int]:
    found: list[int] = surface(lab).evaluate(PIXEL, [x, y])
    return found


def y_range(lab: Lab) -> list[float]:
    found: list[float] = lab.page.evaluate(
        f"() => [...document.querySelector('{PLOT}').layout.yaxis.range]"
    )
    return found


def y_title(lab: Lab) -> str:
    found: str = lab.page.evaluate(
        f"""() => document.querySelector('{PLOT}').layout.annotations
          .find(({{ textangle }}) => textangle === -90).text"""
    )
    return found


def as_drawn(logs: list[float | None]) -> list[float | None]:
    return [None if log is None or not math.isfinite(log) else 10**log for log in logs]


def assert_same(drawn: list[float | None], expected: list[float | None]) -> None:
    assert [value is None for value in drawn] == [value is None for value in expected]
    for value, wanted in zip(drawn, expected, strict=True):
        assert value is None or wanted is None or math.isclose(value, wanted, rel_tol=1e-6)


@pytest.mark.parametrize(
    ("quantity", "first", "title"),
    [
        ("dh_norm", 0, "‖∂ℓ/∂h<sub>t</sub>‖, log"),
        ("dW_hh_norm", 1, "own part of ∂L/∂W<sub>hh</sub>"),
        ("jacobian_gain", 0, "σ₁(∂s<sub>T</sub>/∂s<sub>t</sub>), log"),
    ],
)
def test_each_quantity_is_drawn_with_the_numbers_of_the_frame(
    lab: Lab, quantity: str, first: int, title: str
) -> None:
    lab.open(SMALL)
    lab.button("Step").click()
    lab.wait_for_iteration(1)
    lab.region("Gradient flow").get_by_label("Quantity").select_option(quantity)
    lab.wait(f"state.frame.arrays['0/{quantity}'] !== undefined")
    lab.settled()
    assert lab.read("state.view.quantity") == quantity
    for lane, label in enumerate(["RNN tanh", "LSTM", "GRU"]):
        [line] = [trace for trace in traces(lab) if trace["name"] == label]
        gap: list[float | None] = [None] * first
        assert_same(line["y"], as_drawn(gap + lab.line(lane, quantity)))  # type: ignore[operator]
        assert line["x"] == list(range(21))
    assert title in y_title(lab)


def test_only_an_lstm_has_a_line_of_the_cell_states(lab: Lab) -> None:
    show(lab, SMALL, quantity="dc_norm")
    lab.settled()
    named = [trace for trace in traces(lab) if trace["name"] is not None]
    assert [trace["name"] for trace in named] == ["LSTM"]
    assert_same(named[0]["y"], as_drawn(lab.line(1, "dc_norm")))  # type: ignore[arg-type]


def test_the_line_after_clipping_lies_below_by_the_clip_factor(lab: Lab) -> None:
    show(lab, {**SMALL, "base": {"hidden_size": 8, "clip_threshold": 0.02}})
    lab.settled()
    clipped = [trace for trace in traces(lab) if trace["dash"] == "8px,3px,2px,3px"]
    assert len(clipped) == 3
    for lane, trace in enumerate(clipped):
        factor = lab.line(lane, "clip_factor")[0]
        assert 0 < factor < 1
        after = [log + math.log10(factor) for log in lab.line(lane)]
        assert_same(trace["y"], as_drawn(after))  # type: ignore[arg-type]
    lab.region("Gradient flow").locator(".legendtoggle").last.click()
    lab.wait_for(lambda: all(trace["dash"] != "8px,3px,2px,3px" for trace in traces(lab)))
    lab.settled()
    assert [trace for trace in traces(lab) if trace["dash"] == "8px,3px,2px,3px"] == []


def legend(lab: Lab) -> list[str]:
    names = lab.region("Gradient flow").locator(".legend .legendtext").all_text_contents()
    return [name.replace("\u200b", "").strip() for name in names]


def test_the_legend_lists_only_what_is_drawn(lab: Lab) -> None:
    lanes = [{"cell": "gru", "num_layers": 1}, {"cell": "gru", "num_layers": 2}]
    show(lab, {**SMALL, "base": {"hidden_size": 8, "clip_threshold": 1e-6}, "lanes": lanes})
    lab.settled()
    assert legend(lab) == ["1 layer", "2 layers", "after clipping"]
    lab.button("Step").click()
    lab.wait_for_iteration(1)
    lab.settled()
    assert legend(lab) == ["1 layer", "2 layers", "iteration 0", "after clipping"]
    head = lab.region("Gradient flow").locator(".head-layer")
    expect(head).to_have_text("layer 0")
    show(lab, SMALL)
    lab.wait("state.frame.iteration === 0")
    lab.settled()
    clipped = any(lab.line(lane, "clip_factor")[0] < 1 for lane in range(3))
    assert legend(lab) == ["RNN tanh", "LSTM", "GRU", "‖∂ℓ/∂ct‖", *["after clipping"] * clipped]
    expect(head).to_be_hidden()


def test_the_legend_has_the_rows_that_room_was_left_for(lab: Lab) -> None:
    lanes = [{"cell": "rnn", "name": name} for name in ("ReLU", "ReLU, clipped", "tanh")]
    show(lab, {**SMALL, "base": {"hidden_size": 8, "clip_threshold": 1e-6}, "lanes": lanes})
    lab.button("Step").click()
    lab.wait_for_iteration(1)
    lab.settled()
    region = lab.region("Gradient flow")
    entries = [
        box for each in region.locator(".legend .traces").all() if (box := each.bounding_box())
    ]
    assert len({round(box["y"]) for box in entries}) == 2
    plot = region.locator(".nsewdrag").bounding_box()
    assert plot is not None
    assert all(box["y"] + box["height"] <= plot["y"] + 1 for box in entries)


def test_a_lane_clicked_in_the_legend_is_hidden_in_the_view_that_all_share(lab: Lab) -> None:
    lab.open(SMALL)
    lab.settled()
    lab.region("Gradient flow").locator(".legendtoggle").nth(1).click()
    lab.wait("state.view.hidden.length === 1 && state.view.hidden[0] === 1")
    lab.settled()
    assert {trace["name"] for trace in traces(lab)} & {"RNN tanh", "LSTM", "GRU"} == {
        "RNN tanh",
        "GRU",
    }
    lab.page.wait_for_timeout(500)  # sooner it would be a double click to Plotly
    lab.region("Gradient flow").locator(".legendtoggle").nth(1).click()
    lab.wait("state.view.hidden.length === 0")


def test_what_truncation_leaves_out_is_hatched_and_said(lab: Lab) -> None:
    show(lab, {**SMALL, "base": {"hidden_size": 8, "truncate": 6}})
    lab.settled()
    missing = [t for t, log in enumerate(lab.line(0)) if math.isnan(log)]
    assert missing
    assert missing == list(range(missing[-1] + 1))
    [hatched] = [trace for trace in traces(lab) if trace["pattern"] is not None]
    assert sorted(set(hatched["x"])) == [-0.5, missing[-1] + 0.5]
    words = lab.page.evaluate(
        f"document.querySelector('{PLOT}').layout.annotations.map(({{ text }}) => text)"
    )
    assert "beyond the window: not computed" in words


def test_what_one_lane_leaves_out_is_hatched_in_its_colour(lab: Lab) -> None:
    lanes = [{"cell": "rnn"}, {"cell": "gru", "truncate": 6}]
    show(lab, {**SMALL, "lanes": lanes})
    lab.settled()
    last = max(t for t, log in enumerate(lab.line(1)) if math.isnan(log))
    [hatched] = [trace for trace in traces(lab) if trace["pattern"] is not None]
    assert sorted(set(hatched["x"])) == [-0.5, last + 0.5]
    words = lab.page.evaluate(
        f"document.querySelector('{PLOT}').layout.annotations.map(({{ text }}) => text)"
    )
    # In few words where there is little room.
    said = {"GRU: beyond the window: not computed", "GRU: not computed"}
    assert said & set(words), words


def test_gaps_are_hatched_before_plotly_is_there_and_nothing_else_is(
    new_lab: Callable[..., Lab],
) -> None:
    def strokes(truncate: int | None) -> int:
        lab = new_lab()
        lab.page.route("**/plotly-*.js", lambda route: route.abort())
        show(lab, {**SMALL, "base": {"hidden_size": 8, "truncate": truncate}}, quantity="dh_norm")
        lab.drawn()
        # A row of the plot's upper part, which no line reaches, left of its middle.
        box = surface(lab).bounding_box()
        assert box is not None
        row = [pixel(lab, x, box["height"] * 0.36) for x in range(80, 180)]
        return sum(alpha > 20 for *_, alpha in row)

    assert strokes(6) >= 12
    assert strokes(None) <= 2


def test_the_range_of_all_time_holds_all_that_was_seen_and_never_shrinks(lab: Lab) -> None:
    show(lab, {**SMALL, "base": {"hidden_size": 8, "learning_rate": 0.05}}, range="all")
    lab.settled()
    least, before = math.inf, y_range(lab)
    lab.button("Play").click()
    for _ in range(6):
        lab.page.wait_for_timeout(400)
        now = y_range(lab)
        assert now[0] <= before[0] + 1e-6
        assert now[1] >= before[1] - 1e-6
        before = now
        least = min(least, *lab.line(0))
    lab.rest()
    lab.settled()
    assert y_range(lab)[0] <= least
    lab.region("Gradient flow").get_by_role("button", name="axis: now").click()
    lab.wait("state.view.range === 'recent'")


def test_a_pinned_iteration_takes_the_place_of_the_ghost(lab: Lab) -> None:
    lab.open(SMALL)
    for iteration in range(1, 6):
        lab.button("Step").click()
        lab.wait_for_iteration(iteration)
    found = in_page(
        lab,
        "panels/gradient_flow/gradient_flow.js",
        """async ({ create }, state) => {
          const section = document.createElement("section");
          section.style.cssText = "position:fixed;inset:0;width:600px;height:300px";
          section.innerHTML = '<p data-subtitle></p><div class="view" style="height:270px"></div>';
          document.body.append(section);
          const view = create(section.querySelector(".view"), { cursor() {} });
          const pinned = state.archive.nearest(3);
          view.render({ ...state, run: "paused", pinned });
          const plot = section.querySelector(".chart-plotly");
          while (!plot.matches(".settled")) await new Promise(requestAnimationFrame);
          const ghost = plot.data.filter(({ line }) => line?.dash === "2px,3px");
          const result = {
            iteration: pinned.iteration,
            legend: ghost[0].name,
            y: [...ghost[1].y],
            wanted: Array.from(pinned.arrays["0/dh_norm"].data),
            table: view.exports().table(),
          };
          section.remove();
          return result;
        }""",
    )
    assert found["iteration"] == 3
    assert found["legend"] == "iteration 3"
    assert_same(found["y"], as_drawn(found["wanted"]))
    columns, rows = found["table"]["columns"], found["table"]["rows"]
    assert len(rows) == 3 * 21
    at = columns.index("log10 dh_norm")
    assert [row[at] for row in rows[:21]] == lab.line(0)


SOURCE_CELL = """({ arrangeMatrix, sourceMap, topDecade }, state, { row, t }) => {
  const losses = state.task.loss_timesteps.map((s) => s + 1);
  const arrays = state.lanes.map(({ index }) => state.frame.arrays[`${index}/source`].data);
  const data = arrays[state.watch.lane];
  const last = data.length / losses.length;
  const canvas = document.querySelector("#gradient-flow .flow-face:not(.away) canvas.surface");
  const [width, height] = [parseFloat(canvas.style.width), parseFloat(canvas.style.height)];
  const probe = document.createElement("span");
  probe.style.cssText = "position:absolute;font-size:var(--text-s)";
  document.body.append(probe);
  const small = parseFloat(getComputedStyle(probe).fontSize);
  probe.remove();
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(name).trim();
  const palette = { dark: false, panel: token("--panel"), ink: token("--ink") };
  const place = arrangeMatrix({ width, height, small, losses, last });
  const log = data[row * last + t - 1];
  const map = sourceMap(topDecade(arrays), palette);
  return {
    x: place.x(t), y: place.y(row), s: losses[row], rows: losses.length, last,
    kind: Number.isNaN(log) ? "gap" : log === -Infinity ? "zero" : "number",
    log: Number.isFinite(log) ? log : null,
    color: map.color(log).match(/\\d+/g).map(Number),
    domain: map.domain,
  };
}"""


def test_a_cell_of_the_source_matrix_has_the_colour_and_the_words_of_its_number(lab: Lab) -> None:
    show(lab, COPY, flow="source")
    lab.wait("state.frame.arrays['1/source'] !== undefined")
    lab.drawn()
    last = lab.read("state.frame.arrays['1/source'].shape[1]")
    rows = lab.read("state.frame.arrays['1/source'].shape[0]")
    assert rows > 1
    colors = set()
    box = surface(lab).bounding_box()
    assert box is not None
    tip = lab.region("Gradient flow").locator(".view-tip")
    for row, t in [(rows - 1, last), (rows - 1, 2), (0, 1), (rows // 2, 5), (0, last)]:
        cell = in_page(
            lab, "panels/gradient_flow/source/matrix.js", SOURCE_CELL, {"row": row, "t": t}
        )
        assert pixel(lab, cell["x"], cell["y"])[:3] == cell["color"]
        colors.add(tuple(cell["color"]))
        lab.page.mouse.move(box["x"] + cell["x"], box["y"] + cell["y"])
        lab.wait(f"state.cursor.t === {t}")
        expect(tip).to_be_visible()
        expect(tip).to_contain_text(f"s = {cell['s']}")
        if cell["kind"] == "zero":
            assert t > cell["s"]
            expect(tip).to_contain_text("exactly 0")
        else:
            assert cell["kind"] == "number"
            mantissa = 10 ** (cell["log"] - math.floor(cell["log"]))
            expect(tip).to_contain_text(f"{mantissa:.1f}"[0])
    assert len(colors) >= 4


def test_what_truncation_keeps_from_a_loss_is_hatched_in_the_matrix(lab: Lab) -> None:
    show(lab, {**COPY, "base": {"hidden_size": 8, "truncate": 5}}, flow="source")
    lab.wait("state.frame.arrays['1/source'] !== undefined")
    lab.drawn()
    rows = lab.read("state.frame.arrays['1/source'].shape[0]")
    cells = [
        in_page(
            lab, "panels/gradient_flow/source/matrix.js", SOURCE_CELL, {"row": rows - 1, "t": t}
        )
        for t in (1, 8)
    ]
    assert [cell["kind"] for cell in cells] == ["gap", "gap"]
    y = cells[0]["y"]
    alphas = [
        pixel(lab, x, y)[3] for x in range(math.ceil(cells[0]["x"]), math.floor(cells[1]["x"]))
    ]
    assert sum(alpha == 0 for alpha in alphas) > 10
    assert sum(alpha > 40 for alpha in alphas) >= 3
    box = surface(lab).bounding_box()
    assert box is not None
    lab.page.mouse.move(box["x"] + cells[0]["x"], box["y"] + y)
    expect(lab.region("Gradient flow").locator(".view-tip")).to_contain_text("not computed")


def words_of(lab: Lab, view: str) -> list[str]:
    """Return the words of a face's picture, painted as for a file."""
    found: list[str] = in_page(
        lab,
        "panels/gradient_flow/gradient_flow.js",
        """async ({ create }, state) => {
          const element = document.createElement("div");
          element.style.cssText = "position:fixed;inset:0;width:600px;height:300px";
          document.body.append(element);
          const view = create(element, { cursor() {} });
          view.render({ ...state, run: "paused" });
          const sized = () => (view.exports()?.picture()?.width ?? 0) > 0;
          for (const end = performance.now() + 30_000; !sized() && performance.now() < end; ) {
            await new Promise(requestAnimationFrame);
          }
          const words = [];
          const real = new OffscreenCanvas(600, 300).getContext("2d");
          const context = new Proxy(real, {
            get(target, name) {
              if (name === "fillText") return (text) => words.push(text);
              const value = target[name];
              return typeof value === "function" ? value.bind(target) : value;
            },
            set(target, name, value) { target[name] = value; return true; },
          });
          const { name, picture } = view.exports();
          const { width, height, paint } = picture();
          paint(context);
          element.remove();
          return [name, width > 0 && height > 0 ? "has a size" : "", ...words];
        }""",
    )
    assert found[:2] == [view, "has a size"]
    return found[2:]


def test_a_task_with_one_loss_says_so_and_where_there_is_more_to_see(lab: Lab) -> None:
    show(lab, SMALL, flow="source")
    lab.wait("state.frame.arrays['0/source'] !== undefined")
    assert lab.read("state.frame.arrays['0/source'].shape[0]") == 1
    assert "one loss, at t = 20: try Copy memory" in " ".join(words_of(lab, "source-matrix"))


def test_lanes_are_chosen_on_the_face_and_the_other_faces_stay_as_they_were(lab: Lab) -> None:
    lab.open(COPY)
    lab.settled()
    region = lab.region("Gradient flow")
    before = lab.page.evaluate(f"document.querySelector('{PLOT}').data.length")
    region.get_by_role("button", name="Source").click()
    lab.wait("state.frame.arrays['1/source'] !== undefined")
    expect(region.get_by_role("button", name="Source")).to_have_attribute("aria-pressed", "true")
    expect(region.get_by_label("Quantity")).to_be_hidden()
    region.get_by_role("button", name="GRU").click()
    lab.wait("state.watch.lane === 2")
    expect(region.locator("[data-subtitle]")).to_contain_text("of GRU")
    expect(region.locator(".chart")).to_be_hidden()
    lab.page.keyboard.press("Escape")
    region.get_by_role("button", name="Norms").click()
    expect(region.locator(".chart")).to_be_visible()
    lab.settled()
    assert lab.page.evaluate(f"document.querySelector('{PLOT}').data.length") == before


def test_what_was_not_recorded_is_computed_again(lab: Lab) -> None:
    lab.open(SMALL)
    for iteration in range(1, 4):
        lab.button("Step").click()
        lab.wait_for_iteration(iteration)
    lab.region("Gradient flow").get_by_role("button", name="Spectrum").click()
    lab.wait("state.frame.arrays['0/spectrum.h'] !== undefined")
    lab.page.locator("body").click(position={"x": 5, "y": 5})
    lab.page.keyboard.press("[")
    lab.wait("state.past === 2 && state.frame.arrays['0/spectrum.h'] !== undefined")
    experiment = Experiment(Recipe.model_validate(SMALL))
    watch = Watch(views=("spectrum",))
    expected = [experiment.advance(watch) for _ in range(3)][-1].arrays["0/spectrum.h"]
    drawn = lab.read("Array.from(state.frame.arrays['0/spectrum.h'].data)")
    assert drawn == expected.astype(np.float32).ravel().tolist()


PLANE = """({ arrangePlane, reachFor }, state, { lane, gate }) => {
  const canvas = document.querySelector("#gradient-flow .flow-face:not(.away) canvas.surface");
  const probe = document.createElement("span");
  probe.style.cssText = "position:absolute;font-size:var(--text-s)";
  document.body.append(probe);
  const small = parseFloat(getComputedStyle(probe).fontSize);
  probe.remove();
  const radius = state.frame.arrays[`${lane}/spectral_radius.${gate}`].data[0];
  const [width, height] = [parseFloat(canvas.style.width), parseFloat(canvas.style.height)];
  const place = arrangePlane({ width, height, small, reach: reachFor(radius) });
  const data = state.frame.arrays[`${lane}/spectrum.${gate}`].data;
  const dots = Array.from({ length: data.length / 2 }, (_, k) =>
    [place.x(data[2 * k]), place.y(data[2 * k + 1])]);
  return { dots, radius, center: [place.center.x, place.center.y], scale: place.scale };
}"""


def test_eigenvalues_lie_at_their_places_in_the_plane(lab: Lab) -> None:
    show(lab, SMALL, flow="spectrum")
    lab.wait("state.frame.arrays['1/spectrum.f'] !== undefined")
    lab.drawn()
    color = lab.page.evaluate(
        """() => {
          const style = getComputedStyle(document.documentElement);
          const hex = style.getPropertyValue("--lane-1").trim();
          return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
        }"""
    )
    lab.region("Gradient flow").get_by_role("button", name="f", exact=True).click()
    lab.wait("state.view.gate === 'f'")
    lab.drawn()
    plane = in_page(lab, "panels/gradient_flow/spectrum/plane.js", PLANE, {"lane": 1, "gate": "f"})
    assert len(plane["dots"]) == 8
    for x, y in plane["dots"]:
        assert pixel(lab, x, y)[:3] == color
    handle = lab.region("Gradient flow").get_by_role("slider", name="Spectral radius of W_hh")
    assert float(handle.get_attribute("aria-valuenow") or "nan") == pytest.approx(
        plane["radius"], abs=1e-3
    )
    outside = plane["center"][0] - plane["scale"] * 1.15
    assert pixel(lab, outside, plane["center"][1] - 9)[:3] != color


def middle(handle: Locator) -> tuple[float, float]:
    box = handle.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_radius_is_dragged_and_the_run_begins_anew_with_it(lab: Lab) -> None:
    show(lab, SMALL, flow="spectrum")
    lab.wait("state.frame.arrays['1/spectrum.i'] !== undefined")
    handle = lab.region("Gradient flow").get_by_role("slider", name="Spectral radius of W_hh")
    expect(handle).to_be_visible()
    starts = len(lab.messages("start"))
    x, y = middle(handle)
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x + 20, y, steps=4)
    assert middle(handle) == pytest.approx((x + 20, y), abs=2)
    assert len(lab.messages("start")) == starts
    lab.page.mouse.up()
    lab.wait("state.recipe.base.spectral_radius !== null")
    wanted = lab.read("state.recipe.base.spectral_radius")
    assert lab.messages("start")[-1]["recipe"]["base"]["spectral_radius"] == wanted
    lab.wait("state.frame?.arrays['1/spectral_radius.i'] !== undefined")
    for lane, gate in [(0, "h"), (1, "i"), (1, "f"), (2, "n")]:
        values = lab.line(lane, f"spectrum.{gate}")
        largest = max(math.hypot(*values[k : k + 2]) for k in range(0, len(values), 2))
        assert largest == pytest.approx(wanted, rel=1e-4)
    lab.drawn()
    assert float(handle.get_attribute("aria-valuenow") or "nan") == pytest.approx(wanted, abs=1e-3)


def test_the_dashed_circle_is_taken_anywhere_and_nothing_beside_it(lab: Lab) -> None:
    show(lab, SMALL, flow="spectrum")
    lab.wait("state.frame.arrays['1/spectrum.i'] !== undefined")
    handle = lab.region("Gradient flow").get_by_role("slider", name="Spectral radius of W_hh")
    expect(handle).to_be_visible()
    x, y = middle(handle)
    plane = lab.region("Gradient flow").locator(".flow-plane")
    box = plane.locator("canvas").bounding_box()
    assert box is not None
    given = {"lane": 1, "gate": lab.read("state.view.gate") or "i"}
    center = in_page(lab, "panels/gradient_flow/spectrum/plane.js", PLANE, given)["center"]
    middle_x, middle_y = box["x"] + center[0], box["y"] + center[1]
    assert middle_y == pytest.approx(y, abs=1)
    radius = x - middle_x
    starts = len(lab.messages("start"))
    for away, drags in ((20, False), (5, True)):
        lab.page.mouse.move(middle_x, middle_y + radius - away)
        assert ("grips" in (plane.get_attribute("class") or "")) == drags
        lab.page.mouse.down()
        lab.page.mouse.move(middle_x, middle_y + radius - away - 12, steps=3)
        assert middle(handle)[0] == pytest.approx(x - 12 * drags, abs=1.5)
        lab.page.mouse.up()
    lab.wait("state.recipe.base.spectral_radius !== null")
    assert len(lab.messages("start")) == starts + 1


def test_arrow_keys_move_the_radius_of_a_lane_that_has_its_own(lab: Lab) -> None:
    lanes = [{"cell": "rnn", "spectral_radius": 0.8}, {"cell": "rnn"}]
    show(lab, {**SMALL, "lanes": lanes}, flow="spectrum")
    lab.wait("state.frame.arrays['0/spectrum.h'] !== undefined")
    handle = lab.region("Gradient flow").get_by_role("slider", name="Spectral radius of W_hh")
    handle.focus()
    cursor = lab.read("state.cursor")
    for _ in range(3):
        handle.press("ArrowUp")
    handle.press("PageUp")
    lab.wait("state.recipe.lanes[0].spectral_radius === 0.93")
    assert lab.read("state.recipe.base.spectral_radius") is None
    assert lab.read("state.cursor") == cursor
    lab.wait("state.frame?.arrays['0/spectral_radius.h'] !== undefined")
    assert lab.line(0, "spectral_radius.h")[0] == pytest.approx(0.93, rel=1e-5)


def test_on_a_phone_every_tool_of_the_panel_is_large_enough_for_a_thumb(
    new_lab: Callable[..., Lab],
) -> None:
    lab = new_lab(viewport={"width": 390, "height": 844}, has_touch=True)
    lab.open(SMALL)
    region = lab.region("Gradient flow")
    for face in ("Norms", "Source", "Spectrum"):
        region.get_by_role("button", name=face).click()
        for tool in region.locator(".tools :is(button, select)").all():
            box = tool.bounding_box()
            if box is None:
                continue
            assert box["height"] >= 34
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390


def test_a_radius_dragged_back_to_that_of_the_recipe_begins_anew_as_well(lab: Lab) -> None:
    lanes = [{"cell": "rnn", "spectral_radius": 0.8, "learning_rate": 0.05}]
    show(lab, {**SMALL, "lanes": lanes}, flow="spectrum")
    lab.wait("state.frame.arrays['0/spectrum.h'] !== undefined")
    lab.drawn()
    handle = lab.region("Gradient flow").get_by_role("slider", name="Spectral radius of W_hh")
    at_start = middle(handle)
    for iteration in range(1, 9):
        lab.button("Step").click()
        lab.wait_for_iteration(iteration)
    lab.drawn()
    now = middle(handle)
    assert abs(now[0] - at_start[0]) > 1
    starts = len(lab.messages("start"))
    lab.page.mouse.move(*now)
    lab.page.mouse.down()
    lab.page.mouse.move(*at_start, steps=3)
    for _ in range(20):
        shown = float(handle.get_attribute("aria-valuenow") or "nan")
        if shown == 0.8:
            break
        # Along the circle the radius changes by less than a pixel's worth.
        right, down = (0, 1) if shown < 0.8 else (-1, 0)
        at_start = (at_start[0] + right, at_start[1] + down)
        lab.page.mouse.move(*at_start)
    assert shown == 0.8
    lab.page.mouse.up()
    lab.wait("state.frame.iteration === 0")
    assert len(lab.messages("start")) == starts + 1
    lab.wait("state.frame.arrays['0/spectral_radius.h'] !== undefined")
    assert lab.line(0, "spectral_radius.h")[0] == pytest.approx(0.8, rel=1e-5)


def test_a_headline_says_that_there_is_more_of_it_than_room(new_lab: Callable[..., Lab]) -> None:
    lab = new_lab(viewport={"width": 1366, "height": 768})
    lab.open(SMALL)
    flow = lab.region("Gradient flow")
    flow.get_by_role("button", name="Spectrum").click()
    words = flow.locator("[data-subtitle]")
    expect(words).to_contain_text("eigenvalues")
    lab.page.keyboard.press("d")  # the diagnosis takes its room
    last = words.locator(".last-seen")
    # In one look: the words may be written anew between two.
    lab.wait_until(
        "[...document.querySelectorAll('.last-seen')]"
        ".some((part) => getComputedStyle(part, '::after').content.includes('…'))"
    )
    expect(last).to_have_count(1)
    lab.page.keyboard.press("d")
    lab.page.set_viewport_size({"width": 1920, "height": 1080})
    expect(last).to_have_count(0)

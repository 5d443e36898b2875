import "../catalogue.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import { runs } from "../../../static/js/canvas/lines.js";
import { axisKey, layoutOf, rangesOf } from "../../../static/js/chart/plotly_layout.js";
import { withScales } from "../../../static/js/chart/subplots.js";
import { layOut } from "../../../static/js/panels/gradient_flow/norms/flags.js";
import {
  extent,
  flagsOf,
  overflow,
  zeros,
} from "../../../static/js/panels/gradient_flow/norms/lines.js";
import { anatomyOf, shownAt } from "../../../static/js/panels/inside_cell/parts.js";
import { thresholdsOf } from "../../../static/js/panels/training/marks.js";
import { placeTweaks, tweaksOf } from "../../../static/js/panels/training/tweaks.js";
import { cellsShown, unitsShown } from "../../../static/js/panels/unrolled_network/beads.js";
import { arrangeRows } from "../../../static/js/panels/unrolled_network/layout.js";
import { opacity, thickness } from "../../../static/js/panels/unrolled_network/ribbon.js";
import { lossesSpread } from "../../../static/js/state/selectors.js";

const PANEL = { left: 50, top: 20, width: 400, height: 200, log: true, whole: true };
const panel = (changes) => withScales({ ...PANEL, ...changes }, { x: [0, 50], y: [-20, 0] });

test("a ribbon thins by the power of ten, to a thread, and to nothing", () => {
  assert.equal(thickness(0, 20), 20);
  assert.equal(thickness(-5, 20), 10.5);
  assert.equal(thickness(-10, 20), 1);
  assert.equal(thickness(-15, 20), 1);
  assert.equal(thickness(-80, 20), 0);
  assert.equal(thickness(-Infinity, 20), 0);
  assert.equal(thickness(NaN, 20), 0);
  assert.ok(thickness(2, 20) > 20 && thickness(Infinity, 20) === 26);
  assert.ok(opacity(-15) < 1 && opacity(-15) > 0 && opacity(-80) === 0);
});

test("gaps, exact zeros and overflow are three different things", () => {
  const dh = [-Infinity, -Infinity, NaN, -Infinity, -80, Infinity, -3];
  assert.deepEqual(zeros([{ index: 2, line: dh }]), [
    {
      index: 2,
      stretches: [
        [0, 1],
        [3, 3],
      ],
    },
  ]);
  assert.equal(overflow(dh), 5);
  assert.equal(overflow([-1, NaN, -Infinity]), null);
  assert.deepEqual(extent(dh), [-80, -3]);
  assert.deepEqual(runs(dh), [
    [0, 2],
    [3, 7],
  ]);
});

test("flags tell the horizon, the overflow and why a lane diverged", () => {
  const lane = {
    index: 1,
    label: "GRU",
    line: Float32Array.from({ length: 51 }, (_, t) => (t - 50) / 5),
    horizon: 9,
    diverged: null,
  };
  assert.deepEqual(flagsOf([lane], 50), [
    { lane: 1, text: "horizon 9", t: 41, log: lane.line[41] },
  ]);
  assert.deepEqual(
    flagsOf([{ ...lane, horizon: 50 }], 50).map(({ text }) => text),
    ["horizon 50+"],
    "a memory of the whole sequence has no end",
  );
  const lost = {
    ...lane,
    line: [Infinity, Infinity, NaN],
    horizon: NaN,
    diverged: "h is not finite",
  };
  assert.deepEqual(
    flagsOf([lost], 2).map(({ text }) => text),
    ["∞ from t ≤ 1", "GRU: h is not finite"],
  );
});

test("flags lie on no other, and inside the panel", () => {
  const flags = [41, 41, 42, 44, 49].map((t, lane) => ({
    lane,
    text: `horizon ${50 - t}`,
    t,
    log: -2,
  }));
  const placed = layOut(flags, panel(), 11);
  const wide = ({ text }) => text.length * 11 * 0.56;
  const beginOf = (flag) => (flag.align === "left" ? flag.x : flag.x - wide(flag));
  const endOf = (flag) => beginOf(flag) + wide(flag);
  assert.equal(placed.length, 5);
  placed.forEach((one, k) => {
    assert.ok(one.textY > 20 && one.textY < 220);
    for (const other of placed.slice(k + 1)) {
      const apart = beginOf(one) >= endOf(other) || beginOf(other) >= endOf(one);
      assert.ok(Math.abs(one.textY - other.textY) >= 11 || apart);
    }
  });
  assert.deepEqual(
    layOut([{ lane: 0, text: "horizon 1", t: 10, log: -40 }], panel(), 11),
    [],
    "zoomed away",
  );
});

test("a cell a timestep up to about 40, beyond that a cell stands for k of them, counted from the last", () => {
  assert.deepEqual(cellsShown(40, 900).every, 1);
  assert.equal(cellsShown(40, 900).timesteps.length, 41);
  const { every, timesteps } = cellsShown(500, 900);
  assert.equal(every, 12);
  assert.equal(timesteps.at(-1), 500);
  assert.ok(timesteps.every((t, k) => k === 0 || t - timesteps[k - 1] === 12));
  for (let last = 1; last < 2000; last += 7)
    assert.ok(cellsShown(last, 900).timesteps.length <= 44);
  assert.ok(cellsShown(40, 120).every > 1, "and where there is no room");
});

test("a cell shows units that are evenly spread", () => {
  assert.deepEqual(unitsShown(32, 12), [0, 8, 16, 24]);
  assert.deepEqual(unitsShown(3, 40), [0, 1, 2]);
  assert.deepEqual(unitsShown(1, 2), [0]);
});

for (const [width, height] of [
  [1050, 195],
  [1600, 290],
  [366, 280],
  [700, 130],
]) {
  for (const lanes of [1, 2, 3, 4]) {
    test(`${lanes} rows of the network lie under each other at ${width} × ${height}`, () => {
      const withCell = Array.from({ length: lanes }, (_, k) => k % 2 === 1);
      const rows = arrangeRows({
        width,
        height,
        small: 11,
        labels: withCell.map(() => 70),
        withCell,
        last: 50,
      });
      let above = rows.axis;
      for (const row of rows.lanes) {
        const ribbons = row.second === null ? [row.ribbon] : [row.ribbon, row.second];
        const places = [above, row.top, row.top + row.height, ...ribbons, row.numbers];
        assert.deepEqual(
          places,
          places.toSorted((a, b) => a - b),
        );
        above = row.numbers;
      }
      assert.ok(rows.lanes.at(-1).numbers < rows.legend || height < 150);
      assert.ok(rows.left > 0 && rows.right < width && Math.abs(rows.x(50) - rows.right) < 1e-9);
    });
  }
}

test("gates begin at timestep 1, states at 0, and a slope is made of h", () => {
  const recipe = {
    base: { nonlinearity: "tanh" },
    lanes: [{}, {}, { nonlinearity: "relu" }],
    tweaks: [],
  };
  const lstm = {
    index: 0,
    cell: "lstm",
    gate_names: ["i", "f", "g", "o"],
    state_names: ["h", "c"],
  };
  const [i, , , , c, h] = anatomyOf(lstm, recipe);
  assert.deepEqual(
    anatomyOf(lstm, recipe).map(({ symbol }) => symbol),
    ["i", "f", "g", "o", "c", "h"],
  );
  assert.equal(shownAt(i, [0.1, 0.2, 0.3, 0.4], 2, 0, 1), undefined);
  assert.equal(shownAt(i, [0.1, 0.2, 0.3, 0.4], 2, 2, 1), 0.4);
  assert.equal(shownAt(h, [0, 0, 0.5, 0.6], 2, 1, 1), 0.6);
  assert.equal(c.array, "c");
  const rnn = { index: 1, cell: "rnn", gate_names: [], state_names: ["h"] };
  const [, tanh] = anatomyOf(rnn, recipe);
  assert.equal(shownAt(tanh, [0, 0, 0.5, 0.6], 2, 1, 0), 0.75);
  assert.equal(shownAt(tanh, [0, 0, 0.5, 0.6], 2, 0, 0), undefined);
  const [, relu] = anatomyOf({ ...rnn, index: 2 }, recipe);
  assert.deepEqual([3, 0, NaN].map(relu.value), [1, 0, NaN]);
  const [, softsign] = anatomyOf(rnn, { ...recipe, lanes: [{}, { nonlinearity: "softsign" }] });
  assert.equal(softsign.symbol, "softsign′");
  assert.deepEqual([-0.5, 0, 0.75].map(softsign.value), [0.25, 1, 0.0625]);
  // The nonlinearity is the plain RNN's alone.
  const [, normed] = anatomyOf({ ...rnn, index: 2, cell: "ln_rnn" }, recipe);
  assert.equal(normed.symbol, "tanh′");
});

test("the ends of a gate are those of its nonlinearity", () => {
  const lane = { index: 0, cell: "lstm", gate_names: ["f", "g"], state_names: ["h", "c"] };
  const parts = (gate_nonlinearity) =>
    anatomyOf(lane, { base: { gate_nonlinearity }, lanes: [{}], tweaks: [] }).slice(0, 2);
  const [f, g] = parts("sigmoid");
  assert.deepEqual(f.saturated, { low: 0.1, high: 0.9, exactly: false });
  assert.equal(g.saturated, null);
  const [hard] = parts("hard_sigmoid");
  assert.deepEqual(hard.saturated, { low: 0, high: 1, exactly: true });
  const [signed] = parts("softsign");
  assert.deepEqual(signed.saturated, { low: -0.9, high: 0.9, exactly: false });
  assert.equal(signed.title, "forget gate");
});

test("lanes that share a clip threshold share its line", () => {
  const same = [
    { from: 0, value: 1 },
    { from: 9, value: null },
  ];
  const shared = thresholdsOf(
    [
      { index: 0, stretches: same },
      { index: 1, stretches: same },
    ],
    String,
    "grey",
  );
  assert.deepEqual(shared, [{ log: 0, from: 0, to: 9, text: "clipped above 1", color: "grey" }]);
  const own = [{ from: 0, value: 0.1 }];
  const apart = thresholdsOf(
    [
      { index: 0, stretches: same },
      { index: 1, stretches: own },
    ],
    String,
    "grey",
  );
  assert.deepEqual(
    apart.map(({ color, to }) => [color, to]),
    [
      ["0", 9],
      ["1", Infinity],
    ],
  );
});

test("changes made live are told at their iteration, and no words lie on others", () => {
  const change = (iteration, changes, lane = null) => ({ iteration, lane, changes });
  const tweaks = tweaksOf({
    tweaks: [
      change(30, { clip: "norm" }),
      change(10, { learning_rate: 0.01 }, 1),
      change(30, { clip_threshold: 0.5 }, 0),
    ],
  });
  assert.deepEqual(tweaks, [
    { iteration: 10, lane: 1, hyperparameter: "learning_rate", text: "η 0.01" },
    {
      iteration: 30,
      lane: null,
      hyperparameter: "clip,clip_threshold",
      text: "clip → norm, clip at 0.5",
    },
  ]);
  assert.equal(tweaksOf({ tweaks: [change(0, { learning_rate: 1e-5 })] })[0].text, "η 1.0·10⁻⁵");
  assert.deepEqual(tweaksOf(null), []);
  const NOTHING = { above: 0, below: 0, curves: () => [[Infinity, -Infinity]] };
  const dragged = [9, 10, 11, 12, 30, 90].map((iteration) => ({
    iteration,
    lane: null,
    text: "η 0.01",
  }));
  const placed = placeTweaks(
    dragged.map((each, k) => ({ ...each, hyperparameter: String(k) })),
    panel(),
    10,
    NOTHING,
  );
  assert.deepEqual(
    placed.map(({ iteration, row }) => [iteration, row]),
    [
      [30, 0],
      [12, 0],
      [11, 1],
      [10, 2],
      [9, 3],
    ],
  );
  const last = [{ iteration: 12, lane: null, hyperparameter: "learning_rate", text: "η 0.01" }];
  const { top, height } = panel();
  const under = (highest, lowest) =>
    placeTweaks(last, panel(), 10, {
      above: 0,
      below: 4,
      curves: () => [
        [highest, lowest],
        [top + 40, top + 50],
      ],
    })[0];
  assert.equal(under(top + 30, top + height).row, 0);
  assert.equal(under(top, top + height - 30).row, 3);
  assert.ok(under(top, top + height - 30).y + 10 <= top + height - 4);
  assert.equal(under(top, top + height).row, 0); // clear of smooth ones
  const one = placeTweaks(
    dragged.map((each) => ({ ...each, hyperparameter: "learning_rate" })),
    panel(),
    10,
    NOTHING,
  );
  assert.deepEqual(
    one.map(({ iteration, row }) => [iteration, row]),
    [
      [30, 0],
      [12, 0],
      [11, null],
      [10, null],
      [9, null],
    ],
  );
});

test("losses are spread where they enter all along", () => {
  assert.ok(lossesSpread({ loss_timesteps: [0, 1, 2, 3], timesteps: 4 }));
  assert.ok(!lossesSpread({ loss_timesteps: [3], timesteps: 4 }));
  assert.ok(!lossesSpread({ loss_timesteps: [17, 18, 19], timesteps: 20 }));
});

test("Plotly's plot areas are the panels, to the pixel", () => {
  const panels = [panel(), panel({ left: 520, width: 380 })];
  const palette = { font: "sans", small: 11, panel: "rgb(1,2,3)", lanes: [] };
  globalThis.OffscreenCanvas = class {
    getContext = () => ({
      fillRect() {},
      getImageData: () => ({ data: new Uint8ClampedArray(4) }),
    });
  };
  const layout = layoutOf({
    width: 920,
    height: 260,
    panels,
    titles: [],
    legend: { shown: true, x: 900, y: 0 },
    palette,
    annotations: [],
    shapes: [],
  });
  const { l, r, t, b } = layout.margin;
  const [across, down] = [920 - l - r, 260 - t - b];
  panels.forEach(({ left, top, width, height }, index) => {
    const [x0, x1] = layout[axisKey("x", index)].domain;
    const [y0, y1] = layout[axisKey("y", index)].domain;
    const places = [l + x0 * across, (x1 - x0) * across, t + (1 - y1) * down, (y1 - y0) * down];
    places.forEach((place, k) => assert.ok(Math.abs(place - [left, width, top, height][k]) < 1e-9));
  });
  assert.equal(layout.yaxis.type, "log");
  assert.deepEqual(layout.yaxis.range, [-20, 0]);
});

test("only axes whose range is another are laid anew", () => {
  const before = [panel()];
  const after = [withScales(PANEL, { x: before[0].xRange, y: [-30, 0] })];
  const changes = rangesOf(after, before);
  assert.deepEqual(Object.keys(changes), ["yaxis.range", "yaxis.tickvals", "yaxis.ticktext"]);
  assert.deepEqual(changes["yaxis.range"], [-30, 0]);
  assert.ok(changes["yaxis.tickvals"].includes(1e-30));
});

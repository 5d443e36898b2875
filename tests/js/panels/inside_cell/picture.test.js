import "../../catalogue.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import { Heatmap } from "../../../../static/js/canvas/heatmap.js";
import {
  barsOf,
  BINS,
  countsOf,
  saturationOf,
} from "../../../../static/js/panels/inside_cell/histogram.js";
import {
  kindOf,
  longestFirst,
  memories,
  MemoryOrder,
  ranksOf,
  timeConstant,
} from "../../../../static/js/panels/inside_cell/memory_order.js";
import {
  saturationTexts,
  shownIn,
  tableOf,
} from "../../../../static/js/panels/inside_cell/scene.js";
import { arrangeTiles, paintTileFrame } from "../../../../static/js/panels/inside_cell/tiles.js";
import * as zoom from "../../../../static/js/panels/inside_cell/zoom_window.js";

const lstm = {
  index: 1,
  label: "LSTM",
  cell: "lstm",
  gate_names: ["i", "f", "g", "o"],
  state_names: ["h", "c"],
  hidden_size: 2,
};
const gru = {
  index: 2,
  label: "GRU",
  cell: "gru",
  gate_names: ["r", "z", "n"],
  state_names: ["h"],
  hidden_size: 2,
};
const rnn = { index: 0, label: "RNN", gate_names: [], state_names: ["h"], hidden_size: 2 };
const recipe = { base: { nonlinearity: "tanh" }, lanes: [{}, {}, {}], tweaks: [] };
const array = (rows) => ({
  shape: [rows.length, rows[0].length],
  data: Float32Array.from(rows.flat()),
});
const frame = (arrays) => ({ iteration: 3, arrays });
const close = (found, wanted) => {
  assert.equal(found.length, wanted.length);
  wanted.forEach((value, k) =>
    assert.ok(Math.abs(found[k] - value) < 1e-6, `${found} is not ${wanted}`),
  );
};

test("memory is the mean forget gate, the mean update gate, or the correlation with the timestep before", () => {
  assert.deepEqual([lstm, gru, rnn].map(kindOf), ["f", "z", "autocorrelation"]);
  close(
    memories(
      lstm,
      frame({
        "1/gate.f": array([
          [0.5, 1],
          [0.7, 0],
        ]),
      }),
    ),
    [0.6, 0.5],
  );
  close(
    memories(
      gru,
      frame({
        "2/gate.z": array([
          [0.25, 1],
          [0.75, 1],
        ]),
      }),
    ),
    [0.5, 1],
  );
  // h_0 is not counted. Unit 0: 1, −1, 1, −1 about 0; unit 1: constant.
  const h = array([
    [9, 0],
    [1, 0.5],
    [-1, 0.5],
    [1, 0.5],
    [-1, 0.5],
  ]);
  close(memories(rnn, frame({ "0/h": h })), [-0.75, 0]);
  assert.equal(memories(lstm, frame({})), null);
});

test("a forget gate without a cell state, as in the MGU, keeps 1 − f of h", () => {
  const mgu = { index: 0, cell: "mgu", gate_names: ["f", "n"], state_names: ["h"], hidden_size: 2 };
  assert.equal(kindOf(mgu), "1-f");
  close(
    memories(
      mgu,
      frame({
        "0/gate.f": array([
          [0.25, 1],
          [0.75, 0.5],
        ]),
      }),
    ),
    [0.5, 0.25],
  );
  assert.equal(memories(mgu, frame({})), null);
});

test("the longest memory is first, equals stay in order, and what is NaN is last", () => {
  const order = longestFirst([0.2, NaN, 0.9, 0.2]);
  assert.deepEqual([...order], [2, 0, 3, 1]);
  assert.deepEqual([...ranksOf(order)], [1, 3, 0, 2]);
});

test("a unit that keeps 0.5 a timestep has forgotten after 1/ln 2 of them", () => {
  assert.ok(Math.abs(timeConstant(0.5) - 1 / Math.LN2) < 1e-12);
  assert.deepEqual([timeConstant(0), timeConstant(-0.3), timeConstant(1)], [0, 0, Infinity]);
});

test("while live, rows change places twice a second at most; at rest at once", () => {
  const orders = new MemoryOrder();
  const first = frame({ "1/gate.f": array([[0.1, 0.9]]) });
  const second = frame({ "1/gate.f": array([[0.9, 0.1]]) });
  const order = (of, live, now) => [...orders.of(lstm, of, { live, now }).order];
  assert.deepEqual(order(first, true, 0), [1, 0]);
  assert.deepEqual(order(second, true, 400), [1, 0]);
  assert.deepEqual(order(second, true, 500), [0, 1]);
  assert.deepEqual(order(first, true, 600), [0, 1]);
  assert.deepEqual(order(first, false, 601), [1, 0]);
  assert.equal(orders.of(lstm, frame({}), { live: false, now: 700 }), null);
});

const SIGMOID = { low: 0.1, high: 0.9, exactly: false };

test("a histogram counts every number once, the ends what lies beyond, and NaN not", () => {
  const counts = countsOf([0, 0.05, 0.15, 0.999, 1, 2, -1, NaN], 0, [0, 1]);
  assert.equal(counts.length, BINS);
  assert.deepEqual([...counts], [3, 1, 0, 0, 0, 0, 0, 0, 0, 3]);
  assert.deepEqual([...countsOf([5, 5, 0], 2, [-1, 1])], [0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
  assert.deepEqual(saturationOf([0.05, 0.95, 0.5, 0.99, NaN], SIGMOID), { low: 0.25, high: 0.5 });
  const hard = { low: 0, high: 1, exactly: true };
  assert.deepEqual(saturationOf([0, 0.05, 1, 1], hard), { low: 0.25, high: 0.5 });
});

test("bars are as long as their counts, and stand on the scale from bottom to top", () => {
  const bars = barsOf([10, 0, 0, 0, 0, 5, 0, 0, 0, 1], {
    left: 3,
    top: 100,
    width: 20,
    height: 50,
  });
  assert.deepEqual([bars[0].width, bars[1].width, bars[5].width, bars[9].width], [20, 0, 10, 2]);
  assert.deepEqual([bars[9].top, bars[0].top, bars[0].top + bars[0].height], [100, 145, 149]);
});

test("a window zooms about a place, never beyond its limits, and shows whole cells", () => {
  const limits = zoom.whole(100, 32);
  const closer = zoom.zoomed(limits, 0.5, { t: 40, rows: 16 }, limits);
  assert.deepEqual(closer, { t: [20, 70], rows: [8, 24] });
  assert.ok(!zoom.isWhole(closer, limits));
  assert.deepEqual(zoom.panned(closer, { t: 90, rows: -20 }, limits), {
    t: [50, 100],
    rows: [0, 16],
  });
  assert.deepEqual(zoom.zoomed(closer, 10, { t: 60, rows: 20 }, limits), limits);
  let least = limits;
  for (let k = 0; k < 30; k += 1) least = zoom.zoomed(least, 0.5, { t: 99.9, rows: 0 }, limits);
  assert.deepEqual(zoom.snapped(least, limits), { t: [96, 100], rows: [0, 2] });
  assert.deepEqual(zoom.snapped({ t: [2.4, 12.4], rows: [0.6, 3.6] }, limits), {
    t: [2, 12],
    rows: [1, 4],
  });
  assert.deepEqual(zoom.showing(closer, { t: 75, rows: null }, limits), {
    t: [26, 76],
    rows: [8, 24],
  });
  assert.deepEqual(
    zoom.zoomed(zoom.whole(2, 1), 0.1, { t: 1, rows: 0 }, zoom.whole(2, 1)),
    zoom.whole(2, 1),
  );
});

test("ranks send each unit's numbers to its row", () => {
  let image = null;
  globalThis.OffscreenCanvas = class {
    getContext = () => ({
      createImageData: (width, height) => ({
        width,
        height,
        data: new Uint8ClampedArray(4 * width * height),
      }),
      putImageData: (given) => (image = new Uint32Array(given.data.buffer)),
    });
  };
  const map = { domain: [0, 2], pixels: Uint32Array.of(10, 11, 12, 99) };
  const data = [0, 1, 2, 2, NaN, 0];
  const heatmap = new Heatmap();
  heatmap.fillColumns(3, 3, map, data, 1);
  assert.deepEqual([...image], [0, 10, 12, 0, 11, 99, 0, 12, 10]);
  heatmap.fillColumns(3, 3, map, data, 1, null, Int32Array.of(2, 0, 1));
  assert.deepEqual([...image], [0, 11, 99, 0, 12, 10, 0, 10, 12]);
});

test("six heatmaps of 100 × 64, sorted, are filled within a frame's small share", () => {
  const heatmap = new Heatmap();
  const map = { domain: [0, 1], pixels: new Uint32Array(257) };
  const data = Float32Array.from({ length: 6400 }, Math.random);
  const ranks = longestFirst(Float64Array.from({ length: 64 }, Math.random));
  const fill = () => {
    const begin = performance.now();
    for (let k = 0; k < 6; k += 1) heatmap.fillColumns(100, 64, map, data, 0, null, ranks);
    return performance.now() - begin;
  };
  const times = Array.from({ length: 60 }, fill).sort((a, b) => a - b);
  assert.ok(times[20] < 2, `${times[20]} ms`);
});

test("tiles lie apart and inside, each with its histogram, which small ones go without", () => {
  const items = Array.from({ length: 6 }, () => ({ part: {}, lane: lstm, units: 32 }));
  const room = { small: 11, last: 50 };
  for (const [width, height] of [
    [506, 235],
    [760, 320],
    [350, 330],
  ]) {
    const tiles = arrangeTiles(items, { ...room, width, height });
    tiles.forEach((one, k) => {
      const { histogram } = one;
      assert.ok(histogram.left > one.left + one.width && histogram.left + histogram.width <= width);
      assert.ok(one.caption.top >= 0 && one.top + one.height < height);
      for (const other of tiles.slice(k + 1)) {
        const apart =
          other.left >= histogram.left + histogram.width ||
          other.caption.top >= one.top + one.height;
        assert.ok(apart || other.left + other.width <= one.left);
      }
    });
  }
  assert.ok(
    arrangeTiles(items, { ...room, width: 260, height: 170 }).every(
      ({ histogram }) => histogram === null,
    ),
  );
});

const state = (view, watched = 1) => ({
  lanes: [rnn, lstm, gru],
  recipe,
  watch: { lane: watched, layer: 0, example: 0 },
  view: { hidden: [], zoom: null, cells: "lane", ...view },
  frame: frame({}),
});

test("one lane's parts are shown, or one of them, or h of all lanes that are not hidden", () => {
  const symbols = (scene) => scene.items.map(({ lane, part }) => `${lane.label} ${part.symbol}`);
  assert.deepEqual(symbols(shownIn(state({}))).slice(-2), ["LSTM c", "LSTM h"]);
  assert.equal(shownIn(state({ zoom: "f" })).zoom.part.array, "gate.f");
  assert.equal(shownIn(state({ zoom: "f" }, 2)).zoom, null);
  assert.deepEqual(symbols(shownIn(state({ cells: "all", hidden: [0] }))), ["LSTM h", "GRU h"]);
  assert.equal(shownIn(state({ hidden: [1] })).lane, rnn);
  assert.equal(shownIn(state({ hidden: [0, 1, 2] })).lane, null);
});

test("saturation is told of the batch where it is there, else of the example", () => {
  const { zoom: item } = shownIn(state({ zoom: "f" }));
  const example = {
    "1/gate.f": array([
      [0.05, 0.95],
      [0.5, 0.95],
    ]),
  };
  assert.equal(
    saturationTexts(frame(example), item)[0],
    "< 0.1: 25 % · > 0.9: 50 % of the example",
  );
  const batch = { "1/gate.f.low": array([[0.2, 0.1]]), "1/gate.f.high": array([[NaN, 0.3]]) };
  assert.equal(
    saturationTexts(frame({ ...example, ...batch }), item)[0],
    "< 0.1: 15 % · > 0.9: 30 % of the batch",
  );
});

test("a hard gate is told to be saturated where it is exactly 0 or 1", () => {
  const hard = { base: { gate_nonlinearity: "hard_sigmoid" }, lanes: [{}, {}], tweaks: [] };
  const { items } = shownIn({
    lanes: [lstm],
    recipe: hard,
    watch: { lane: 1 },
    view: { hidden: [], cells: "lane", zoom: null },
    frame: frame({}),
  });
  const [i] = items;
  const [text] = saturationTexts(frame({ "1/gate.i": array([[0, 0.05, 0.5, 1]]) }), i);
  assert.equal(text, "= 0: 25 % · = 1: 25 % of the example");
});

test("a table has the true unit and value of every cell that is seen", () => {
  const { zoom: item } = shownIn(state({ zoom: "f" }));
  const shown = frame({
    "1/gate.f": array([
      [0.25, 0.5],
      [0.75, 1],
    ]),
  });
  const window = { t: [0, 2], rows: [0, 2] };
  const { columns, rows } = tableOf(shown, [{ ...item, last: 2, window }], () => [1, 0]);
  assert.deepEqual(columns, ["lane", "array", "timestep", "unit", "value"]);
  assert.deepEqual(rows, [
    ["LSTM", "f", 1, 1, 0.5],
    ["LSTM", "f", 1, 0, 0.25],
  ]);
});

/** What is written of a row of tiles in a panel of that size, with the box of each text. */
function written(width, height) {
  // Letters are measured, and colour bars painted, on canvases that are nowhere seen.
  globalThis.OffscreenCanvas = /** @type {any} */ (
    class {
      getContext() {
        return { measureText: (text) => ({ width: text.length * 6 }), fillRect() {} };
      }
    }
  );
  const boxes = [];
  const context = new Proxy(
    { textAlign: "left" },
    {
      get(target, name) {
        if (name === "measureText") return (text) => ({ width: text.length * 6 });
        if (name === "fillText")
          return (text, x, y) => {
            const wide = text.length * 6;
            const left = { left: x, right: x - wide, center: x - wide / 2 }[target.textAlign];
            boxes.push({ text, left, right: left + wide, y });
          };
        if (name === "drawImage")
          return (_, x, y, wide) => boxes.push({ text: "bar", left: x, right: x + wide, y: y + 3 });
        return target[name] ?? (() => {});
      },
    },
  );
  const items = shownIn({
    lanes: [lstm],
    recipe,
    watch: { lane: 1 },
    view: { hidden: [], cells: "lane", zoom: null },
    frame: frame({}),
  }).items;
  for (const { part } of items) {
    const domain = part.symbol === "c" ? [-2, 2] : part.saturated !== null ? [0, 1] : [-1, 1];
    part.map = () => ({ domain, color: () => "" });
  }
  const tiles = arrangeTiles(items, { width, height, small: 11, last: 50 });
  const look = { palette: { small: 11, font: "sans" }, sorted: false, every: false, labels: [] };
  for (const tile of tiles) paintTileFrame(context, tile, look);
  return { boxes, tiles };
}

test("in a low panel letters, colour bars and titles keep clear of each other", () => {
  for (const [width, height] of [
    [370, 100],
    [520, 110],
    [520, 240],
  ]) {
    const { boxes: all, tiles } = written(width, height);
    const boxes = all.filter(({ text }) => text !== "unit"); // it runs upwards
    assert.equal(tiles.length, 6);
    const symbols = boxes.filter(({ text }) => "ifgoch".includes(text) && text.length === 1);
    assert.equal(symbols.length, 6, `${width}: every tile has its letter`);
    for (const one of boxes)
      for (const other of boxes) {
        const line = Math.abs(one.y - other.y) < 6;
        const apart = one.right <= other.left + 0.5 || other.right <= one.left + 0.5;
        assert.ok(one === other || !line || apart, `${width}: ${one.text} on ${other.text}`);
      }
  }
});

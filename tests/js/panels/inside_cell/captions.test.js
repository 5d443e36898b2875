import "../../catalogue.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  axesText,
  cellDescription,
  valueText,
  whyNoCell,
} from "../../../../static/js/panels/inside_cell/captions.js";
import { shownIn } from "../../../../static/js/panels/inside_cell/scene.js";

const lanes = ["LSTM", "LSTM (2)"].map((label, index) => {
  return {
    index,
    label,
    cell: "lstm",
    gate_names: ["i", "f", "g", "o"],
    state_names: ["h", "c"],
    hidden_size: 2,
  };
});
const array = (rows) => ({
  shape: [rows.length, rows[0].length],
  data: Float32Array.from(rows.flat()),
});
const gates = array([
  [0.25, 0.5],
  [0.75, 1],
]);
const hidden = array([
  [0, 0],
  [0.5, -0.5],
  [0.5, -0.5],
]);
const frame = { iteration: 3, arrays: { "0/gate.f": gates, "0/h": hidden, "1/h": hidden } };
const state = (view, rest = {}) => ({
  lanes,
  recipe: { base: {}, lanes: [{}, {}], tweaks: [] },
  watch: { lane: 0, layer: 0, example: 5 },
  view: { hidden: [], zoom: null, cells: "lane", sort: "index", ...view },
  frame,
  connection: "open",
  ...rest,
});

test("without heatmaps it says why: nothing came yet, the connection is lost, or all is hidden", () => {
  const why = (given) => whyNoCell(given, shownIn(given))[0];
  assert.equal(why(state({}, { frame: null })), "No states yet");
  assert.equal(why(state({}, { frame: null, connection: "lost" })), "No connection");
  assert.equal(why(state({ hidden: [0, 1] }, { connection: "lost" })), "All lanes are hidden");
  assert.equal(why(state({ hidden: [0, 1] }, { frame: null })), "No states yet");
});

test("what is drawn is told with its lane, iteration and example, and the order of its units", () => {
  const told = (given) => {
    const scene = shownIn(given);
    return cellDescription(given, scene, scene.zoom === null ? scene.items : [scene.zoom]);
  };
  assert.match(
    told(state({ zoom: "f" })),
    /^Inside LSTM, iteration 3, example 5: mean size of f \(.*\) 0\.63\.$/,
  );
  assert.match(told(state({ zoom: "f", sort: "memory" })), /example 5, units sorted by memory: /);
  assert.match(
    told(state({ cells: "all" })),
    /^Inside all lanes, .* h \(.*\) 0\.33, h \(.*\) 0\.33\.$/,
  );
  const none = state({}, { frame: null });
  const stale = shownIn(state({})).items; // of the run before, out of sight
  for (const tiles of [[], stale])
    assert.equal(
      cellDescription(none, shownIn(none), tiles),
      "Heatmaps of gates and states: no iteration yet.",
    );
});

test("a cell's value is said with its true unit, and how long that remembers where it is known", () => {
  const { zoom: item } = shownIn(state({ zoom: "f" }));
  assert.equal(valueText(frame, item, { t: 2, unit: 0 }, null), "f[unit 0, t 2] = 0.75");
  const memory = [0.5, 1];
  assert.equal(
    valueText(frame, item, { t: 1, unit: 0 }, memory),
    "f[unit 0, t 1] = 0.25 · remembers ≈ 1.4 timesteps",
  );
  assert.equal(
    valueText({ ...frame, coarse: 2 }, item, { t: 2, unit: 0 }, null),
    "f[unit 0, t 1] = 0.75",
  );
  assert.equal(valueText(frame, item, { t: 9, unit: 0 }, memory), null);
  assert.equal(valueText({ iteration: 3, arrays: {} }, item, { t: 1, unit: 0 }, null), null);
});

test("which timesteps came of a slow link is said", () => {
  assert.equal(axesText(null), "unit × timestep");
  assert.equal(axesText({ coarse: 4 }), "unit × timestep, every 4th: the link is slow");
});

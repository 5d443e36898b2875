import "../../catalogue.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  headingOf,
  nameOfCell,
  whyNoSums,
} from "../../../../static/js/panels/cell_inspector/captions.js";
import { kindOf } from "../../../../static/js/panels/cell_inspector/kinds/kinds.js";
import { inspectorTable } from "../../../../static/js/panels/cell_inspector/table.js";

const array = (shape, ...data) => ({ shape, data: Float64Array.from(data) });
const lanes = [
  { index: 0, label: "RNN", cell: "rnn", gate_names: [], hidden_size: 1, num_layers: 1 },
  { index: 1, label: "RNN deep", cell: "rnn", gate_names: [], hidden_size: 1, num_layers: 3 },
];
const frame = {
  iteration: 1500,
  arrays: {
    "0/h": array([2, 1], 0.25, -0.5),
    "0/input.h": array([1, 1], 1),
    "0/recurrent.h": array([1, 1], -1.5),
    "0/example.dh": array([2, 1], 0, 0.5),
    "0/paths.nonlinearity": array([1], -0.25),
    "0/paths.weight": array([1], -0.125),
  },
};
const state = { lanes, frame, past: null, watch: { lane: 1, layer: 2, example: 4 } };

test("a heading tells which cell it is, of which layer, example and iteration", () => {
  const cell = { lane: 1, t: 31, unit: 4 };
  assert.equal(nameOfCell(lanes[1], cell), "RNN deep, t = 31, unit 4");
  assert.equal(
    headingOf(state, lanes[1], cell),
    "RNN deep · t = 31 · unit 4 · layer 2 · example 4 · iteration 1,500",
  );
  assert.equal(
    headingOf({ ...state, frame: null }, lanes[0], cell),
    "RNN · t = 31 · unit 4 · example 4 · iteration –",
  );
});

test("the layer of a lane that has fewer is its topmost", () => {
  const watch = { ...state.watch, layer: 5 };
  assert.match(headingOf({ ...state, watch }, lanes[1], { t: 1, unit: 0 }), / layer 2 /);
});

test("sums that are missing are on their way, or can't be had", () => {
  assert.match(whyNoSums(state), /come with the next frame/);
  const past = { ...state, past: 1500 };
  assert.match(whyNoSums({ ...past, studies: {} }), /iteration 1,500: they are being computed/);
  const frame = /** @type {any} */ ({ status: "failed", error: "at is too far." });
  assert.match(whyNoSums({ ...past, studies: { frame } }), /iteration 1,500: at is too far\./);
});

test("a table has every number of every cell that the frame holds", () => {
  const cells = [
    { lane: 0, t: 1, unit: 0 },
    { lane: 1, t: 1, unit: 0 },
  ];
  const { columns, rows } = inspectorTable(state, cells, (lane) => kindOf(lane, "relu"));
  const where = ["RNN", 1, 0, 0, 4, 1500];
  assert.ok(rows.every((row) => row.length === columns.length));
  assert.ok(rows.every((row) => where.every((value, k) => row[k] === value)));
  const found = Object.fromEntries(rows.map((row) => row.slice(-2)));
  assert.equal(found.h, -0.5);
  assert.equal(found.h_, 0.25);
  assert.equal(found["a.h"], -0.5);
  assert.equal(found["h'"], 0, "the slope of a ReLU");
  assert.equal(found["log10 paths.nonlinearity"], -0.25);
  assert.equal(found["log10 paths.weight"], -0.125);
});

test("a cell without a circuit has no rows, and does not take those of the others", () => {
  const unknown = { ...lanes[0], index: 1, cell: "nobodys", gate_names: ["q"] };
  assert.equal(kindOf(unknown, "tanh"), null);
  assert.equal(kindOf({ cell: "toString" }, "tanh"), null);
  const cells = [1, 0].map((lane) => ({ lane, t: 1, unit: 0 }));
  const arrays = { ...frame.arrays, "1/h": array([2, 1], 0, 0) };
  const both = { ...state, lanes: [lanes[0], unknown], frame: { ...frame, arrays } };
  const { rows } = inspectorTable(both, cells, (lane) => kindOf(lane, "tanh"));
  assert.deepEqual([...new Set(rows.map(([label]) => label))], ["RNN"]);
  assert.ok(rows.length > 5);
});

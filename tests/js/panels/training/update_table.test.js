import "../../catalogue.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import { updateRatios, updateTable } from "../../../../static/js/panels/training/update_table.js";
import { neededFor, USUAL } from "../../../../static/js/state/view_settings.js";

const scalar = (value) => ({ shape: [], data: Float64Array.of(value) });
const frame = {
  iteration: 7,
  arrays: {
    "0/update_ratio.weight_hh_l0": scalar(-3),
    "0/update_ratio.readout.bias": scalar(Infinity),
    "1/update_ratio.weight_hh_l0": scalar(-2.5),
    "1/update_ratio.weight_hh_l1": scalar(-4),
    "2/update_ratio.weight_hh_l0": scalar(-9),
    "0/update_norm": scalar(-1),
  },
};
const lanes = ["RNN", "LSTM", "GRU"].map((label, index) => ({ index, label }));
const state = { frame, lanes, view: { hidden: [2] } };

test("each parameter of the lanes that are shown has a row, where any of them has it", () => {
  assert.deepEqual(updateRatios(state), {
    parameters: ["weight_hh_l0", "readout.bias", "weight_hh_l1"],
    lanes: [
      { label: "RNN", logs: [-3, Infinity, NaN] },
      { label: "LSTM", logs: [-2.5, NaN, -4] },
    ],
  });
  assert.deepEqual(updateRatios({ ...state, frame: null }).parameters, []);
});

test("as CSV the ratios are log10, a lane a row", () => {
  const { columns, rows } = updateTable(state);
  assert.deepEqual(columns.slice(0, 4), [
    "iteration",
    "lane",
    "log10 update_ratio.weight_hh_l0",
    "log10 update_ratio.readout.bias",
  ]);
  assert.deepEqual(rows[0], [7, "RNN", -3, Infinity, NaN]);
});

test("the server is asked for the ratios while they are shown", () => {
  assert.deepEqual(neededFor({ view: { ...USUAL, story: "updates" }, lane: 0 }).views.slice(3), [
    "update_ratio",
  ]);
});

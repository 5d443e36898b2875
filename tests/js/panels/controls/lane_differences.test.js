import "../../catalogue.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  likeness,
  twinOf,
  whatDiffers,
} from "../../../../static/js/panels/controls/lane_differences.js";
import {
  horizonOf,
  reachAndHorizon,
  reachMeaning,
  reachOf,
} from "../../../../static/js/panels/controls/reach.js";

const recipe = (...lanes) => ({
  base: { cell: "lstm", hidden_size: 32, truncate: null, clip: "norm" },
  lanes,
  tweaks: [],
});
const titles = { cell: "cell", hidden_size: "hidden units H" };

test("a lane's twin has the same settings, also where one inherits what is the other's own", () => {
  const lanes = recipe(
    { cell: "rnn" },
    { cell: "lstm", name: "mine" },
    { hidden_size: 32 },
    { hidden_size: 8 },
  );
  assert.deepEqual(
    [0, 1, 2, 3].map((lane) => twinOf(lanes, lane)),
    [-1, -1, 1, -1],
  );
  assert.equal(
    likeness(lanes, 2, () => "LSTM · mine"),
    "identical to LSTM · mine until a setting differs",
  );
  assert.equal(
    likeness(lanes, 3, () => "LSTM"),
    "",
  );
});

test("the heading names one or two knobs that differ, and counts more", () => {
  assert.equal(whatDiffers(recipe({ cell: "rnn" }), titles), "");
  assert.equal(whatDiffers(recipe({}, { name: "other" }), titles), " — all alike");
  assert.equal(whatDiffers(recipe({}, { cell: "rnn" }), titles), " — only cell differs");
  assert.equal(
    whatDiffers(recipe({}, { cell: "rnn", clip: "none" }), titles),
    " — cell and clip differ",
  );
  const many = recipe({}, { cell: "rnn", hidden_size: 8 }, { clip: "none" });
  assert.equal(whatDiffers(many, titles), " — 3 settings differ");
});

const task = { timesteps: 4, loss_timesteps: [3] };
const frameOf = (horizon, ...norms) => ({
  iteration: 6,
  arrays: { "0/horizon": { data: [horizon] }, "0/dh_norm": { data: Float32Array.from(norms) } },
});

test("a horizon that reaches the first timestep has a plus, and no horizon has no words", () => {
  const told = (frame, more = {}) => horizonOf({ frame, task, recipe: recipe({}), ...more }, 0);
  assert.equal(told(frameOf(2, -9, -8, -1, -1, 0)), "horizon 2");
  assert.equal(told(frameOf(4, -1, -1, -1, -1, 0)), "horizon 4+");
  assert.equal(told(frameOf(NaN)), "");
  assert.equal(told(null), "");
  assert.equal(told(frameOf(2), { task: null }), "");
});

test("a horizon that ends where truncation does is told from one that the gradient has", () => {
  const truncated = recipe({ truncate: 2 });
  const told = (frame, of) => horizonOf({ frame, task, recipe: of }, 0);
  assert.equal(told(frameOf(2, NaN, NaN, -1, -1, 0), truncated), "horizon 2 (truncated)");
  assert.equal(told(frameOf(1, NaN, NaN, -5, -1, 0), truncated), "horizon 1");
  const later = { ...recipe({}), tweaks: [{ iteration: 7, lane: null, changes: { truncate: 2 } }] };
  assert.equal(told(frameOf(2, NaN, NaN, -1, -1, 0), later), "horizon 2");
});

test("what a horizon is, is told with the number that reaches the first timestep", () => {
  assert.match(
    reachMeaning(task),
    /^Reach: .*∂s_4‖ of the last loss.*1 % of its last value \(4\+: up to/,
  );
});

test("reach stands before the horizon, and a lane that has none is silent", () => {
  const frame = frameOf(2, -9, -8, -1, -1, 0);
  frame.arrays["0/reach"] = { data: [-14.51] };
  assert.equal(reachOf({ frame }, 0), "reach 3·10⁻¹⁵");
  const state = { frame, task, recipe: recipe({}) };
  assert.equal(reachAndHorizon(state, 0), "reach 3·10⁻¹⁵ · horizon 2");
  frame.arrays["0/reach"].data[0] = NaN; // truncated
  assert.equal(reachAndHorizon(state, 0), "horizon 2");
  assert.equal(reachAndHorizon({ ...state, frame: null }, 0), "");
});

import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";

import { differences, withEarlier } from "../../../static/js/state/earlier_runs.js";

const recipe = /** @type {any} */ ({
  seed: 0,
  batch_size: 4,
  task: { name: "adding", seq_len: 12 },
  base: { learning_rate: 0.003, clip: "norm" },
  lanes: [{ cell: "rnn" }, { cell: "gru" }],
  tweaks: [],
});
const state = /** @type {any} */ ({
  earlier: [],
  recipe,
  lanes: [],
  history: { length: 5 },
  past: null,
  view: { colors: [] },
});

test("another run leaves the one before it, a run that comes back does not", () => {
  equal(withEarlier(state, false, 0).length, 1);
  equal(withEarlier(state, true, 4).length, 0, "the same run after a lost connection");
  equal(withEarlier({ ...state, past: 2 }, true, 2).length, 1, "a fork");
  equal(withEarlier({ ...state, past: 2 }, true, 4).length, 0);
});

test("there has to be something to keep", () => {
  equal(withEarlier({ ...state, history: { length: 1 } }, false, 0).length, 0);
  equal(withEarlier({ ...state, recipe: null }, false, 0).length, 0);
});

test("the latest four are kept, each with a number of its own", () => {
  let earlier = [];
  for (let k = 0; k < 6; k += 1) earlier = withEarlier({ ...state, earlier }, false, 0);
  deepEqual(
    earlier.map(({ id }) => id),
    [3, 4, 5, 6],
  );
});

test("what differed is told by its own values", () => {
  deepEqual(differences(recipe, recipe), []);
  const other = structuredClone(recipe);
  other.base.learning_rate = 0.01;
  other.task.seq_len = 20;
  deepEqual(differences(recipe, other), [
    ["task.seq_len", 12],
    ["base.learning_rate", 0.003],
  ]);
});

test("a tweak counts as what it made of the run", () => {
  const tweaks = [{ iteration: 2, lane: null, changes: { learning_rate: 0.1 } }];
  deepEqual(differences({ ...recipe, tweaks }, recipe), [["base.learning_rate", 0.1]]);
});

test("lanes are compared one by one, where there are as many", () => {
  const other = structuredClone(recipe);
  other.lanes[1].clip = "none";
  other.lanes[0].name = "another name";
  deepEqual(differences(recipe, other), [["lanes.1.clip", "norm"]]);
  deepEqual(differences(other, recipe), [["lanes.1.clip", "none"]]);
  other.lanes.pop();
  deepEqual(differences(recipe, other), [["lanes", 2]]);
});

test("its lanes keep the hues that they had", () => {
  const view = /** @type {any} */ ({ colors: [2, 0] });
  const lanes = /** @type {any} */ ([{}, {}]);
  deepEqual(withEarlier({ ...state, view, lanes }, false, 0)[0].hues, [2, 0]);
});

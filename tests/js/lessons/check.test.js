import assert from "node:assert/strict";
import { test } from "node:test";

import { met, strayed } from "../../../static/js/lessons/check.js";
import { createProgress, placeOf, placeText } from "../../../static/js/lessons/progress.js";
import { setCatalogue } from "../../../static/js/state/catalogue.js";
import catalogue from "../catalogue.json" with { type: "json" };

setCatalogue(catalogue);

const recipe = {
  base: { clip: "norm", clip_threshold: 1, init: "pytorch" },
  lanes: [{ cell: "rnn" }, { cell: "lstm", clip: "none" }],
  task: { name: "adding", seq_len: 50 },
  batch_size: 8,
  seed: 0,
  tweaks: [],
};
const arrays = {
  "0/reach": { data: [-200] },
  "1/reach": { data: [-2] },
  "0/loss": { data: [0.5] },
  "0/dh_norm": { data: [-3, -2, -1] },
  "0/dW_hh_norm": { data: [-7, -6] },
};
const state = {
  recipe,
  frame: { iteration: 3, arrays },
  latest: { iteration: 40 },
  view: { flow: "norms", inspect: [] },
  past: null,
  pinned: null,
  lanes: [{}, {}],
};
const holds = (check, more = {}) =>
  met([check], { state: { ...state, ...more }, recipe, phase: "backward", answers: new Map() });
const number = (quantity, lane, bounds) => ({
  kind: "number",
  ...{ quantity, lane, t: null, above: null, below: null, of: null, ...bounds },
});

test("numbers are compared in decades, so that none is too small", () => {
  assert.ok(holds(number("reach", 0, { above: 1e-201, below: 1e-199 })));
  assert.ok(!holds(number("reach", 0, { above: 1e-199 })));
  assert.ok(holds(number("loss", 0, { below: 0.6, above: 0.4 })));
  assert.ok(!holds(number("loss", 1, { below: 9 })), "a number that is not there holds nothing");
  assert.ok(holds(number("reach", 1, { above: 1e100, of: 0 })));
});

test("a timestep counts from the first of the quantity, −1 is the last", () => {
  assert.ok(holds(number("dh_norm", 0, { t: 0, below: 0.002 })));
  assert.ok(holds(number("dh_norm", 0, { t: -1, above: 0.05 })));
  assert.ok(holds(number("dW_hh_norm", 0, { t: 1, below: 2e-7 })));
});

test("a hyperparameter is the one in force, of the lane", () => {
  const check = (field, lane, more) => ({
    kind: "recipe",
    ...{ field, lane, value: null, above: null, below: null, other: false, ...more },
  });
  assert.ok(holds(check("clip", 0, { value: "norm" })));
  assert.ok(holds(check("clip", 1, { value: "norm", other: true })));
  assert.ok(holds(check("clip_threshold", 0, { above: 0.5, below: 2 })));
  assert.ok(holds(check("task.seq_len", null, { value: 50 })));
  const tweaks = [{ iteration: 9, lane: null, changes: { clip: "value" } }];
  assert.ok(holds(check("clip", 0, { value: "value" }), { recipe: { ...recipe, tweaks } }));
});

test("nothing but what is allowed may be changed", () => {
  const same = (...but) => ({ kind: "same", but });
  assert.ok(holds(same()));
  const other = { ...recipe, base: { ...recipe.base, init: "identity" } };
  assert.ok(!holds(same(), { recipe: other }));
  assert.ok(holds(same("init"), { recipe: other }));
  assert.ok(!holds(same("init"), { recipe: { ...other, batch_size: 9 } }));
  assert.ok(!holds(same(), { recipe: { ...recipe, lanes: recipe.lanes.slice(1) } }));
});

test("what is looked at, and how far the run is", () => {
  const look = {
    kind: "look",
    ...{ view: {}, phase: null, past: null, compared: null, inspected: null, lanes: null },
  };
  assert.ok(holds({ ...look, view: { flow: "norms" }, phase: "backward", lanes: 2 }));
  assert.ok(!holds({ ...look, view: { flow: "source" } }));
  assert.ok(!holds({ ...look, past: true }));
  assert.ok(holds({ ...look, past: true }, { past: 0 }));
  assert.ok(!holds({ ...look, inspected: true }));
  assert.ok(holds({ kind: "iteration", least: 40 }));
  assert.ok(!holds({ kind: "iteration", least: 41 }));
});

test("a question is answered by its option, and nothing holds before there is a run", () => {
  const check = { kind: "question", answer: 1 };
  const evidence = { state, recipe, phase: "rest", answers: new Map([[0, 1]]) };
  assert.ok(met([check], evidence));
  assert.ok(!met([check], { ...evidence, answers: new Map([[0, 2]]) }));
  assert.ok(!met([check], { ...evidence, state: { ...state, frame: null } }));
});

test("iterations count from 0, or from the last change of the recipe", () => {
  assert.ok(holds({ kind: "iteration", least: 40, since_change: false }));
  assert.ok(!holds({ kind: "iteration", least: 41, since_change: false }));
  const tweaked = { recipe: { ...recipe, tweaks: [{ iteration: 5 }, { iteration: 30 }] } };
  assert.ok(holds({ kind: "iteration", least: 10, since_change: true }, tweaked));
  assert.ok(!holds({ kind: "iteration", least: 11, since_change: true }, tweaked));
  assert.ok(holds({ kind: "iteration", least: 40, since_change: true }), "nothing was changed");
});

test("progress stays, and a browser that keeps nothing does no harm", () => {
  const kept = new Map();
  const storage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
  };
  createProgress(storage).add("gru", 2);
  const again = createProgress(storage);
  assert.deepEqual([...again.of("gru")], [2]);
  assert.ok(again.offered);
  again.forget("gru");
  assert.deepEqual([...createProgress(storage).of("gru")], []);
  const refuses = () => {
    throw new Error("no storage");
  };
  const none = createProgress({ getItem: refuses, setItem: refuses });
  none.add("gru", 0);
  assert.deepEqual([...none.of("gru")], [0]);
});

test("a place in a lesson can be written and read, and nonsense is none", () => {
  assert.deepEqual(placeOf(placeText("cell_state", 3)), { name: "cell_state", step: 3 });
  for (const text of [null, "", "../x.1", "gru", "gru.x", "gru.1000"]) {
    assert.equal(placeOf(text), null);
  }
});

test("what strayed from the lesson's recipe is named, with the value to go back to", () => {
  const now = structuredClone(recipe);
  now.base.clip_threshold = 2;
  now.lanes[0].init = "identity";
  delete now.lanes[1].clip;
  now.task.seq_len = 20;
  now.seed = 4;
  const all = [
    ["base.clip_threshold", 1],
    ["lanes.0.init", undefined],
    ["lanes.1.clip", "none"],
    ["task.seq_len", 50],
    ["seed", 0],
  ];
  const sorted = (list) => list.map(([path, value]) => `${path} ${value}`).sort();
  assert.deepEqual(sorted(strayed(now, recipe, [])), sorted(all));
  const but = ["clip_threshold", "clip", "task"];
  assert.deepEqual(sorted(strayed(now, recipe, but)), sorted([all[1], all[4]]));
  assert.deepEqual(strayed(recipe, recipe, []), []);
});

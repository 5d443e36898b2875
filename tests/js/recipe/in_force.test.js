import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import {
  actsFrom,
  at,
  folded,
  inForce,
  normThresholds,
} from "../../../static/js/recipe/in_force.js";

const CASES = JSON.parse(
  readFileSync(new URL("../fixtures/in_force.json", import.meta.url), "utf8"),
);

const recipe = (tweaks = [], lanes = [{ cell: "rnn" }, { cell: "lstm", clip_threshold: 5 }]) => ({
  base: { clip: "norm", clip_threshold: 1, learning_rate: 0.003 },
  lanes,
  tweaks,
});
const tweak = (iteration, changes, lane = null) => ({ iteration, lane, changes });

test("a lane's own value counts before the base's", () => {
  assert.deepEqual(inForce(recipe(), 0, "clip_threshold"), [{ from: 0, value: 1 }]);
  assert.deepEqual(inForce(recipe(), 1, "clip_threshold"), [{ from: 0, value: 5 }]);
});

test("a tweak of all lanes passes by those with a value of their own", () => {
  const run = recipe([tweak(120, { clip_threshold: 2 })]);
  assert.deepEqual(inForce(run, 0, "clip_threshold"), [
    { from: 0, value: 1 },
    { from: 120, value: 2 },
  ]);
  assert.deepEqual(inForce(run, 1, "clip_threshold"), [{ from: 0, value: 5 }]);
});

test("a tweak of one lane gives it a value of its own, which later tweaks of all pass by", () => {
  const run = recipe([tweak(10, { clip_threshold: 3 }, 0), tweak(20, { clip_threshold: 9 })]);
  assert.deepEqual(inForce(run, 0, "clip_threshold"), [
    { from: 0, value: 1 },
    { from: 10, value: 3 },
  ]);
});

test("tweaks count in the order of their iterations, the last of one iteration last", () => {
  const run = recipe([
    tweak(30, { learning_rate: 0.1 }),
    tweak(5, { learning_rate: 0.01 }),
    tweak(5, { learning_rate: 0.02 }),
  ]);
  assert.deepEqual(inForce(run, 0, "learning_rate"), [
    { from: 0, value: 0.003 },
    { from: 5, value: 0.02 },
    { from: 30, value: 0.1 },
  ]);
});

test("the value in force is that of the last stretch begun", () => {
  const stretches = inForce(recipe([tweak(120, { clip_threshold: 2 })]), 0, "clip_threshold");
  assert.deepEqual(
    [0, 119, 120, 500].map((iteration) => at(stretches, iteration)),
    [1, 1, 2, 2],
  );
});

test("there is a norm threshold only while clipping is by norm", () => {
  const run = recipe([
    tweak(50, { clip: "none" }),
    tweak(70, { clip_threshold: 4 }),
    tweak(90, { clip: "norm" }),
    tweak(99, { clip: "value" }),
  ]);
  assert.deepEqual(normThresholds(run, 0), [
    { from: 0, value: 1 },
    { from: 50, value: null },
    { from: 70, value: null },
    { from: 90, value: 4 },
    { from: 99, value: null },
  ]);
});

test("every iteration of random recipes has the values that the engine trains with", () => {
  for (const { recipe: run, values } of CASES) {
    values.forEach((fields, lane) => {
      for (const [field, expected] of Object.entries(fields)) {
        const stretches = inForce(run, lane, field);
        const seen = expected.map((_, iteration) => at(stretches, iteration));
        assert.deepEqual(seen, expected, `${field} of lane ${lane} of ${JSON.stringify(run)}`);
      }
    });
  }
});

test("a recipe that is folded at an iteration begins with what was in force there", () => {
  for (const { recipe: run, values } of CASES) {
    for (const iteration of values[0].clip.keys()) {
      const { base, lanes, tweaks } = folded(run, iteration);
      assert.deepEqual(tweaks, []);
      values.forEach((fields, lane) => {
        const now = { ...base, ...lanes[lane] };
        const expected = Object.entries(fields).map(([field, each]) => [field, each[iteration]]);
        const seen = expected.map(([field]) => [field, now[field]]);
        assert.deepEqual(seen, expected, JSON.stringify(run));
      });
    }
  }
});

test("two stretches one after the other never have the same value", () => {
  const run = recipe([tweak(5, { learning_rate: 0.1 }), tweak(5, { learning_rate: 0.003 })]);
  assert.deepEqual(inForce(run, 0, "learning_rate"), [{ from: 0, value: 0.003 }]);
});

test("a field acts from the last tweak of it, in its own place", () => {
  const tweak = (iteration, lane, changes) => ({ iteration, lane, changes });
  const tweaks = [
    tweak(3, null, { clip: "none", learning_rate: 1 }),
    tweak(9, null, { clip: "norm" }),
    tweak(12, 1, { clip: "none" }),
  ];
  assert.equal(actsFrom({ tweaks }, "base.clip"), 9);
  assert.equal(actsFrom({ tweaks }, "base.learning_rate"), 3);
  assert.equal(actsFrom({ tweaks }, "lanes.1.clip"), 12);
  assert.equal(actsFrom({ tweaks }, "lanes.0.clip"), 0);
  assert.equal(actsFrom({}, "base.clip"), 0);
});

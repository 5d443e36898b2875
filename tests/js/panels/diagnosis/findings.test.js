import assert from "node:assert/strict";
import { test } from "node:test";

import {
  Diagnosis,
  findingsIn,
  followed,
} from "../../../../static/js/panels/diagnosis/findings.js";

const finding = (name, severity, says = `${name} says so.`) => ({
  name,
  severity,
  says,
  advice: "",
  where: { quantity: "dh_norm", layer: 0 },
  numbers: {},
  remedy: null,
});

const names = (shown) => shown.map(({ name }) => name);

/** A frame that says this of lane 0, and this of lane 1 if it is given. */
function frame(iteration, ...lanes) {
  const text = Object.fromEntries(
    lanes
      .map((told, lane) => [`${lane}/diagnosis`, told === null ? undefined : JSON.stringify(told)])
      .filter(([, told]) => told !== undefined),
  );
  return { iteration, bytes: 0, text, arrays: {} };
}

const playing = {
  past: null,
  run: "playing",
  lanes: [
    { index: 0, label: "RNN" },
    { index: 1, label: "LSTM" },
  ],
};

test("a frame says what its text says, and null where it holds no diagnosis", () => {
  const one = frame(3, [finding("stuck", 2)]);
  assert.equal(findingsIn(one, 0)[0].name, "stuck");
  assert.equal(findingsIn(one, 1), null);
});

test("what matters most stands first, and alike findings keep their order", () => {
  const before = followed([], [finding("b", 1), finding("a", 1)], true);
  const now = followed(before, [finding("a", 1), finding("b", 1), finding("c", 2)], true);
  assert.deepEqual(names(now), ["c", "b", "a"]);
});

test("a finding that is missing once stays while the run plays, and is gone the second time", () => {
  const first = followed([], [finding("vanishing", 2)], true);
  const second = followed(first, [finding("healthy", 0)], true);
  assert.deepEqual(names(second), ["vanishing"], "not healthy and ill at once");
  assert.deepEqual(names(followed(second, [finding("healthy", 0)], true)), ["healthy"]);
  assert.deepEqual(names(followed(first, [finding("healthy", 0)], false)), ["healthy"]);
});

test("one that comes back in time is not gone the next time it is missing", () => {
  let shown = followed([], [finding("clipping", 1)], true);
  for (let k = 0; k < 3; k += 1) {
    shown = followed(shown, [finding("healthy", 0)], true);
    assert.deepEqual(names(shown), ["clipping"]);
    shown = followed(shown, [finding("clipping", 1)], true);
  }
});

test("the sentence is that of the newest diagnosis", () => {
  const first = followed([], [finding("stuck", 2, "After 300.")], true);
  assert.equal(followed(first, [finding("stuck", 2, "After 360.")], true)[0].says, "After 360.");
});

test("only what is new is told, and nothing of the first diagnosis", () => {
  const diagnosis = new Diagnosis();
  const first = frame(0, [finding("vanishing", 2)], [finding("healthy", 0)]);
  assert.deepEqual(diagnosis.follow({ ...playing, frame: first }), []);
  const without = frame(30);
  assert.deepEqual(diagnosis.follow({ ...playing, frame: without }), []);
  assert.equal(diagnosis.iteration, 0);
  const same = frame(60, [finding("vanishing", 2, "Other numbers.")], [finding("healthy", 0)]);
  assert.deepEqual(diagnosis.follow({ ...playing, frame: same }), []);
  const more = frame(120, [finding("vanishing", 2), finding("stuck", 2)], [finding("healthy", 0)]);
  assert.deepEqual(diagnosis.follow({ ...playing, frame: more }), ["RNN: stuck says so."]);
  assert.equal(diagnosis.iteration, 120);
});

test("what was new is not left standing once its lanes are gone", () => {
  const diagnosis = new Diagnosis();
  diagnosis.follow({ ...playing, frame: frame(0, [finding("healthy", 0)], null) });
  diagnosis.follow({ ...playing, frame: frame(9, [finding("stuck", 2)], null) });
  assert.equal(diagnosis.news, "RNN: stuck says so.");
  diagnosis.follow({ ...playing, frame: frame(10, [finding("stuck", 2)], null) });
  assert.equal(diagnosis.news, "RNN: stuck says so.");
  const others = { ...playing, lanes: [{ index: 0, label: "GRU" }] };
  diagnosis.follow({ ...others, frame: frame(11) });
  assert.equal(diagnosis.news, "");
});

test("another run, and an earlier iteration without a diagnosis, leave nothing of what was said", () => {
  const diagnosis = new Diagnosis();
  diagnosis.follow({ ...playing, frame: frame(50, [finding("stuck", 2)], null) });
  diagnosis.follow({ ...playing, frame: frame(20), past: 20, run: "paused" });
  assert.deepEqual(diagnosis.of(0), []);
  assert.equal(diagnosis.iteration, null);
  diagnosis.follow({ ...playing, frame: frame(50, [finding("stuck", 2)], null) });
  diagnosis.follow({ ...playing, frame: frame(0, [finding("vanishing", 2)], null) });
  assert.deepEqual(names(diagnosis.of(0)), ["vanishing"]);
});

test("what was said of a lane stands while its run begins anew, not of another lane", () => {
  const diagnosis = new Diagnosis();
  diagnosis.follow({ ...playing, frame: frame(5, [finding("stuck", 2)], null) });
  diagnosis.follow({ ...playing, frame: frame(0) });
  assert.deepEqual(names(diagnosis.of(0)), ["stuck"]);
  diagnosis.follow({ ...playing, frame: frame(0, [finding("vanishing", 2)], null) });
  assert.deepEqual(names(diagnosis.of(0)), ["vanishing"]);
  diagnosis.follow({ ...playing, lanes: [{ index: 0, label: "GRU" }], frame: frame(0) });
  assert.deepEqual(diagnosis.of(0), []);
});

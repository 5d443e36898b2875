import assert from "node:assert/strict";
import { test } from "node:test";

import { createUndoStack } from "../../../static/js/run/undo_stack.js";

function setUp(options = {}) {
  const time = { now: 0 };
  const changes = [];
  const onChange = (can) => changes.push(can);
  const stack = createUndoStack({ now: () => time.now, onChange, ...options });
  const undo = {
    ...stack,
    undo: (now) => stack.undo(() => now),
    redo: (now) => stack.redo(() => now),
  };
  return { stack, undo, time, changes, last: () => changes.at(-1) };
}

test("undo gives what stood before a change, and redo what stood after it", () => {
  const { undo } = setUp();
  undo.note("seed", "A");
  assert.equal(undo.undo("B"), "A");
  assert.equal(undo.redo("A"), "B");
  assert.equal(undo.undo("B"), "A");
});

test("of how things stand now, what a change concerned is kept to be made again", () => {
  const { stack } = setUp();
  const now = { seed: 1, face: "source", sort: "memory" };
  const concerned = (taken) => Object.fromEntries(Object.keys(taken).map((key) => [key, now[key]]));
  stack.note("recipe", { seed: 0, face: "norms" });
  assert.deepEqual(stack.undo(concerned), { seed: 0, face: "norms" });
  assert.deepEqual(stack.redo(concerned), { seed: 1, face: "source" });
  assert.deepEqual(stack.undo(concerned), { seed: 1, face: "source" });
});

test("changes are taken back one by one, the latest first", () => {
  const { undo, time } = setUp();
  undo.note("seed", "A");
  time.now = 5000;
  undo.note("batch_size", "B");
  assert.equal(undo.undo("C"), "B");
  assert.equal(undo.undo("B"), "A");
  assert.equal(undo.undo("A"), null);
  assert.equal(undo.redo("A"), "B");
  assert.equal(undo.redo("B"), "C");
  assert.equal(undo.redo("C"), null);
});

test("a drag is one change, however long it takes", () => {
  const { undo, time } = setUp();
  for (let step = 0; step < 20; step += 1) {
    undo.note("base.learning_rate", `before ${step}`);
    time.now += 700;
  }
  assert.equal(undo.undo("now"), "before 0");
  assert.equal(undo.undo("before 0"), null);
});

test("a pause, another field and a whole change each begin another one", () => {
  const { undo, time } = setUp();
  undo.note("seed", "A");
  time.now += 801;
  undo.note("seed", "B");
  undo.note("batch_size", "C");
  undo.note("lanes", "D", { whole: true });
  undo.note("lanes", "E", { whole: true });
  undo.note("lanes", "F");
  assert.deepEqual(
    ["now", "F", "E", "D", "C", "B"].map((each) => undo.undo(each)),
    ["F", "E", "D", "C", "B", "A"],
  );
});

test("a change after an undo is never one with what was taken back, and ends the redo", () => {
  const { undo, last } = setUp();
  undo.note("seed", "A");
  undo.note("batch_size", "B");
  assert.equal(undo.undo("C"), "B");
  undo.note("seed", "B");
  assert.deepEqual(last(), { undo: "seed", redo: null });
  assert.equal(undo.redo("D"), null);
  assert.equal(undo.undo("D"), "B");
  assert.equal(undo.undo("B"), "A");
});

test("it tells what undo and redo would concern", () => {
  const { undo, last } = setUp();
  undo.note("seed", "A");
  assert.deepEqual(last(), { undo: "seed", redo: null });
  undo.undo("B");
  assert.deepEqual(last(), { undo: null, redo: "seed" });
  undo.forget();
  assert.deepEqual(last(), { undo: null, redo: null });
  assert.equal(undo.undo("B"), null);
});

test("no more than the latest are kept", () => {
  const { undo } = setUp({ most: 3 });
  for (const each of ["A", "B", "C", "D", "E"]) undo.note(each, each, { whole: true });
  assert.deepEqual(
    ["F", "E", "D", "C"].map((each) => undo.undo(each)),
    ["E", "D", "C", null],
  );
});

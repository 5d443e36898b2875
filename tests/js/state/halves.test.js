import "../catalogue.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import { values } from "../../../static/js/frames/frame.js";
import { quantity, withQuantiles } from "../../../static/js/state/catalogue.js";
import {
  asRead,
  frameOf,
  halvesOf,
  inSequence,
  nameOf,
  ofHalf,
} from "../../../static/js/state/halves.js";

const array = (shape, ...data) => ({ shape, dtype: "F32", data: Float32Array.from(data) });

// Two units and T = 3: the forward half's states at t = 0 … 3, the other's at t = 1 … 4.
const frame = /** @type {any} */ ({
  iteration: 5,
  text: {},
  arrays: {
    "0/h": array([4, 2], 0, 0, 1, 2, 3, 4, 5, 6),
    "0/h.reverse": array([4, 2], 10, 20, 30, 40, 50, 60, 0, 0),
    "0/gate.f": array([3, 1], 1, 2, 3),
    "0/gate.f.reverse": array([3, 1], 7, 8, 9),
    "0/dh_norm.q10": array([4], -1, -2, -3, -4),
    "0/dh_norm.q10.reverse": array([4], -5, -6, -7, -8),
    "0/dead": array([2], 0, 0),
    "0/dead.reverse": array([2], 1, 0),
    "0/source": array([2, 3], 1, 2, 3, 4, 5, 6),
    "0/source.reverse": array([2, 3], 11, 12, 13, 14, 15, 16),
    "1/h": array([4, 2], 0, 0, 1, 2, 3, 4, 5, 6),
  },
});

test("the reverse half stands in the sequence's order, without a state at t = 0", () => {
  const seen = inSequence(frame, 0);
  assert.deepEqual([...values(seen, 0, "h")], [NaN, NaN, 10, 20, 30, 40, 50, 60]);
  assert.deepEqual([...values(seen, 0, "gate.f")], [7, 8, 9]);
  assert.deepEqual([...values(seen, 0, "dh_norm.q10")], [NaN, -5, -6, -7]);
  assert.deepEqual([...values(seen, 0, "dead")], [1, 0]);
  assert.deepEqual([...values(seen, 0, "source")], [11, 12, 13, 14, 15, 16]);
  assert.equal(values(seen, 1, "h"), values(frame, 1, "h"), "of one direction, as it is");
  assert.equal(inSequence(frame, 0), seen, "made once for a frame");
});

test("as it reads, the initial state comes first and the state of t = 1 last", () => {
  const read = asRead(frame, 0);
  assert.deepEqual([...values(read, 0, "h")], [0, 0, 50, 60, 30, 40, 10, 20]);
  assert.deepEqual([...values(read, 0, "gate.f")], [9, 8, 7]);
});

test("the half that is looked at is that of every lane which has two", () => {
  const lanes = /** @type {any[]} */ ([
    { index: 0, label: "LSTM · H 4", bidirectional: true },
    { index: 1, label: "GRU", bidirectional: false },
  ]);
  const look = (half) => ofHalf(/** @type {any} */ ({ frame, lanes, view: { half } }));
  assert.equal(look("forward"), frame);
  assert.equal(look("reverse"), inSequence(frame, 0));
  const halves = halvesOf(lanes);
  assert.deepEqual(
    halves.map(({ index, label, reverse = false }) => [index, label, reverse]),
    [
      [0, "LSTM · H 4", false],
      [0, "LSTM · backward half", true],
      [1, "GRU", false],
    ],
  );
  assert.equal(halvesOf(lanes)[1], halves[1], "the same object, as views remember what they drew");
  assert.equal(frameOf(frame, halves[0]), frame);
  assert.equal(frameOf(frame, halves[1]), inSequence(frame, 0));
  assert.equal(nameOf(lanes[0], "reverse"), "LSTM · H 4, backward half");
  assert.equal(nameOf(lanes[1], "reverse"), "GRU");
});

test("a quantity of the reverse half is the forward one's, from timestep 1", () => {
  assert.equal(quantity("dh_norm.reverse").first_timestep, 1);
  assert.equal(quantity("dh_norm.q90.reverse").symbol, quantity("dh_norm").symbol);
  assert.equal(quantity("reach.reverse").first_timestep, null);
  assert.deepEqual(withQuantiles("dh_norm.reverse"), [
    "dh_norm.reverse",
    "dh_norm.q10.reverse",
    "dh_norm.q90.reverse",
  ]);
});

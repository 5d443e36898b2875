import assert from "node:assert/strict";
import { test } from "node:test";

import { indexed } from "../../../../static/js/room/questions/math_text.js";
import {
  comparison,
  curveRows,
  numberRange,
  percents,
  roundNames,
  summary,
} from "../../../../static/js/room/questions/results.js";
import { decade, powerTicks } from "../../../../static/js/room/questions/ticks.js";

const CURVE = { kind: "curve", timesteps: 2, low: -20, high: 5 };
const curves = (median, timesteps = [0, 1, 2]) => ({
  timesteps,
  curves: [median],
  low: median,
  median,
  high: median,
});

test("counts have their per cent, of nobody none", () => {
  assert.deepEqual(percents([1, 2, 0]), [33, 67, 0]);
  assert.deepEqual(percents([0, 0]), [0, 0]);
});

test("a choice says how many were right", () => {
  const question = { kind: "choice", options: ["a", "b"], truth: 1 };
  assert.equal(summary(question, { counts: [3, 1] }), "4 answers.");
  assert.equal(comparison(question, { counts: [3, 1] }), "1 of 4 chose what is true (25 %).");
  assert.equal(comparison({ ...question, truth: undefined }, { counts: [3, 1] }), "");
  assert.equal(comparison(question, { counts: [0, 0] }), "");
  assert.equal(summary(question, { counts: [0, 0] }), "Nobody has answered.");
});

test("numbers say their median and middle half, with the unit, and how far off they are", () => {
  const question = { kind: "number", unit: "decades", truth: -4.58 };
  const result = { values: [-6, -5, -4], low: -5.5, median: -5, high: -4.5 };
  const half = "the middle half from −5.50 to −4.50 decades";
  assert.equal(summary(question, result), `3 answers: median −5.00 decades, ${half}.`);
  assert.equal(comparison(question, result), "The median is 0.420 decades too low.");
  assert.equal(comparison({ ...question, truth: -5 }, result), "The median is right.");
  assert.equal(
    comparison({ ...question, truth: 0 }, { ...result, median: 0 }),
    "The median is right.",
  );
});

test("where few have drawn, their median is not held against the class", () => {
  const drawn = [
    [-9, -1, 0],
    [null, -1.2, 0],
    [null, -1.4, 0],
  ];
  const result = { ...curves([-9, -1.2, 0]), curves: drawn };
  const of = (given) => comparison({ ...CURVE, truth: [-2, -2, 0] }, { ...result, curves: given });
  assert.equal(of(drawn), "The median is 0.8 decades too high at t = 1.");
  assert.match(
    comparison({ ...CURVE, truth: [-2, -2, 0], at: 1200 }, { ...result, curves: drawn }),
    /too high at t = 1\. \(True at iteration 1,200\.\)$/,
  );
  // Half of them are enough.
  assert.match(of([drawn[0], drawn[1]]), /7 decades too low at t = 0/);
});

test("curves say where the median is farthest from what is computed", () => {
  const of = (median, truth) => comparison({ ...CURVE, truth }, curves(median));
  assert.equal(of([-6, -3, 0], [-12, -6, 0]), "The median is 6 decades too high at t = 0.");
  assert.equal(of([-6, -3, -1], [-6, -3, 0]), "The median is 1 decade too low at t = 2.");
  assert.equal(
    of([-6.2, -3, 0], [-6, -3.3, 0]),
    "The median is within half a decade of it everywhere.",
  );
});

test("nobody is blamed for what lies below the axis", () => {
  const of = (median, truth) => comparison({ ...CURVE, truth }, curves(median));
  const sentence = "The median is at least 8 decades too high at t = 0.";
  assert.equal(of([-12, -3, 0], [-400, -3, 0]), sentence);
  assert.equal(
    of([-20, -3, 0], [-400, -3, 0]),
    "The median is within half a decade of it everywhere.",
  );
});

test("what nobody drew, or what was not computed, is not compared", () => {
  const of = (median, truth) => comparison({ ...CURVE, truth }, curves(median));
  assert.equal(of([null, -3, 0], [-12, null, -2]), "The median is 2 decades too high at t = 2.");
  assert.equal(of([null, null, null], [-1, -1, -1]), "");
});

test("a long curve's few places are compared with the truth at the same timesteps", () => {
  const truth = Array.from({ length: 101 }, (_, t) => t - 100);
  const result = curves([-100, -47, 0], [0, 50, 100]);
  const question = { ...CURVE, timesteps: 100, low: -200, truth };
  assert.equal(comparison(question, result), "The median is 3 decades too high at t = 50.");
  const rows = curveRows(question, result);
  assert.deepEqual(rows[3], ["50", "1.0·10⁻⁴⁷", "1.0·10⁻⁴⁷", "1.0·10⁻⁴⁷", "1.0·10⁻⁵⁰"]);
});

test("the axis of numbers holds the truth, and leaves out what is far off", () => {
  const result = { values: [-90, 1, 2, 3, 1e6], low: 1, median: 2, high: 3 };
  const { range, below, above } = numberRange(result, 20);
  assert.deepEqual([below, above], [1, 1]);
  assert.ok(range[0] < 1 && range[0] > -90);
  assert.ok(range[1] > 20 && range[1] < 30);
});

test("equal numbers, or none, have an axis all the same", () => {
  const equal = numberRange({ values: [0, 0], low: 0, high: 0 });
  assert.ok(equal.range[0] < 0 && equal.range[1] > 0);
  const none = numberRange({ values: [], low: null, high: null });
  assert.ok(none.range[0] < none.range[1]);
  const truth = numberRange({ values: [], low: null, high: null }, 7);
  assert.ok(truth.range[0] < 7 && truth.range[1] > 7);
});

test("rounds are named by the discussion between them", () => {
  assert.deepEqual(roundNames(1), [""]);
  assert.deepEqual(roundNames(2), ["Before the discussion", "After the discussion"]);
  assert.deepEqual(roundNames(3), ["Round 1", "Round 2", "Round 3"]);
});

test("ticks of decades are all powers of ten", () => {
  assert.equal(decade(0), "10⁰");
  assert.equal(decade(-15), "10⁻¹⁵");
  const ticks = [
    { at: -1, text: "0.1" },
    { at: -0.5, text: "0.3" },
    { at: 1, text: "10" },
  ];
  assert.deepEqual(
    powerTicks(ticks).map(({ text }) => text),
    ["10⁻¹", "10¹"],
  );
});

test("an index is lowered, and a name with an underscore is left alone", () => {
  const lowered = (text) =>
    indexed(text)
      .filter(([, low]) => low)
      .map(([part]) => part);
  assert.deepEqual(lowered("‖∂ℓ/∂h_t‖ at h_0, W_hh"), ["t", "0", "hh"]);
  assert.deepEqual(lowered("dh_norm, snake_case, a_b_c, __x"), []);
  const text = "‖∂ℓ/∂h_t‖ <b>_</b>";
  assert.equal(
    indexed(text)
      .map(([part, low]) => (low ? `_${part}` : part))
      .join(""),
    text,
  );
});

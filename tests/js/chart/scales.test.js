import assert from "node:assert/strict";
import { test } from "node:test";

import { linear, linearTicks, logTicks, roomFor } from "../../../static/js/chart/scales.js";
import { SteadyRange } from "../../../static/js/chart/steady_range.js";

const texts = (ticks) => ticks.map(({ text }) => text);

test("a linear scale maps its ends and back", () => {
  const scale = linear([-20, 0], [300, 20]);
  assert.equal(scale(-20), 300);
  assert.equal(scale(0), 20);
  assert.equal(scale.invert(scale(-7.5)), -7.5);
});

test("a scale of an empty range stays finite", () => {
  const scale = linear([5, 5], [0, 100]);
  assert.equal(scale(5), 0);
  assert.ok(Number.isFinite(scale.invert(50)));
});

test("linear ticks are round numbers that the range holds", () => {
  assert.deepEqual(texts(linearTicks([0, 50], 6)), ["0", "10", "20", "30", "40", "50"]);
  assert.deepEqual(texts(linearTicks([0.9, 1.15], 5)), [
    "0.90",
    "0.95",
    "1.00",
    "1.05",
    "1.10",
    "1.15",
  ]);
  assert.deepEqual(texts(linearTicks([-1, 1], 4)), ["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
});

test("ticks that differ by little have the digits that tell them apart", () => {
  assert.deepEqual(texts(linearTicks([0.89341, 0.89344], 4)), [
    "0.89341",
    "0.89342",
    "0.89343",
    "0.89344",
  ]);
  assert.deepEqual(texts(linearTicks([-2e-5, 2e-5], 2)), ["−2.0·10⁻⁵", "0", "2.0·10⁻⁵"]);
  assert.deepEqual(texts(linearTicks([100_000, 100_200], 2)), [
    "1.000·10⁵",
    "1.001·10⁵",
    "1.002·10⁵",
  ]);
  assert.deepEqual(texts(linearTicks([-1000, 1000], 2)), ["−1,000", "0", "1,000"]);
});

test("whole ticks never stand between two whole numbers", () => {
  assert.deepEqual(texts(linearTicks([0, 2], 10, true)), ["0", "1", "2"]);
  assert.deepEqual(texts(linearTicks([0, 2000], 4, true)), ["0", "500", "1,000", "1,500", "2,000"]);
});

test("log ticks are powers of ten as far apart as the room asks", () => {
  assert.deepEqual(texts(logTicks([-18, 0], 7)), [
    "10⁻¹⁸",
    "10⁻¹⁵",
    "10⁻¹²",
    "10⁻⁹",
    "10⁻⁶",
    "10⁻³",
    "1",
  ]);
  assert.deepEqual(texts(logTicks([-80, 0], 5)), ["10⁻⁸⁰", "10⁻⁶⁰", "10⁻⁴⁰", "10⁻²⁰", "1"]);
  assert.ok(logTicks([-330, 10], 6).length <= 7);
});

test("log ticks stand between the powers where the range is short", () => {
  assert.deepEqual(texts(logTicks([-1, 0], 4)), ["0.1", "0.2", "0.5", "1"]);
  const close = logTicks([0.45, 0.55], 4);
  assert.ok(close.length >= 3, `${close.length} ticks`);
  assert.ok(close.every(({ at }) => at >= 0.449 && at <= 0.551));
});

test("an axis that counts has room for more, in round numbers", () => {
  assert.deepEqual(
    [0, 100, 101, 150, 1284, 99999].map((n) => roomFor(n)),
    [100, 100, 150, 150, 1500, 100000],
  );
});

test("a range snaps outwards, and stays the same array while it is the same range", () => {
  const range = new SteadyRange({ step: 1 });
  const first = range.fit(-3.2, 0.4, 0);
  assert.deepEqual(first, [-4, 1]);
  assert.equal(range.fit(-3.9, 0.9, 10), first);
});

test("a range widens at once and further than it must, at the end that moved", () => {
  const range = new SteadyRange({ step: 1 });
  range.fit(-20, -0.5, 0);
  const [low, high] = range.fit(-20.5, -0.5, 1);
  assert.ok(low <= -22 && low >= -24, `${low}`);
  assert.equal(high, 0);
});

test("a range narrows only after the data have been small for a while", () => {
  const range = new SteadyRange({ step: 1, patience: 1000 });
  range.fit(-20, 0, 0);
  assert.deepEqual(range.fit(-5, 0, 100), [-20, 0]);
  assert.deepEqual(range.fit(-5, 0, 900), [-20, 0]);
  range.fit(-19, 0, 1000);
  assert.deepEqual(range.fit(-5, 0, 1100), [-20, 0], "a large frame begins the wait anew");
  assert.deepEqual(range.fit(-5, 0, 2100), [-5, 0]);
});

test("a range without data is none at first and the last one later", () => {
  const range = new SteadyRange({ step: 1 });
  assert.equal(range.fit(NaN, NaN, 0), null);
  const known = range.fit(-2, 0, 1);
  assert.equal(range.fit(Infinity, -Infinity, 2), known);
  range.reset();
  assert.equal(range.fit(NaN, 1, 3), null);
});

test("a range of a single value has a width", () => {
  const [low, high] = new SteadyRange({ step: 0.5 }).fit(2, 2, 0);
  assert.ok(low <= 2 && high >= 2 && high > low);
});

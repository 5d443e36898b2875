import assert from "node:assert/strict";
import { test } from "node:test";

import {
  count,
  html,
  logNumber,
  number,
  power,
  subscripts,
} from "../../../static/js/text/format.js";
import { abridged, apart, nameParts } from "../../../static/js/text/lane_names.js";

test("numbers near 1 are plain decimals with their significant digits", () => {
  assert.equal(number(0.6), "0.60");
  assert.equal(number(0.0071), "0.0071");
  assert.equal(number(12.34, 3), "12.3");
  assert.equal(number(1284, 4), "1,284");
  assert.equal(number(0), "0");
  assert.equal(number(-0.25), "−0.25");
});

test("small and large numbers have a mantissa and a power of ten", () => {
  assert.equal(number(0.00021), "2.1·10⁻⁴");
  assert.equal(number(1.5e36), "1.5·10³⁶");
  assert.equal(number(-2e-12, 1), "−2·10⁻¹²");
});

test("rounding up carries into the exponent", () => {
  assert.equal(number(9.96e-5), "1.0·10⁻⁴");
  assert.equal(number(0.0996), "0.10");
  assert.equal(number(0.000999), "0.0010");
  assert.equal(number(99999), "1.0·10⁵");
});

test("what is not a number is told apart", () => {
  assert.equal(number(NaN), "–");
  assert.equal(number(Infinity), "∞");
  assert.equal(number(-Infinity), "−∞");
});

test("logarithms are read without leaving them, beyond what a double holds", () => {
  assert.equal(logNumber(-80), "1.0·10⁻⁸⁰");
  assert.equal(logNumber(-400.5), "3.2·10⁻⁴⁰¹");
  assert.equal(logNumber(-Infinity), "0");
  assert.equal(logNumber(Infinity), "∞");
  assert.equal(logNumber(NaN), "–");
  assert.equal(logNumber(Math.log10(0.6)), "0.60");
});

test("names lose their middle before what sets them apart", () => {
  const upTo =
    (most) =>
    ({ length }) =>
      length <= most;
  assert.deepEqual(nameParts("LSTM · η 0.1 · H 8"), ["LSTM", "η 0.1 · H 8"]);
  assert.deepEqual(nameParts("GRU"), ["GRU", null]);
  assert.equal(abridged("LSTM · forget bias −2", upTo(30)), "LSTM · forget bias −2");
  assert.equal(abridged("LSTM · forget bias −2", upTo(17)), "LSTM … bias −2");
  assert.equal(abridged("LSTM · forget bias 1", upTo(8)), "LSTM … 1");
  assert.equal(abridged("LSTM · H 32 · forget bias 1", upTo(22)), "LSTM … forget bias 1");
  assert.equal(abridged("my second attempt", upTo(9)), "my…tempt");
});

test("of several lanes' names, what all begin with is left out", () => {
  assert.deepEqual(apart(["GRU · truncated 5", "GRU · truncated 20", "GRU · whole"]), [
    "truncated 5",
    "truncated 20",
    "whole",
  ]);
  assert.deepEqual(apart(["LSTM · 2 layers", "LSTM"]), ["2 layers", "LSTM"]);
  assert.deepEqual(apart(["LSTM · H 8", "GRU"]), ["LSTM · H 8", "GRU"]);
  assert.deepEqual(apart(["LSTM · H 8"]), ["LSTM · H 8"]);
  assert.deepEqual(apart(["a", "a"]), ["a", "a"]);
});

test("powers of ten", () => {
  assert.deepEqual([0, 1, 2, -7, -12].map(power), ["1", "10", "10²", "10⁻⁷", "10⁻¹²"]);
});

test("whole numbers have their thousands set apart", () => {
  assert.deepEqual([0, 999, 1284, 1000000].map(count), ["0", "999", "1,284", "1,000,000"]);
});

test("subscripts are cut out, and made mark-up that lets no other through", () => {
  assert.deepEqual(subscripts("‖∂ℓ/∂h_t‖"), [
    ["‖∂ℓ/∂h", false],
    ["t", true],
    ["‖", false],
  ]);
  assert.equal(html("W_hh of <b>"), "W<sub>hh</sub> of &lt;b&gt;");
});

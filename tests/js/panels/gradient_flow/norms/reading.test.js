import assert from "node:assert/strict";
import { test } from "node:test";

import { reading } from "../../../../../static/js/panels/gradient_flow/norms/reading.js";

test("a norm without a place on a log scale is said in words", () => {
  assert.equal(reading(-Infinity), "exactly 0");
  assert.equal(reading(Infinity), "overflow");
  assert.equal(reading(NaN), "not computed");
  assert.equal(reading(undefined), "not computed");
  assert.equal(reading(-4), "1.0·10⁻⁴");
});

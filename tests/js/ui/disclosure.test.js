import assert from "node:assert/strict";
import test from "node:test";

import { inSentence } from "../../../static/js/text/format.js";

test("in a sentence a title is small, but for a name that it begins with", () => {
  assert.equal(inSentence(" Clip gradients "), "clip gradients");
  assert.equal(inSentence("RNN nonlinearity"), "RNN nonlinearity");
  assert.equal(inSentence("Nesterov's look-ahead"), "Nesterov's look-ahead");
});

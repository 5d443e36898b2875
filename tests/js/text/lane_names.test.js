import assert from "node:assert/strict";
import { test } from "node:test";

import { letters } from "../../../static/js/text/lane_names.js";

test("lanes have a letter each, and are counted where they share it", () => {
  assert.deepEqual(letters(["RNN tanh", "LSTM", "GRU"]), ["R", "L", "G"]);
  assert.deepEqual(letters(["RNN tanh", "RNN ReLU"]), ["t", "R"]);
  assert.deepEqual(letters(["LSTM · truncated 5", "LSTM · truncated 50"]), ["5", "50"]);
  assert.deepEqual(letters(["RNN", "LSTM", "GRU", "LSTM · bias −2"]), ["R", "L1", "G", "L2"]);
  assert.deepEqual(letters(["GRU"]), ["G"]);
  assert.deepEqual(letters([]), []);
  assert.deepEqual(letters(["mine", "mine"]), ["m1", "m2"]);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { letters, namesWithin, shortest } from "../../../static/js/text/lane_names.js";

test("lanes have a letter each, and are counted where they share it", () => {
  assert.deepEqual(letters(["RNN tanh", "LSTM", "GRU"]), ["R", "L", "G"]);
  assert.deepEqual(letters(["RNN tanh", "RNN ReLU"]), ["t", "R"]);
  assert.deepEqual(letters(["LSTM · truncated 5", "LSTM · truncated 50"]), ["5", "50"]);
  assert.deepEqual(letters(["RNN", "LSTM", "GRU", "LSTM · bias −2"]), ["R", "L1", "G", "L2"]);
  assert.deepEqual(letters(["GRU"]), ["G"]);
  assert.deepEqual(letters([]), []);
  assert.deepEqual(letters(["mine", "mine"]), ["m1", "m2"]);
});

const FOUR = [
  "GRU · η 0.003 · clip norm · truncated 5",
  "GRU · η 0.003 · clip norm · truncated 20",
  "GRU · η 0.03 · clip norm · truncated off",
  "GRU · η 0.003 · clip none · truncated off",
];

test("a name shortens to what no other has", () => {
  assert.deepEqual(shortest(FOUR), ["truncated 5", "truncated 20", "η 0.03", "clip none"]);
  assert.deepEqual(shortest(["RNN tanh", "LSTM · H 32 · b 1", "LSTM · H 16 · b 1"]), [
    "RNN tanh",
    "H 32",
    "H 16",
  ]);
  // Of the first each part is another's too, so two are needed.
  assert.deepEqual(shortest(["A · p 1 · q 1", "A · p 2 · q 1", "A · p 1 · q 2"]), [
    "p 1 · q 1",
    "p 2",
    "q 2",
  ]);
  assert.deepEqual(shortest(["LSTM", "LSTM · bias 0"]), ["LSTM", "bias 0"]);
});

test("two names are never alike, however little room there is", () => {
  const alike = ["an orthogonal network, first", "an orthogonal network, fourth", "an o…t", "GRU"];
  for (const labels of [FOUR, alike]) {
    for (let most = 1; most < 50; most += 1) {
      const names = namesWithin(labels, ({ length }) => length <= most);
      assert.equal(new Set(names).size, labels.length, `${most}: ${names.join(", ")}`);
    }
  }
});

test("a letter in the header is not taken for a part of its loss", () => {
  assert.deepEqual(letters(FOUR), ["t1", "t2", "η", "c"]);
  assert.deepEqual(letters(["LSTM · η 0.003", "LSTM · η 0.03"]), ["η1", "η2"]);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { abridged, letters, namesWithin, shortest } from "../../../static/js/text/lane_names.js";

test("lanes have a letter each, and are counted where they share it", () => {
  assert.deepEqual(letters(["RNN tanh", "LSTM", "GRU"]), ["R", "L", "G"]);
  assert.deepEqual(letters(["RNN tanh", "RNN ReLU"]), ["ta", "R"]);
  assert.deepEqual(letters(["LSTM · truncated 5", "LSTM · truncated 50"]), ["tr5", "tr50"]);
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
  assert.deepEqual(letters(FOUR), ["tr5", "tr20", "η", "c"]);
  assert.deepEqual(letters(["LSTM · η 0.003", "LSTM · η 0.03"]), ["η1", "η2"]);
});

test("a number alone is no letter, and neither is the t of a timestep", () => {
  const biased = ["1", "0", "−2"].map((bias) => `LSTM · forget bias ${bias}`);
  assert.deepEqual(letters(biased), ["b1", "b0", "b−2"]);
  const names = biased.map((label) => label.slice("LSTM · ".length));
  assert.deepEqual(letters(names), ["b1", "b0", "b−2"]);
  assert.deepEqual(letters(["GRU · truncated 5", "GRU · truncated 20", "GRU · whole"]), [
    "tr5",
    "tr20",
    "w",
  ]);
  assert.deepEqual(letters(["LSTM", "LSTM · 2 layers"]), ["L1", "L2"]);
});

test("a name loses ends of its words before it loses a number", () => {
  const within = (most) => (text) => text.length <= most;
  assert.equal(abridged("truncated 20", within(10)), "trunca. 20");
  assert.equal(abridged("forget bias −2", within(13)), "forg. bias −2");
  assert.equal(abridged("forget bias −2", within(10)), "… bias −2");
  assert.equal(abridged("orthogonal", within(7)), "orthog.");
  assert.equal(abridged("LSTM · forget bias −2", within(14)), "LSTM … bias −2");
  for (const name of ["truncated 20", "forget bias −2", "GRU · truncated 20"])
    assert.match(abridged(name, within(8)), /(20|−2)$/);
});

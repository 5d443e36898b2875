import assert from "node:assert/strict";
import { test } from "node:test";

import { headline } from "../../../../static/js/room/questions/card.js";
import { askedOf, isGuess } from "../../../../static/js/room/questions/guess.js";
import { lineProblem } from "../../../../static/js/room/questions/line_form.js";
import { numberProblem } from "../../../../static/js/room/questions/number_field.js";

test("a number is complained of when it is none, and not while it is typed", () => {
  for (const fine of ["", "-4,6", "1e-3", "1 000", "1,", "1e-", "−3"]) {
    assert.equal(numberProblem(fine), "", fine);
  }
  const two = "Give a number, such as 0.02, 0,02 or 1e-3, not “1,000”.";
  assert.equal(numberProblem("1,000"), two);
  assert.match(numberProblem("ten"), /not “ten”/);
});

test("a question to the lecturer is counted in characters as people see them", () => {
  assert.equal(lineProblem("  "), "Write your question first.");
  assert.equal(lineProblem("𝛻".repeat(280)), "");
  const long = "A question has 280 characters at most, this one 281.";
  assert.equal(lineProblem("𝛻".repeat(281)), long);
});

test("the card says what is expected", () => {
  assert.equal(headline({ state: "open", round: 1 }), "The lecturer asks");
  assert.equal(headline({ state: "open", round: 2 }), "The lecturer asks again");
  assert.equal(headline({ state: "closed", round: 2 }), "The vote is closed");
});

test("a curve is a guess until it is revealed, and says of which lane", () => {
  const curve = { kind: "curve", label: "LSTM" };
  const guess = (question) => isGuess(question);
  assert.deepEqual(
    ["open", "closed", "revealed"].map((state) => guess({ ...curve, state })),
    [true, true, false],
  );
  assert.equal(guess(null), false);
  assert.equal(guess({ kind: "choice", state: "open" }), false);
  assert.equal(askedOf(curve), "LSTM");
  assert.equal(askedOf({ kind: "choice" }), "");
});

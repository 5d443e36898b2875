import assert from "node:assert/strict";
import { test } from "node:test";

import { complaint } from "../../../../static/js/panels/controls/complaint.js";

const refused = (value, allowed) => ({
  value,
  allowed,
  message: `base.x is ${JSON.stringify(value)}: it must be ${allowed}.`,
});

test("a field that is empty is told what it needs, and what the run has meanwhile", () => {
  assert.equal(
    complaint(refused(null, "an integer from 1 to 4"), "Layers", "1"),
    "Layers needs a whole number from 1 to 4; still running with 1.",
  );
});

test("a bad value is repeated, large bounds are grouped, and null is called empty", () => {
  const rate = refused(-1, "a finite number greater than 0, at most 1000000");
  assert.equal(
    complaint(rate, "Learning rate", "0.003"),
    "Learning rate needs a number greater than 0, at most 1,000,000, not -1; " +
      "still running with 0.003.",
  );
  const truncate = refused("abc", "an integer from 1 to 2000, or null");
  assert.equal(
    complaint(truncate, "Truncate BPTT after", "off"),
    "Truncate BPTT after needs a whole number from 1 to 2,000, or empty, not “abc”; " +
      "still running with off.",
  );
});

test("decimals are not grouped", () => {
  assert.match(
    complaint(refused(2, "a finite number less than 0.12345"), "X", "0"),
    /than 0\.12345,/,
  );
});

test("a rule with a sentence of its own keeps it", () => {
  const problem = {
    value: 256,
    allowed: "at most 100 in all",
    message: "lanes.0.hidden_size is 256: at most 100 in all are allowed.",
  };
  assert.equal(
    complaint(problem, "Hidden units H", "8"),
    "Hidden units H is 256: at most 100 in all are allowed; still running with 8.",
  );
});

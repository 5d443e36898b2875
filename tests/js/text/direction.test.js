import assert from "node:assert/strict";
import { test } from "node:test";

import { isolated, withoutIsolates, withoutMarks } from "../../../static/js/text/direction.js";

const HEBREW = "\u05e9\u05dc\u05d5\u05dd";

test("what is written from right to left is isolated, once", () => {
  assert.equal(isolated(HEBREW), `\u2068${HEBREW}\u2069`);
  assert.equal(isolated(isolated(`net ${HEBREW} 2`)), `\u2068net ${HEBREW} 2\u2069`);
  assert.equal(isolated("\u{1e900}"), "\u2068\u{1e900}\u2069");
  for (const text of ["LSTM · η 0.01", "größer", "神経 🧠", ""]) assert.equal(isolated(text), text);
});

test("in files it is the text itself", () => {
  assert.equal(withoutIsolates(`${isolated(HEBREW)} 2`), `${HEBREW} 2`);
});

test("characters that nobody sees are taken out, and what joins others stays", () => {
  assert.equal(withoutMarks("a\u202eb\u2066c\u2069\u200f\u061c\n\u0007\u0085\u2028d"), "abcd");
  assert.equal(withoutMarks("👩\u200d🔬 größer"), "👩\u200d🔬 größer");
});

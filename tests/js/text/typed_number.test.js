import assert from "node:assert/strict";
import { test } from "node:test";

import { foreign, parsed, withPoint } from "../../../static/js/text/typed_number.js";

test("a decimal comma is a decimal point", () => {
  assert.equal(parsed("0,02"), 0.02);
  assert.equal(parsed("0.02"), 0.02);
  assert.equal(parsed("1,5e-3"), 0.0015);
  assert.equal(parsed("−3"), -3);
  assert.equal(withPoint("0,"), "0.");
});

test("what could mean two numbers, or none, stays a text", () => {
  for (const text of [
    "1,000",
    "1,2,3",
    "1,000.5",
    "abc",
    "1e",
    "-",
    ".",
    "0x10",
    "1e999",
    "Infinity",
  ]) {
    assert.equal(parsed(text), text);
  }
});

test("letters and spaces do not get into a number, digits and shortcuts do", () => {
  const key = (name, more) => foreign({ key: name, ...more });
  for (const name of ["r", "s", " ", "x"]) assert.ok(key(name), name);
  for (const name of ["1", ",", ".", "-", "e", "E", "Tab", "Enter", "ArrowUp"])
    assert.ok(!key(name), name);
  assert.ok(!key("a", { ctrlKey: true }));
});

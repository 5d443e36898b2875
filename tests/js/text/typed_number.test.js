import assert from "node:assert/strict";
import { test } from "node:test";

import {
  beginsNoNumber,
  parsed,
  parsedCount,
  unfinished,
  withPoint,
} from "../../../static/js/text/typed_number.js";

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
    "1/100",
    "1,000e3",
    "-12,500",
    "1 00",
    "1 0000",
    "10²",
    "½",
    "2x5",
    "1'000",
  ]) {
    assert.equal(parsed(text), text);
  }
});

test("signs of other keyboards mean what they look like", () => {
  assert.equal(parsed(" ,5 "), 0.5);
  assert.equal(parsed("1 000"), 1000);
  assert.equal(parsed("12\u00a0345,5"), 12345.5);
  assert.equal(parsed("1\u202f000\u202f000"), 1e6);
  assert.equal(parsed("１２．５"), 12.5);
  assert.equal(parsed("0，０２"), 0.02);
  assert.equal(parsed("1e−3"), 0.001);
  assert.equal(parsed("–3"), -3);
  assert.equal(parsed("1,0005"), 1.0005);
  assert.equal(parsed("0,125"), 0.125);
});

test("the beginning of a number is not taken for another number", () => {
  for (const text of ["1,", "1,0", "1,00", "12,5", "-", "1e", "1e-", ".", "1 0", "1 00", "−3,"]) {
    assert.ok(unfinished(text), text);
  }
  for (const text of ["", "1", "0.", "0,0", "0,02", "1,000", "1,0005", "1/100", "abc", "1 000"]) {
    assert.ok(!unfinished(text), text);
  }
});

test("letters and spaces do not begin a number, digits and shortcuts do", () => {
  const key = (name, more) => beginsNoNumber({ key: name, ...more });
  for (const name of ["r", "s", " ", "x"]) assert.ok(key(name), name);
  for (const name of ["1", ",", ".", "-", "e", "E", "Tab", "Enter", "ArrowUp"])
    assert.ok(!key(name), name);
  assert.ok(!key("a", { ctrlKey: true }));
});

test("in a count a comma sets thousands apart", () => {
  assert.equal(parsedCount("1284"), 1284);
  assert.equal(parsedCount("1,284"), 1284);
  assert.equal(parsedCount(" 1 284 000 "), 1284000);
  for (const text of ["1,5", "1.5", "1/100", "", "-1", "1e3", "1,2845", "12,34", "1,000 000"]) {
    assert.equal(parsedCount(text), null, text);
  }
});

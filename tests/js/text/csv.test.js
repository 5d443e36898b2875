import assert from "node:assert/strict";
import { test } from "node:test";

import { toCsv } from "../../../static/js/text/csv.js";

test("a table is a header and its rows, with every digit", () => {
  const table = {
    columns: ["t", "log10 dh_norm"],
    rows: [
      [0, -16.5],
      [1, 0.1 + 0.2],
    ],
  };
  assert.equal(toCsv(table), "t,log10 dh_norm\r\n0,-16.5\r\n1,0.30000000000000004\r\n");
});

test("what is no number is told apart from what is not there", () => {
  const rows = [[NaN, Infinity, -Infinity, null, undefined, ""]];
  assert.equal(toCsv({ columns: ["a"], rows }), "a\r\nnan,inf,-inf,,,\r\n");
});

test("names with commas, quotes and lines stay one cell", () => {
  const rows = [["LSTM, b = 1", 'a "b"', "two\nlines"]];
  assert.equal(toCsv({ columns: ["a"], rows }), 'a\r\n"LSTM, b = 1","a ""b""","two\nlines"\r\n');
});

test("names are written without the characters that isolate them on the page", () => {
  const rows = [["\u2068\u05e9\u05dc\u2069", 2]];
  assert.equal(toCsv({ columns: ["lane", "t"], rows }), "lane,t\r\n\u05e9\u05dc,2\r\n");
});

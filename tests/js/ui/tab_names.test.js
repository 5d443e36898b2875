// Names of lanes on their tabs, in windows on either side of the breakpoints.

import assert from "node:assert/strict";
import { test } from "node:test";

import { tabNames } from "../../../static/js/ui/tab_names.js";

const TOKENS = { "--breakpoint-tablet": "1099px", "--breakpoint-laptop": "1699px" };
globalThis.document = { documentElement: {} };
globalThis.getComputedStyle = () => ({ getPropertyValue: (name) => TOKENS[name] });

test("tabs of lanes are never alike", () => {
  const lanes = ["LSTM · forget bias 1", "LSTM · forget bias −2"];
  assert.deepEqual(tabNames(lanes, 1366), ["forget bias 1", "forget bias −2"]);
  assert.deepEqual(tabNames([...lanes, "GRU"], 1920), [...lanes, "GRU"]);
  const alike = ["LSTM · H 32 · forget bias 1", "LSTM · H 16 · forget bias 1", "RNN tanh", "GRU"];
  assert.deepEqual(tabNames(alike, 1366), ["H 32", "H 16", "RNN tanh", "GRU"]);
});

test("a window wider than a breakpoint has room for more letters", () => {
  const inAWindow = (width) => tabNames(["LSTM · forget bias 1", "GRU", "RNN"], width)[0];
  assert.deepEqual([1099, 1100, 1699, 1700].map(inAWindow), [
    "LSTM",
    "LSTM",
    "LSTM",
    "LSTM · forget bias 1",
  ]);
});

import "../catalogue.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import { neededFor, unusual, USUAL, viewOf } from "../../../static/js/state/view_settings.js";

test("a view is the usual one but for what is given, and says what is unusual", () => {
  assert.deepEqual(viewOf(undefined), USUAL);
  const view = viewOf({ flow: "source", hidden: [1], zoom: "f" });
  assert.deepEqual(unusual(view), { flow: "source", hidden: [1], zoom: "f" });
});

test("what a link says of no panel, or in no sense, is left out", () => {
  const given = { flow: 3, hidden: "all", zoom: 7, inspect: {}, constructor: 1, more: true };
  assert.deepEqual(viewOf(given), USUAL);
});

test("of a choice only what can be chosen is taken, and of a list only what makes sense", () => {
  const taken = (given) => unusual(viewOf(given));
  assert.deepEqual(taken({ story: "lanes", sort: "memory" }), { story: "lanes", sort: "memory" });
  assert.deepEqual(taken({ story: "sideways", flow: null, range: 2, quantity: "constructor" }), {});
  assert.deepEqual(taken({ hidden: [0, 2], inspect: [{ lane: 0, t: 3, unit: 1 }] }), {
    hidden: [0, 2],
    inspect: [{ lane: 0, t: 3, unit: 1 }],
  });
  assert.deepEqual(taken({ hidden: ["x"], inspect: [null] }), {});
  assert.deepEqual(taken({ hidden: [-1], inspect: [{ lane: 0, t: 1.5, unit: 0 }] }), {});
  assert.deepEqual(taken({ colors: [1, 2] }), { colors: [1, 2] });
  for (const colors of [[1, 1], [4], ["0"], [null], [0.5], [-1], { 0: 1 }, "12", [0, 1, 2, 3, 3]]) {
    assert.deepEqual(taken({ colors }), {}, JSON.stringify(colors));
  }
  assert.deepEqual(taken({ zoom: {} }), {});
  assert.deepEqual(taken({ zoom: "c" }), { zoom: "c" });
});

test("the server computes what is open and nothing else", () => {
  assert.deepEqual(neededFor(USUAL), ["gates", "prediction"]);
  const needed = (change) => neededFor({ ...USUAL, ...change }).slice(2);
  assert.deepEqual(needed({ flow: "source", quantity: "jacobian_gain" }), ["source"]);
  assert.deepEqual(needed({ quantity: "jacobian_gain" }), ["jacobian"]);
  assert.deepEqual(needed({ inspect: [{ lane: 0, t: 3, unit: 0 }] }), ["preactivations", "paths"]);
});

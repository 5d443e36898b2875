import "../catalogue.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  missingIn,
  neededFor,
  unusual,
  USUAL,
  viewOf,
} from "../../../static/js/state/view_settings.js";

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
  const landscape = { first: "w[0, 1]", extent: 0.1, draw: 2 };
  assert.deepEqual(taken(landscape), landscape);
  assert.deepEqual(taken({ first: 3, extent: -1, draw: 0.5, cut: "2" }), {});
  assert.deepEqual(taken({ extent: "wide" }), {});
  assert.deepEqual(taken({ zoom: "c" }), { zoom: "c" });
});

test("the server computes what is open and nothing else", () => {
  const needed = (change, sight = {}) =>
    neededFor({ view: { ...USUAL, ...change }, lane: 0, live: true, ...sight });
  const usual = ["states", "prediction", "gates"];
  const others = ["states", "prediction"];
  assert.deepEqual(needed({}), { lane: 0, views: usual, others });
  assert.deepEqual(needed({}, { live: false }), { lane: null, views: usual, others: [] });
  const source = needed({ flow: "source", quantity: "jacobian_gain" });
  assert.deepEqual(source.views, [...usual, "source"]);
  assert.deepEqual(source.others, [...others, "source"]);
  assert.deepEqual(needed({ quantity: "jacobian_gain" }).views, [...usual, "jacobian"]);
  assert.deepEqual(needed({ zoom: "i" }), { lane: 0, views: [...usual, "saturation"], others });
  assert.deepEqual(needed({ diagnosis: true }), {
    lane: 0,
    views: [...usual, "diagnosis"],
    others: [...others, "diagnosis"],
  });
  const inspected = (lane) => needed({ inspect: [{ lane, t: 3, unit: 0 }] });
  const sums = ["preactivations", "paths"];
  assert.deepEqual(inspected(0), { lane: 0, views: [...usual, ...sums], others });
  assert.deepEqual(inspected(1), {
    lane: 0,
    views: [...usual, ...sums],
    others: [...others, "gates", ...sums],
  });
  const away = ["inside-cell", "prediction", "unrolled-network"];
  assert.deepEqual(needed({}, { away }), { lane: 0, views: [], others: [] });
});

test("other lanes send their gates where those are shown", () => {
  const others = (change, lane = 0) =>
    neededFor({ view: { ...USUAL, ...change }, lane, live: true }).others;
  assert.deepEqual(others({ cells: "all" }), ["states", "prediction"]);
  assert.deepEqual(others({ cells: "all", sort: "memory" }), ["states", "prediction", "gates"]);
  // Another lane stands in for the watched one while that is hidden.
  assert.deepEqual(others({ hidden: [0] }), ["states", "prediction", "gates"]);
  assert.deepEqual(others({ hidden: [1] }), ["states", "prediction"]);
  assert.deepEqual(others({ hidden: [0], zoom: "i" }).at(-1), "saturation");
});

test("a frame without a lane's diagnosis lacks it while that is open", () => {
  const lane = { index: 1, gate_names: [], state_names: ["h"] };
  const held = Object.fromEntries(["h", "prediction", "dh_norm"].map((name) => [`1/${name}`, {}]));
  const frame = { iteration: 3, bytes: 0, arrays: held, text: { "0/diagnosis": "[]" } };
  assert.deepEqual(missingIn(frame, lane, USUAL), []);
  const open = { ...USUAL, diagnosis: true };
  assert.deepEqual(missingIn(frame, lane, open), ["diagnosis"]);
  const said = { ...frame, text: { "1/diagnosis": "[]" } };
  assert.deepEqual(missingIn(said, lane, open), []);
});

test("the projector's panels are one or two that there are", () => {
  const shown = (given) => unusual(viewOf(given));
  const given = { projector: true, stage: ["training"], full: "prediction" };
  assert.deepEqual(shown(given), given);
  for (const stage of [[], ["training", "prediction", "inside-cell"], ["elsewhere"], "training"]) {
    assert.deepEqual(shown({ stage }), {}, JSON.stringify(stage));
  }
  assert.deepEqual(shown({ full: "elsewhere", projector: "yes" }), {});
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { placeOf } from "../../../../static/js/panels/diagnosis/place.js";
import { triedBy, withRemedy } from "../../../../static/js/panels/diagnosis/remedy.js";
import { USUAL, viewOf } from "../../../../static/js/state/view_settings.js";

const base = { cell: "lstm", forget_bias: -2, truncate: null };
const form = { base, lanes: [{ name: "patient" }, { cell: "gru" }] };
const remedy = { changes: { forget_bias: 3 }, name: "forget bias 3" };

test("a remedy is a lane more: a copy with the change alone, named after the one it copies", () => {
  assert.deepEqual(withRemedy(form, 0, remedy), [
    { name: "patient" },
    { cell: "gru" },
    { name: "patient · forget bias 3", forget_bias: 3 },
  ]);
  assert.deepEqual(withRemedy(form, 1, remedy).at(-1), { cell: "gru", forget_bias: 3 });
});

test("a name that would be too long is left to what sets the lane apart", () => {
  const long = { base, lanes: [{ name: "a".repeat(30) }] };
  assert.deepEqual(withRemedy(long, 0, remedy).at(-1), { forget_bias: 3 });
});

test("a lane that tries it already is found, whatever it is called and wherever the value stands", () => {
  assert.equal(triedBy(form, 0, remedy), -1);
  const tried = { base, lanes: withRemedy(form, 0, remedy) };
  assert.equal(triedBy(tried, 0, remedy), 2);
  const shared = { base: { ...base, forget_bias: 3 }, lanes: [{ forget_bias: -2 }, {}] };
  assert.equal(triedBy(shared, 0, remedy), 1);
});

test("each place that the engine names is one that the page has", () => {
  const named = [
    "gate.f",
    "gate.z",
    "h",
    "dh_norm",
    "grad_norm",
    "clip_factor",
    "loss",
    "update_ratio",
  ];
  for (const quantity of named) {
    const { view } = placeOf(quantity);
    assert.deepEqual(viewOf(view), { ...USUAL, ...view }, quantity);
  }
  assert.deepEqual(placeOf("gate.f"), { panel: "inside-cell", view: { zoom: "f", cells: "lane" } });
  assert.throws(() => placeOf("nothing"), /no panel shows nothing/);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { OPTIONS } from "../../../static/js/panels/gradient_flow/norms/quantities.js";
import {
  cellFacts,
  columnTitle,
  constant,
  quantity,
  symbolOf,
  valueLabel,
  viewsOf,
  withQuantiles,
} from "../../../static/js/state/catalogue.js";
import { viewOf } from "../../../static/js/state/view_settings.js";
import { CATALOGUE } from "../catalogue.js";

test("an array is of the quantity whose name it has, but for a part or a quantile", () => {
  assert.equal(quantity("dh_norm").name, "dh_norm");
  assert.equal(quantity("dh_norm.q90").name, "dh_norm");
  assert.equal(quantity("gate.f").name, "gate.*");
  assert.equal(quantity("gate.f.low").name, "gate.*.low");
  assert.throws(() => quantity("dW_hh_norm.q10"), /no quantity dW_hh_norm.q10/);
  assert.throws(() => quantity("gate"), /no quantity gate/);
});

test("columns say log10 of what is sent as log10, and the first timestep is the engine's", () => {
  assert.equal(columnTitle("grad_norm"), "log10 grad_norm");
  assert.equal(columnTitle("paths.cell"), "log10 paths.cell");
  assert.equal(columnTitle("clip_factor"), "clip_factor");
  assert.deepEqual(
    [quantity("dh_norm"), quantity("dW_hh_norm")].map((q) => q.first_timestep),
    [0, 1],
  );
  assert.deepEqual(withQuantiles("dc_norm"), ["dc_norm", "dc_norm.q10", "dc_norm.q90"]);
  assert.deepEqual(withQuantiles("jacobian_gain"), ["jacobian_gain"]);
});

test("views are asked for once each, and not for what every frame holds", () => {
  assert.deepEqual(viewsOf(["h", "dh_norm", "gate.i", "example.dh", "paths.cell"]), [
    "states",
    "gates",
    "paths",
  ]);
});

test("constants, cells and names are the engine's", () => {
  assert.equal(constant("exact_size"), 128);
  assert.throws(() => constant("toString"), /the engine has no toString/);
  assert.deepEqual(cellFacts("gru").sigmoids, ["r", "z"]);
  assert.equal(valueLabel("optimizer", "rmsprop"), "RMSprop");
  assert.equal(valueLabel("schedule", "cosine"), "cosine");
  assert.equal(symbolOf("learning_rate"), "η");
});

test("each quantity of the menu is one of the engine's by timestep, and a link may choose it", () => {
  const byTimestep = CATALOGUE.quantities.filter(({ axes }) => axes.join() === "t");
  for (const name of Object.keys(OPTIONS)) {
    assert.ok(
      byTimestep.some((each) => each.name === name && each.log),
      name,
    );
    assert.equal(viewOf({ quantity: name }).quantity, name);
  }
});

import "../../catalogue.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import { kindOf } from "../../../../static/js/panels/cell_inspector/kinds/kinds.js";
import { plainText } from "../../../../static/js/panels/cell_inspector/mathml.js";
import { mirrored } from "../../../../static/js/panels/cell_inspector/mirrored.js";
import { reverseNumbers } from "../../../../static/js/panels/cell_inspector/numbers.js";
import { verdict } from "../../../../static/js/panels/cell_inspector/verdict.js";
import catalogue from "../../catalogue.json" with { type: "json" };

test("no cell's equations, circuit or tables mention t − 1 in the half that reads from the end", () => {
  for (const cell of Object.keys(catalogue.cells)) {
    const kind = kindOf({ cell }, "tanh");
    assert.match(JSON.stringify(kind), /t ?[-−] ?1/);
    const turned = JSON.stringify(mirrored(kind));
    assert.doesNotMatch(turned, /t ?[-−] ?1/);
    assert.match(turned, /_t\+1/);
    assert.equal(mirrored(kind), mirrored(kind));
  }
  assert.equal(plainText("W_hh h_t+1"), "W_hh h_{t+1}");
});

const array = (shape, ...data) => ({ shape, dtype: "F32", data: Float32Array.from(data) });

test("the numbers of a cell are those of t, and what came before it those of t + 1", () => {
  // One unit and T = 3: states at t = 1 … 4, of which the last is the initial one.
  const frame = /** @type {any} */ ({
    arrays: {
      "0/h": array([4, 1], 0, 9, 9, 9),
      "0/h.reverse": array([4, 1], 0.1, 0.2, 0.3, 0),
      "0/input.h.reverse": array([3, 1], 1, 2, 3),
      "0/recurrent.h.reverse": array([3, 1], 4, 5, 6),
      "0/example.dh.reverse": array([4, 1], 0.5, 0.25, 0.125, 0.0625),
      "0/paths.nonlinearity.reverse": array([3], -0.1, -0.2, -0.3),
      "0/paths.weight.reverse": array([3], -0.4, -0.5, -0.6),
    },
  });
  const lane = { index: 0, gate_names: [], hidden_size: 1 };
  const kind = mirrored(kindOf({ cell: "rnn" }, "tanh"));
  const numbers = reverseNumbers(frame, lane, { t: 2, unit: 0 }, kind, 3);
  const near = (value, expected) => assert.ok(Math.abs(value - expected) < 1e-6, `${value}`);
  near(numbers.values.h, 0.2);
  near(numbers.values.h_, 0.3);
  near(numbers.values["x.h"], 2);
  near(numbers.values["s.h"], 5);
  near(numbers.values["d.h"], 0.25);
  near(numbers.values["d.h_"], 0.125);
  near(numbers.passage.parts.weight, -0.5);
  assert.deepEqual(numbers.place, { t: 2, unit: 0, to: 3 });
  assert.match(verdict(numbers, false), /^From t = 2 to 3: /);
  assert.match(kind.why(numbers.values, numbers.place), /back to t = 3/);
});

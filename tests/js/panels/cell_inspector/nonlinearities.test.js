import "../../catalogue.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import { kindOf } from "../../../../static/js/panels/cell_inspector/kinds/kinds.js";
import { NONLINEARITIES } from "../../../../static/js/panels/cell_inspector/nonlinearities.js";
import { cellNumbers } from "../../../../static/js/panels/cell_inspector/numbers.js";
import { nonlinearitiesOf } from "../../../../static/js/state/nonlinearities.js";
import { frameOf, near } from "./unit_frame.js";

const LSTM = { cell: "lstm", gate_names: ["i", "f", "g", "o"], state_names: ["h", "c"], index: 0 };
const GRU = { cell: "gru", gate_names: ["r", "z", "n"], state_names: ["h"], index: 0 };

for (const [name, phi] of Object.entries(NONLINEARITIES)) {
  test(`the slope of ${phi.title} is its derivative, from a sum or from an activation`, () => {
    for (const a of [-4, -0.7, 0.2, 2.5, 3.5]) {
      const e = 1e-6;
      const expected = (phi.value(a + e) - phi.value(a - e)) / (2 * e);
      const y = phi.value(a);
      assert.ok(Math.abs(phi.slope(a, y) - expected) < 1e-9, `${name} at ${a}`);
      near(phi.slope(NaN, y), phi.slope(a, y), `${name} at ${a}, from its value`);
      near(phi.rest(a, y), 1 - y, `1 − ${name} at ${a}`);
    }
    assert.ok(Number.isNaN(phi.slope(NaN, NaN)));
  });
}

test("of a large sum softsign keeps the digits that 1 − |y| has lost", () => {
  const { slope, value } = NONLINEARITIES.softsign;
  near(slope(1e6, Math.fround(value(1e6))) * (1 + 1e6) ** 2, 1, "(1 + |a|)² softsign′");
});

test("a kind is made once for the same choices, and is another for others", () => {
  assert.equal(kindOf(LSTM, "tanh", "hard_sigmoid"), kindOf(LSTM, "tanh", "hard_sigmoid"));
  assert.notEqual(kindOf(LSTM, "tanh", "hard_sigmoid"), kindOf(LSTM, "tanh", "sigmoid"));
});

test("equations, boxes, derivatives and sentences name the functions of the cell", () => {
  const kind = kindOf(LSTM, "softsign", "hard_sigmoid");
  const [f] = kind.equations;
  assert.match(f[0], /^f_t = hard\u00a0σ \( W_if/);
  assert.match(kind.equations.at(-1)[0], /^h_t = o_t ⊙ softsign \( c_t \)$/);
  const texts = kind.circuit.boxes.map(({ text }) => text);
  assert.deepEqual(
    texts.filter((text) => !text.startsWith("W")).sort(),
    [..."xxx"]
      .map(() => "hard\u00a0σ")
      .concat("softsign", "softsign")
      .sort(),
  );
  const rows = Object.fromEntries(kind.factors.map((row) => [row.symbols, row]));
  assert.equal(rows["∂f_t/∂a_f"].note, "1/6 where 0 < f_t < 1, else 0");
  assert.equal(rows["∂g_t/∂a_g"].note, "(1 − |g_t|)²");
  assert.match(kind.paths[1].formula, /softsign′/);
  const said = JSON.stringify([
    kind.circuit,
    kind.equations,
    kind.backward,
    kind.factors,
    kind.paths,
  ]);
  assert.doesNotMatch(said, /tanh(?!_c)|[^\u00a0]σ/, "no function that it has not");
});

test("a hard gate that is shut passes exactly nothing to its sum", () => {
  const frame = frameOf({
    h: [0.5, 0.5],
    "gate.r": [0.5],
    "gate.z": [1],
    "gate.n": [0.25],
    "input.r": [0],
    "recurrent.r": [0],
    "input.z": [2],
    "recurrent.z": [1.5],
    "input.n": [0.1],
    "recurrent.n": [0.2],
    "example.dh": [0.3, 0.3],
    "paths.carry": [-1],
    "paths.candidate": [-Infinity],
  });
  const kind = kindOf(GRU, "softsign", "hard_sigmoid");
  const { values } = cellNumbers(frame, GRU, { t: 1, unit: 0 }, kind);
  assert.deepEqual([values["z'"], values["1-z"], values["d.a.z"], values["d.n"]], [0, 0, 0, 0]);
  assert.equal(values["d.carry"], values["d.h"]);
  near(values["r'"], 1 / 6, "the slope of r, which is open by half");
  near(values["n'"], 1 / 1.2 ** 2, "softsign′ of 0.1 + 0.5 × 0.2");
  assert.match(kind.why(values, { t: 1, unit: 0 }), /softsign′ = 0\.69/);
});

test("a lane has what its recipe chose, where its cell lets one choose", () => {
  const recipe = {
    base: {
      nonlinearity: "relu",
      gate_nonlinearity: "hard_sigmoid",
      candidate_nonlinearity: "tanh",
    },
    lanes: [{}, { candidate_nonlinearity: "softsign" }],
    tweaks: [],
  };
  const of = (cell, index, gates) => nonlinearitiesOf(recipe, { cell, index, gate_names: gates });
  assert.deepEqual(of("lstm", 0, LSTM.gate_names), { gate: "hard_sigmoid", state: "tanh" });
  assert.deepEqual(of("gru", 1, GRU.gate_names), { gate: "hard_sigmoid", state: "softsign" });
  assert.deepEqual(of("rnn", 0, []), { gate: "sigmoid", state: "relu" });
  assert.deepEqual(of("ln_rnn", 0, []), { gate: "sigmoid", state: "tanh" });
  const before = { base: { nonlinearity: "tanh" }, lanes: [{}], tweaks: [] };
  assert.deepEqual(
    nonlinearitiesOf(before, LSTM),
    { gate: "sigmoid", state: "tanh" },
    "a recipe that was written before there was a choice",
  );
});

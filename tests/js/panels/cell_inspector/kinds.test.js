import assert from "node:assert/strict";
import { test } from "node:test";

import { kindOf } from "../../../../static/js/panels/cell_inspector/kinds/kinds.js";
import { cellNumbers } from "../../../../static/js/panels/cell_inspector/numbers.js";
import { verdict } from "../../../../static/js/panels/cell_inspector/verdict.js";
import { frameOf, near } from "./unit_frame.js";

const LANES = {
  rnn: { cell: "rnn", gate_names: [], state_names: ["h"] },
  lstm: { cell: "lstm", gate_names: ["i", "f", "g", "o"], state_names: ["h", "c"] },
  gru: { cell: "gru", gate_names: ["r", "z", "n"], state_names: ["h"] },
  mgu: { cell: "mgu", gate_names: ["f", "n"], state_names: ["h"] },
  coupled: { cell: "coupled_lstm", gate_names: ["f", "g", "o"], state_names: ["h", "c"] },
  reset: { cell: "gru_reset_before", gate_names: ["r", "z", "n"], state_names: ["h"] },
};

/** A frame that holds every array that a cell has. */
function fullFrame(lane, kind) {
  const gates = lane.gate_names.length > 0 ? lane.gate_names : ["h"];
  return frameOf({
    ...Object.fromEntries(lane.state_names.map((state) => [state, [0.1, 0.2]])),
    ...Object.fromEntries(lane.gate_names.map((gate) => [`gate.${gate}`, [0.5]])),
    ...Object.fromEntries(gates.map((gate) => [`input.${gate}`, [0.3]])),
    ...Object.fromEntries(gates.map((gate) => [`recurrent.${gate}`, [-0.2]])),
    ...Object.fromEntries(lane.state_names.map((state) => [`example.d${state}`, [0.01, 0.02]])),
    ...Object.fromEntries(kind.paths.map(({ id }) => [`paths.${id}`, [-2]])),
  });
}

/** Names of all numbers that a kind shows in its circuit, equations and table. */
function namesShown({ circuit, equations, backward, factors }) {
  const inFormulas = [...equations, ...backward].flatMap(([, numbers]) => numbers.split(" "));
  return [
    ...circuit.wires.flatMap(({ value, gradient, by }) => [value, gradient, by?.[1]]),
    ...circuit.boxes.map(({ slope }) => slope),
    ...inFormulas.filter((part) => part.startsWith("#")).map((part) => part.slice(1)),
    ...factors.map(({ id }) => id),
  ].filter((name) => name !== undefined && name !== null);
}

for (const nonlinearity of ["tanh", "relu"]) {
  for (const lane of Object.values(LANES)) {
    test(`each number that a ${lane.cell} (${nonlinearity}) shows is one that it computes`, () => {
      const kind = kindOf(lane, nonlinearity);
      const frame = fullFrame(lane, kind);
      const { values } = cellNumbers(frame, { ...lane, index: 0 }, { t: 1, unit: 0 }, kind);
      const names = namesShown(kind);
      assert.ok(names.length > 10);
      for (const name of names)
        assert.ok(Number.isFinite(values[name]), `${name} is ${values[name]}`);
    });
  }
}

test("between an RNN's δ_t and ∂ℓ/∂h_{t−1} stands W_hh, in the circuit and in the equations", () => {
  const { circuit, backward } = kindOf(LANES.rnn, "tanh");
  assert.ok(circuit.boxes.some(({ text, transposed }) => text === "W_hh" && transposed));
  const gradients = circuit.wires.filter(({ bus }) => !bus).map(({ gradient }) => gradient);
  assert.deepEqual(gradients, ["d.h_", "d.a.h", "d.a.h", "d.a.h", "d.h"]);
  assert.ok(backward.some(([line]) => line === "∂ℓ/∂h_t-1 = W_hhᵀ δ_t"));
});

// --- the minimal gated unit ----------------------------------------------------------------------

const MGU = { ...LANES.mgu, index: 0 };
const A_F = Math.log(1 / 3); // σ of it is 0.25
const A_N = -0.5;
const [H_BEFORE, DH] = [0.4, 0.2];
const n = Math.tanh(A_N);
const h = 0.75 * H_BEFORE + 0.25 * n;
const mgu = frameOf({
  h: [H_BEFORE, h],
  "gate.f": [0.25],
  "gate.n": [n],
  "input.f": [0.5],
  "recurrent.f": [A_F - 0.5],
  "input.n": [0.25],
  "recurrent.n": [-0.75],
  "example.dh": [7, DH],
  "paths.carry": [Math.log10(0.15)],
  "paths.candidate": [Math.log10(0.03)],
});
const numbersOf = (frame) => cellNumbers(frame, MGU, { t: 1, unit: 0 }, kindOf(MGU, "tanh"));

test("an MGU's state is what the carry and the candidate bring", () => {
  const { values } = numbersOf(mgu);
  near(values["a.f"], A_F, "a_f");
  near(values["a.n"], A_N, "W_hn (f ⊙ h) is in the recurrent part already");
  near(values.fh, 0.1, "f h_{t−1}");
  near(values["1-f"], 0.75, "1 − f");
  near(values.carried + values.fn, values.h, "h_t");
});

test("an MGU's gradients are the slopes of its equations", () => {
  const { values } = numbersOf(mgu);
  near(values["d.carry"], 0.75 * DH, "∂ℓ/∂h_{t−1} by the carry");
  near(values["d.n"], 0.25 * DH, "∂ℓ/∂n");
  near(values["d.a.n"], 0.25 * DH * (1 - n * n), "∂ℓ/∂a_n");
  near(values["d.f.byh"], DH * (n - H_BEFORE), "∂ℓ/∂f by h_t");
  near(values["d.f.byn"] - values["d.1-f"], values["d.f.byh"], "by n and by 1 − f");
  near(values["f'"], 0.25 * 0.75, "σ′");
  // The same by differences: h_t where the gate moves a little, and n_t does not.
  const state = (f) => (1 - f) * H_BEFORE + f * n;
  const slope = (state(0.2501) - state(0.2499)) / 0.0002;
  assert.ok(Math.abs(DH * slope - values["d.f.byh"]) < 1e-9);
});

test("without sums an MGU's 1 − f comes from the gate", () => {
  const bare = Object.entries(mgu.arrays).filter(([name]) => !/input|recurrent/.test(name));
  const { values, missing } = numbersOf({ ...mgu, arrays: Object.fromEntries(bare) });
  assert.deepEqual(missing, ["preactivations"]);
  near(values["1-f"], 0.75, "1 − f");
});

test("an MGU's verdict says what 1 − f left on the carry", () => {
  assert.equal(
    verdict(numbersOf(mgu), false),
    "From t = 1 to 0: carry 0.15, candidate 0.030: the carry is 5.0 times the candidate's part; " +
      "1 − f_t shrank it to ×0.75.",
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { kindOf } from "../../../../static/js/panels/cell_inspector/kinds/kinds.js";
import { cellNumbers } from "../../../../static/js/panels/cell_inspector/numbers.js";
import { verdict } from "../../../../static/js/panels/cell_inspector/verdict.js";
import { frameOf, near } from "./unit_frame.js";

const LANE = { index: 0, cell: "coupled_lstm", gate_names: ["f", "g", "o"], hidden_size: 1 };
const [A_F, A_G, A_O] = [Math.log(3), -0.5, Math.log(1 / 4)]; // σ: f is 0.75, o is 0.2
const g = Math.tanh(A_G);
const [C_BEFORE, DH, DC] = [0.8, 0.2, -0.3];
const c = 0.75 * C_BEFORE + 0.25 * g;
const h = 0.2 * Math.tanh(c);
const frame = frameOf({
  h: [0.1, h],
  c: [C_BEFORE, c],
  "gate.f": [0.75],
  "gate.g": [g],
  "gate.o": [0.2],
  "input.f": [0.5],
  "recurrent.f": [A_F - 0.5],
  "input.g": [0.25],
  "recurrent.g": [A_G - 0.25],
  "input.o": [-1],
  "recurrent.o": [A_O + 1],
  "example.dh": [7, DH],
  "example.dc": [7, DC],
  "paths.cell": [Math.log10(0.225)],
  "paths.gates": [Math.log10(0.03)],
});
const numbersOf = (of) => cellNumbers(of, LANE, { t: 1, unit: 0 }, kindOf(LANE, "tanh"));
const { values } = numbersOf(frame);

/** d of `of` at `at` by a small difference. */
const slope = (of, at) => (of(at + 1e-4) - of(at - 1e-4)) / 2e-4;

test("a coupled LSTM's c is what f keeps and what 1 − f lets in", () => {
  near(values["1-f"], 0.25, "1 − f");
  near(values.fc, 0.6, "f c_{t−1}");
  near(values.added, 0.25 * g, "(1 − f) g");
  near(values.fc + values.added, values.c, "c_t");
  near(values.o * values.tanh_c, values.h, "h_t");
});

test("a coupled LSTM's gradients are the slopes of its equations", () => {
  near(values["d.carry"], 0.75 * DC, "∂ℓ/∂c_{t−1} by the cell path");
  near(values["d.g"], 0.25 * DC, "∂ℓ/∂g");
  near(values["d.f"], DC * (C_BEFORE - g), "∂ℓ/∂f");
  near(values["d.f"] + values["d.1-f"], DC * C_BEFORE, "by c_{t−1}, and by 1 − f");
  near(values["d.o"], DH * Math.tanh(c), "∂ℓ/∂o");
  const state = (f) => f * C_BEFORE + (1 - f) * g;
  assert.ok(Math.abs(DC * slope(state, 0.75) - values["d.f"]) < 1e-9);
  const sigmoid = (a) => 1 / (1 + Math.exp(-a));
  const byF = (a) => DC * state(sigmoid(a));
  const byG = (a) => DC * (0.75 * C_BEFORE + 0.25 * Math.tanh(a));
  const byO = (a) => DH * sigmoid(a) * Math.tanh(c);
  assert.ok(Math.abs(slope(byF, A_F) - values["d.a.f"]) < 1e-9);
  assert.ok(Math.abs(slope(byG, A_G) - values["d.a.g"]) < 1e-9);
  assert.ok(Math.abs(slope(byO, A_O) - values["d.a.o"]) < 1e-9);
  assert.ok(Math.abs(slope((at) => 0.2 * Math.tanh(at), c) * DH - values["d.byh"]) < 1e-9);
});

test("without sums a coupled LSTM's 1 − f comes from the gate", () => {
  const bare = Object.entries(frame.arrays).filter(([name]) => !/input|recurrent/.test(name));
  const found = numbersOf({ ...frame, arrays: Object.fromEntries(bare) });
  assert.deepEqual(found.missing, ["preactivations"]);
  near(found.values["1-f"], 0.25, "1 − f");
});

test("a forget gate near 1 leaves its complement with all digits", () => {
  const arrays = { ...frame.arrays, "0/input.f": { shape: [1, 1], data: [30] } };
  arrays["0/recurrent.f"] = { shape: [1, 1], data: [0] };
  arrays["0/gate.f"] = { shape: [1, 1], data: [1] };
  const found = numbersOf({ ...frame, arrays }).values["1-f"];
  assert.ok(Math.abs(found / Math.exp(-30) - 1) < 1e-9, `${found}`);
});

test("a coupled LSTM's verdict says what f left on the cell path", () => {
  assert.equal(
    verdict(numbersOf(frame), false),
    "From t = 1 to 0: cell path 0.23, gates 0.030: the cell path is 7.5 times the gates' part; " +
      "f_t shrank it to ×0.75.",
  );
});

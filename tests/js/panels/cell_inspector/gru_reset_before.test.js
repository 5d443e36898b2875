import assert from "node:assert/strict";
import { test } from "node:test";

import { kindOf } from "../../../../static/js/panels/cell_inspector/kinds/kinds.js";
import { cellNumbers } from "../../../../static/js/panels/cell_inspector/numbers.js";
import { verdict } from "../../../../static/js/panels/cell_inspector/verdict.js";
import { frameOf, near } from "./unit_frame.js";

const LANE = { index: 0, cell: "gru_reset_before", gate_names: ["r", "z", "n"], hidden_size: 1 };
const KIND = kindOf(LANE, "tanh");
const [A_R, A_Z, A_N] = [Math.log(1 / 4), Math.log(3), -0.5]; // σ: r is 0.2, z is 0.75
const n = Math.tanh(A_N);
const [H_BEFORE, DH] = [0.4, 0.2];
const h = 0.25 * n + 0.75 * H_BEFORE;
const frame = frameOf({
  h: [H_BEFORE, h],
  "gate.r": [0.2],
  "gate.z": [0.75],
  "gate.n": [n],
  "input.r": [0.5],
  "recurrent.r": [A_R - 0.5],
  "input.z": [-1],
  "recurrent.z": [A_Z + 1],
  "input.n": [0.25],
  "recurrent.n": [A_N - 0.25],
  "example.dh": [7, DH],
  "paths.carry": [Math.log10(0.15)],
  "paths.candidate": [Math.log10(0.03)],
});
const numbersOf = (of) => cellNumbers(of, LANE, { t: 1, unit: 0 }, KIND);
const { values } = numbersOf(frame);

test("its reset gate scales h before the product, and not what W_hn made of it", () => {
  near(values.rh, 0.2 * H_BEFORE, "r h_{t−1}");
  near(values["a.n"], A_N, "W_hn (r ⊙ h) is in the recurrent part already");
  near(values["n'"], 1 - n * n, "tanh′");
  assert.ok(!("r*s.n" in values));
});

test("its state is what the carry and the candidate bring", () => {
  near(values["1-z"], 0.25, "1 − z");
  near(values.zh, 0.75 * H_BEFORE, "z h_{t−1}");
  near(values.zh + values.zn, values.h, "h_t");
});

test("its gradients are the slopes of its equations", () => {
  near(values["d.carry"], 0.75 * DH, "∂ℓ/∂h_{t−1} by the carry");
  near(values["d.n"], 0.25 * DH, "∂ℓ/∂n");
  near(values["d.a.n"], 0.25 * DH * (1 - n * n), "∂ℓ/∂a_n");
  near(values["d.z"], DH * (H_BEFORE - n), "∂ℓ/∂z");
  near(values["d.a.z"], DH * (H_BEFORE - n) * 0.75 * 0.25, "∂ℓ/∂a_z");
  near(values["r'"], 0.2 * 0.8, "σ′");
});

test("no gradient of the reset gate is shown, as it is a sum over all units", () => {
  assert.ok(!("d.r" in values) && !("d.a.r" in values));
  const ofReset = KIND.circuit.wires.filter(({ value }) => /\.r$|^rh?$/.test(value ?? ""));
  assert.equal(ofReset.length, 5);
  for (const { gradient } of ofReset) assert.ok(gradient === null || gradient === undefined);
});

test("its verdict says what z left on the carry", () => {
  assert.equal(
    verdict(numbersOf(frame), false),
    "From t = 1 to 0: carry 0.15, candidate 0.030: the carry is 5.0 times the candidate's part; " +
      "z_t shrank it to ×0.75.",
  );
});

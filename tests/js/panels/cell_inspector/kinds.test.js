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
  peephole_lstm: {
    cell: "peephole_lstm",
    gate_names: ["i", "f", "g", "o"],
    state_names: ["h", "c"],
    parts: ["peephole.i", "peephole.f", "peephole.o"],
  },
  ln_rnn: { cell: "ln_rnn", gate_names: [], state_names: ["h"], parts: ["normed.h"] },
  ln_lstm: {
    cell: "ln_lstm",
    gate_names: ["i", "f", "g", "o"],
    state_names: ["h", "c"],
    parts: ["normed.c"],
  },
  ln_gru: { cell: "ln_gru", gate_names: ["r", "z", "n"], state_names: ["h"] },
};

/** A frame that holds every array that a cell has. */
function fullFrame(lane, kind) {
  const gates = lane.gate_names.length > 0 ? lane.gate_names : ["h"];
  return frameOf({
    ...Object.fromEntries(lane.state_names.map((state) => [state, [0.1, 0.2]])),
    ...Object.fromEntries(lane.gate_names.map((gate) => [`gate.${gate}`, [0.5]])),
    ...Object.fromEntries(gates.map((gate) => [`input.${gate}`, [0.3]])),
    ...Object.fromEntries(gates.map((gate) => [`recurrent.${gate}`, [-0.2]])),
    ...Object.fromEntries((lane.parts ?? []).map((part) => [part, [0.07]])),
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

const CHOICES = [
  ["tanh", "sigmoid"],
  ["relu", "sigmoid"],
  ["tanh", "hard_sigmoid"],
  ["softsign", "softsign"],
];

for (const [state, gate] of CHOICES) {
  for (const lane of Object.values(LANES)) {
    const name = `${lane.cell} (${gate}, ${state})`;
    test(`each number that a ${name} shows is one that it computes`, () => {
      const kind = kindOf(lane, state, gate);
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

// --- the LSTM with peepholes ---------------------------------------------------------------------

const PEEPHOLES = { ...LANES.peephole_lstm, index: 0 };
const logistic = (a) => 1 / (1 + Math.exp(-a));
const P = { i: 0.3, f: -0.7, o: 0.4 };
const SUMS = { i: 0.2, f: 0.9, g: -0.4, o: 0.5 }; // of input and h_t−1
const [C_BEFORE, DC, DH_PEEP] = [0.6, 0.3, -0.2];

/** One timestep from c_t−1, by the equations. */
function peepholeStep(c_) {
  const i = logistic(SUMS.i + P.i * c_);
  const f = logistic(SUMS.f + P.f * c_);
  const g = Math.tanh(SUMS.g);
  const c = f * c_ + i * g;
  const o = logistic(SUMS.o + P.o * c);
  return { i, f, g, o, c, h: o * Math.tanh(c) };
}

function peepholeFrame(c_) {
  const { h: state, c, ...gates } = peepholeStep(c_);
  const of = (name, numbers) =>
    Object.fromEntries(Object.entries(numbers).map(([k, value]) => [`${name}.${k}`, [value]]));
  return frameOf({
    h: [0.1, state],
    c: [c_, c],
    ...of("gate", gates),
    ...of("input", { i: 0.1, f: 0.1, g: 0.1, o: 0.1 }),
    ...of("recurrent", { i: SUMS.i - 0.1, f: SUMS.f - 0.1, g: SUMS.g - 0.1, o: SUMS.o - 0.1 }),
    ...of("peephole", { i: P.i * c_, f: P.f * c_, o: P.o * c }),
    "example.dh": [7, DH_PEEP],
    "example.dc": [7, DC],
    "paths.cell": [Math.log10(0.2)],
    "paths.peepholes": [Math.log10(0.05)],
    "paths.gates": [-Infinity],
  });
}

const peepholeNumbers = (frame) =>
  cellNumbers(frame, PEEPHOLES, { t: 1, unit: 0 }, kindOf(PEEPHOLES, "tanh"));

test("peepholes are part of what the gates take", () => {
  const { values } = peepholeNumbers(peepholeFrame(C_BEFORE));
  for (const k of ["i", "f", "o"]) {
    near(logistic(values[`a.${k}`]), values[k], k);
    near(values[`p_${k}`], P[k], `p_${k}`);
    near(values[`${k}'`], values[k] * (1 - values[k]), `${k}'`);
  }
  near(values["a.g"], SUMS.g, "a.g");
});

test("a peephole LSTM's local derivatives are those of its equations", () => {
  const { values } = peepholeNumbers(peepholeFrame(C_BEFORE));
  const by = 1e-5;
  const [plus, minus] = [peepholeStep(C_BEFORE + by), peepholeStep(C_BEFORE - by)];
  const slope = (plus.c - minus.c) / (2 * by);
  assert.ok(Math.abs(values["c/c_"] - slope) < 1e-9);
  const ofH = (plus.h - minus.h) / (2 * by);
  assert.ok(Math.abs(values["h/c/o"] * slope - ofH) < 1e-9);
  near(values["d.carry"] + values["d.byi"] + values["d.byf"], DC * values["c/c_"], "∂ℓ/∂c_{t−1}");
  near(values["d.byh"] + values["d.byo"], DH_PEEP * values["h/c/o"], "by h_t");
});

test("where c_t−1 is 0 its peepholes cannot be told", () => {
  const { values } = peepholeNumbers(peepholeFrame(0));
  assert.ok(Number.isNaN(values.p_i));
  assert.ok(Number.isNaN(values["c/c_"]));
  near(values.p_o, P.o, "p_o");
});

test("a peephole LSTM's verdict has three paths", () => {
  const numbers = peepholeNumbers(peepholeFrame(C_BEFORE));
  assert.match(
    verdict(numbers, false),
    /^From t = 1 to 0: cell path 0.20, peepholes 0.050, gates 0: the cell path is all there is; f_t/,
  );
  const passage = { ...numbers.passage, parts: { ...numbers.passage.parts, cell: -Infinity } };
  assert.doesNotMatch(verdict({ ...numbers, passage }, false), /Nothing/);
  passage.parts.peepholes = -Infinity;
  assert.match(verdict({ ...numbers, passage }, false), /^Nothing of ∂ℓ\/∂c_t passes/);
});

// --- layer normalisation -------------------------------------------------------------------------

const numbersOfLane = (lane, frame) =>
  cellNumbers(frame, { ...lane, index: 0 }, { t: 1, unit: 0 }, kindOf(lane, "tanh"));

const LN_C = 0.8; // LN(c_t), which c_t of one unit does not tell
const lnLstm = frameOf({
  h: [0.1, logistic(0.3) * Math.tanh(LN_C)],
  c: [0.4, 0.5],
  "gate.i": [0.5],
  "gate.f": [0.75],
  "gate.g": [0.2],
  "gate.o": [logistic(0.3)],
  ...Object.fromEntries(["i", "f", "g", "o"].map((k) => [`input.${k}`, [0.1]])),
  ...Object.fromEntries(["i", "f", "g", "o"].map((k) => [`recurrent.${k}`, [0.2]])),
  "normed.c": [LN_C],
  "example.dh": [7, DH],
  "example.dc": [7, DC],
  "paths.cell": [-1],
  "paths.gates": [-2],
});

test("an LN-LSTM's h is o times tanh of the normalised c", () => {
  const { values } = numbersOfLane(LANES.ln_lstm, lnLstm);
  near(values.o * values.tanh_c, values.h, "h");
  near(values["d.ln_c"], DH * values.o * (1 - Math.tanh(LN_C) ** 2), "∂ℓ/∂LN(c)");
  near(values["d.a.o"], DH * Math.tanh(LN_C) * logistic(0.3) * (1 - logistic(0.3)), "∂ℓ/∂a_o");
  near(values["d.carry"], 0.75 * DC, "∂ℓ/∂c_{t−1} by the cell path");
});

test("what an LN-LSTM's unit gets from all units is not shown", () => {
  const { values } = numbersOfLane(LANES.ln_lstm, lnLstm);
  for (const name of ["h/c", "d.byh"]) assert.equal(values[name], undefined);
  assert.match(kindOf(LANES.ln_lstm, "tanh").backward[1][2], /a sum over all units$/);
});

test("without sums an LN-LSTM's tanh comes from h and the output gate", () => {
  const bare = Object.entries(lnLstm.arrays).filter(([name]) => !/input|recurr|normed/.test(name));
  const { values } = numbersOfLane(LANES.ln_lstm, { ...lnLstm, arrays: Object.fromEntries(bare) });
  near(values.tanh_c, Math.tanh(LN_C), "tanh");
  near(values["c'"], 1 - Math.tanh(LN_C) ** 2, "tanh′");
});

test("a normalised product is said to go through LN on its way back", () => {
  const place = { t: 1, unit: 0 };
  const kind = kindOf(LANES.ln_lstm, "tanh");
  const { values } = numbersOfLane(LANES.ln_lstm, lnLstm);
  assert.match(kind.why(values, place), /through ×f = 0.75 alone; .* = [\d.]+, LN and W_hh\.$/);
});

test("an LN-GRU's n takes r ⊙ m, whose parts are normalised", () => {
  const frame = frameOf({
    h: [0.4, 0],
    "gate.r": [0.25],
    "gate.z": [0.5],
    "gate.n": [Math.tanh(0.3 + 0.25 * 0.8)],
    ...Object.fromEntries(["r", "z", "n"].map((k) => [`input.${k}`, [0.3]])),
    ...Object.fromEntries(["r", "z", "n"].map((k) => [`recurrent.${k}`, [0.8]])),
    "example.dh": [7, DH],
    "paths.carry": [-1],
    "paths.candidate": [-2],
  });
  const { values } = numbersOfLane(LANES.ln_gru, frame);
  near(Math.tanh(values["a.n"]), values.n, "n");
  near(values["d.r"], values["d.a.n"] * 0.8, "∂ℓ/∂r");
});

test("an LN-RNN's tanh takes what LN made of the sum, and its verdict names three factors", () => {
  const frame = frameOf({
    h: [0.1, Math.tanh(0.5)],
    "input.h": [3],
    "recurrent.h": [-1],
    "normed.h": [0.5],
    "example.dh": [7, DH],
    "paths.nonlinearity": [Math.log10(0.5)],
    "paths.norm": [Math.log10(4)],
    "paths.weight": [Math.log10(0.1)],
  });
  const numbers = numbersOfLane(LANES.ln_rnn, frame);
  near(numbers.values.u, 2, "the sum");
  near(numbers.values["d.a.h"], DH * (1 - Math.tanh(0.5) ** 2), "∂ℓ/∂a");
  assert.equal(
    verdict(numbers, false),
    "From t = 1 to 0: tanh′ took ×0.50, LN took ×4.0, W_hh took ×0.10, together ×0.20: " +
      "W_hh shrank it most.",
  );
  const { passage } = numbers;
  const said = (parts) => verdict({ ...numbers, passage: { ...passage, parts } }, false);
  assert.match(said({ nonlinearity: -0.1, norm: 1, weight: 0.3 }), /×16: LN enlarged it most\.$/);
  assert.match(said({ nonlinearity: -0.1, norm: -Infinity, weight: NaN }), /LN lets nothing pass/);
});

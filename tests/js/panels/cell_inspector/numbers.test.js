import assert from "node:assert/strict";
import { test } from "node:test";

import { kindOf } from "../../../../static/js/panels/cell_inspector/kinds/kinds.js";
import { cellNumbers, logNorm } from "../../../../static/js/panels/cell_inspector/numbers.js";
import { ratioOf, verdict } from "../../../../static/js/panels/cell_inspector/verdict.js";

// Two timesteps, two units; the numbers of unit 1 are those that are looked at.
const UNITS = 2;

function frameOf(columns) {
  const arrays = Object.entries(columns).map(([name, column]) => {
    const wide = name.startsWith("paths.") ? column : column.flatMap((each) => [99, each].flat());
    const shape = name.startsWith("paths.") ? [column.length] : [column.length, UNITS];
    return [`0/${name}`, { shape, data: Float64Array.from(wide) }];
  });
  return { iteration: 3, arrays: Object.fromEntries(arrays) };
}

const near = (found, expected, message) => {
  assert.ok(
    Math.abs(found - expected) <= 1e-12 * Math.max(1, Math.abs(expected)),
    `${message}: ${found}, not ${expected}`,
  );
};

const numbersOf = (frame, lane, place, nonlinearity = "tanh") =>
  cellNumbers(frame, lane, place, kindOf(lane, nonlinearity));

const LSTM = { index: 0, cell: "lstm", gate_names: ["i", "f", "g", "o"], hidden_size: UNITS };
const lstm = frameOf({
  h: [0, 0.1, 0.2],
  c: [0, 0.5, -0.4],
  "gate.i": [0, 0.6],
  "gate.f": [0, 0.9],
  "gate.g": [0, -0.8],
  "gate.o": [0, 0.7],
  "input.i": [0, 1],
  "recurrent.i": [0, -0.25],
  "input.f": [0, 30],
  "recurrent.f": [0, 20],
  "input.g": [0, 0],
  "recurrent.g": [0, 1],
  "input.o": [0, 0],
  "recurrent.o": [0, 0],
  "example.dh": [0, 0.01, 0.02],
  "example.dc": [0, 0.3, 0.04],
  "paths.cell": [-9, -3],
  "paths.gates": [-9, -4],
});

test("the numbers of an LSTM's unit are products of its row's, forward and backward", () => {
  const { kind, values, missing } = numbersOf(lstm, LSTM, { t: 2, unit: 1 });
  assert.equal(kind.name, "lstm");
  assert.deepEqual(missing, []);
  near(values["a.i"], 0.75, "the sum");
  near(values.fc, 0.9 * 0.5, "f c_{t−1}");
  near(values.ig, 0.6 * -0.8, "i g");
  near(values.tanh_c, Math.tanh(-0.4), "tanh c");
  near(values["h/c"], 0.7 * (1 - Math.tanh(-0.4) ** 2), "∂h/∂c");
  near(values["d.carry"], 0.04 * 0.9, "∂ℓ/∂c by f");
  near(values["d.f"], 0.04 * 0.5, "∂ℓ/∂f");
  near(values["d.o"], 0.02 * Math.tanh(-0.4), "∂ℓ/∂o");
  near(values["d.c_"], 0.3, "∂ℓ/∂c_{t−1}");
  const open = 1 / (1 + Math.exp(-0.75));
  near(values["i'"], open * (1 - open), "σ′");
  near(values["d.a.i"], 0.04 * -0.8 * open * (1 - open), "∂ℓ/∂a_i");
});

test("a slope far out in a gate's tail is a small number and no zero", () => {
  const { values } = numbersOf(lstm, LSTM, { t: 2, unit: 1 });
  const tail = Math.exp(-50);
  assert.ok(Math.abs(values["f'"] / tail - 1) < 1e-6, String(values["f'"]));
});

test("without sums the slopes come from the gates, and it is said what is missing", () => {
  const bare = Object.entries(lstm.arrays).filter(
    ([name]) => !/input|recurrent|example|paths/.test(name),
  );
  const frame = { iteration: 3, arrays: Object.fromEntries(bare) };
  const { values, missing, passage } = numbersOf(frame, LSTM, { t: 2, unit: 1 });
  assert.deepEqual(missing, ["preactivations", "paths"]);
  near(values["i'"], 0.6 * 0.4, "σ′");
  near(values["g'"], 1 - 0.64, "tanh′");
  assert.ok(Number.isNaN(values["x.i"]) && Number.isNaN(values["d.c"]));
  assert.equal(passage, null);
});

test("of a place that the frame does not hold there is nothing", () => {
  assert.equal(numbersOf(lstm, LSTM, { t: 3, unit: 1 }), null);
  assert.equal(numbersOf(lstm, LSTM, { t: 2, unit: 2 }), null);
  assert.equal(numbersOf({ arrays: {} }, LSTM, { t: 1, unit: 0 }), null);
});

test("the passage from t to t − 1 is told from entry t − 1 of the engine's paths", () => {
  const wide = { ...lstm.arrays };
  // ‖∂ℓ/∂c_2‖ = 5e-3, of (3e-3, 4e-3)
  wide["0/example.dc"] = { shape: [3, 2], data: Float64Array.of(0, 0, 0, 0, 3e-3, 4e-3) };
  const numbers = numbersOf({ arrays: wide }, LSTM, { t: 2, unit: 1 });
  near(numbers.passage.before, Math.log10(5e-3), "before");
  near(10 ** ratioOf(numbers.passage, kindOf(LSTM).paths[0]), 0.2, "cell path");
  const text = verdict(numbers, false);
  assert.match(text, /cell path 0\.0010, gates 1\.0·10⁻⁴/);
  assert.match(text, /: the cell path is 10 times the gates' part; f_t shrank it to ×0\.20\.$/);
});

const GRU = { index: 0, cell: "gru", gate_names: ["r", "z", "n"], hidden_size: UNITS };
const gru = frameOf({
  h: [0.4, 0.1],
  "gate.r": [0.5],
  "gate.z": [0.8],
  "gate.n": [-0.6],
  "input.r": [0],
  "recurrent.r": [0],
  "input.z": [1],
  "recurrent.z": [1],
  "input.n": [0.25],
  "recurrent.n": [-2],
  "example.dh": [7, 0.1],
  "paths.carry": [-3],
  "paths.candidate": [-2],
});

test("a GRU's reset scales the recurrent part of its candidate alone", () => {
  const { values } = numbersOf(gru, GRU, { t: 1, unit: 1 });
  near(values["a.n"], 0.25 + 0.5 * -2, "a_n");
  near(values["1-z"], 1 / (1 + Math.exp(2)), "1 − z");
  near(values.zh, 0.8 * 0.4, "z h_{t−1}");
  near(values["h/z"], 0.4 + 0.6, "∂h/∂z");
  near(values["d.carry"], 0.08, "∂ℓ/∂h by z");
  const slope = 1 - Math.tanh(-0.75) ** 2;
  near(values["d.r"], 0.1 * values["1-z"] * slope * -2, "∂ℓ/∂r");
});

test("a factor of 1 keeps the gradient, and is not said to shrink it", () => {
  const arrays = {
    ...gru.arrays,
    "0/example.dh": { shape: [2, 2], data: Float64Array.of(0, 0, 6e-4, 8e-4) },
  };
  arrays["0/paths.candidate"] = { shape: [1], data: Float64Array.of(-9) };
  const numbers = numbersOf({ arrays }, GRU, { t: 1, unit: 1 });
  assert.match(
    verdict(numbers, false),
    /: the carry is 1\.0·10⁶ times the candidate's part; z_t kept it, ×1\.0\.$/,
  );
});

test("where the candidate brings more than the carry, it is said so", () => {
  const numbers = numbersOf(
    {
      arrays: {
        ...gru.arrays,
        "0/example.dh": { shape: [2, 2], data: Float64Array.of(0, 0, 0.06, 0.08) },
      },
    },
    GRU,
    { t: 1, unit: 1 },
  );
  assert.match(
    verdict(numbers, false),
    /: the candidate's part is 10 times the carry, ×0\.10 by n_t and its gates; on the carry z_t shrank it to ×0\.010\.$/,
  );
});

test("of two parts near each other, or of one without the other, no multiple is told", () => {
  const dh = { shape: [2, 2], data: Float64Array.of(0, 0, 6e-4, 8e-4) };
  const told = (candidate) => {
    const paths = { shape: [1], data: Float64Array.of(candidate) };
    return verdict(
      numbersOf(
        { arrays: { ...gru.arrays, "0/example.dh": dh, "0/paths.candidate": paths } },
        GRU,
        { t: 1, unit: 1 },
      ),
      false,
    );
  };
  assert.match(
    told(-3.03),
    /: the carry and the candidate's part are about equal; on the carry z_t kept it/,
  );
  assert.match(told(-Infinity), /candidate 0: the carry is all there is; z_t kept it/);
});

const RNN = { index: 0, cell: "rnn", gate_names: [], hidden_size: UNITS };
const rnn = (paths, dh = [1, 0.5]) =>
  frameOf({
    h: [0.3, -0.6],
    "input.h": [1],
    "recurrent.h": [-1.5],
    "example.dh": dh,
    "paths.nonlinearity": [paths[0]],
    "paths.weight": [paths[1]],
  });

test("a plain cell's slope is that of its nonlinearity", () => {
  const place = { t: 1, unit: 1 };
  const frame = rnn([-0.2, -0.1]);
  const tanh = numbersOf(frame, RNN, place, "tanh").values;
  near(tanh["h'"], 1 - Math.tanh(-0.5) ** 2, "tanh′");
  near(tanh["d.a.h"], 0.5 * tanh["h'"], "∂ℓ/∂a");
  const relu = numbersOf(frame, RNN, place, "relu").values;
  assert.equal(relu["h'"], 0);
});

test("of two factors in a row the smaller one is blamed, and growth is called growth", () => {
  const told = (paths) => verdict(numbersOf(rnn(paths), RNN, { t: 1, unit: 1 }), false);
  const log = Math.log10;
  assert.match(
    told([log(0.61), log(0.88)]),
    /tanh′ took ×0\.61, W_hh ×0\.88, together ×0\.54: tanh′ shrank it most/,
  );
  assert.match(told([log(0.9), log(0.5)]), /W_hh shrank it most/);
  assert.match(told([-Infinity, NaN]), /tanh′ is 0 for every unit .* nothing passes/);
  assert.match(told([log(0.9), log(2)]), /together ×1\.8: W_hh enlarged it/);
});

test("a gap is truncation, a zero is a zero, and neither is a number", () => {
  const told = (frame, diverged = false) =>
    verdict(numbersOf(frame, RNN, { t: 1, unit: 1 }), diverged);
  const zeros = rnn([NaN, NaN]);
  assert.match(told(zeros), /Truncation cuts here: nothing passes from t = 1 to 0/);
  zeros.arrays["0/example.dh"].data.fill(0);
  assert.match(told(zeros), /exactly 0 at t = 1/);
  zeros.arrays["0/example.dh"].data.fill(NaN);
  assert.match(told(zeros), /No loss reaches t = 1/);
  assert.match(told(zeros, true), /this lane has diverged/);
});

test("a norm is found though its squares underflow", () => {
  near(logNorm([3e-200, 4e-200]), Math.log10(5e-200), "norm");
  assert.equal(logNorm([0, 0]), -Infinity);
  assert.ok(Number.isNaN(logNorm([1, NaN])));
});

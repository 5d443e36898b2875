import "../../../catalogue.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  whatIfDescription,
  whatIfHeadline,
  whatIfSentence,
} from "../../../../../static/js/panels/gradient_flow/what_if/captions.js";
import {
  chosen,
  pathWords,
  switched,
  ticked,
} from "../../../../../static/js/panels/gradient_flow/what_if/choice.js";
import { zeroText } from "../../../../../static/js/panels/gradient_flow/what_if/paint.js";
import {
  requestOf,
  whatIfScene,
} from "../../../../../static/js/panels/gradient_flow/what_if/scene.js";
import {
  spokenRows,
  whatIfTable,
} from "../../../../../static/js/panels/gradient_flow/what_if/table.js";

const LSTM = {
  index: 1,
  label: "LSTM",
  cell: "lstm",
  gate_names: ["i", "f", "g", "o"],
  switchable_paths: ["c", "gates", "i", "f", "g", "o"],
  num_layers: 1,
};
const RNN = {
  index: 0,
  label: "RNN",
  cell: "rnn",
  gate_names: [],
  switchable_paths: ["h"],
  num_layers: 1,
};
const array = (...data) => ({ data: Float32Array.from(data) });
const REQUEST = { kind: "what_if", lane: 1, layer: 0, off: ["c"], cut_before: null };
const ARRAYS = {
  log10_dh_norm: array(-20, -10, -0.5),
  "log10_dh_norm.real": array(-4, -2, -0.5),
  log10_dc_norm: array(-Infinity, -11, -1),
  "log10_dc_norm.real": array(-4.5, -2.5, -1),
  log10_reach: array(-9),
  "log10_reach.real": array(-1.5),
  log10_grad_norm: array(-1),
  "log10_grad_norm.real": array(-0.5),
  log10_param_norm: array(-2, -1.5),
  "log10_param_norm.real": array(-1, -1.5),
  cosine: array(0.25),
  param_cosine: array(0.125, 1),
};

function stateWith({ view = {}, study, lane = 1, iteration = 40 } = {}) {
  const found = { request: REQUEST, found: REQUEST, status: "there", iteration: 40, done: 1 };
  const made = { ...found, arrays: ARRAYS, text: { params: "weight_hh_l0 readout.weight" } };
  return {
    frame: { iteration, arrays: { "0/dh_norm": array(-3, -2, -1) }, watch: { layer: 0 } },
    lanes: [RNN, LSTM],
    task: { timesteps: 2 },
    watch: { lane, layer: 0 },
    view: { off: ["c"], cut: 0, ...view },
    studies: { what_if: study === undefined ? made : study },
  };
}

test("an exact zero is said of its own timesteps, not of those beside them", () => {
  assert.equal(zeroText([0, 0]), "∂h what if: exactly 0 at t = 0");
  assert.equal(zeroText([0, 24]), "∂h what if: exactly 0 for t ≤ 24");
  assert.equal(zeroText([3, 24]), "∂h what if: exactly 0 at t = 3–24");
});

test("a single gate and all of them: which boxes are ticked, and what is asked", () => {
  const off = switched([], "gates", true, LSTM);
  assert.deepEqual(off, ["i", "f", "g", "o"]);
  assert.deepEqual(chosen({ off, cut: 0 }, LSTM, 9), { off: ["gates"], cut: null });
  const but = switched(chosen({ off, cut: 0 }, LSTM, 9).off, "f", false, LSTM);
  const rest = chosen({ off: but, cut: 4 }, LSTM, 9);
  assert.deepEqual(rest, { off: ["i", "g", "o"], cut: 4 });
  assert.deepEqual(
    ["gates", "i", "f", "c"].map((path) => ticked(rest.off, path, LSTM)),
    [null, true, false, false],
  );
  assert.equal(ticked(["gates"], "o", LSTM), true);
});

test("paths that a lane has not, and timesteps that there are not, are left out", () => {
  assert.deepEqual(chosen({ off: ["c", "z", "gates"], cut: 12 }, RNN, 9), { off: [], cut: null });
  assert.deepEqual(chosen({ off: ["h"], cut: 9 }, RNN, 9), { off: ["h"], cut: 9 });
  assert.equal(requestOf(stateWith({ lane: 0 })), null);
  assert.deepEqual(requestOf(stateWith()), REQUEST);
});

test("the carry is named by what multiplies it", () => {
  assert.match(pathWords("carry", { cell: "gru" }).title, /by z$/);
  assert.match(pathWords("carry", { cell: "mgu" }).title, /by 1 − f$/);
  assert.match(
    pathWords("peepholes", { cell: "peephole_lstm" }).title,
    /^From c_t to c_t−1 through/,
  );
});

test("the sentence compares what arrives and where the gradient points", () => {
  assert.equal(
    whatIfSentence(whatIfScene(stateWith())),
    "Iteration 40, without c: 1.0·10⁻⁹ of the gradient arrives at the first input, not 0.032; " +
      "the gradient of the weights would turn by 76° (cosine 0.25, length ×0.32).",
  );
});

test("nothing that arrives and no direction are words, not numbers", () => {
  const nothing = { log10_reach: array(-Infinity), cosine: array(NaN) };
  const found = { ...stateWith().studies.what_if, arrays: { ...ARRAYS, ...nothing } };
  const text = whatIfSentence(whatIfScene(stateWith({ study: found })));
  assert.match(text, /: nothing of the gradient arrives/);
  assert.match(text, /would have no direction\.$/);
});

test("without a choice, before an answer and after a refusal it says so", () => {
  const say = (options) => whatIfSentence(whatIfScene(stateWith(options)));
  assert.match(say({ view: { off: [] } }), /^Switch a path off/);
  const begun = { request: REQUEST, found: null, status: "computing", done: 0.4, arrays: {} };
  assert.equal(say({ study: begun }), "Computing … 40 %");
  const failed = { ...begun, status: "failed", error: "no such path" };
  assert.equal(say({ study: failed }), "Not computed: no such path");
});

test("what answers another iteration or another choice is said to be old", () => {
  assert.equal(whatIfScene(stateWith()).isOld, false);
  assert.equal(whatIfScene(stateWith({ iteration: 41 })).isOld, true);
  const other = whatIfScene(stateWith({ view: { off: ["f"] } }));
  assert.equal(other.isOld, true);
  assert.match(whatIfSentence(other), /without c:/);
  assert.match(whatIfHeadline(stateWith({ iteration: 41 }), other)[0], /iteration 40, not of what/);
});

test("another lane has none of it: its real line alone", () => {
  const scene = whatIfScene(stateWith({ lane: 0, view: { off: ["h"] } }));
  assert.equal(scene.found, null);
  assert.deepEqual([...scene.lines.dh_norm.real], [-3, -2, -1]);
  assert.equal(scene.lines.dh_norm.whatIf, null);
});

test("everything that is said aloud begins with what it is not", () => {
  const state = stateWith();
  const scene = whatIfScene(state);
  assert.match(whatIfDescription(scene), /^What if, not the real gradient\./);
  for (const text of whatIfHeadline(state, scene)) assert.match(text, /^what if: not the real/);
});

test("the tables hold both, real first", () => {
  const scene = whatIfScene(stateWith());
  const { columns, rows } = whatIfTable(scene, 40);
  assert.equal(columns.length, 9);
  assert.deepEqual(rows[0].slice(0, 7), [40, "LSTM", "c", null, 0, -4, -20]);
  assert.equal(rows.length, 3);
  assert.deepEqual(spokenRows(scene).at(-1), ["‖∂L/∂readout.weight‖", "0.032", "0.032", "1.00"]);
  assert.deepEqual(spokenRows(scene)[0].slice(1, 3), ["0.032", "1.0·10⁻⁹"]);
});

import "../../catalogue.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import { emptyHistory, extended } from "../../../../static/js/frames/history.js";
import { extentsOf, ghostsOf } from "../../../../static/js/panels/training/ghosts.js";

const RECIPE = /** @type {any} */ ({
  seed: 0,
  batch_size: 8,
  task: { name: "adding", seq_len: 20 },
  base: { learning_rate: 0.003, optimizer: "adam", clip: "norm" },
  lanes: [{ cell: "rnn" }, { cell: "lstm" }],
  tweaks: [],
});

/** A history of two lanes with these losses. */
function historyOf(...losses) {
  const data = (values) => ({ data: Float64Array.from(values) });
  const arrays = { "history/iteration": data(losses.map((_, k) => k)) };
  for (const lane of [0, 1]) {
    for (const name of ["loss", "grad_norm", "clip_factor", "reach", "diverged"]) {
      arrays[`${lane}/history/${name}`] = data(losses.map((loss) => (name === "loss" ? loss : 0)));
    }
  }
  return extended(emptyHistory(), /** @type {any} */ (arrays), 2);
}

const LANES = [
  { index: 0, label: "RNN tanh" },
  { index: 1, label: "LSTM" },
];
const runOf = (id, recipe, history = historyOf(0.4, 0.3, 0.2)) =>
  /** @type {any} */ ({ id, recipe, lanes: LANES, history, hues: [0, 1] });
const withBase = (changes) => ({ ...RECIPE, base: { ...RECIPE.base, ...changes } });
const ghosts = (earlier, recipe = RECIPE) =>
  ghostsOf(/** @type {any} */ ({ earlier, recipe, view: { hidden: [], colors: [] } }));
const textsOf = (...given) => ghosts(...given).map(({ text }) => text);

test("a run is called by what was changed from it to the next", () => {
  const [slow, fast] = [withBase({ learning_rate: 0.001 }), withBase({ learning_rate: 0.01 })];
  assert.deepEqual(textsOf([runOf(1, slow), runOf(2, fast)]), ["run 1: η 0.001", "run 2: η 0.01"]);
  const back = [runOf(1, RECIPE), runOf(2, fast)];
  assert.deepEqual(textsOf(back), ["run 1: η 0.003", "run 2: η 0.01"], "not by the present run");
});

test("what was begun anew with the same recipe says how far it came, and no two are alike", () => {
  const texts = textsOf([runOf(1, RECIPE), runOf(2, RECIPE), runOf(3, RECIPE)]);
  assert.deepEqual(
    texts,
    [1, 2, 3].map((id) => `run ${id}: same recipe, to 2`),
  );
});

test("another network is called by its lanes", () => {
  const other = withBase({ learning_rate: 0.1, optimizer: "sgd", clip: "none" });
  assert.deepEqual(textsOf([runOf(4, other)]), ["run 4: RNN tanh, LSTM"]);
  const [{ whole }] = ghosts([runOf(4, other)]);
  assert.equal(whole, "run 4, to iteration 2: η 0.1, optimizer → sgd, clip → none");
});

test("the axis follows the present run, and an earlier one as far as a power of ten", () => {
  const far = ghosts([runOf(1, RECIPE, historyOf(1e6, 1e5, 1e5))]);
  const near = ghosts([runOf(1, RECIPE, historyOf(1, 0.1, 0.01))]);
  const present = /** @type {[number, number]} */ ([-1, 0]);
  for (const [, high] of extentsOf(far, "loss", present)) assert.equal(high, 1);
  for (const [low] of extentsOf(near, "loss", present)) assert.ok(low < -0.5 && low > -2);
  for (const [, high] of extentsOf(far, "loss", [Infinity, -Infinity])) assert.equal(high, 6);
});

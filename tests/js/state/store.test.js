import assert from "node:assert/strict";
import { test } from "node:test";

import { Column } from "../../../static/js/frames/history.js";
import { createStore } from "../../../static/js/state/store.js";

const recipe = (changes = {}) => ({
  seed: 0,
  task: { name: "adding", seq_len: 5 },
  batch_size: 4,
  base: { cell: "lstm", learning_rate: 0.003 },
  lanes: [{ cell: "rnn" }, { cell: "lstm" }],
  tweaks: [],
  ...changes,
});

const lanes = [
  { index: 0, label: "RNN tanh", gate_names: [], state_names: ["h"], num_layers: 1 },
  {
    index: 1,
    label: "LSTM",
    gate_names: ["i", "f", "g", "o"],
    state_names: ["h", "c"],
    num_layers: 2,
  },
];

const ready = (changes = {}) => ({
  type: "ready",
  recipe: recipe(),
  lanes,
  task: { name: "adding" },
  example: { kind: "adding" },
  iteration: 0,
  ...changes,
});

const array = (...data) => ({ shape: [data.length], data: Float64Array.from(data) });

/** A frame that brings the iterations `from` … `to`, with loss 10 × iteration + lane + `extra`. */
function frame(from, to = from, extra = 0) {
  const iterations = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const arrays = { "history/iteration": array(...iterations) };
  for (const lane of [0, 1]) {
    const losses = iterations.map((iteration) => 10 * iteration + lane + extra);
    arrays[`${lane}/history/loss`] = array(...losses);
    arrays[`${lane}/loss`] = array(losses.at(-1));
  }
  return { iteration: to, text: {}, arrays };
}

const column = ({ length, data }) => [...data.subarray(0, length)];

test("a column keeps what it has when it grows", () => {
  const grown = new Column();
  for (let value = 0; value < 2000; value += 1) grown.append([value]);
  assert.equal(grown.length, 2000);
  assert.deepEqual(
    [grown.data[0], grown.data[511], grown.data[512], grown.data[1999]],
    [0, 511, 512, 1999],
  );
});

test("a state is replaced and not changed", () => {
  const store = createStore();
  const before = store.state;
  store.set({ theme: "dark" });
  assert.equal(before.theme, "light");
  assert.equal(store.state.theme, "dark");
});

test("listeners hear every change until they leave", () => {
  const store = createStore();
  const heard = [];
  const leave = store.subscribe(({ theme }) => heard.push(theme));
  store.set({ theme: "dark" });
  leave();
  store.set({ theme: "light" });
  assert.deepEqual(heard, ["dark"]);
});

test("a run that was announced is shown with its first frame, and not before", () => {
  const store = createStore();
  store.ready(ready());
  assert.equal(store.state.recipe, null);
  store.frame(frame(0));
  assert.deepEqual(store.state.lanes, lanes);
  assert.equal(store.state.frame.iteration, 0);
  assert.equal(store.state.first, store.state.frame);
});

test("a run whose first frame takes long can be shown without one", () => {
  const store = createStore();
  store.ready(ready());
  store.frame(frame(0, 3));
  store.ready(ready({ recipe: recipe({ seed: 9 }) }));
  store.settle();
  assert.equal(store.state.recipe.seed, 9);
  assert.equal(store.state.frame, null);
  assert.equal(store.state.history.length, 0);
});

test("the first frame stays", () => {
  const store = createStore();
  store.ready(ready());
  store.frame(frame(0));
  const { first } = store.state;
  store.frame(frame(1));
  assert.equal(store.state.first, first);
  assert.equal(store.state.frame.iteration, 1);
});

test("history takes in every iteration, also those whose frames were dropped", () => {
  const store = createStore();
  store.ready(ready());
  store.frame(frame(0));
  store.frame(frame(1, 4));
  const { history } = store.state;
  assert.equal(history.length, 5);
  assert.deepEqual(column(history.iteration), [0, 1, 2, 3, 4]);
  assert.deepEqual(column(history.lanes[0].loss), [0, 10, 20, 30, 40]);
  assert.deepEqual(column(history.lanes[1].loss), [1, 11, 21, 31, 41]);
});

test("iterations that come again replace those that were there", () => {
  const store = createStore();
  store.ready(ready());
  store.frame(frame(0, 9));
  const before = store.state.history;
  store.ready(ready({ iteration: 6 }));
  store.frame(frame(0, 6, 0.5));
  assert.deepEqual(column(store.state.history.iteration), [0, 1, 2, 3, 4, 5, 6]);
  assert.equal(store.state.history.lanes[0].loss.data[6], 60.5);
  assert.notEqual(store.state.history, before);
});

test("a frame of some later iterations leaves the earlier ones", () => {
  const store = createStore();
  store.ready(ready());
  store.frame(frame(0, 9));
  store.frame(frame(8, 11));
  assert.deepEqual(column(store.state.history.iteration), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test("a frame shown again brings no iteration and keeps the history", () => {
  const store = createStore();
  store.ready(ready());
  store.frame(frame(0, 2));
  const again = frame(0, 2);
  again.arrays = { "history/iteration": array() };
  store.frame(again);
  assert.equal(store.state.history.length, 3);
});

test("a resumed run keeps the line of iteration 0; a new run has one of its own", () => {
  const store = createStore();
  store.ready(ready());
  store.frame(frame(0));
  const { first } = store.state;
  store.frame(frame(1, 5));
  store.ready(ready({ iteration: 5 }));
  store.frame(frame(0, 5));
  assert.equal(store.state.first, first);
  store.ready(ready());
  store.frame(frame(0));
  assert.notEqual(store.state.first, first);
  assert.deepEqual(column(store.state.history.iteration), [0]);
});

test("what is watched first is the lane with the most gates", () => {
  const store = createStore();
  store.ready(ready());
  store.frame(frame(0));
  assert.deepEqual(store.state.watch, { lane: 1, layer: 0, example: 0 });
});

test("what is watched is kept as far as the new run has it", () => {
  const store = createStore();
  store.ready(ready());
  store.frame(frame(0));
  store.set({ watch: { lane: 1, layer: 1, example: 3 } });
  store.ready(ready({ lanes: lanes.slice(0, 1), recipe: recipe({ batch_size: 2 }) }));
  store.frame(frame(0));
  assert.deepEqual(store.state.watch, { lane: 0, layer: 0, example: 1 });
});

test("a tweak that was made is in force at once, one of a link only when its time comes", () => {
  const store = createStore();
  const later = { iteration: 50, lane: null, changes: { learning_rate: 0.5 } };
  store.ready(ready({ recipe: recipe({ tweaks: [later] }) }));
  store.frame(frame(0));
  assert.equal(store.state.form.base.learning_rate, 0.003);
  const mine = { iteration: 9, lane: null, changes: { learning_rate: 0.1 } };
  store.status({ type: "state", state: "playing", recipe: recipe({ tweaks: [later, mine] }) });
  assert.equal(store.state.form.base.learning_rate, 0.1);
  store.frame(frame(1, 50));
  assert.equal(store.state.form.base.learning_rate, 0.5);
});

test("the form shows drafts over what is in force", () => {
  const store = createStore();
  store.ready(ready());
  store.frame(frame(0));
  store.set({ drafts: new Map([["base.learning_rate", -1]]) });
  assert.equal(store.state.form.base.learning_rate, -1);
  assert.equal(store.state.recipe.base.learning_rate, 0.003);
});

test("the form is the same object while nothing in it changes", () => {
  const store = createStore();
  store.ready(ready());
  store.frame(frame(0));
  const { form } = store.state;
  store.frame(frame(1));
  store.status({ type: "state", state: "playing", pace: 60, recipe: recipe() });
  assert.equal(store.state.form, form);
});

test("what a message says of the old run does not touch the announced one", () => {
  const store = createStore();
  store.ready(ready());
  store.frame(frame(0));
  store.ready(ready({ recipe: recipe({ seed: 2 }) }));
  store.status({ type: "state", state: "replaying", recipe: recipe({ seed: 2 }) });
  assert.equal(store.state.recipe.seed, 0);
  store.frame(frame(0));
  assert.equal(store.state.recipe.seed, 2);
});

test("an earlier frame is looked at in every view while later ones come in, and let go", () => {
  const store = createStore();
  store.ready(ready());
  for (let iteration = 0; iteration < 5; iteration += 1) store.frame(frame(iteration));
  store.lookAt(2);
  assert.deepEqual([store.state.past, store.state.frame.iteration], [2, 2]);
  store.frame(frame(5));
  assert.deepEqual([store.state.frame.iteration, store.state.latest.iteration], [2, 5]);
  store.pin(1);
  assert.equal(store.state.pinned.iteration, 1);
  store.lookAt(null);
  assert.deepEqual([store.state.past, store.state.frame.iteration], [null, 5]);
});

test("an earlier frame is shown with the example that it was recorded with", () => {
  const store = createStore();
  store.ready(ready({ recipe: { ...recipe(), batch_size: 4 } }));
  store.frame(frame(0));
  store.set({ watch: { ...store.state.watch, example: 2 } });
  store.frame(frame(1));
  store.status({ state: "paused", recipe: recipe(), example: { kind: "adding", which: 2 } });
  store.lookAt(0);
  assert.deepEqual([store.state.watch.example, store.state.example.which], [0, undefined]);
  store.lookAt(null);
  assert.deepEqual([store.state.watch.example, store.state.example.which], [2, 2]);
});

test("a run that reads on brings an example with each frame", () => {
  const store = createStore();
  store.ready(ready());
  for (const iteration of [0, 1]) {
    const text = { example: JSON.stringify({ kind: "text", title: `of ${iteration}` }) };
    store.frame({ ...frame(iteration), text });
  }
  assert.equal(store.state.example.title, "of 1");
  store.lookAt(0);
  assert.equal(store.state.example.title, "of 0");
  store.lookAt(null);
  assert.equal(store.state.example.title, "of 1");
});

test("a fork keeps what led to it, and another run keeps nothing", () => {
  const store = createStore();
  store.ready(ready());
  for (let iteration = 0; iteration < 5; iteration += 1) store.frame(frame(iteration));
  store.ready(ready({ iteration: 3 }));
  store.frame(frame(0, 3));
  assert.deepEqual(store.state.archive.iterations, [0, 1, 2, 3]);
  assert.equal(store.state.history.length, 4);
  assert.equal(store.state.first.iteration, 0);
  store.ready(ready({ recipe: recipe({ seed: 9 }), iteration: 3 }));
  store.frame(frame(0, 3, 0.5));
  assert.deepEqual(store.state.archive.iterations, [3]);
  assert.equal(store.state.first, null);
});

test("a run that is joined later has its first frame where that is known", () => {
  const store = createStore();
  const first = frame(0);
  store.ready(ready({ iteration: 7 }), first);
  store.frame(frame(0, 7));
  assert.equal(store.state.first, first);
  assert.deepEqual(store.state.archive.iterations, [7]);
});

test("a fork that takes long leaves on screen what it comes to, and no other run does", () => {
  const store = createStore();
  store.ready(ready());
  for (let iteration = 0; iteration < 9; iteration += 1) store.frame(frame(iteration));
  store.lookAt(4);
  const shown = store.state.frame;
  store.ready(ready({ iteration: 4 }));
  store.settle();
  assert.equal(store.state.frame, shown);
  assert.equal(store.state.latest, shown);
  assert.deepEqual([store.state.past, store.state.history.length], [null, 5]);
  store.ready(ready({ iteration: 4, recipe: recipe({ seed: 9 }) }));
  store.settle();
  assert.equal(store.state.frame, null);
});

test("what was selected stays so as far as the new run has it", () => {
  const store = createStore();
  const run = (changes) =>
    ready({
      task: { name: "adding", timesteps: 20 },
      lanes: lanes.map((lane) => ({ ...lane, hidden_size: 8 })),
      ...changes,
    });
  store.set({ selection: { t: 18, unit: 3 }, cursor: { t: 25, unit: 8 } });
  store.ready(run());
  store.frame(frame(0));
  assert.deepEqual(store.state.selection, { t: 18, unit: 3 });
  assert.deepEqual(store.state.cursor, { t: null, unit: null });
  store.ready(run({ recipe: recipe({ seed: 1 }), task: { name: "adding", timesteps: 5 } }));
  store.frame(frame(0));
  assert.deepEqual(store.state.selection, { t: null, unit: 3 });
});

test("another name of a lane is taken as the run goes on, and nothing else of it changes", () => {
  const store = createStore();
  store.ready(ready());
  store.frame(frame(0));
  const { frame: shown, history } = store.state;
  const named = recipe({ lanes: [{ cell: "rnn" }, { cell: "lstm", name: "mine" }] });
  store.status({ state: "paused", recipe: named, labels: ["RNN tanh", "mine"] });
  assert.deepEqual(
    store.state.lanes.map(({ label }) => label),
    ["RNN tanh", "mine"],
  );
  assert.equal(store.state.lanes[1].num_layers, 2);
  assert.equal(store.state.frame, shown);
  assert.equal(store.state.history, history);
  assert.equal(store.state.form.lanes[1].name, "mine");
});

test("a name from right to left turns no text that it becomes a part of", () => {
  const store = createStore();
  const run = ready();
  store.ready({ ...run, lanes: run.lanes.map((lane) => ({ ...lane, label: "\u05e9\u05dc" })) });
  store.settle();
  for (const { label } of store.state.lanes) assert.equal(label, "\u2068\u05e9\u05dc\u2069");
  const labels = run.lanes.map((_, at) => (at === 0 ? "\u0634\u0628" : "plain"));
  store.status({ type: "state", state: "paused", labels });
  assert.deepEqual(
    store.state.lanes.map(({ label }) => label),
    labels.map((label, at) => (at === 0 ? "\u2068\u0634\u0628\u2069" : label)),
  );
});

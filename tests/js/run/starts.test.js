import assert from "node:assert/strict";
import { test } from "node:test";

import { toFragment } from "../../../static/js/recipe/link.js";
import { createPage, frameOf, ready, RECIPE } from "../page.js";

const DEFAULTS = { recipe: RECIPE, tasks: {} };
const addressOf = (recipe, place) => `http://lab.test/${toFragment(recipe, DEFAULTS, place)}`;
const starts = (page) => page.heard("start").map(([, recipe, options]) => [recipe.seed, options]);
const refusal = {
  type: "error",
  field: "seed",
  message: "No.",
  detail: [{ field: "seed", message: "No." }],
};

test("a plain visit plays by itself, a link does not", () => {
  const page = createPage();
  page.runs.visit("http://lab.test/", { autoplay: true });
  assert.deepEqual(page.heard("start"), [["start", {}, { play: true, at: 0 }]]);
  assert.equal(page.store.state.wanted, true);
  page.runs.visit(addressOf({ ...RECIPE, seed: 4 }), { autoplay: true });
  assert.deepEqual(starts(page), [[4, { play: false, at: 0 }]]);
  assert.equal(page.store.state.wanted, false);
});

test("a link brings its view, selection and watched lane, and goes on to its iteration", () => {
  const page = createPage();
  const place = { at: 30, cursor: { t: 3, unit: 1 }, watch: { lane: 0 }, view: { flow: "source" } };
  const recipe = { ...RECIPE, seed: 4 };
  page.runs.visit(addressOf(recipe, place), { autoplay: true });
  assert.equal(page.store.state.view.flow, "source");
  assert.deepEqual(page.store.state.selection, { t: 3, unit: 1 });
  page.reception.message(ready(recipe));
  page.reception.frame(frameOf(0));
  assert.deepEqual(starts(page), [
    [4, { play: false, at: 0 }],
    [4, { play: false, at: 30 }],
  ]);
  assert.equal(page.store.state.frame, null);
  page.reception.message(ready(recipe, 30));
  page.reception.frame(frameOf(30));
  assert.equal(page.store.state.frame.iteration, 30);
  assert.equal(page.store.state.first.iteration, 0);
  assert.equal(page.store.state.watch.lane, 0);
});

test("a place that makes no sense is left out", () => {
  const page = createPage();
  const place = { at: -2, cursor: { t: "x", unit: 1.5 } };
  page.runs.visit(addressOf({ ...RECIPE, seed: 4 }, place), { autoplay: false });
  assert.deepEqual(page.store.state.selection, { t: null, unit: null });
  assert.deepEqual(starts(page), [[4, { play: false, at: 0 }]]);
});

test("where the server refuses a link's recipe, the default one begins, once", () => {
  const page = createPage();
  page.runs.visit(addressOf({ ...RECIPE, seed: 4 }), { autoplay: true });
  page.heard();
  page.reception.message(refusal);
  assert.deepEqual(page.heard("start"), [["start", {}, { play: false, at: 0 }]]);
  assert.match(page.store.state.notice, /^This link's recipe was refused\. No\./);
  page.reception.message(refusal);
  assert.deepEqual(page.heard("start"), []);
  assert.equal(page.store.state.notice, "No.");
});

test("what is refused after the server took the link is no matter of the link", () => {
  const page = createPage();
  page.runs.visit(addressOf({ ...RECIPE, seed: 4 }), { autoplay: true });
  page.reception.message(ready({ ...RECIPE, seed: 4 }));
  page.heard();
  page.reception.message(refusal);
  assert.deepEqual(page.heard("start"), []);
});

test("a fork begins at the iteration that is shown, and compares with nothing after it", () => {
  const page = createPage();
  const tweaks = [1, 3].map((iteration) => ({ iteration, changes: { learning_rate: iteration } }));
  page.run({ ...RECIPE, tweaks }, 1, 2, 3, 4);
  page.store.pin(2);
  page.playback.lookAt(2);
  page.runs.fork();
  const [[, recipe, options]] = page.heard("start");
  assert.deepEqual(recipe.tweaks, tweaks.slice(0, 1));
  assert.deepEqual(options, { play: false, at: 2 });
  assert.equal(page.store.state.pinned, null);
  assert.deepEqual(page.said, ["Forked at iteration 2"]);
});

test("what is compared with stays where it lies before the fork", () => {
  const page = createPage();
  page.run(RECIPE, 1, 2);
  page.store.pin(1);
  page.runs.fork();
  assert.equal(page.store.state.pinned.iteration, 1);
});

test("another recipe asks for its view at once, and shows all of its lanes when they are there", () => {
  const page = createPage();
  page.run();
  page.watched.view({ hidden: [0], colors: [1, 2] });
  const recipe = { ...RECIPE, seed: 7 };
  page.runs.open(recipe, { preset: "echo", view: { flow: "spectrum" }, play: true });
  const { view, preset, undoable, wanted } = page.store.state;
  assert.deepEqual([view.flow, preset, wanted], ["spectrum", "echo", true]);
  assert.equal(undoable.undo, "recipe");
  assert.deepEqual(starts(page), [[7, { play: true, at: 0 }]]);
  assert.deepEqual([view.hidden, view.colors], [[0], [1, 2]]);
  page.run(recipe);
  const { hidden, colors } = page.store.state.view;
  assert.deepEqual([hidden, colors], [[], []]);
});

test("the lane that a link watches is no matter of the run after it", () => {
  const page = createPage();
  const recipe = { ...RECIPE, seed: 4 };
  page.runs.visit(addressOf(recipe, { watch: { lane: 0 } }), { autoplay: false });
  page.run(recipe);
  assert.equal(page.store.state.watch.lane, 0);
  page.watched.watch({ lane: 1 });
  page.run({ ...recipe, seed: 5 });
  assert.equal(page.store.state.watch.lane, 1);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { createPage, RECIPE } from "../page.js";

function setUp() {
  const page = createPage();
  page.run(RECIPE, 1, 2);
  return page;
}

test("a change that is taken back is a tweak where the field is live", () => {
  const page = setUp();
  page.editor.change("base.learning_rate", 0.1);
  page.clock.pass(100);
  assert.equal(page.store.state.undoable.undo, "base.learning_rate");
  page.heard();
  page.undo.undo();
  assert.deepEqual(page.heard(), [["tweak", null, { learning_rate: 0.003 }]]);
  assert.deepEqual(page.store.state.undoable, { undo: null, redo: "base.learning_rate" });
  page.clock.pass(100);
  page.undo.redo();
  assert.deepEqual(page.heard(), [["tweak", null, { learning_rate: 0.1 }]]);
});

test("lanes that come back are hidden again as they were", () => {
  const page = setUp();
  page.watched.view({ hidden: [1] });
  const one = { ...RECIPE, lanes: RECIPE.lanes.slice(0, 1) };
  page.editor.replace("lanes", one.lanes);
  page.clock.pass(1000);
  page.run(one, 1);
  page.watched.view({ hidden: [] });
  page.undo.undo();
  assert.deepEqual(page.store.state.form.lanes, RECIPE.lanes);
  page.clock.pass(1000);
  page.run(RECIPE, 1);
  assert.deepEqual(page.store.state.view.hidden, [1]);
});

test("what is hidden is no part of a change that leaves the lanes as many", () => {
  const page = setUp();
  page.editor.change("base.learning_rate", 0.1);
  page.watched.view({ hidden: [0] });
  page.undo.undo();
  assert.deepEqual(page.store.state.view.hidden, [0]);
});

test("the way back begins in the present, and brings back the preset", () => {
  const page = setUp();
  page.starts.open({ ...RECIPE, seed: 9 }, { preset: "echo", play: false });
  page.run({ ...RECIPE, seed: 9 }, 1);
  page.playback.lookAt(0);
  assert.equal(page.store.state.preset, "echo");
  page.undo.undo();
  assert.equal(page.store.state.past, null);
  assert.equal(page.store.state.preset, null);
  assert.equal(page.heard("start")[0][1].seed, 0);
});

test("without a form there is nothing to take back", () => {
  const page = createPage();
  page.undo.undo();
  assert.deepEqual(page.heard(), []);
});

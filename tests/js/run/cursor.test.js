import assert from "node:assert/strict";
import { test } from "node:test";

import { createCursor } from "../../../static/js/run/cursor.js";
import { createStore } from "../../../static/js/state/store.js";

function setUp(inspect = []) {
  const store = createStore({
    task: { timesteps: 20 },
    lanes: [{ hidden_size: 8 }],
    view: { inspect },
  });
  return { store, cursor: createCursor(store) };
}

test("the cursor is where the pointer is, or else what was selected", () => {
  const { store, cursor } = setUp();
  cursor.select({ t: 5 });
  assert.deepEqual(store.state.cursor, { t: 5, unit: null });
  cursor.hover(7, 3);
  assert.deepEqual(store.state.cursor, { t: 7, unit: 3 });
  assert.equal(store.state.selection.t, 5);
  cursor.hover(null);
  assert.deepEqual(store.state.cursor, { t: 5, unit: null });
});

test("the arrows begin at the ends and stay within them", () => {
  const { store, cursor } = setUp();
  cursor.move({ t: -1 });
  assert.equal(store.state.selection.t, 20);
  cursor.move({ t: 1 });
  assert.equal(store.state.selection.t, 20);
  cursor.move({ unit: 1 });
  assert.equal(store.state.selection.unit, 0);
  cursor.move({ unit: -1 });
  assert.deepEqual(store.state.cursor, { t: 20, unit: 0 });
});

test("an arrow goes on from where the pointer rests", () => {
  const { store, cursor } = setUp();
  cursor.hover(7, 3);
  cursor.move({ t: 1 });
  assert.deepEqual(store.state.cursor, { t: 8, unit: null });
});

test("the cell that is inspected follows what is selected", () => {
  const { store, cursor } = setUp([{ lane: 0, t: 4, unit: 1 }]);
  cursor.select({ t: 6, unit: 2 });
  assert.deepEqual(store.state.view.inspect, [{ lane: 0, t: 6, unit: 2 }]);
});

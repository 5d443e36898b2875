import assert from "node:assert/strict";
import { test } from "node:test";

import { createPage, RECIPE } from "../page.js";

function setUp() {
  const page = createPage();
  page.run(RECIPE, 1, 2);
  return page;
}

const requested = (page) =>
  page
    .heard("watch")
    .map(([, { lane, layer, example, views, others }]) => [
      lane,
      layer,
      example,
      views.join(),
      others.join(),
    ]);

const VIEWS = "states,prediction,gates";
const OTHERS = "states,prediction";

test("the server is sent what it has to compute when that has changed", () => {
  const page = setUp();
  page.watched.watch({ example: 3 });
  page.watched.watch({ example: 3 });
  page.watched.watch({ lane: 0 }); // of a run at rest, all lanes are computed
  page.watched.view({ flow: "source" });
  page.watched.view({ range: "all" });
  assert.deepEqual(requested(page), [
    [null, 0, 3, VIEWS, ""],
    [null, 0, 3, `${VIEWS},source`, ""],
  ]);
});

test("of a run that plays, the server is asked for what can be seen", () => {
  const page = setUp();
  page.store.set({ run: "playing" });
  page.watched.watch({ lane: 0 });
  page.store.set({ away: ["inside-cell", "prediction"] });
  page.store.set({ away: [] });
  page.store.set({ run: "paused" });
  assert.deepEqual(requested(page), [
    [1, 0, 0, VIEWS, OTHERS],
    [0, 0, 0, VIEWS, OTHERS],
    [0, 0, 0, "states", "states"],
    [0, 0, 0, VIEWS, OTHERS],
    [null, 0, 0, VIEWS, ""],
  ]);
});

test("what the run does not have is not watched", () => {
  const page = setUp();
  page.watched.watch({ lane: 2, layer: 7, example: 8 });
  assert.deepEqual(page.store.state.watch, { lane: 1, layer: 1, example: 0 });
  page.watched.watch({ lane: "0", layer: -1, example: 1.5 });
  assert.deepEqual(page.store.state.watch, { lane: 1, layer: 1, example: 0 });
  page.watched.watch({ lane: 0 });
  assert.deepEqual(page.store.state.watch, { lane: 0, layer: 0, example: 0 });
});

test("an earlier frame holds something of every lane, and another example is yet to come", () => {
  const page = setUp();
  page.playback.lookAt(1);
  page.watched.watch({ lane: 0 });
  assert.equal(page.store.state.past, 1);
  assert.deepEqual(requested(page), []);
  page.watched.watch({ example: 2 });
  assert.equal(page.store.state.past, 1);
  assert.equal(page.store.state.watch.example, 2);
  assert.equal(page.store.state.frame.watch.example, 2);
  assert.deepEqual(requested(page), []); // the run itself is watched as it was
});

test("without a run of its own the page goes on to the latest for another example", () => {
  const page = setUp();
  page.playback.lookAt(1);
  page.socket.hasRun = false;
  page.watched.watch({ example: 2 });
  assert.equal(page.store.state.past, null);
  assert.equal(page.store.state.watch.example, 2);
});

test("inspected is the given cell, or else the one at the cursor in the watched lane", () => {
  const page = setUp();
  page.watched.inspect();
  assert.deepEqual(page.store.state.view.inspect, [{ lane: 1, t: 20, unit: 0 }]);
  page.cursor.hover(4, 3);
  page.watched.inspect();
  assert.deepEqual(page.store.state.view.inspect, [{ lane: 1, t: 4, unit: 3 }]);
  page.watched.inspect({ lane: 0, t: 0, unit: 5 });
  assert.deepEqual(page.store.state.view.inspect, [{ lane: 0, t: 1, unit: 5 }]);
  assert.deepEqual(page.store.state.selection, { t: 1, unit: 5 });
});

test("nothing is inspected before there is a run", () => {
  const page = createPage();
  page.watched.inspect();
  assert.deepEqual(page.store.state.view.inspect, []);
});

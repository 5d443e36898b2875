import assert from "node:assert/strict";
import { test } from "node:test";

import { createPresenter } from "../../../static/js/room/present.js";
import { changedOf, stateOf } from "../../../static/js/room/view.js";
import { forAnyScreen } from "../../../static/js/state/view_settings.js";
import { createPage } from "../page.js";

function setUp() {
  const page = createPage();
  const listeners = new Map();
  const sent = [];
  let open = true;
  const channel = {
    on: (type, listener) => listeners.set(type, listener),
    send: (message) => open && Boolean(sent.push(message)),
  };
  createPresenter({ store: page.store, channel, clock: page.clock });
  return {
    page,
    connect() {
      open = true;
      listeners.get("open")();
    },
    disconnect: () => (open = false),
    heard: () => sent.splice(0).map(({ view }) => stateOf(view)),
  };
}

test("nothing is told before there is a run", () => {
  const lecturer = setUp();
  lecturer.connect();
  lecturer.page.watched.view({ flow: "source" });
  lecturer.page.clock.pass(1000);
  assert.deepEqual(lecturer.heard(), []);
});

test("at most ten times a second, and the last change always", () => {
  const lecturer = setUp();
  lecturer.page.run();
  lecturer.page.clock.pass(1000);
  lecturer.heard();
  for (let t = 0; t < 20; t += 1) {
    lecturer.page.cursor.hover(t);
    lecturer.page.clock.pass(10);
  }
  lecturer.page.clock.pass(100);
  const told = lecturer.heard();
  assert.ok(told.length <= 3, `${told.length} in 0.3 s`);
  assert.equal(told.at(-1).cursor.t, 19);
});

test("what has not changed is not told again, though frames come", () => {
  const lecturer = setUp();
  lecturer.page.run();
  lecturer.page.clock.pass(1000);
  assert.equal(lecturer.heard().length, 1);
  lecturer.page.run(undefined, 1, 2, 3);
  lecturer.page.clock.pass(1000);
  assert.deepEqual(lecturer.heard(), []);
});

test("a new connection is told at once, as is what changed while there was none", () => {
  const lecturer = setUp();
  lecturer.page.run();
  lecturer.page.clock.pass(1000);
  lecturer.heard();
  lecturer.disconnect();
  lecturer.page.watched.view({ flow: "spectrum" });
  lecturer.page.clock.pass(1000);
  assert.deepEqual(lecturer.heard(), []);
  lecturer.connect();
  assert.deepEqual(
    lecturer.heard().map(({ settings }) => settings.flow),
    ["spectrum"],
  );
});

test("what the lecturer looks at comes out as it went in", () => {
  const lecturer = setUp();
  const { page } = lecturer;
  page.run(undefined, 1, 2, 3);
  page.clock.pass(1000);
  lecturer.heard();
  page.watched.watch({ lane: 1, example: 4 });
  page.watched.view({ flow: "source", hidden: [0], projector: true, full: "training" });
  page.cursor.select({ t: 7, unit: 2 });
  page.cursor.hover(9);
  page.store.pin(1);
  page.playback.lookAt(2);
  page.clock.pass(100);
  const [look] = lecturer.heard();
  assert.deepEqual(look, {
    settings: forAnyScreen(page.store.state.view),
    selection: { t: 7, unit: 2 },
    cursor: { t: 9, unit: 2 },
    watch: page.store.state.watch,
    past: 2,
    pinned: 1,
  });
});

test("of two looks, what has changed", () => {
  const look = stateOf({ link: "#view=%7B%22flow%22:%22source%22%7D", cursor: { t: 1 }, past: 3 });
  assert.equal(changedOf(look, null), look);
  assert.deepEqual(changedOf(look, look), {});
  const later = { ...look, past: null, settings: { ...look.settings, flow: "norms" } };
  assert.deepEqual(changedOf(later, look), { past: null, settings: { flow: "norms" } });
});

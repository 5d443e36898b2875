import assert from "node:assert/strict";
import { test } from "node:test";

import { createPage, frameOf, ready, RECIPE } from "../page.js";

test("an announced run is shown with its first frame", () => {
  const page = createPage();
  page.run({ ...RECIPE, seed: 1 });
  page.inbox.message(ready({ ...RECIPE, seed: 2 }));
  assert.equal(page.store.state.recipe.seed, 1);
  page.inbox.frame(frameOf(0));
  assert.equal(page.store.state.recipe.seed, 2);
  assert.equal(page.clock.waiting, 0);
});

test("without a frame it is shown when that takes too long", () => {
  const page = createPage();
  page.run({ ...RECIPE, seed: 1 });
  page.inbox.message(ready({ ...RECIPE, seed: 2 }));
  page.clock.pass(149);
  assert.equal(page.store.state.recipe.seed, 1);
  page.clock.pass(1);
  assert.equal(page.store.state.recipe.seed, 2);
  assert.equal(page.store.state.frame, null);
});

test("a frame that is shown is awaited by the screen, one on the way is taken at once", () => {
  const page = createPage();
  page.run(RECIPE, 1);
  assert.deepEqual(page.awaited, [0, 1]);
  page.starts.visit("http://lab.test/#recipe={}&at=5", { autoplay: false });
  page.inbox.message(ready());
  page.heard();
  page.inbox.frame(frameOf(0));
  assert.deepEqual(page.heard("ack"), [["ack", 0]]);
  assert.deepEqual(page.awaited, [0, 1]);
});

test("a connection that is lost says why, until a run is there again", () => {
  const page = createPage();
  page.run();
  page.inbox.connection({ state: "lost", reason: "gone", replayTo: null });
  const { connection, outage, run } = page.store.state;
  assert.deepEqual([connection, outage, run], ["lost", { reason: "gone" }, "idle"]);
  page.inbox.connection({ state: "open", replayTo: 12 });
  assert.deepEqual([page.store.state.replay, page.store.state.outage], [12, { reason: "gone" }]);
  page.inbox.message(ready());
  assert.equal(page.store.state.outage, null);
});

test("while a run is replayed the page says up to where", () => {
  const page = createPage();
  page.run();
  page.inbox.message({ type: "state", state: "replaying", of: 40 });
  assert.equal(page.store.state.replay, 40);
  page.inbox.message({ type: "state", state: "replaying" });
  assert.equal(page.store.state.replay, 40);
  page.inbox.message({ type: "state", state: "paused" });
  assert.equal(page.store.state.replay, null);
});

test("a run plays in the keys' eyes when the server or somebody wants it", () => {
  const page = createPage();
  page.run();
  page.inbox.message({ type: "state", state: "playing" });
  assert.equal(page.store.state.wanted, true);
  page.inbox.message({ type: "state", state: "paused" });
  assert.equal(page.store.state.wanted, false);
  page.playback.play();
  page.inbox.message({ type: "state", state: "paused" });
  assert.equal(page.store.state.wanted, true);
});

test("a computation that failed has paused its run", () => {
  const page = createPage();
  page.run();
  page.playback.play();
  const problem = { field: "run", message: "It failed." };
  page.inbox.message({ type: "error", ...problem, detail: [problem] });
  assert.equal(page.store.state.wanted, false);
  assert.equal(page.store.state.notice, "It failed.");
});

test("what the server refuses of a field is said at the field", () => {
  const page = createPage();
  page.run();
  page.editor.change("base.hidden_size", -1);
  page.clock.pass(1000);
  const problem = { field: "base.hidden_size", message: "No." };
  page.inbox.message({ type: "error", ...problem, detail: [problem] });
  assert.deepEqual([...page.store.state.errors.keys()], ["base.hidden_size"]);
  assert.equal(page.store.state.notice, null);
});

test("a message that nobody knows is passed over", () => {
  const page = createPage();
  page.run();
  const before = page.store.state;
  page.inbox.message({ type: "constructor" });
  assert.equal(page.store.state, before);
});

test("a run that is only on the way says nothing of itself", () => {
  const page = createPage();
  page.run();
  page.starts.visit("http://lab.test/#recipe={}&at=5", { autoplay: false });
  page.inbox.message({ type: "state", state: "replaying", of: 40 });
  assert.equal(page.store.state.replay, null);
});

test("a lab without a place is full, and not broken", () => {
  const page = createPage();
  page.inbox.connection({
    state: "lost",
    wait: 500,
    attempt: 0,
    replayTo: null,
    code: 1013,
    reason: "the lab is full",
  });
  assert.equal(page.store.state.outage.full, true);
  const places = { field: "viewers", value: 3, allowed: "2", message: "viewers is 3." };
  page.inbox.message({ type: "error", ...places, detail: [places] });
  assert.equal(page.store.state.notice, null);
});

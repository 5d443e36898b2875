import assert from "node:assert/strict";
import { test } from "node:test";

import { createFollower } from "../../../static/js/room/follow.js";
import { viewFrom } from "../../../static/js/room/view.js";
import { viewOf } from "../../../static/js/state/view_settings.js";
import { createPage, frameOf, ready, RECIPE } from "../page.js";

const NOWHERE = { t: null, unit: null };

/** What a lecturer's page tells of itself. */
function lecturers({ view = {}, ...looks } = {}) {
  const watch = { lane: 0, layer: 0, example: 0 };
  const usual = { watch, selection: NOWHERE, cursor: NOWHERE, pinned: null, past: null };
  return viewFrom({ ...usual, ...looks, view: viewOf(view) });
}

function setUp({ since = null } = {}) {
  const page = createPage();
  const listeners = new Map();
  const sent = [];
  const stream = [];
  const states = [];
  const kept = [];
  const channel = {
    on: (type, listener) => listeners.set(type, listener),
    send: (message) => Boolean(sent.push(message)),
  };
  const socket = {
    open: () => stream.push("open"),
    close: () => stream.push("close"),
    ack: (iteration) => stream.push(["ack", iteration]),
  };
  const follower = createFollower({
    store: page.store,
    channel,
    socket,
    inbox: page.inbox,
    starts: page.starts,
    link: () => `#${page.store.state.frame?.iteration}`,
    own: {
      since,
      link: "/#before",
      keep: (at) => kept.push(at),
      visit: () => page.starts.visit('http://lab/#recipe={"seed":7}&at=5', { autoplay: false }),
    },
    onChange: (state) => states.push(state),
  });
  const hear = (type, message = {}) => listeners.get(type)({ type, ...message });

  /** Join a class that is at an iteration. */
  function join({ at = 3, ...facts } = {}) {
    hear("room", { present: true, frozen: false, view: null, ...facts });
    show(at);
  }

  function show(at, recipe = RECIPE) {
    hear("ready", ready(recipe, at));
    listeners.get("frame")(frameOf(at));
  }

  /** The class goes on. */
  function frames(...iterations) {
    for (const iteration of iterations) listeners.get("frame")(frameOf(iteration));
  }

  return {
    page,
    follower,
    hear,
    join,
    show,
    frames,
    states,
    kept,
    stream,
    heard: () => sent.splice(0),
    get state() {
      return page.store.state;
    },
  };
}

test("whoever joins is where the class is, and sees what the lecturer looks at", () => {
  const student = setUp();
  const watch = { lane: 1, layer: 0, example: 2 };
  const view = lecturers({ view: { flow: "source" }, watch, cursor: { t: 7, unit: null } });
  student.join({ at: 40, view });
  assert.equal(student.state.frame.iteration, 40);
  assert.equal(student.state.connection, "open");
  assert.equal(student.state.view.flow, "source");
  assert.deepEqual(student.state.watch, watch);
  assert.deepEqual(student.state.cursor, { t: 7, unit: null });
});

test("frames of the class are acknowledged to the class", () => {
  const student = setUp();
  student.join();
  student.heard();
  student.follower.ack(3);
  assert.deepEqual(student.heard(), [{ type: "ack", iteration: 3 }]);
  assert.deepEqual(student.stream, []);
});

test("the lecturer goes back in time, and comes back", () => {
  const student = setUp();
  student.join();
  student.frames(4, 5, 6);
  student.hear("view", { view: lecturers({ past: 4 }) });
  assert.equal(student.state.frame.iteration, 4);
  student.frames(7);
  assert.equal(student.state.frame.iteration, 4);
  student.hear("view", { view: lecturers() });
  assert.equal(student.state.frame.iteration, 7);
});

test("what the lecturer pinned is compared with, if it has been seen", () => {
  const student = setUp();
  student.join();
  student.frames(4, 5);
  student.hear("view", { view: lecturers({ pinned: { iteration: 4 } }) });
  assert.equal(student.state.pinned.iteration, 4);
  student.hear("view", { view: lecturers() });
  assert.equal(student.state.pinned, null);
});

test("a frame is not compared with itself by those who came too late for the pinned one", () => {
  const student = setUp();
  student.join({ at: 40, view: lecturers({ pinned: { iteration: 4 } }) });
  assert.equal(student.state.pinned, null);
});

test("what a student looks at for herself stays until the lecturer changes the same", () => {
  const student = setUp();
  student.join({ view: lecturers() });
  student.page.watched.view({ story: "lanes" });
  student.hear("view", { view: lecturers({ cursor: { t: 2, unit: null } }) });
  assert.equal(student.state.view.story, "lanes");
  student.hear("view", { view: lecturers({ view: { flow: "spectrum" } }) });
  assert.deepEqual([student.state.view.story, student.state.view.flow], ["lanes", "spectrum"]);
  student.hear("view", { view: lecturers({ view: { story: "updates" } }) });
  assert.equal(student.state.view.story, "updates");
});

test("a lane that the run does not have yet is watched once it has it", () => {
  const student = setUp();
  student.join({ view: lecturers() });
  const watch = { lane: 2, layer: 0, example: 0 };
  student.hear("view", { view: lecturers({ watch }) });
  assert.equal(student.state.watch.lane < 2, true);
  student.show(0, { ...RECIPE, lanes: [{ cell: "rnn" }, { cell: "lstm" }, { cell: "rnn" }] });
  assert.deepEqual(student.state.watch, watch);
});

test("a view that makes no sense changes nothing", () => {
  const student = setUp();
  student.join({ view: lecturers({ view: { flow: "source" } }) });
  for (const view of [null, 3, {}, { link: 5 }, "#"]) student.hear("view", { view });
  assert.equal(student.state.view.flow, "source");
});

function alone(student, at = 40) {
  student.join({ at });
  student.follower.leave();
  student.hear("fork", { recipe: RECIPE, at });
}

test("a student goes on alone from this moment, in a run of her own", () => {
  const student = setUp();
  student.join({ at: 40 });
  student.heard();
  student.follower.leave();
  assert.deepEqual(student.heard(), [{ type: "fork" }]);
  student.hear("fork", { recipe: RECIPE, at: 40 });
  assert.deepEqual(student.heard(), [{ type: "follow", following: false }]);
  assert.deepEqual(student.page.heard("start"), [["start", RECIPE, { play: false, at: 40 }]]);
  assert.deepEqual(student.stream, ["open"]);
  assert.deepEqual([student.follower.state.place, student.follower.state.forkedAt], ["alone", 40]);
});

test("alone, a student hears nothing of the class, and acknowledges to the stream", () => {
  const student = setUp();
  alone(student);
  student.frames(41);
  student.hear("view", { view: lecturers({ view: { flow: "source" } }) });
  assert.equal(student.state.frame.iteration, 40);
  assert.equal(student.state.view.flow, "norms");
  student.follower.ack(40);
  assert.deepEqual(student.stream.at(-1), ["ack", 40]);
});

test("without a run nobody goes on alone, and everybody still follows", () => {
  const student = setUp();
  student.hear("room", { present: true, frozen: false, view: null });
  student.follower.leave();
  student.hear("fork", { recipe: null, at: null });
  assert.equal(student.follower.state.place, "class");
  assert.deepEqual(student.heard(), [{ type: "fork" }]);
  student.show(0);
  assert.equal(student.state.frame.iteration, 0);
});

test("whoever comes back is where the class is, and sees what the lecturer looks at by then", () => {
  const student = setUp();
  alone(student);
  student.page.watched.view({ flow: "spectrum" });
  student.hear("view", { view: lecturers({ view: { flow: "source" } }) });
  student.heard();
  student.follower.back();
  assert.deepEqual(student.heard(), [{ type: "follow", following: true }]);
  assert.deepEqual(student.stream, ["open", "close"]);
  assert.equal(student.follower.state.kept, "#40");
  student.show(90);
  assert.equal(student.state.frame.iteration, 90);
  assert.equal(student.state.view.flow, "source");
  assert.equal(student.state.heading, null);
});

test("a run of one's own can't be undone into from the next one", () => {
  const student = setUp();
  alone(student);
  student.page.inbox.message(ready(RECIPE, 40));
  student.page.inbox.frame(frameOf(40));
  student.page.editor.change("base.learning_rate", 0.5);
  assert.notEqual(student.state.undoable.undo, null);
  student.follower.back();
  student.show(90);
  assert.equal(student.state.drafts.size, 0);
  assert.equal(student.state.undoable.undo, null);
});

test("who is alone comes back when the lecturer keeps everybody together, and can't leave", () => {
  const student = setUp();
  alone(student);
  student.heard();
  student.hear("frozen", { frozen: true });
  assert.equal(student.follower.state.place, "class");
  assert.deepEqual(student.heard(), [{ type: "follow", following: true }]);
  student.follower.leave();
  assert.deepEqual(student.heard(), []);
});

test("who is alone when the connection is back stays so, unless all are kept together", () => {
  const student = setUp();
  alone(student);
  student.heard();
  student.hear("lost", { code: 1006, reason: "" });
  student.hear("room", { present: true, frozen: false, view: null });
  assert.deepEqual(student.heard(), [{ type: "follow", following: false }]);
  student.hear("lost", { code: 1006, reason: "" });
  student.hear("room", { present: true, frozen: true, view: null });
  assert.equal(student.follower.state.place, "class");
});

test("a class that is over leaves what it showed, to go on with alone", () => {
  const student = setUp();
  student.join({ at: 40 });
  student.hear("gone", { over: true });
  assert.deepEqual(student.page.heard("start"), [["start", RECIPE, { play: false, at: 40 }]]);
  assert.deepEqual(student.stream, ["open"]);
  assert.deepEqual([student.follower.state.place, student.follower.state.over], ["alone", true]);
});

test("a class that is not there leaves the usual run", () => {
  const student = setUp();
  student.hear("gone", { over: false });
  assert.deepEqual(student.page.heard("start"), [["start", {}, { play: false, at: 0 }]]);
  assert.equal(student.follower.state.place, "alone");
});

test("the end of the class does not touch a run of one's own", () => {
  const student = setUp();
  alone(student);
  student.page.heard();
  student.hear("gone", { over: true });
  assert.deepEqual(student.page.heard("start"), []);
  assert.deepEqual(student.stream, ["open"]);
});

test("a lost connection is told, and mended by the next one", () => {
  const student = setUp();
  student.join();
  student.hear("lost", { code: 1006, reason: "" });
  assert.deepEqual([student.state.connection, student.follower.state.connected], ["lost", false]);
  student.join({ at: 9 });
  assert.deepEqual([student.state.connection, student.state.outage], ["open", null]);
  assert.equal(student.state.frame.iteration, 9);
});

test("a page that is loaded again goes on with the run it had alone", () => {
  const { follower, hear, heard, kept, page, stream } = setUp({ since: 4 });
  hear("room", { present: true, frozen: false, view: null });
  assert.equal(follower.state.place, "alone");
  assert.equal(follower.state.forkedAt, 4);
  assert.deepEqual(heard(), [{ type: "follow", following: false }]);
  assert.deepEqual(stream, ["open"]);
  assert.deepEqual(page.heard("start")[0].slice(0, 2), ["start", { seed: 7 }]);
  assert.deepEqual(kept, [4]);
  // Once only: a connection that comes back begins no other run.
  follower.back();
  hear("room", { present: true, frozen: false, view: null });
  assert.equal(follower.state.place, "class");
  assert.deepEqual(kept, [4, null]);
});

test("kept together, who loads the page again follows, and still has the link to her run", () => {
  const { follower, hear, heard, kept, page, stream } = setUp({ since: 4 });
  hear("room", { present: true, frozen: true, view: null });
  assert.equal(follower.state.place, "class");
  assert.equal(follower.state.kept, "/#before");
  assert.deepEqual([heard(), stream, page.heard("start")], [[], [], []]);
  assert.deepEqual(kept, [null]);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { backoff, createSocket } from "../../../static/js/run/socket.js";
import { createClock } from "../clock.js";

class FakeWebSocket {
  static OPEN = 1;
  static all = [];

  constructor(url) {
    this.url = url;
    this.readyState = 0;
    this.sent = []; // without ids and pings
    this.open = []; // {type, id} of what is not answered yet
    this.pings = 0;
    FakeWebSocket.all.push(this);
  }

  send(text) {
    const { id, ...message } = JSON.parse(text);
    if (id !== undefined) this.open.push({ type: message.type, id });
    if (message.type === "ping") this.pings += 1;
    else this.sent.push(message);
  }

  close() {
    this.drop();
  }

  // What the server and the network do.

  accept() {
    this.readyState = FakeWebSocket.OPEN;
    this.onopen();
  }

  drop(code = 1006, reason = "") {
    this.readyState = 3;
    this.onclose({ code, reason });
  }

  say(message) {
    this.onmessage({ data: JSON.stringify(message) });
  }

  /** Announce the run of the first start that is not answered yet. */
  begin(message) {
    if (this.open.some(({ type }) => type === "start")) this.answer("start", message);
    else this.say(message);
  }

  /** Answer the first message of a type that is not answered yet. */
  answer(type, message) {
    const at = this.open.findIndex((each) => each.type === type);
    const [{ id }] = this.open.splice(at, 1);
    this.say({ ...message, id });
  }

  show(bytes = new ArrayBuffer(8)) {
    this.onmessage({ data: bytes });
  }

  types() {
    return this.sent.map(({ type }) => type);
  }
}

function setUp({ onMessage = () => {} } = {}) {
  FakeWebSocket.all = [];
  const clock = createClock();
  const connections = [];
  const messages = [];
  const requests = [];
  const frames = [];
  const socket = createSocket({
    url: "ws://somewhere/api/stream",
    WebSocket: FakeWebSocket,
    clock,
    now: () => clock.now,
    random: () => 1,
    limit: 1000,
    onConnection: (connection) => connections.push(connection),
    onMessage(message, request) {
      messages.push(message);
      requests.push(request);
      onMessage(message, request);
    },
    onFrame: (bytes) => frames.push(bytes),
  });
  const wire = () => FakeWebSocket.all.at(-1);
  return { socket, clock, connections, messages, requests, frames, wire };
}

const ready = (recipe = { seed: 0 }, iteration = 0) => ({ type: "ready", recipe, iteration });
const paused = (recipe = { seed: 0 }) => ({ type: "state", state: "paused", recipe });

test("a start that was asked for before the connection is sent when it opens", () => {
  const { socket, wire } = setUp();
  socket.start({ seed: 4 });
  socket.open();
  assert.deepEqual(wire().sent, []);
  wire().accept();
  assert.deepEqual(wire().sent, [{ type: "start", recipe: { seed: 4 }, at: 0 }]);
});

test("pace is sent with every run, play once it stands at its first frame", () => {
  const { socket, wire } = setUp();
  socket.setPace(10);
  socket.start({}, { play: true });
  socket.open();
  wire().accept();
  wire().begin(ready());
  assert.deepEqual(wire().sent.at(-1), { type: "pace", iterations_per_second: 10 });
  wire().show();
  wire().say(paused());
  assert.deepEqual(wire().types(), ["start", "pace", "play"]);
});

test("a run that was not to play stays at its first frame", () => {
  const { socket, wire } = setUp();
  socket.start({}, { play: false });
  socket.open();
  wire().accept();
  wire().begin(ready());
  wire().show();
  assert.deepEqual(wire().types(), ["start", "pace"]);
});

test("a restart goes on playing if it played", () => {
  const { socket, wire } = setUp();
  socket.start({}, { play: true });
  socket.open();
  wire().accept();
  wire().begin(ready());
  wire().show();
  socket.start({ seed: 2 });
  wire().begin(ready({ seed: 2 }));
  wire().show();
  assert.deepEqual(wire().types(), ["start", "pace", "play", "start", "pace", "play"]);
});

test("step pauses a run that plays, and advances one iteration", () => {
  const { socket, wire } = setUp();
  socket.start({}, { play: true });
  socket.open();
  wire().accept();
  wire().begin(ready());
  wire().show();
  socket.step();
  assert.deepEqual(wire().sent.slice(-2), [{ type: "pause" }, { type: "step", iterations: 1 }]);
  assert.equal(socket.playing, false);
});

test("messages and frames are handed on, each as it is", () => {
  const { socket, wire, messages, frames } = setUp();
  socket.open();
  wire().accept();
  wire().begin(ready());
  const bytes = new ArrayBuffer(3);
  wire().show(bytes);
  assert.deepEqual(messages, [ready()]);
  assert.equal(frames[0], bytes);
  assert.equal(wire().binaryType, "arraybuffer");
});

test("a lost run is asked for again, at the last iteration that was drawn, and plays on", () => {
  const { socket, clock, wire, connections } = setUp();
  socket.setPace(null);
  socket.start({}, { play: true });
  socket.open();
  wire().accept();
  wire().begin(ready({ seed: 0, full: true }));
  wire().show();
  socket.ack(41);
  socket.ack(42);
  wire().drop();
  assert.equal(connections.at(-1).state, "lost");
  clock.pass(500);
  wire().accept();
  assert.equal(connections.at(-1).replayTo, 42);
  assert.deepEqual(wire().sent, [{ type: "start", recipe: { seed: 0, full: true }, at: 42 }]);
  wire().begin(ready({ seed: 0, full: true }, 42));
  wire().say({ type: "state", state: "replaying", iteration: 7, of: 42 });
  assert.deepEqual(wire().types(), ["start", "pace"]);
  wire().show();
  assert.deepEqual(wire().types(), ["start", "pace", "play"]);
  assert.equal(wire().sent[1].iterations_per_second, null);
});

test("a run that was paused is paused again", () => {
  const { socket, clock, wire } = setUp();
  socket.start({}, { play: true });
  socket.open();
  wire().accept();
  wire().begin(ready());
  wire().show();
  socket.pause();
  wire().drop();
  clock.pass(500);
  wire().accept();
  wire().begin(ready());
  wire().show();
  assert.deepEqual(wire().types(), ["start", "pace"]);
});

test("tweaks in the server's recipe are part of the one that is asked for again", () => {
  const { socket, clock, wire } = setUp();
  socket.start({});
  socket.open();
  wire().accept();
  wire().begin(ready());
  const tweaked = { seed: 0, tweaks: [{ iteration: 3 }] };
  wire().say({ type: "state", state: "playing", recipe: tweaked });
  socket.ack(5);
  wire().drop();
  clock.pass(500);
  wire().accept();
  assert.deepEqual(wire().sent[0], { type: "start", recipe: tweaked, at: 5 });
});

test("what is watched is sent to the server that comes back", () => {
  const { socket, clock, wire } = setUp();
  socket.start({});
  socket.open();
  wire().accept();
  wire().begin(ready());
  socket.watch({ lane: null, layer: 1, example: 2 });
  wire().drop();
  clock.pass(500);
  wire().accept();
  wire().begin(ready());
  assert.deepEqual(wire().sent.at(-1), { type: "watch", lane: null, layer: 1, example: 2 });
});

test("a new recipe that nobody answered is what is asked for again", () => {
  const { socket, clock, wire } = setUp();
  socket.start({});
  socket.open();
  wire().accept();
  wire().begin(ready());
  socket.ack(9);
  socket.start({ seed: 5 });
  wire().drop();
  clock.pass(500);
  wire().accept();
  assert.deepEqual(wire().sent, [{ type: "start", recipe: { seed: 5 }, at: 0 }]);
});

test("of several starts that were not answered, the last is asked for again", () => {
  const { socket, clock, wire } = setUp();
  socket.open();
  wire().accept();
  for (const seed of [1, 2, 3]) socket.start({ seed });
  wire().begin(ready({ seed: 1 }));
  wire().drop();
  clock.pass(500);
  wire().accept();
  assert.deepEqual(wire().sent, [{ type: "start", recipe: { seed: 3 }, at: 0 }]);
});

test("what was asked for while nobody was there is asked for once", () => {
  const { socket, wire } = setUp();
  for (const seed of [1, 2, 3]) socket.start({ seed });
  socket.open();
  wire().accept();
  assert.deepEqual(wire().sent, [{ type: "start", recipe: { seed: 3 }, at: 0 }]);
});

test("a server that is full is asked for the same run later", () => {
  const { socket, clock, wire } = setUp();
  socket.start({ seed: 1 });
  socket.open();
  wire().accept();
  wire().say({ type: "error", field: "viewers" });
  wire().drop(1013);
  clock.pass(500);
  wire().accept();
  assert.deepEqual(wire().sent, [{ type: "start", recipe: { seed: 1 }, at: 0 }]);
});

test("a refused tweak leaves an open start open", () => {
  const { socket, clock, wire } = setUp();
  socket.open();
  wire().accept();
  socket.start({ seed: 1 });
  socket.tweak(null, { clip: "x" });
  wire().answer("tweak", { type: "error", field: "changes.clip" });
  wire().drop();
  clock.pass(500);
  wire().accept();
  assert.deepEqual(wire().sent, [{ type: "start", recipe: { seed: 1 }, at: 0 }]);
});

test("a refused recipe is not asked for again", () => {
  const { socket, clock, wire } = setUp();
  socket.start({});
  socket.open();
  wire().accept();
  wire().begin(ready());
  socket.ack(9);
  socket.start({ seed: -1 });
  wire().answer("start", { type: "error", field: "seed" });
  wire().drop();
  clock.pass(500);
  wire().accept();
  assert.deepEqual(wire().sent, [{ type: "start", recipe: { seed: 0 }, at: 9 }]);
});

test("the wait doubles up to eight seconds, and starts anew after a run came", () => {
  const { socket, clock, wire, connections } = setUp();
  socket.start({});
  socket.open();
  const waits = [];
  for (let attempt = 0; attempt < 6; attempt += 1) {
    wire().drop();
    waits.push(connections.at(-1).wait);
    clock.pass(connections.at(-1).wait);
  }
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 8000]);
  wire().accept();
  wire().begin(ready());
  wire().drop();
  assert.equal(connections.at(-1).wait, 500);
});

test("the wait varies, so that a class does not come back all at once", () => {
  assert.equal(
    backoff(0, () => 0),
    375,
  );
  assert.equal(
    backoff(0, () => 1),
    500,
  );
  assert.equal(
    backoff(20, () => 1),
    8000,
  );
});

test("waiting can be cut short, and does not connect twice", () => {
  const { socket, clock, wire } = setUp();
  socket.open();
  wire().drop();
  socket.retry();
  assert.equal(FakeWebSocket.all.length, 2);
  clock.pass(9000);
  assert.equal(FakeWebSocket.all.length, 2);
  socket.retry();
  assert.equal(FakeWebSocket.all.length, 2);
});

test("a socket that was closed on purpose stays closed", () => {
  const { socket, clock, wire } = setUp();
  socket.open();
  wire().accept();
  socket.close();
  clock.pass(20_000);
  assert.equal(FakeWebSocket.all.length, 1);
  assert.equal(clock.waiting, 0);
});

test("nothing is sent into a connection that is not open, and the caller learns of it", () => {
  const { socket, wire } = setUp();
  socket.open();
  assert.equal(socket.tweak(null, { clip: "none" }), false);
  wire().accept();
  assert.equal(socket.tweak(0, { clip: "none" }), true);
  assert.deepEqual(wire().sent, [{ type: "tweak", lane: 0, changes: { clip: "none" } }]);
});

/** A page that has a run, drawn up to an iteration. */
function withRun(iteration = 9, options = {}) {
  const page = setUp(options);
  page.socket.start({});
  page.socket.open();
  page.wire().accept();
  page.wire().begin(ready());
  page.wire().show();
  page.socket.ack(iteration);
  page.wire().sent.length = 0;
  return page;
}

test("every message that can be refused carries an id of its own", () => {
  const { socket, wire } = withRun();
  wire().open.length = 0;
  socket.start({ seed: 1 });
  socket.tweak(0, { clip: "none" });
  socket.rename(0, "mine");
  socket.watch({ lane: null });
  socket.setPace(4);
  socket.play();
  socket.pause();
  socket.step();
  assert.equal(wire().open.length, 8);
  assert.equal(new Set(wire().open.map(({ id }) => id)).size, 8);
});

test("an answer comes with the request that it answers, and news come with none", () => {
  const { socket, wire, requests } = withRun();
  socket.tweak(0, { clip: "none" });
  socket.tweak(1, { clip: "value" });
  wire().open.reverse();
  wire().answer("tweak", paused());
  wire().answer("tweak", { type: "error", field: "changes.clip" });
  wire().say(paused());
  assert.deepEqual(
    requests.slice(-3).map((request) => request?.lane),
    [1, 0, undefined],
  );
});

test("a text that was refused does not hold up the good one after it", () => {
  // A lone surrogate, a good text, the run plays to 231, and the connection is lost.
  const { socket, clock, wire } = withRun();
  const text = (text) => ({ task: { name: "next_char", text } });
  socket.start(text("ab\ud83dcd ef "));
  wire().answer("start", { type: "error", field: "task.text" });
  socket.start(text("good"));
  wire().begin(ready(text("good")));
  wire().show();
  socket.ack(231);
  wire().drop();
  clock.pass(500);
  wire().accept();
  assert.deepEqual(wire().sent, [{ type: "start", recipe: text("good"), at: 231 }]);
});

test("whether a run plays stays as it was where a start is refused", () => {
  for (const [before, play] of [
    [true, false],
    [false, true],
  ]) {
    const { socket, wire } = withRun();
    if (before) socket.play();
    socket.start({ seed: -1 }, { play });
    assert.equal(socket.playing, play);
    wire().answer("start", { type: "error", field: "seed" });
    assert.equal(socket.playing, before);
  }
});

test("of two starts that are refused, what played before the first counts", () => {
  const { socket, wire } = withRun();
  socket.play();
  socket.start({ seed: -1 }, { play: false });
  socket.start({ seed: -2 }, { play: false });
  for (const field of ["seed", "seed"]) wire().answer("start", { type: "error", field });
  assert.equal(socket.playing, true);
});

test("whoever pauses while a start is under way has paused, also if it is refused", () => {
  const { socket, wire } = withRun();
  socket.play();
  socket.start({ seed: -1 });
  socket.pause();
  wire().answer("start", { type: "error", field: "seed" });
  assert.equal(socket.playing, false);
});

test("what may not be watched is not asked for again", () => {
  const { socket, wire } = withRun();
  socket.watch({ lane: null, example: 1 });
  wire().answer("watch", paused());
  socket.watch({ lane: null, example: 700 });
  wire().answer("watch", { type: "error", field: "example" });
  socket.start({ seed: 2 });
  wire().begin(ready({ seed: 2 }));
  assert.deepEqual(wire().sent.at(-1), { type: "watch", lane: null, example: 1 });
});

test("a message that is longer than the server reads is refused here, at its field", () => {
  const { socket, clock, wire, messages, requests } = withRun();
  const long = { task: { text: "x".repeat(2000) } };
  const request = socket.start(long);
  assert.deepEqual(wire().sent, []);
  assert.equal(messages.at(-1).type, "ready", "like any answer, it comes later");
  clock.pass(0);
  const { type, field, detail } = messages.at(-1);
  assert.deepEqual([type, field, detail[0].field], ["error", "task.text", "task.text"]);
  assert.equal(requests.at(-1), request);
  assert.deepEqual(socket.starts, []);
  wire().drop();
  clock.pass(500);
  wire().accept();
  assert.deepEqual(wire().sent, [{ type: "start", recipe: { seed: 0 }, at: 9 }]);
});

for (const code of [1003, 1007, 1008, 1009, 4000, 4999]) {
  test(`what a connection is closed for with code ${code} is not sent again`, () => {
    const { socket, clock, wire, messages, requests, connections } = withRun();
    const request = socket.start({ seed: 5 });
    wire().drop(code, "too big");
    assert.equal(messages.at(-1).type, "error");
    assert.match(messages.at(-1).message, new RegExp(`too big, code ${code}`));
    assert.equal(requests.at(-1), request);
    assert.equal(connections.at(-1).state, "lost");
    clock.pass(500);
    wire().accept();
    assert.deepEqual(wire().sent, [{ type: "start", recipe: { seed: 0 }, at: 9 }]);
  });
}

test("where nothing is left to ask for, nothing is tried again until somebody wants it", () => {
  const { socket, clock, wire, connections } = setUp();
  socket.start({});
  socket.open();
  wire().accept();
  wire().drop(1008);
  assert.deepEqual([connections.at(-1).state, connections.at(-1).wait], ["lost", null]);
  clock.pass(60_000);
  assert.equal(FakeWebSocket.all.length, 1);
  socket.retry();
  wire().accept();
  assert.equal(connections.at(-1).idle, true);
  assert.deepEqual(wire().sent, []);
});

test("a run that cannot be had again is not asked for a third time", () => {
  const { socket, clock, wire } = withRun();
  wire().drop();
  clock.pass(500);
  wire().accept();
  wire().answer("start", { type: "error", field: "at" });
  assert.equal(socket.hasRun, false);
  assert.equal(socket.resume(), false);
});

test("a run that was there is had again after a refused start on a new connection", () => {
  const { socket, clock, wire } = withRun(9, {
    onMessage: ({ type }) => type === "error" && socket.resume(),
  });
  socket.start({ seed: -1 });
  wire().drop();
  clock.pass(500);
  wire().accept();
  wire().answer("start", { type: "error", field: "seed" });
  assert.deepEqual(wire().sent.at(-1), { type: "start", recipe: { seed: 0 }, at: 9 });
});

test("a connection that says nothing is asked, then given up, and another one is tried", () => {
  const { clock, wire, connections, messages } = withRun();
  const dead = wire();
  const before = messages.length;
  clock.pass(3000);
  assert.equal(dead.pings, 1);
  dead.answer("ping", { type: "state" });
  assert.equal(messages.length, before, "the answer to a ping concerns nobody else");
  clock.pass(7999);
  assert.equal(connections.at(-1).state, "open");
  clock.pass(1);
  assert.deepEqual([connections.at(-1).state, connections.at(-1).reason], ["lost", "no answer"]);
  clock.pass(500);
  assert.notEqual(wire(), dead);
  wire().accept();
  dead.say({ type: "state", state: "playing", recipe: { seed: 99 } });
  assert.equal(messages.length, before, "nor does what the old one still brings");
  assert.deepEqual(wire().sent, [{ type: "start", recipe: { seed: 0 }, at: 9 }]);
});

test("a connection that is closed for a long text names the field", () => {
  const { socket, wire, messages } = withRun();
  socket.start({ seed: 1, task: { name: "next_char", text: "x".repeat(300) } });
  wire().drop(1009, "message too big");
  assert.equal(messages.at(-1).field, "task.text");
  assert.equal(
    messages.at(-1).message,
    "task.text is too long for the server, which closed the connection " +
      "(message too big, code 1009).",
  );
});

test("a connection that was not opened is not opened by a retry, nor played on", () => {
  const { socket } = setUp();
  socket.retry();
  socket.play();
  assert.deepEqual([FakeWebSocket.all.length, socket.playing], [0, false]);
});

test("who leaves leaves what was asked for, and may open the connection for something else", () => {
  const { socket, wire } = setUp();
  socket.open();
  wire().accept();
  socket.start({ seed: 1 }, { play: true });
  socket.close();
  assert.deepEqual([socket.starts.length, socket.playing], [0, false]);
  socket.start({ seed: 2 });
  socket.open();
  wire().accept();
  assert.deepEqual(wire().sent, [{ type: "start", recipe: { seed: 2 }, at: 0 }]);
});

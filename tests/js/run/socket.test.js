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
    this.sent = [];
    FakeWebSocket.all.push(this);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
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

  show(bytes = new ArrayBuffer(8)) {
    this.onmessage({ data: bytes });
  }

  types() {
    return this.sent.map(({ type }) => type);
  }
}

function setUp() {
  FakeWebSocket.all = [];
  const clock = createClock();
  const connections = [];
  const messages = [];
  const frames = [];
  const socket = createSocket({
    url: "ws://somewhere/api/stream",
    WebSocket: FakeWebSocket,
    clock,
    random: () => 1,
    onConnection: (connection) => connections.push(connection),
    onMessage: (message) => messages.push(message),
    onFrame: (bytes) => frames.push(bytes),
  });
  return { socket, clock, connections, messages, frames, wire: () => FakeWebSocket.all.at(-1) };
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

test("pace is told with every run, play once it stands at its first frame", () => {
  const { socket, wire } = setUp();
  socket.setPace(10);
  socket.start({}, { play: true });
  socket.open();
  wire().accept();
  wire().say(ready());
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
  wire().say(ready());
  wire().show();
  assert.deepEqual(wire().types(), ["start", "pace"]);
});

test("a restart goes on playing if it played", () => {
  const { socket, wire } = setUp();
  socket.start({}, { play: true });
  socket.open();
  wire().accept();
  wire().say(ready());
  wire().show();
  socket.start({ seed: 2 });
  wire().say(ready({ seed: 2 }));
  wire().show();
  assert.deepEqual(wire().types(), ["start", "pace", "play", "start", "pace", "play"]);
});

test("step pauses a run that plays, and advances one iteration", () => {
  const { socket, wire } = setUp();
  socket.start({}, { play: true });
  socket.open();
  wire().accept();
  wire().say(ready());
  wire().show();
  socket.step();
  assert.deepEqual(wire().sent.slice(-2), [{ type: "pause" }, { type: "step", iterations: 1 }]);
  assert.equal(socket.playing, false);
});

test("messages and frames are handed on, each as it is", () => {
  const { socket, wire, messages, frames } = setUp();
  socket.open();
  wire().accept();
  wire().say(ready());
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
  wire().say(ready({ seed: 0, full: true }));
  wire().show();
  socket.ack(41);
  socket.ack(42);
  wire().drop();
  assert.equal(connections.at(-1).state, "lost");
  clock.pass(500);
  wire().accept();
  assert.equal(connections.at(-1).replayTo, 42);
  assert.deepEqual(wire().sent, [{ type: "start", recipe: { seed: 0, full: true }, at: 42 }]);
  wire().say(ready({ seed: 0, full: true }, 42));
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
  wire().say(ready());
  wire().show();
  socket.pause();
  wire().drop();
  clock.pass(500);
  wire().accept();
  wire().say(ready());
  wire().show();
  assert.deepEqual(wire().types(), ["start", "pace"]);
});

test("tweaks that the server told of are part of the recipe that is asked for again", () => {
  const { socket, clock, wire } = setUp();
  socket.start({});
  socket.open();
  wire().accept();
  wire().say(ready());
  const tweaked = { seed: 0, tweaks: [{ iteration: 3 }] };
  wire().say({ type: "state", state: "playing", recipe: tweaked });
  socket.ack(5);
  wire().drop();
  clock.pass(500);
  wire().accept();
  assert.deepEqual(wire().sent[0], { type: "start", recipe: tweaked, at: 5 });
});

test("what is watched is told to the server that comes back", () => {
  const { socket, clock, wire } = setUp();
  socket.start({});
  socket.open();
  wire().accept();
  wire().say(ready());
  socket.watch({ lane: null, layer: 1, example: 2 });
  wire().drop();
  clock.pass(500);
  wire().accept();
  wire().say(ready());
  assert.deepEqual(wire().sent.at(-1), { type: "watch", lane: null, layer: 1, example: 2 });
});

test("a new recipe that nobody answered is what is asked for again", () => {
  const { socket, clock, wire } = setUp();
  socket.start({});
  socket.open();
  wire().accept();
  wire().say(ready());
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
  wire().say(ready({ seed: 1 }));
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
  wire().say({ type: "error", field: "changes.clip" });
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
  wire().say(ready());
  socket.ack(9);
  socket.start({ seed: -1 });
  wire().say({ type: "error", field: "seed" });
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
  wire().say(ready());
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
  clock.pass(10_000);
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

test("nothing is sent into a connection that is not open, and one is told", () => {
  const { socket, wire } = setUp();
  socket.open();
  assert.equal(socket.tweak(null, { clip: "none" }), false);
  wire().accept();
  assert.equal(socket.tweak(0, { clip: "none" }), true);
  assert.deepEqual(wire().sent, [{ type: "tweak", lane: 0, changes: { clip: "none" } }]);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { createChannel } from "../../../static/js/room/channel.js";
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
}

function setUp() {
  FakeWebSocket.all = [];
  const clock = createClock();
  const heard = [];
  const channel = createChannel({
    url: "ws://somewhere/api/room/tamu-bore",
    WebSocket: FakeWebSocket,
    clock,
    now: () => clock.now,
    random: () => 1,
  });
  for (const type of ["open", "lost", "gone", "view", "frame"]) {
    channel.on(type, (message) => heard.push(message === undefined ? [type] : [type, message]));
  }
  channel.open();
  return { channel, clock, heard, all: FakeWebSocket.all, wire: () => FakeWebSocket.all.at(-1) };
}

test("messages are handed out by their type, frames as bytes", () => {
  const { heard, wire } = setUp();
  const bytes = new ArrayBuffer(8);
  wire().accept();
  wire().say({ type: "view", view: 3 });
  wire().say({ type: "of which nobody wants to hear" });
  wire().onmessage({ data: bytes });
  assert.deepEqual(heard, [["open"], ["view", { type: "view", view: 3 }], ["frame", bytes]]);
});

test("what is sent without a connection is not sent, and the sender is told", () => {
  const { channel, wire } = setUp();
  assert.equal(channel.send({ type: "fork" }), false);
  wire().accept();
  assert.equal(channel.send({ type: "fork" }), true);
  assert.deepEqual(wire().sent, [{ type: "fork" }]);
});

test("a lost connection is tried again, after longer and longer waits", () => {
  const { clock, heard, wire, all } = setUp();
  for (const wait of [500, 1000, 2000]) {
    const before = all.length;
    wire().drop();
    assert.deepEqual(heard.at(-1), ["lost", { code: 1006, reason: "" }]);
    clock.pass(wait - 1);
    assert.equal(all.length, before);
    clock.pass(1);
    assert.equal(all.length, before + 1);
  }
});

test("a connection that brought something counts as a new beginning", () => {
  const { clock, wire, all } = setUp();
  wire().drop();
  clock.pass(500);
  wire().accept();
  wire().say({ type: "view" });
  wire().drop();
  clock.pass(500);
  assert.equal(all.length, 3);
});

test("a full class is tried again, and is asked less and less often", () => {
  const { clock, heard, wire, all } = setUp();
  wire().accept();
  wire().drop(1013, "the class is full");
  clock.pass(500);
  wire().accept();
  wire().drop(1013, "the class is full");
  assert.deepEqual(heard.at(-1), ["lost", { code: 1013, reason: "the class is full" }]);
  clock.pass(999);
  assert.equal(all.length, 2);
  clock.pass(1);
  assert.equal(all.length, 3);
});

test("when the network is there again it is tried at once, and once only", () => {
  const { channel, clock, wire, all } = setUp();
  channel.retry();
  assert.equal(all.length, 1);
  wire().drop();
  channel.retry();
  assert.equal(all.length, 2);
  clock.pass(10_000 - 1); // until it takes too long to open
  assert.equal(all.length, 2);
});

for (const [code, over] of [
  [1000, true],
  [4404, false],
]) {
  test(`a class that ends by code ${code} is not asked for again`, () => {
    const { channel, clock, heard, wire, all } = setUp();
    wire().accept();
    wire().drop(code);
    channel.retry();
    clock.pass(60_000);
    assert.equal(all.length, 1);
    assert.deepEqual(heard, [["open"], ["gone", { over }]]);
    assert.equal(clock.waiting, 0);
  });
}

test("a connection that says nothing is asked, and given up without an answer", () => {
  const { clock, heard, wire, all } = setUp();
  wire().accept();
  clock.pass(3000);
  assert.deepEqual(wire().sent, [{ type: "ping" }]);
  clock.pass(5000);
  assert.deepEqual(heard.at(-1), ["lost", { code: null, reason: "no answer" }]);
  clock.pass(500);
  assert.equal(all.length, 2);
});

test("whoever has left hears nothing and comes back no more", () => {
  const { channel, clock, heard, wire, all } = setUp();
  wire().accept();
  channel.close();
  clock.pass(60_000);
  assert.deepEqual(heard, [["open"]]);
  assert.equal(all.length, 1);
});

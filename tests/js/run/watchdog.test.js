import assert from "node:assert/strict";
import { test } from "node:test";

import { createWatchdog } from "../../../static/js/run/watchdog.js";
import { createClock } from "../clock.js";

function setUp() {
  const clock = createClock();
  const events = [];
  let slept = 0;
  const watchdog = createWatchdog({
    clock,
    now: () => clock.now + slept,
    ask: () => events.push("asked"),
    onDead: () => events.push("dead"),
  });
  return { watchdog, clock, events, sleep: (time) => (slept += time) };
}

test("a connection that is silent is asked after 3 s and dead after 8", () => {
  const { watchdog, clock, events } = setUp();
  watchdog.alive();
  clock.pass(2999);
  assert.deepEqual(events, []);
  clock.pass(1);
  assert.deepEqual(events, ["asked"]);
  clock.pass(4999);
  assert.deepEqual(events, ["asked"]);
  clock.pass(1);
  assert.deepEqual(events, ["asked", "dead"]);
  assert.equal(clock.waiting, 0);
});

test("whoever says something is not asked, and an answer begins a new wait", () => {
  const { watchdog, clock, events } = setUp();
  for (let second = 0; second < 60; second += 1) {
    watchdog.alive();
    clock.pass(1000);
  }
  assert.deepEqual(events, []);
  clock.pass(2000);
  watchdog.alive();
  clock.pass(2999);
  assert.deepEqual(events, ["asked"]);
  clock.pass(1);
  assert.deepEqual(events, ["asked", "asked"]);
});

test("a page that slept asks again before it takes the connection for dead", () => {
  const { watchdog, clock, events, sleep } = setUp();
  watchdog.alive();
  clock.pass(3000);
  sleep(3_600_000); // the answer may have come meanwhile, and not have been read
  clock.pass(5000);
  assert.deepEqual(events, ["asked", "asked"]);
  clock.pass(5000);
  assert.deepEqual(events, ["asked", "asked", "dead"]);
});

test("timers that a hidden tab holds back for a minute are no silence", () => {
  const { watchdog, clock, events, sleep } = setUp();
  for (let minute = 0; minute < 10; minute += 1) {
    watchdog.alive();
    sleep(57_000);
    clock.pass(3000);
  }
  assert.deepEqual(new Set(events), new Set(["asked"]));
});

test("a connection that does not open is dead after 10 s", () => {
  const { watchdog, clock, events } = setUp();
  watchdog.opening();
  clock.pass(9999);
  assert.deepEqual(events, []);
  clock.pass(1);
  assert.deepEqual(events, ["dead"]);
});

test("each false alarm on a slow line doubles the patience, a quick answer restores it", () => {
  const { watchdog, clock, events } = setUp();
  const silence = () => {
    events.length = 0;
    watchdog.alive();
    let time = 0;
    for (; !events.includes("dead"); time += 1000) clock.pass(1000);
    return time;
  };
  assert.deepEqual([silence(), silence(), silence()], [8000, 13_000, 23_000]);
  watchdog.alive();
  clock.pass(4000);
  watchdog.alive();
  assert.equal(silence(), 8000);
});

test("a watchdog that is stopped says nothing", () => {
  const { watchdog, clock, events } = setUp();
  watchdog.alive();
  watchdog.stop();
  clock.pass(60_000);
  assert.deepEqual(events, []);
});

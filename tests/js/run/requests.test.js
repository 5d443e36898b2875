import assert from "node:assert/strict";
import { test } from "node:test";

import { createRequests } from "../../../static/js/run/requests.js";

test("an answer is matched to its request by id, whatever the order, and once", () => {
  const requests = createRequests();
  const [start, tweak] = [{ type: "start" }, { type: "tweak", lane: 2 }];
  const [first, second] = [requests.add(start), requests.add(tweak)];
  assert.equal(requests.answered({ type: "error", id: second }), tweak);
  assert.equal(requests.answered({ type: "error", id: second }), null);
  assert.equal(requests.answered({ type: "ready", id: first }), start);
});

test("what carries no id, or one that nobody gave, answers nothing", () => {
  const requests = createRequests();
  requests.add({ type: "pause" });
  assert.equal(requests.answered({ type: "state" }), null);
  assert.equal(requests.answered({ type: "error", id: 7 }), null);
  assert.equal(requests.clear().length, 1);
});

test("a new run ends the wait for what was sent to the one before, and for nothing after", () => {
  const requests = createRequests();
  requests.add({ type: "tweak" });
  const id = requests.add({ type: "start" });
  const later = { type: "pace" };
  requests.add(later);
  requests.answered({ type: "ready", id });
  assert.deepEqual(requests.clear(), [later]);
});

test("starts under way are known in the order in which they were made", () => {
  const requests = createRequests();
  const starts = [1, 2].map((at) => ({ type: "start", at }));
  for (const start of starts) requests.add(start);
  requests.add({ type: "play" });
  assert.deepEqual(requests.starts, starts);
});

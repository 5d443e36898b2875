import assert from "node:assert/strict";
import { test } from "node:test";

import { tooLong } from "../../../static/js/run/message_size.js";

const problem = (message, limit) => tooLong(message, JSON.stringify(message), limit);

const start = (text) => ({
  type: "start",
  id: 3,
  recipe: { seed: 0, task: { name: "next_char", text }, lanes: [{ cell: "rnn" }] },
});

test("a message of as many bytes as the server reads is fine, one more is too many", () => {
  const message = start("x".repeat(500));
  const bytes = JSON.stringify(message).length;
  assert.equal(problem(message, bytes), null);
  const { field, message: sentence } = problem(message, bytes - 1);
  assert.equal(field, "task.text");
  assert.equal(
    sentence,
    "task.text is too long: the whole message would have 606 bytes, and the server reads at " +
      "most 605.",
  );
});

test("bytes are counted, not letters", () => {
  const message = start("ℓ".repeat(500));
  const letters = JSON.stringify(message).length;
  assert.equal(problem(message, letters + 1000), null);
  assert.equal(problem(message, letters + 999)?.field, "task.text");
});

test("the field that takes the room is named, in every kind of message", () => {
  const tweaks = Array.from({ length: 200 }, (_, iteration) => ({ iteration, changes: {} }));
  const recipe = { ...start("abc").recipe, tweaks };
  assert.equal(problem({ type: "start", recipe }, 1000).field, "tweaks");
  const name = "x".repeat(2000);
  assert.equal(problem({ type: "rename", lane: 1, name }, 1000).field, "name");
  const lanes = [{ cell: "rnn" }, { name }];
  assert.equal(problem({ type: "start", recipe: { lanes } }, 1000).field, "lanes.1.name");
});

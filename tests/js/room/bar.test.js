import assert from "node:assert/strict";
import { test } from "node:test";

import { attendance, leads, sentence } from "../../../static/js/room/bar.js";

const FOLLOWS = { place: "class", connected: true, present: true, frozen: false, full: false };
const state = (patch = {}) => ({ ...FOLLOWS, forkedAt: null, kept: null, over: false, ...patch });

for (const [when, patch, says] of [
  ["following", {}, "You follow the class. Go on alone to try things yourself."],
  ["kept together", { frozen: true }, "The lecturer keeps everybody together now."],
  [
    "without the lecturer",
    { present: false, frozen: true },
    "The lecturer’s page is not connected; this is the last that came.",
  ],
  ["without a connection", { connected: false, present: false }, "Connecting to the class …"],
  [
    "before a full class",
    { connected: false, full: true },
    "The class is full. This page joins as soon as there is a place.",
  ],
  ["alone", { place: "alone", forkedAt: 1200 }, "Alone since iteration 1 200 of the class."],
  ["after the class", { place: "alone", over: true }, "The class is over. This run is yours now."],
]) {
  test(`a student ${when} reads where she is`, () => {
    assert.equal(sentence(state(patch)).replace(/[\u2009\u202f\u00a0,]/g, " "), says);
  });
}

test("the lecturer reads whether what she presses arrives", () => {
  const now = { followers: 1, alone: 0, away: 0, frozen: false, over: false, connected: true };
  assert.equal(leads(now), "1 student");
  assert.equal(leads({ ...now, connected: false }), "Connecting to the class …");
  assert.equal(leads({ ...now, connected: false, over: true }), "The class is over.");
});

test("the lecturer reads numbers, not names", () => {
  assert.equal(attendance({ followers: 0, alone: 0, away: 0 }), "Nobody has joined yet.");
  assert.equal(attendance({ followers: 1, alone: 0, away: 0 }), "1 student");
  assert.equal(
    attendance({ followers: 40, alone: 3, away: 2 }),
    "40 students · 3 alone · 2 not looking",
  );
});

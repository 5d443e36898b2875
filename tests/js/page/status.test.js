import assert from "node:assert/strict";
import { test } from "node:test";

import { labelOf } from "../../../static/js/page/status.js";

const AT_REST = {
  connection: "open",
  outage: null,
  refusal: null,
  run: "paused",
  frame: {},
  past: null,
  views: null,
};

const label = (state, rate = "") => labelOf({ ...AT_REST, ...state }, rate);

test("the line says what the run does, or what keeps it", () => {
  assert.equal(label({}), "live · paused");
  assert.equal(label({ run: "playing" }, " · 60/s"), "live · 60/s");
  assert.equal(label({ past: 3 }), "looking back");
  assert.equal(label({ frame: null }), "connected");
  assert.equal(label({ run: "replaying" }), "replaying …");
  assert.equal(label({ run: "playing", frame: { coarse: 2 } }), "live · slow link");
});

test("views that take long say how far they are", () => {
  assert.equal(label({ views: 0.429 }), "computing views · 42 %");
});

test("a page that is not let in does not say that its connection is lost", () => {
  assert.equal(label({ connection: "lost" }), "connection lost");
  assert.equal(label({ connection: "lost", outage: { full: true } }), "the lab is full");
  assert.equal(label({ connection: "lost", refusal: "Open the link." }), "not let in");
});

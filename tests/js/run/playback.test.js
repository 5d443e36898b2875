import assert from "node:assert/strict";
import { test } from "node:test";

import { createPage, RECIPE } from "../page.js";

function setUp() {
  const page = createPage();
  page.run(RECIPE, 1, 2, 3);
  return page;
}

const shown = ({ store: { state } }) => ({
  shown: state.frame.iteration,
  past: state.past,
  wanted: state.wanted,
});

test("going back in time pauses a run that plays, and coming back lets it play on", () => {
  const page = setUp();
  page.playback.play();
  page.playback.lookAt(1);
  assert.deepEqual(shown(page), { shown: 1, past: 1, wanted: false });
  page.playback.lookAt(2);
  page.playback.lookAt(null);
  assert.deepEqual(shown(page), { shown: 3, past: null, wanted: true });
  assert.deepEqual(page.heard(), [["play"], ["pause"], ["play"]]);
});

test("a run that stood still stands still when somebody comes back", () => {
  const page = setUp();
  page.playback.lookAt(1);
  page.playback.lookAt(null);
  assert.deepEqual(shown(page), { shown: 3, past: null, wanted: false });
  assert.deepEqual(page.heard(), []);
});

test("a step is taken from the latest iteration, and nothing plays on after it", () => {
  const page = setUp();
  page.playback.play();
  page.playback.lookAt(1);
  page.heard();
  page.playback.step();
  assert.deepEqual(page.heard(), [["step"]]);
  assert.deepEqual(shown(page), { shown: 3, past: null, wanted: false });
});

test("steps in time go from kept frame to kept frame, and beyond the last are live", () => {
  const page = setUp();
  const at = [-1, -1, -1, -1, 1, 1, 1, 1].map((by) => {
    page.playback.stepInTime(by);
    return page.store.state.past;
  });
  assert.deepEqual(at, [2, 1, 0, 0, 1, 2, null, null]);
});

test("the pace is sent to the run and kept in the store", () => {
  const page = setUp();
  page.playback.pace(5);
  assert.deepEqual(page.heard(), [["pace", 5]]);
  assert.equal(page.store.state.pace, 5);
});

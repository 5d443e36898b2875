import assert from "node:assert/strict";
import { test } from "node:test";

import { SeenPart } from "../../../../static/js/panels/inside_cell/viewport.js";

const item = (symbol = "f", units = 32) => ({ lane: { index: 1 }, part: { symbol }, units });
const ALL = { t: [0, 100], rows: [0, 32] };

function setUp() {
  const seen = new SeenPart();
  seen.fit(item(), 100);
  return seen;
}

test("at first all is seen, and closer only a part", () => {
  const seen = new SeenPart();
  assert.equal(seen.partial, false);
  assert.deepEqual(seen.fit(item(), 100), ALL);
  assert.equal(seen.partial, false);
  seen.zoom(0.5);
  assert.equal(seen.partial, true);
  assert.deepEqual(seen.fit(item(), 100), { t: [25, 75], rows: [8, 24] });
  seen.showAll();
  assert.equal(seen.partial, false);
});

test("the cell that is held stays where it is", () => {
  const seen = setUp();
  seen.zoom(0.5, { t: 0, rows: 32 });
  assert.deepEqual(seen.fit(item(), 100), { t: [0, 50], rows: [16, 32] });
});

test("the part stays when somebody comes back to the heatmap, and goes with another one", () => {
  const seen = setUp();
  seen.zoom(0.5);
  assert.deepEqual(seen.fit(item(), 100).t, [25, 75]);
  assert.deepEqual(seen.fit(item("f", 16), 100), { t: [0, 100], rows: [0, 16] });
  seen.zoom(0.5);
  assert.deepEqual(seen.fit(item("o", 16), 100), { t: [0, 100], rows: [0, 16] });
  seen.zoom(0.5);
  assert.deepEqual(seen.fit(item("o", 16), 40), { t: [0, 40], rows: [0, 16] });
});

test("it moves by cells, by quarters of what is seen, and to a cell, but never beyond the ends", () => {
  const seen = setUp();
  seen.zoom(0.5);
  seen.pan({ t: 3, rows: -2 });
  assert.deepEqual(seen.fit(item(), 100), { t: [28, 78], rows: [6, 22] });
  seen.panQuarters({ t: -1 });
  seen.panQuarters({ rows: 1 });
  assert.deepEqual(seen.fit(item(), 100), { t: [15, 65], rows: [10, 26] });
  seen.show({ t: 70, rows: null });
  assert.deepEqual(seen.fit(item(), 100), { t: [21, 71], rows: [10, 26] });
  seen.pan({ t: 500, rows: 500 });
  assert.deepEqual(seen.fit(item(), 100), { t: [50, 100], rows: [16, 32] });
});

test("before a heatmap is there, nothing moves", () => {
  const seen = new SeenPart();
  seen.zoom(0.5);
  seen.panQuarters({ t: 1 });
  seen.showAll();
  assert.equal(seen.partial, false);
  assert.deepEqual(seen.fit(item(), 100), ALL);
});

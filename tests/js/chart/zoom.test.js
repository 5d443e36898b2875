import assert from "node:assert/strict";
import { test } from "node:test";

import { withScales } from "../../../static/js/chart/subplots.js";
import { Zoom } from "../../../static/js/chart/zoom.js";

const WANTED = { x: [0, 100], y: [-4, 0] };
const place = { left: 50, top: 20, width: 200, height: 80, log: true, whole: true };
const panelOf = (zoom, index = 0) => withScales(place, zoom.rangesOf(index, WANTED));

test("a box chooses a range of x for all panels and of y for its own", () => {
  const zoom = new Zoom();
  assert.equal(zoom.chosen, false);
  assert.ok(zoom.toBox(panelOf(zoom), 0, [150, 60], [100, 40]));
  assert.deepEqual(zoom.rangesOf(0, WANTED), { x: [25, 50], y: [-2, -1] });
  assert.deepEqual(zoom.rangesOf(1, WANTED), { x: [25, 50], y: [-4, 0] });
  assert.ok(zoom.chosen);
  assert.ok(zoom.clear());
  assert.deepEqual(zoom.rangesOf(0, WANTED), WANTED);
  assert.equal(zoom.clear(), false);
});

test("of a flat box the long side alone counts, and of a dot none", () => {
  const zoom = new Zoom();
  assert.ok(zoom.toBox(panelOf(zoom), 0, [100, 50], [150, 53]));
  assert.deepEqual(zoom.rangesOf(0, WANTED), { x: [25, 50], y: [-4, 0] });
  zoom.clear();
  assert.equal(zoom.toBox(panelOf(zoom), 0, [100, 50], [103, 53]), false);
  assert.equal(zoom.chosen, false);
});

test("a box ends at the panel's edges, and a range of whole numbers has two of them", () => {
  const zoom = new Zoom();
  zoom.toBox(panelOf(zoom), 0, [-90, -90], [150, 900]);
  assert.deepEqual(zoom.rangesOf(0, WANTED), { x: [0, 50], y: [-4, 0] });
  zoom.toBox(panelOf(zoom), 0, [50, 50], [58, 50]);
  assert.deepEqual(zoom.rangesOf(0, WANTED).x, [0, 2]);
});

test("keys narrow x round a place, never beyond the whole, which ends the zoom", () => {
  const zoom = new Zoom();
  zoom.scale(panelOf(zoom), WANTED.x, 0.5, 20);
  assert.deepEqual(zoom.rangesOf(0, WANTED).x, [10, 60]);
  zoom.scale(panelOf(zoom), WANTED.x, 0.5, 500);
  assert.deepEqual(zoom.rangesOf(0, WANTED).x, [35, 60]);
  for (let k = 0; k < 9; k += 1) zoom.scale(panelOf(zoom), WANTED.x, 0.5, 100);
  const [low, high] = zoom.rangesOf(0, WANTED).x;
  assert.ok(Math.abs(high - low - 2) < 1e-9);
  for (let k = 0; k < 9; k += 1) zoom.scale(panelOf(zoom), WANTED.x, 2, 100);
  assert.equal(zoom.chosen, false);
});

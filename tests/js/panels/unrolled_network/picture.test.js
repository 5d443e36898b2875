import assert from "node:assert/strict";
import { test } from "node:test";

import { activeUnits, unitsShown } from "../../../../static/js/panels/unrolled_network/beads.js";
import { arrangeRows, cellOf } from "../../../../static/js/panels/unrolled_network/layout.js";
import { gradientAxis, normAxis } from "../../../../static/js/panels/unrolled_network/norm_axis.js";
import { timestepLabel } from "../../../../static/js/panels/unrolled_network/paint_cursor.js";
import { factorAt } from "../../../../static/js/panels/unrolled_network/paint_lane.js";
import {
  paintClipPhase,
  paintUpdatePhase,
} from "../../../../static/js/panels/unrolled_network/paint_phases.js";
import { drawHead } from "../../../../static/js/panels/unrolled_network/ribbon.js";

const arranged = (lanes, height, small, withCell = true) =>
  arrangeRows({
    width: 1300,
    height,
    small,
    labels: Array(lanes).fill(100),
    withCell: Array(lanes).fill(withCell),
    last: 50,
  });

test("numbers of the last lane lie above the legend, which gives way where there is no room", () => {
  for (const lanes of [1, 2, 3, 4]) {
    for (const [height, small] of [
      [180, 11],
      [160, 14],
      [182, 14],
      [330, 14],
      [240, 12],
    ]) {
      const { lanes: rows, legend, end } = arranged(lanes, height, small);
      const lowest = rows.at(-1).numbers + small / 2;
      assert.ok(lowest <= height, `${lanes} lanes in ${height} px: numbers to ${lowest}`);
      if (legend !== null)
        assert.ok(lowest <= legend - small / 2, `${lanes} lanes in ${height} px`);
      assert.ok(end <= height);
    }
  }
  assert.notEqual(arranged(3, 180, 11).legend, null);
  assert.equal(arranged(4, 180, 14).legend, null);
});

test("the cursor says which timesteps a cell stands for, if it is not the cell's own", () => {
  const rows = { every: 2, timesteps: [0, 2, 4, 24] };
  assert.equal(timestepLabel(rows, 24, cellOf(rows, 24)), "t = 24");
  assert.equal(timestepLabel(rows, 23, cellOf(rows, 23)), "t = 23 (cell of 23–24)");
  const few = { every: 3, timesteps: [1, 4, 7] };
  assert.equal(timestepLabel(few, 0, cellOf(few, 0)), "t = 0 (cell of 0–1)");
  assert.equal(timestepLabel({ every: 1, timesteps: [0, 1] }, 1, 1), "t = 1");
});

test("a cell shows evenly spread units, and instead of one that is always 0 its most active neighbour", () => {
  const [units, height] = [16, 12];
  assert.deepEqual(unitsShown(units, height), [0, 4, 8, 12]);
  const data = new Float32Array(units * 3).fill(0.4);
  assert.deepEqual(activeUnits(units, height, data), [0, 4, 8, 12]);
  for (let at = 0; at < data.length; at += 1)
    data[at] = [2, 5, 6, 8].includes(at % units) ? 0.1 * (at % units) : 0;
  assert.deepEqual(activeUnits(units, height, data), [2, 6, 8, 12]);
});

test("a lane that diverged has no dot, but words", () => {
  const rows = arranged(2, 300, 12);
  const palette = { lanes: ["#112233", "#445566"], font: "sans", small: 12, alert: "#990000" };
  for (const before of [NaN, Infinity]) {
    const said = [];
    const context = { fillRect: () => assert.fail("a stem"), fillText: (text) => said.push(text) };
    const clip = { before, factor: NaN, after: NaN, mode: "norm", threshold: 1 };
    const update = { moved: before, next: NaN };
    const axis = gradientAxis(rows, [clip]);
    const scene = { lane: { index: 0 }, clip, update, axis, loss: NaN };
    for (const paint of [paintClipPhase, paintUpdatePhase])
      paint(context, rows, rows.lanes[0], scene, { progress: 1, palette });
    assert.deepEqual(said, ["no finite gradient", "no finite update"]);
  }
});

test("the threshold stands at the same place whatever the gradients are, and all lie on the axis", () => {
  const rows = arranged(3, 300, 12);
  const clip = (before, after = before, more = {}) => ({
    before,
    after,
    mode: "norm",
    threshold: 0.5,
    ...more,
  });
  const usual = gradientAxis(rows, [clip(3, 0.5), clip(0.02)]);
  for (const norms of [[clip(1e-30)], [clip(1e20, 0.5), clip(0.1)], [clip(0), clip(NaN)]]) {
    const axis = gradientAxis(rows, norms);
    assert.equal(axis.x(Math.log10(0.5)).toFixed(6), usual.x(Math.log10(0.5)).toFixed(6));
    for (const { before } of norms.filter(({ before }) => before > 0)) {
      const x = axis.x(Math.log10(before));
      assert.ok(x >= axis.left - 1e-6 && x <= axis.right + 1e-6, `${before} at ${x}`);
    }
  }
  assert.ok(usual.right < rows.right - 200, "texts have room beside it");
  // A decade is as long everywhere, and an unclipped run has 1 at that place.
  const off = gradientAxis(rows, [clip(3, 3, { mode: "none" })]);
  assert.equal(off.x(0).toFixed(6), usual.x(Math.log10(0.5)).toFixed(6));
  assert.equal((usual.x(1) - usual.x(0)).toFixed(6), (usual.x(-1) - usual.x(-2)).toFixed(6));
});

test("of several thresholds the first is at the fixed place, and the others lie on the axis", () => {
  const rows = arranged(2, 300, 12);
  const clips = [1, 1e9].map((threshold) => ({ before: 2, after: 1, mode: "norm", threshold }));
  const axis = gradientAxis(rows, clips);
  assert.equal(axis.x(0).toFixed(6), gradientAxis(rows, [clips[0]]).x(0).toFixed(6));
  assert.ok(axis.x(9) <= axis.right + 1e-6);
});

test("decades are written on the axis of norms, apart from each other", () => {
  for (const fixed of [0, -2, Math.log10(0.37)]) {
    const { ticks, x } = normAxis(arranged(3, 300, 12), fixed, [fixed]);
    assert.ok(ticks.length >= 4);
    ticks.slice(1).forEach(({ at }, k) => assert.ok(x(at) - x(ticks[k].at) >= 40));
  }
});

test("the factor between two numbers keeps clear of both, however long they are", () => {
  const LETTER = 6; // px
  globalThis.OffscreenCanvas = /** @type {any} */ (
    class {
      getContext() {
        return { measureText: (text) => ({ width: text.length * LETTER }) };
      }
    }
  );
  const row = { numbers: 90 };
  const look = { small: 11, font: "sans" };
  const between = (distance, first, last) => {
    const numbered = [
      { t: 40, x: 100, align: "center" },
      { t: 50, x: 100 + distance, align: "right" },
    ];
    const dh = new Float64Array(51);
    [dh[40], dh[50]] = [first, last];
    const at = factorAt({ numbered, last: 50 }, row, dh, look);
    return at && { ...at, end: 100 + distance };
  };
  // 7.3·10²⁴⁷ and 3.4·10²⁰⁴, 9 letters each, with ‹ ×19,953 a timestep between them.
  assert.equal(between(90, 247.86, 204.86), null);
  const short = between(170, 247.86, 204.86);
  const long = between(400, 247.86, 204.86);
  assert.ok(short.width < long.width, "the unit needs room");
  for (const { x, width, end } of [short, long]) {
    assert.ok(x >= 100 + (9 * LETTER) / 2 + 2, `begins at ${x}`);
    assert.ok(x + width <= end - 9 * LETTER - 2, `ends at ${x + width}`);
  }
});

test("an arrow-head is no higher than there is room for over the number beneath it", () => {
  globalThis.OffscreenCanvas = /** @type {any} */ (
    class {
      getContext() {
        return { fillRect() {}, getImageData: () => ({ data: Uint8Array.of(1, 2, 3, 255) }) };
      }
    }
  );
  const heights = [];
  const context = /** @type {any} */ ({
    beginPath() {},
    closePath() {},
    fill() {},
    moveTo: (_, y) => heights.push(y),
    lineTo: (_, y) => heights.push(y),
  });
  const place = { x: (t) => t, middle: 50, full: 30, color: "#d55e00", alert: "#b83a2e" };
  drawHead(context, [6], 0, place);
  assert.ok(Math.max(...heights) > 70);
  heights.length = 0;
  drawHead(context, [6], 0, { ...place, most: 24 });
  assert.equal(Math.max(...heights), 62);
});

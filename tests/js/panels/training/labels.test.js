import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";

import { placeBeside, placeNames, widthOf } from "../../../../static/js/panels/training/labels.js";

const SIZE = 10;
const panel = /** @type {any} */ ({
  left: 0,
  top: 0,
  width: 400,
  height: 200,
  xRange: [0, 400],
  x: (iteration) => iteration,
  y: (log) => 100 - 50 * log,
});
const baseline = { log: 0, from: 0, to: Infinity, text: "baseline 0.167" };
const WIDE = widthOf(baseline.text, SIZE);

/** Curves by layer: functions of x, with the stretch in which they are. */
const around = (layers, more = {}) => ({
  below: 0,
  now: null,
  taken: [],
  spans: (from, to) =>
    layers.map((curves) =>
      curves
        .filter(({ begin = 0, end = 400 }) => end >= from && begin <= to)
        .map(({ high, low }) => [high, low]),
    ),
  ...more,
});
const nowhere = [{ high: -50, low: -40 }];

test("a name stands at the right end, above its line, where nothing is", () => {
  const [box] = placeNames([baseline], panel, SIZE, around([nowhere, nowhere]));
  deepEqual(box, { from: 396 - WIDE, to: 396, top: 88, bottom: 98 });
});

test("it covers no curve: it goes below, or along its line, or some rows off it", () => {
  const over = [{ high: 80, low: 99 }];
  equal(placeNames([baseline], panel, SIZE, around([over, over]))[0].top, 103);
  const late = [{ high: 80, low: 120, begin: 350 }];
  const [along] = placeNames([baseline], panel, SIZE, around([late, late]));
  equal(along.top, 88);
  ok(along.to < 350);
  const all = [{ high: 85, low: 115 }];
  const [off] = placeNames([baseline], panel, SIZE, around([all, all]));
  ok(off.bottom < 85 || off.top > 115);
});

test("rather a noisy curve is covered than a smooth one", () => {
  const noise = [{ high: 0, low: 200 }];
  const smooth = [{ high: 86, low: 101 }];
  equal(placeNames([baseline], panel, SIZE, around([noise, smooth]))[0].top, 103);
});

test("it leaves the line of the shown iteration and other names, whatever the curves", () => {
  const full = [{ high: 0, low: 200 }];
  const [box] = placeNames([baseline], panel, SIZE, around([full, full], { now: 380 }));
  ok(box.to < 380);
  const [one, two] = placeNames([baseline, baseline], panel, SIZE, around([nowhere, nowhere]));
  ok(one.top >= two.bottom || two.top >= one.bottom || two.to <= one.from);
});

test("a line that has ended has no name", () => {
  deepEqual(placeNames([{ ...baseline, to: 30 }], panel, SIZE, around([nowhere])), [null]);
});

test("what stands beside a cross goes to its other side or under it", () => {
  const cross = { x: 100, y: 7, text: "diverged at 1" };
  equal(placeBeside(cross, panel, SIZE, around([nowhere])).from, 104);
  const right = [{ high: 0, low: 30, begin: 101 }];
  ok(placeBeside(cross, panel, SIZE, around([right])).to < 100);
  const both = [{ high: 0, low: 30 }];
  ok(placeBeside(cross, panel, SIZE, around([both])).top > 30);
});

// The axis of the phases that show a norm: logarithmic, one for all lanes, and at the same place in
// every iteration, so that lengths can be compared by eye.

import { linear, logTicks } from "../../chart/scales.js";

const LEFT = 4; // decades on the left of the place that is fixed
const RIGHT = 3; // and on its right
const SHARE = { wide: 0.56, narrow: 0.42 }; // of the row's width
const PIXELS_PER_TICK = 44;
export const UPDATES = -2; // log10 that is fixed where no threshold is

/**
 * The axis for norms given as log10. `fixed` stands at the same pixel whatever the norms are; where
 * they lie beyond, the axis covers twice as many decades on both sides, or four times.
 *
 * @param {any} rows see layout.js
 * @param {number} fixed log10
 * @param {number[]} logs
 */
export function normAxis(rows, fixed, logs) {
  const finite = logs.filter(Number.isFinite);
  const needed = Math.max(
    1,
    ...finite.map((log) => Math.max((fixed - log) / LEFT, (log - fixed) / RIGHT)),
  );
  const times = 2 ** Math.ceil(Math.log2(needed) - 1e-9);
  const domain = [fixed - LEFT * times, fixed + RIGHT * times];
  const left = rows.left - rows.cellWidth / 2;
  const right = left + (rows.right - rows.left) * (rows.narrow ? SHARE.narrow : SHARE.wide);
  return {
    left,
    right,
    domain,
    x: linear(domain, [left, right]),
    ticks: logTicks(domain, (right - left) / PIXELS_PER_TICK),
  };
}

/**
 * The axis of gradient norms, with the threshold at the fixed place; of several thresholds the
 * first, and 1 where no lane is clipped by its norm.
 *
 * @param {any} rows
 * @param {ReturnType<typeof import("./phase_numbers.js").clipping>[]} clips of the lanes
 */
export function gradientAxis(rows, clips) {
  const thresholds = clips.flatMap(({ mode, threshold }) => (mode === "norm" ? [threshold] : []));
  const norms = clips.flatMap(({ before, after }) => [before, after]);
  const fixed = thresholds.length > 0 ? Math.log10(thresholds[0]) : 0;
  return normAxis(rows, fixed, [...norms, ...thresholds].map(Math.log10));
}

/** The axis of the norms of updates. */
export function updateAxis(rows, updates) {
  return normAxis(
    rows,
    UPDATES,
    updates.map(({ moved }) => Math.log10(moved)),
  );
}

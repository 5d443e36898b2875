// The panels of a chart: where they lie, which ranges they show, and the scales between the two.

import { linear, linearTicks, logTicks } from "./scales.js";

const PIXELS_PER_X_TICK = 76;
export const PIXELS_PER_Y_TICK = 26;

/**
 * A panel with scales, ranges and ticks.
 *
 * @param {PanelPlace} panel
 * @param {{x: number[], y: number[]}} ranges
 * @returns {Panel}
 */
export function withScales(panel, { x, y }) {
  const { left, top, width, height, log, whole } = panel;
  const xRoom = Math.max(2, width / PIXELS_PER_X_TICK);
  const yRoom = Math.max(2, height / PIXELS_PER_Y_TICK);
  return {
    ...panel,
    x: linear(x, [left, left + width]),
    y: linear(y, [top + height, top]),
    xRange: x,
    yRange: y,
    xTicks: linearTicks(x, xRoom, whole),
    yTicks: log ? logTicks(y, yRoom) : linearTicks(y, yRoom),
  };
}

/** The rectangle round all panels. */
export function outline(panels) {
  return {
    left: Math.min(...panels.map(({ left }) => left)),
    right: Math.max(...panels.map(({ left, width }) => left + width)),
    top: Math.min(...panels.map(({ top }) => top)),
    bottom: Math.max(...panels.map(({ top, height }) => top + height)),
  };
}

/** Index of the panel under a point, -1 if there is none. */
export function panelAt(panels, x, y) {
  return panels.findIndex(({ left, top, width, height }) => {
    return x >= left && x <= left + width && y >= top && y <= top + height;
  });
}

/** Whether two ranges are the same but for rounding. */
export function sameRange(first, second) {
  const tolerance = 1e-6 * Math.abs(second[1] - second[0]);
  return first.every((end, k) => Math.abs(end - second[k]) <= tolerance);
}

/** Paint with everything beyond the panel cut off. */
export function inside(context, { left, top, width, height }, paint) {
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  paint();
  context.restore();
}

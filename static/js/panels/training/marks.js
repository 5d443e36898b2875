// Marks beside the lines of training: the baseline, the clip threshold, clipped updates and
// divergences; on a canvas and for Plotly.

import { faded } from "../../canvas/palette.js";
import { font, haloText } from "../../canvas/text.js";
import { dashes } from "../../chart/figure.js";
import { axisId } from "../../chart/plotly_layout.js";
import { count, number } from "../../text/format.js";

const DASH = [1, 3];
const RUG = 3; // px a lane
const RUG_OPACITY = 0.45;

/**
 * The baseline of a task: [{log, from, to, text, color}].
 *
 * @param {TaskFacts} task
 */
export function baselineOf(task, color) {
  if (!task?.baseline) return [];
  const { loss } = task.baseline;
  return [
    { log: Math.log10(loss), from: 0, to: Infinity, text: `baseline ${number(loss, 3)}`, color },
  ];
}

/**
 * Clip thresholds: one line where all lanes share it, else one a lane.
 *
 * @param {{index: number, stretches: {from: number, value: number | null}[]}[]} lanes
 */
export function thresholdsOf(lanes, colorOf, shared) {
  const keys = lanes.map(({ stretches }) => JSON.stringify(stretches));
  const first = lanes.filter((_, k) => keys.indexOf(keys[k]) === k);
  return first.flatMap(({ index, stretches }) => {
    const color = first.length > 1 ? colorOf(index) : shared;
    return stretches.flatMap(({ from, value }, k) => {
      if (value === null) return [];
      const to = stretches[k + 1]?.from ?? Infinity;
      return [{ log: Math.log10(value), from, to, text: `clipped above ${plain(value)}`, color }];
    });
  });
}

function plain(value) {
  const text = String(value);
  return text.length <= 6 && !text.includes("e") ? text : number(value, 2);
}

/** Draw such lines. */
export function paintReference(context, panel, { log, from, to, color }) {
  const right = panel.left + panel.width;
  const y = panel.y(log);
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.setLineDash(DASH);
  context.beginPath();
  context.moveTo(panel.x(from), y);
  context.lineTo(Math.min(right, panel.x(Math.min(to, panel.xRange[1]))), y);
  context.stroke();
  context.setLineDash([]);
}

/** A label in its box, see labels.js. */
export function paintLabel(context, text, box, color, palette) {
  context.fillStyle = color;
  context.font = font(palette.font, palette.small - 1);
  context.textAlign = "right";
  context.textBaseline = "top";
  haloText(context, text, box.to, box.top, palette.panel);
}

/** The same for Plotly. */
export function labelFigure(text, box, color, panel, index, palette) {
  return {
    xref: `${axisId("x", index)} domain`,
    yref: `${axisId("y", index)} domain`,
    text,
    x: 1,
    y: 1,
    xanchor: "right",
    yanchor: "top",
    xshift: box.to - panel.left - panel.width,
    yshift: panel.top - box.top,
    showarrow: false,
    borderpad: 0,
    bgcolor: faded(palette.panel, 0.75),
    font: { color, size: palette.small - 1 },
  };
}

/** The lines for Plotly. */
export function referenceShape({ log, from, to, color }, panel, index) {
  const axes = { xref: axisId("x", index), yref: axisId("y", index) };
  const line = { color, width: 1, dash: dashes(DASH) };
  const y = 10 ** log;
  const x1 = Math.min(to, Math.max(from, panel.xRange[1]));
  return { type: "line", ...axes, x0: from, x1, y0: y, y1: y, line };
}

/** Pixels along the bottom that the marks of so many lanes take. */
export const rugHeight = (lanes) => lanes * RUG + 1;

/** Marks along the bottom where a lane's updates were clipped; lanes stand in rows. */
export function paintRug(context, panel, { envelope, offset }, iterationAt, row, color) {
  const y = panel.top + panel.height - (row + 1) * RUG;
  const width = Math.max(1, panel.x(envelope.stride) - panel.x(0));
  context.fillStyle = color;
  context.globalAlpha = RUG_OPACITY;
  for (const iteration of clipped(envelope, offset, iterationAt)) {
    context.fillRect(panel.x(iteration), y, width, RUG - 1);
  }
  context.globalAlpha = 1;
}

/** The same as a trace. */
export function rugTrace({ envelope, offset }, panel, iterationAt, row, color) {
  const x = clipped(envelope, offset, iterationAt);
  const [low, high] = panel.yRange;
  const y = 10 ** (low + ((high - low) * (row + 0.5) * RUG) / panel.height);
  return {
    mode: "markers",
    x,
    y: x.map(() => y),
    marker: { symbol: "square", size: RUG - 1, color, opacity: RUG_OPACITY, line: { width: 0 } },
  };
}

function clipped(envelope, offset, iterationAt) {
  const found = [];
  for (let bucket = 0; bucket < envelope.buckets; bucket += 1) {
    if (envelope.low(bucket) < 1) found.push(iterationAt(offset + envelope.start(bucket)));
  }
  return found;
}

/** Where the cross of a lane that diverged stands; lanes under each other. */
export const crossOf = (panel, iteration, row, palette) => ({
  x: panel.x(iteration),
  y: panel.top + 7 + row * palette.small * 1.25,
  text: `diverged at ${count(iteration)}`,
});

/** A cross where a lane diverged. */
export function paintCross(context, { x, y }, color) {
  context.strokeStyle = color;
  context.lineWidth = 2;
  context.beginPath();
  for (const slope of [1, -1]) {
    context.moveTo(x - 3, y - 3 * slope);
    context.lineTo(x + 3, y + 3 * slope);
  }
  context.stroke();
}

/** The same as an annotation. */
export function crossFigure({ y }, iteration, color, panel, index, palette) {
  return {
    xref: axisId("x", index),
    yref: `${axisId("y", index)} domain`,
    x: iteration,
    y: 1,
    yshift: panel.top - y,
    text: "×",
    xanchor: "center",
    yanchor: "middle",
    showarrow: false,
    borderpad: 0,
    font: { color, size: palette.small - 1 },
  };
}

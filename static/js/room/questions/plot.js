// The axes that curves are drawn on, and the pictures of a vote: all on a canvas whose unit is one
// CSS pixel.

import { band, trail } from "../../canvas/lines.js";
import { faded } from "../../canvas/palette.js";
import { font, richText, textWidth } from "../../canvas/text.js";
import { linear, linearTicks, logTicks } from "../../chart/scales.js";
import { powerTicks } from "./ticks.js";

const TICK = 6; // px between the axis of t and its labels
const BESIDE = 11; // px between the other axis and its labels: a handle at t = 0 covers none

/**
 * Where the plot of a curve lies in a canvas, with its scales.
 *
 * @param {{width: number, height: number}} surface
 * @param {{timesteps?: number, low?: number, high?: number}} question
 * @param {{font: string}} palette
 * @param {number} size of the text, in px
 */
export function curvePlot({ width, height }, { timesteps, low, high }, palette, size) {
  const yTicks = powerTicks(logTicks([low, high], Math.max(2, height / (size * 3))));
  const lettering = font(palette.font, size);
  const labels = Math.max(0, ...yTicks.map(({ text }) => textWidth(text, lettering)));
  const left = Math.ceil(labels + BESIDE + size * 1.5);
  const bottom = Math.ceil(size * 2.9);
  const top = Math.ceil(size * 0.8);
  const right = Math.ceil(size);
  return {
    left,
    top,
    right: width - right,
    bottom: height - bottom,
    size,
    yTicks,
    xTicks: linearTicks([0, timesteps], Math.max(2, width / (size * 6)), true),
    x: linear([0, timesteps], [left, width - right]),
    y: linear([low, high], [height - bottom, top]),
  };
}

/** Grid, ticks and titles of a curve's plot. */
export function paintAxes(context, plot, palette, yTitle, xTitle = "timestep t") {
  const { left, right, top, bottom, size, x, y } = plot;
  context.font = font(palette.font, size);
  context.fillStyle = palette.soft;
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.textBaseline = "middle";
  context.textAlign = "right";
  context.beginPath();
  for (const { at, text } of plot.yTicks) {
    const height = Math.round(y(at)) + 0.5;
    context.moveTo(left, height);
    context.lineTo(right, height);
    context.fillText(text, left - BESIDE, height);
  }
  context.stroke();
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const { at, text } of plot.xTicks) context.fillText(text, x(at), bottom + TICK);
  richText(context, xTitle, (left + right) / 2, bottom + TICK + size * 1.25);
  context.save();
  context.translate(size * 0.25, (top + bottom) / 2);
  context.rotate(-Math.PI / 2);
  context.textBaseline = "top";
  richText(context, yTitle, 0, 0);
  context.restore();
}

/** Draw only inside the plot. */
function inside(context, { left, right, top, bottom }, paint) {
  context.save();
  context.beginPath();
  context.rect(left - 3, top - 3, right - left + 6, bottom - top + 6);
  context.clip();
  paint();
  context.restore();
}

const numbers = (values) => values.map((value) => value ?? NaN);

/** The curve that somebody draws. */
export function paintDrawn(context, plot, curve, palette) {
  inside(context, plot, () => {
    context.strokeStyle = palette.positive;
    context.lineWidth = 3;
    context.lineJoin = context.lineCap = "round";
    trail(context, plot, numbers(curve));
  });
}

/**
 * All curves of a round, their median and middle half, one's own, and the true one.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {ReturnType<typeof curvePlot>} plot
 * @param {{result: any, own?: (number | null)[], truth?: (number | null)[]}} shown
 * @param {Palette} palette
 */
export function paintCurves(context, plot, { result, own, truth }, palette) {
  const { timesteps, curves, low, median, high } = result;
  // The curves' values stand at some of the timesteps.
  const at = { x: (index) => plot.x(timesteps[index]), y: plot.y };
  const strong = plot.size / 5;
  const faint = Math.max(0.12, Math.min(0.5, 4 / (curves.length + 1)));
  inside(context, plot, () => {
    context.lineJoin = context.lineCap = "round";
    context.fillStyle = faded(palette.negative, 0.18);
    band(context, at, numbers(low), numbers(high), plot.top, plot.bottom);
    context.strokeStyle = faded(palette.negative, faint);
    context.lineWidth = Math.max(1, strong * 0.45);
    for (const curve of curves) trail(context, at, numbers(curve));
    context.strokeStyle = palette.negative;
    context.lineWidth = strong * 1.2;
    trail(context, at, numbers(median));
    if (own !== undefined) {
      context.strokeStyle = palette.positive;
      context.lineWidth = strong;
      context.setLineDash([strong * 2.5, strong * 2]);
      trail(context, plot, numbers(own));
      context.setLineDash([]);
    }
    if (Array.isArray(truth)) {
      // A rim keeps it apart from what lies under it.
      context.strokeStyle = palette.panel;
      context.lineWidth = strong * 2.6;
      trail(context, plot, numbers(truth));
      context.strokeStyle = palette.ink;
      context.lineWidth = strong * 1.6;
      trail(context, plot, numbers(truth));
    }
  });
}

/**
 * Numbers as dots that are stacked on an axis, their median and middle half, one's own, the truth.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {{width: number, height: number}} surface
 * @param {{result: any, range: number[], own?: number, truth?: number, title: string}} shown
 * @param {Palette} palette
 * @param {number} size of the text, in px
 */
export function paintNumbers(context, { width, height }, shown, palette, size) {
  const { result, range, own, truth, title } = shown;
  const bottom = height - size * 2.9;
  const top = size * 0.8;
  const x = linear(range, [size * 1.5, width - size * 1.5]);
  const columns = stacks(result.values, x, size * 0.7);
  const most = Math.max(1, ...columns.values());
  const step = Math.min(size * 0.7, (bottom - top - size * 0.5) / most);
  const radius = Math.max(1.5, Math.min(size * 0.3, step * 0.6));

  if (result.median !== null) {
    context.fillStyle = faded(palette.negative, 0.18);
    context.fillRect(x(result.low), top, Math.max(2, x(result.high) - x(result.low)), bottom - top);
  }
  context.strokeStyle = palette.soft;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x(range[0]), Math.round(bottom) + 0.5);
  context.lineTo(x(range[1]), Math.round(bottom) + 0.5);
  context.stroke();
  context.font = font(palette.font, size);
  context.fillStyle = palette.soft;
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const { at, text } of linearTicks(range, Math.max(3, width / (size * 5)))) {
    context.fillText(text, x(at), bottom + TICK);
  }
  richText(context, title, width / 2, bottom + TICK + size * 1.25);

  for (const [place, dots] of columns) {
    for (let row = 0; row < dots; row += 1) dot(place, row, palette.negative, radius);
  }
  if (typeof truth === "number") {
    upright(context, x(truth), top, bottom, palette.panel, size / 2);
    upright(context, x(truth), top, bottom, palette.ink, size / 2.6);
  }
  // Over the truth, so that both are seen where they agree.
  if (result.median !== null) {
    upright(context, x(result.median), top, bottom, palette.negative, size / 6);
  }
  if (own !== undefined && own >= range[0] && own <= range[1]) {
    dot(column(x(own), size * 0.7), 0, palette.panel, radius * 1.8);
    dot(column(x(own), size * 0.7), 0, palette.positive, radius * 1.4);
  }

  function dot(place, row, color, wide) {
    context.fillStyle = color;
    context.beginPath();
    context.arc(place * size * 0.7, bottom - radius - 2 - row * step, wide, 0, 2 * Math.PI);
    context.fill();
  }
}

function upright(context, x, top, bottom, color, width) {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.lineCap = "butt";
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x, bottom);
  context.stroke();
}

const column = (pixel, width) => Math.round(pixel / width);

/** How many numbers fall into each column of dots; those beyond the axis are left out. */
function stacks(values, x, width) {
  const found = new Map();
  for (const value of values) {
    const place = column(x(value), width);
    found.set(place, (found.get(place) ?? 0) + 1);
  }
  return found;
}

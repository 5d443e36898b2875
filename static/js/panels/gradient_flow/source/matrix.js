// source[s, t] as a heatmap: how much the loss at s teaches timestep t, log10.

import { sequential } from "../../../canvas/color_maps.js";
import { hatch, HATCHING, NOT_COMPUTED } from "../../../canvas/hatching.js";
import { Heatmap } from "../../../canvas/heatmap.js";
import { channels, faded, mixed } from "../../../canvas/palette.js";
import { font, richText } from "../../../canvas/text.js";
import { linear, linearTicks } from "../../../chart/scales.js";
import { logNumber, power } from "../../../text/format.js";

export const LOWEST = -12; // decade at the colour scale's lower end

const LEAST_SPAN = 4; // decades
const BAND = 64; // px: height of the only row of a task with a single loss
const BAR = 10;

/**
 * Colours of log10 norms from the lowest decade to `top`; exactly 0 has a colour of its own, and
 * where nothing was computed nothing is painted.
 */
export function sourceMap(top, palette) {
  const map = sequential([LOWEST, top]);
  const zero = mixed(palette.panel, palette.ink, palette.dark ? 0.16 : 0.1);
  const [r, g, b] = channels(zero);
  const steps = map.css.length;
  const packed = (255 << 24) | (b << 16) | (g << 8) | r;
  return {
    domain: map.domain,
    pixels: Uint32Array.from([...map.pixels.subarray(0, steps), packed, 0]),
    step: (log) => (log !== log ? steps + 1 : log === -Infinity ? steps : map.step(log)),
    color: (log) => (log === -Infinity ? zero : map.color(log)),
    zero,
  };
}

/** The upper end of the colour scale: the decade above all that was seen, never lower again. */
export function topDecade(arrays, before = -Infinity) {
  let most = -Infinity;
  for (const data of arrays) for (const log of data) if (log > most && log < Infinity) most = log;
  return Math.max(
    before,
    most === -Infinity ? -Infinity : Math.ceil(most - 1e-9) + 0,
    LOWEST + LEAST_SPAN,
  );
}

/**
 * Where the matrix lies: `losses` are the timesteps s of its rows, columns are t = 1…`last`.
 * `at(x, y)` is the cell {row, t} under a point, null outside.
 */
export function arrangeMatrix({ width, height, small, losses, last }) {
  const single = losses.length === 1;
  const left = small * (single ? 1 : 4.9);
  const right = width - small * 4.3 - BAR - 12;
  const [top, bottom] = [small * 0.7, height - small * 4.6];
  const across = right - left;
  const down = single ? Math.min(BAND, bottom - top) : bottom - top;
  const x = linear([0.5, last + 0.5], [left, right]);
  const y = linear([-0.5, losses.length - 0.5], [top, top + down]);
  return {
    left,
    top,
    width: across,
    height: down,
    x,
    y,
    losses,
    last,
    single,
    full: { width, height },
    bar: { left: right + 12, top, width: BAR, height: bottom - top },
    at(px, py) {
      if (px < left || px >= right || py < top || py >= top + down) return null;
      return {
        t: Math.min(last, Math.max(1, Math.round(x.invert(px)))),
        row: Math.min(losses.length - 1, Math.max(0, Math.round(y.invert(py)))),
      };
    },
  };
}

/**
 * Axes, titles, colour bar and key: what stays while the numbers change. `gaps`: whether there is
 * anything that was not computed.
 */
export function paintMatrixFrame(context, place, map, gaps, palette) {
  const { left, top, width, height, x, losses, last, single } = place;
  const { small } = palette;
  context.font = font(palette.font, small);
  context.fillStyle = palette.soft;
  context.textBaseline = "top";
  context.textAlign = "center";
  const under = top + height + 5;
  for (const { at, text } of linearTicks([1, last], Math.max(2, width / 76), true)) {
    context.fillText(text, x(at), under);
  }
  richText(context, "timestep t", left + width / 2, under + small * 1.35);
  if (!single) paintLossTicks(context, place, losses, palette);
  paintBar(context, place.bar, map, palette);
  paintKey(context, place, map, gaps, palette);
}

function paintLossTicks(context, { left, top, height, y }, losses, { small }) {
  const [first, step] = [losses[0], losses[1] - losses[0]];
  context.textAlign = "right";
  context.textBaseline = "middle";
  const room = Math.max(2, height / 26);
  for (const { at, text } of linearTicks([first, losses.at(-1)], room, true)) {
    const row = (at - first) / step;
    if (Number.isInteger(row)) context.fillText(text, left - 6, y(row));
  }
  context.save();
  context.translate(small * 0.7, top + height / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.fillText("loss at s", 0, 0);
  context.restore();
}

function paintBar(context, { left, top, width, height }, map, palette) {
  const [low, high] = map.domain;
  for (let y = 0; y < height; y += 1) {
    context.fillStyle = map.color(high - ((y + 0.5) / height) * (high - low));
    context.fillRect(left, top + y, width, Math.min(1, height - y));
  }
  context.fillStyle = palette.soft;
  context.textAlign = "left";
  context.textBaseline = "middle";
  const every = height / (high - low) < 6 ? 6 : 3;
  for (let decade = low; decade <= high; decade += 1) {
    if ((decade - low) % every !== 0 && decade !== high) continue;
    if (decade !== high && high - decade < every * 0.6) continue;
    const at = top + ((high - decade) / (high - low)) * height;
    const text = decade === low ? `≤${power(decade)}` : power(decade);
    context.fillText(text, left + width + 4, at);
  }
}

function paintKey(context, { full, left }, map, gaps, palette) {
  const { small } = palette;
  const y = full.height - small * 0.8;
  const side = small * 0.9;
  let at = left;
  context.textAlign = "left";
  context.textBaseline = "middle";
  const entry = (fill, text) => {
    fill(at, y - side / 2);
    context.strokeStyle = palette.line;
    context.lineWidth = 1;
    context.strokeRect(at + 0.5, y - side / 2 + 0.5, side - 1, side - 1);
    context.fillStyle = palette.soft;
    at += side + 5;
    at += richText(context, text, at, y) + small;
  };
  entry((px, py) => {
    context.fillStyle = map.zero;
    context.fillRect(px, py, side, side);
  }, "exactly 0");
  if (!gaps) return;
  const striped = (px, py) => hatch(context, px, py, side, side, palette.soft, 4);
  const room = full.width - at - side - 5;
  const texts = [NOT_COMPUTED, "not computed"];
  entry(striped, texts.find((text) => context.measureText(text).width < room) ?? texts.at(-1));
}

/** The numbers of a lane, painted frame after frame. */
export class SourcePicture {
  #heatmap = new Heatmap();

  paint(context, { left, top, width, height, losses, last }, data, map, gaps, palette) {
    if (gaps) {
      hatch(context, left, top, width, height, faded(palette.soft, HATCHING));
    }
    this.#heatmap.fill(last, losses.length, map, (column, row) => data[row * last + column]);
    this.#heatmap.draw(context, left, top, width, height);
    context.strokeStyle = palette.line;
    context.lineWidth = 1;
    context.strokeRect(left - 0.5, top - 0.5, width + 1, height + 1);
  }
}

/** The text of one cell. */
export function sourceCellText(log, s, t) {
  if (Number.isNaN(log))
    return `t = ${t} lies beyond the window of the loss at s = ${s}: not computed`;
  if (log === -Infinity && t > s) return `t = ${t} comes after the loss at s = ${s}: exactly 0`;
  return `the loss at s = ${s} teaches t = ${t} with ${logNumber(log)}`;
}

/** What to say of a task with one loss. */
export const singleLoss = (s) =>
  `This task has one loss, at t = ${s}: try Copy memory or Next character.`;

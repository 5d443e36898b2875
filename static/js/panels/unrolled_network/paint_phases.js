// The phases that do not run along timesteps: loss, clip and update.

import { faded } from "../../canvas/palette.js";
import { font, haloText, textWidth } from "../../canvas/text.js";
import { number } from "../../text/format.js";
import { LOSS_RADIUS } from "./paint_background.js";

const DOT = 5; // px: radius, where the row is high enough
const MOVES = 0.7; // of the phase: nothing moves afterwards

/** Ease-out: the share of its way that something has gone at `progress` of the phase. */
function eased(progress) {
  const share = Math.min(1, progress / MOVES);
  return 1 - (1 - share) ** 3;
}

/** The ringed ℓ of a lane glows beside its loss, and so do the dots of further losses. */
export function paintLossPhase(context, rows, row, { lane, losses, loss }, { progress, palette }) {
  const color = palette.lanes[lane.index];
  const x = rows.x(losses.at(-1)) + rows.markRight;
  const y = row.top + row.height / 2;
  const radius = Math.min(LOSS_RADIUS * palette.small, row.height / 2 + 1);
  const light = eased(progress);
  context.fillStyle = faded(color, 0.13);
  for (const wider of [3, 6, 10]) disc(context, x, y, radius + wider * light);
  if (losses.length > 1) {
    context.fillStyle = color;
    for (const t of losses) disc(context, rows.x(t), row.marks, 1 + 1.5 * light);
  }
  context.font = font(palette.font, palette.small, 700);
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.fillStyle = color;
  const label = Number.isFinite(loss) ? `loss ${number(loss)}` : "no finite loss";
  haloText(context, label, rows.right + rows.cellHalf, row.ribbon, palette.panel);
}

function disc(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

/** The gradient's norm: a ring before clipping, and a dot that clipping moves to the left. */
export function paintClipPhase(context, rows, row, { lane, clip, axis }, { progress, palette }) {
  const { before, factor, after, mode, threshold } = clip;
  const track = trackOf(axis, row, palette.lanes[lane.index]);
  if (!Number.isFinite(before) || Number.isNaN(factor))
    return paintNoNumber(context, track, row, "no finite gradient", palette);
  if (mode === "norm") {
    const x = Math.round(axis.x(Math.log10(threshold)));
    context.fillStyle = palette.ink;
    context.fillRect(x, track.top - 4, 1, track.height + 8);
  }
  const log = Math.log10(before);
  paintNorm(context, track, log, log + Math.log10(factor) * eased(progress), palette);
  const norm = rows.narrow ? "" : "‖∂L/∂θ‖ ";
  const clipped = `${number(before)} → ${number(after)}`;
  const how =
    mode === "value" ? `each component cut at ±${number(threshold)}` : `×${number(factor)}`;
  const texts =
    factor < 1
      ? [norm + clipped, how]
      : [norm + number(before), mode === "none" ? "clipping is off" : "not clipped"];
  return paintTexts(context, track, row, texts, palette);
}

/** How far the weights were moved, and the loss after it where that is known. */
export function paintUpdatePhase(
  context,
  rows,
  row,
  { lane, update, axis, loss },
  { progress, palette },
) {
  const track = trackOf(axis, row, palette.lanes[lane.index]);
  if (!Number.isFinite(update.moved))
    return paintNoNumber(context, track, row, "no finite update", palette);
  const log = Math.log10(update.moved);
  const [begin] = axis.domain;
  const way = Math.max(0, log - begin);
  paintNorm(context, track, log, begin + way * eased(progress), palette);
  const then = Number.isNaN(update.next) ? "" : `loss ${number(loss)} → ${number(update.next)}`;
  return paintTexts(context, track, row, [`‖Δθ‖ ${number(update.moved)}`, then], palette);
}

/**
 * The axis itself, under the last lane: its decades, and what is measured along it.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {any} rows see layout.js
 * @param {any} axis see norm_axis.js
 * @param {{title: string, thresholds: {log: number, color: string}[]}} named
 * @param {Palette} palette
 */
export function paintNormAxis(context, rows, axis, { title, thresholds }, palette) {
  const { numbers } = rows.lanes.at(-1);
  const top = Math.round(numbers - palette.small * 0.75);
  context.font = font(palette.font, palette.small - 1);
  context.textBaseline = "middle";
  context.fillStyle = palette.line;
  for (const { at } of axis.ticks) {
    const x = Math.round(axis.x(at));
    for (const row of rows.lanes) {
      const { top: from, height } = trackOf(axis, row, "");
      context.fillRect(x, from - 2, 1, height + 4);
    }
  }
  context.fillStyle = palette.soft;
  context.fillRect(axis.left, top, axis.right - axis.left, 1);
  const marks = thresholds.map(({ log, color }) => {
    const text = `${rows.narrow ? "" : "clipped above "}${number(10 ** log)}`;
    return { text, color, x: axis.x(log), half: textWidth(text, context.font) / 2 };
  });
  context.textAlign = "center";
  const end = Math.max(axis.right, ...marks.map(({ x, half }) => x + half));
  for (const { at, text } of axis.ticks) {
    const x = axis.x(at);
    context.fillStyle = palette.soft;
    context.fillRect(Math.round(x), top, 1, 3);
    const half = textWidth(text, context.font) / 2 + 4;
    if (marks.every((mark) => Math.abs(mark.x - x) > mark.half + half))
      context.fillText(text, Math.max(x, half - 3), numbers);
  }
  for (const { text, color, x } of marks) {
    context.fillStyle = color;
    context.fillRect(Math.round(x), top - 3, 1, 6);
    context.fillText(text, x, numbers);
  }
  context.fillStyle = palette.soft;
  context.textAlign = "left";
  context.fillText(title, end + palette.small * 1.4, numbers);
}

/** Where a lane has its norm. */
function trackOf(axis, row, color) {
  const height = Math.max(6, Math.min(16, Math.round(row.full * 0.8)));
  return { axis, height, middle: row.ribbon, top: Math.round(row.ribbon - height / 2), color };
}

/** A ring where the norm is by itself, a dot where it has come to, and a stem from the left end. */
function paintNorm(context, { axis, middle, height, color }, log, now, palette) {
  const radius = Math.min(DOT, height / 2);
  // An exact zero has no place on a log scale: it stands at the end.
  const [ring, dot] = [log, now].map((each) => axis.x(Math.max(axis.domain[0], each)));
  context.fillStyle = faded(color, 0.3);
  context.fillRect(axis.left, middle - 1, Math.max(0, dot - axis.left), 2);
  context.fillRect(Math.min(ring, dot), middle - 3, Math.abs(ring - dot), 6);
  context.fillStyle = palette.panel;
  disc(context, ring, middle, radius);
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.stroke();
  context.fillStyle = color;
  disc(context, dot, middle, radius);
}

/** The text in place of a norm that is not finite. */
function paintNoNumber(context, { axis }, row, text, palette) {
  context.font = font(palette.font, palette.small);
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillStyle = palette.alert;
  context.fillText(text, axis.left, row.ribbon);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {any} track
 * @param {any} row
 * @param {string[]} texts a bold one, and one after it
 * @param {Palette} palette
 */
function paintTexts(context, { axis }, row, [first, second], palette) {
  const bold = font(palette.font, palette.small, 700);
  context.font = bold;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillStyle = palette.ink;
  const x = axis.right + 10;
  haloText(context, first, x, row.ribbon, palette.panel);
  context.fillStyle = palette.soft;
  context.font = font(palette.font, palette.small);
  haloText(context, second, x + textWidth(first, bold) + 9, row.ribbon, palette.panel);
}

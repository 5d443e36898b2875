// The phases that do not run along timesteps: loss, clip and update.

import { faded } from "../../canvas/palette.js";
import { font, haloText, textWidth } from "../../canvas/text.js";
import { number } from "../../text/format.js";
import { LOSS_RADIUS } from "./paint_background.js";

const LONGEST = { wide: 0.5, narrow: 0.36 }; // of the row, for the largest norm
const FAR = 12; // times the largest norm: thresholds beyond it are not shown
const MOVES = 0.7; // of the phase: nothing moves afterwards

/** Ease-out: the share of its length that a bar has at `progress` of the phase. */
function eased(progress) {
  const share = Math.min(1, progress / MOVES);
  return 1 - (1 - share) ** 3;
}

/**
 * The value of the longest bar: the largest finite norm, or a threshold above it that is close
 * enough to be shown on the same scale.
 */
export function longest(norms, thresholds = []) {
  const most = Math.max(...norms.filter(Number.isFinite), 1e-300);
  return Math.max(most, ...thresholds.filter((threshold) => threshold < most * FAR));
}

/** The ringed ℓ of a lane glows beside its loss, and so do the dots of further losses. */
export function paintLossPhase(context, rows, row, { lane, losses, loss }, { progress, palette }) {
  const color = palette.lanes[lane.index];
  const x = rows.x(losses.at(-1)) + rows.markRight;
  const y = row.top + row.height / 2;
  const radius = Math.min(LOSS_RADIUS, row.height / 2 + 1);
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

/** The gradient's norm as a bar that clipping shortens. */
export function paintClipPhase(context, rows, row, { lane, clip, most }, { progress, palette }) {
  const { before, factor, after, mode, threshold } = clip;
  const bar = barOf(rows, row, palette.lanes[lane.index]);
  if (!Number.isFinite(before) || Number.isNaN(factor))
    return paintNoNumber(context, bar, row, "no finite gradient", palette);
  const whole = bar.length(before, most);
  paintBar(context, bar, whole, whole * (1 - (1 - factor) * eased(progress)));
  if (mode === "norm" && threshold <= most) {
    const x = bar.left + bar.length(threshold, most);
    context.fillStyle = palette.ink;
    context.fillRect(Math.round(x), bar.top - 3, 1, bar.height + 6);
    context.font = font(palette.font, palette.small - 1);
    context.fillStyle = palette.soft;
    context.textAlign = "center";
    haloText(context, number(threshold), x, row.numbers, palette.panel);
  }
  const norm = rows.narrow ? "" : "‖∂L/∂θ‖ ";
  const clipped = `${number(before)} → ${number(after)}`;
  const texts =
    factor < 1
      ? [norm + clipped, `×${number(factor)}`]
      : [norm + number(before), mode === "none" ? "clipping is off" : "not clipped"];
  return paintTexts(context, bar, row, texts, palette);
}

/** How far the weights were moved, and the loss after it where that is known. */
export function paintUpdatePhase(
  context,
  rows,
  row,
  { lane, update, most, loss },
  { progress, palette },
) {
  const bar = barOf(rows, row, palette.lanes[lane.index]);
  if (!Number.isFinite(update.moved))
    return paintNoNumber(context, bar, row, "no finite update", palette);
  const whole = bar.length(update.moved, most);
  paintBar(context, bar, whole, whole * eased(progress));
  const then = Number.isNaN(update.next) ? "" : `loss ${number(loss)} → ${number(update.next)}`;
  return paintTexts(context, bar, row, [`‖Δθ‖ ${number(update.moved)}`, then], palette);
}

function barOf(rows, row, color) {
  const height = Math.max(6, Math.min(16, Math.round(row.full * 0.8)));
  const left = rows.left - rows.cellWidth / 2;
  const room = (rows.right - rows.left) * (rows.narrow ? LONGEST.narrow : LONGEST.wide);
  return {
    left,
    room,
    height,
    top: Math.round(row.ribbon - height / 2),
    color,
    length: (norm, most) => Math.max(1.5, (norm / most) * room),
  };
}

function paintBar(context, { left, top, height, color }, whole, solid) {
  context.fillStyle = faded(color, 0.2);
  context.fillRect(left, top, whole, height);
  context.fillStyle = color;
  context.fillRect(left, top, solid, height);
}

/** The text in place of a bar whose length is not finite. */
function paintNoNumber(context, { left }, row, text, palette) {
  context.font = font(palette.font, palette.small);
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillStyle = palette.alert;
  context.fillText(text, left, row.ribbon);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {any} bar
 * @param {any} row
 * @param {string[]} texts a bold one, and one after it
 * @param {Palette} palette
 */
function paintTexts(context, bar, row, [first, second], palette) {
  const bold = font(palette.font, palette.small, 700);
  context.font = bold;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillStyle = palette.ink;
  const x = bar.left + bar.room + 10;
  haloText(context, first, x, row.ribbon, palette.panel);
  context.fillStyle = palette.soft;
  context.font = font(palette.font, palette.small);
  haloText(context, second, x + textWidth(first, bold) + 9, row.ribbon, palette.panel);
}

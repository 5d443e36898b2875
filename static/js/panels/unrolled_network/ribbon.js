// A gradient norm over timesteps as a ribbon, whose thickness is linear in log10 of the norm; all
// ribbons share one scale.

import { runs } from "../../canvas/lines.js";
import { channels, mixed } from "../../canvas/palette.js";

const FULL_AT = 0; // 10⁰ has the full thickness
export const THREAD_AT = -10; // 10⁻¹⁰: one pixel, a thread
const GONE_AT = -20; // 10⁻²⁰: the thread is invisible
const BURST_AT = 3; // 10³: a third thicker, and jagged above
const RED_FROM = 0.5;
const RED_AT = 3;
const THREAD = 1;
const SWELL = 1.3;
const GLOW = 0.5; // of the thickness: how much wider the glow is
const GLOW_STRENGTH = 0.22;
const HEAD = 1.7; // an arrow-head's height, times the thickness
const LEAST_HEAD = 4; // px, on top of that
const STUB = 0.3; // opacity of the head of a gradient that is gone

/** Thickness in pixels of a norm given as log10; `full` is that of a norm of 1. */
export function thickness(log, full) {
  if (Number.isNaN(log) || log === -Infinity) return 0;
  if (log <= THREAD_AT) return log <= GONE_AT ? 0 : THREAD;
  if (log <= FULL_AT) return THREAD + (full - THREAD) * ((log - THREAD_AT) / (FULL_AT - THREAD_AT));
  return full * (1 + (SWELL - 1) * Math.min(1, log / BURST_AT));
}

/** Opacity: below the norm of a thread it fades. */
export function opacity(log) {
  if (log >= THREAD_AT) return 1;
  return log <= GONE_AT ? 0 : 0.15 + 0.85 * ((log - GONE_AT) / (THREAD_AT - GONE_AT));
}

/** Colour: the lane's, mixed with red above 1. */
function shade(log, color, alert) {
  const share = Math.min(1, Math.max(0, (log - RED_FROM) / (RED_AT - RED_FROM)));
  return share > 0 ? mixed(color, alert, share) : color;
}

/**
 * Draw the ribbon of `logs[t]` around the height `middle`.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {ArrayLike<number>} logs
 * @param {{x: (value: number) => number, middle: number, full: number, color: string, alert:
 *   string, strength?: number, widen?: number}} options `widen` is the share by which it is thicker
 */
export function drawRibbon(
  context,
  logs,
  { x, middle, full, color, alert, strength = 1, widen = 0 },
) {
  const reach = (t) => half(logs, t, full) * (1 + widen);
  for (const [from, to] of runs(logs)) {
    context.fillStyle = paintFor(context, logs, from, to, x, color, alert, strength);
    context.beginPath();
    for (let t = from; t < to; t += 1) context.lineTo(x(t), middle - reach(t));
    for (let t = to - 1; t >= from; t -= 1) context.lineTo(x(t), middle + reach(t));
    context.closePath();
    context.fill();
  }
}

/** A wider, translucent ribbon, to be drawn under the ribbon. */
export function drawGlow(context, logs, options) {
  drawRibbon(context, logs, {
    ...options,
    strength: GLOW_STRENGTH * (options.strength ?? 1),
    widen: GLOW,
  });
}

/**
 * An arrow-head at the timestep `at` (a fraction too) that points where the gradient goes, back in
 * time or, with `ahead`, forward; as high as the ribbon is thick there, and `most` pixels high.
 * Returns the x of its tip.
 */
export function drawHead(
  context,
  logs,
  at,
  { x, middle, full, color, alert, strength = 1, most = Infinity, ahead = false },
) {
  const log = logs[Math.min(logs.length - 1, ahead ? Math.floor(at) : Math.ceil(at))];
  if (Number.isNaN(log)) return x(at);
  const height = Math.min(most, thickness(log, full) * HEAD + LEAST_HEAD);
  const tip = x(at) + (ahead ? 1 : -1) * Math.min(9, height * 0.7);
  const visible = Math.max(STUB, opacity(log)) * strength;
  context.fillStyle = `rgba(${channelsOf(shade(log, color, alert))},${visible})`;
  context.beginPath();
  context.moveTo(tip, middle);
  context.lineTo(x(at), middle - height / 2);
  context.lineTo(x(at), middle + height / 2);
  context.closePath();
  context.fill();
  return tip;
}

function half(logs, t, full) {
  const log = logs[t];
  const jagged = log > BURST_AT ? (t % 2 === 0 ? 1 : 0.6) : 1;
  return (thickness(log, full) / 2) * jagged;
}

function paintFor(context, logs, from, to, x, color, alert, strength) {
  let plain = true;
  for (let t = from; t < to && plain; t += 1) plain = logs[t] >= THREAD_AT && logs[t] <= RED_FROM;
  const tint = (log) => `rgba(${channelsOf(shade(log, color, alert))},${opacity(log) * strength})`;
  if (plain || to - from < 2) return tint(logs[from]);
  const gradient = context.createLinearGradient(x(from), 0, x(to - 1), 0);
  for (let t = from; t < to; t += 1)
    gradient.addColorStop((t - from) / (to - 1 - from), tint(logs[t]));
  return gradient;
}

function channelsOf(color) {
  const mixture = /^rgb\((.*)\)$/.exec(color);
  return mixture ? mixture[1] : channels(color).join(",");
}

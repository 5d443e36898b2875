// Scales, ticks, and ranges that hold still.

import { count, number, power } from "../text/format.js";

/**
 * A linear scale from `domain` to `range` (pixels), with its inverse.
 *
 * @param {number[]} domain
 * @param {number[]} range
 * @returns {Scale}
 */
export function linear([d0, d1], [r0, r1]) {
  const factor = (r1 - r0) / (d1 - d0 || 1);
  const scale = (value) => r0 + (value - d0) * factor;
  scale.invert = (pixel) => d0 + (pixel - r0) / (factor || 1);
  return scale;
}

const MOST_DECIMALS = 4;

/**
 * Ticks at 1, 2 or 5 times a power of ten: about `room` of them.
 *
 * @param {number[]} range
 * @param {number} room
 * @returns {Tick[]}
 */
export function linearTicks([low, high], room, whole = false) {
  const rough = (high - low) / Math.max(1, room);
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const spacing = [1, 2, 5, 10].map((m) => m * magnitude).find((m) => m >= rough * 0.999);
  const step = whole ? Math.max(1, Math.round(spacing)) : spacing;
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k += 1) {
    const at = Number((k * step).toFixed(decimals));
    ticks.push({ at, text: whole ? count(at) : decimal(at, decimals, step) });
  }
  return ticks;
}

function decimal(value, decimals, step) {
  if (decimals > MOST_DECIMALS && value === 0) return "0";
  if (decimals > MOST_DECIMALS || Math.abs(value) >= 1e5) {
    // As many digits as tell a tick from the next.
    const apart = Math.floor(Math.log10(Math.abs(value))) - Math.floor(Math.log10(step) + 1e-9);
    return number(value, Math.max(2, apart + 1));
  }
  return count(value.toFixed(decimals)).replace("-", "−");
}

const DECADES = [1, 2, 3, 5, 10, 15, 20, 25, 30, 50, 60, 100, 150, 200, 300];

/**
 * Ticks of a log axis whose range is given in powers of ten; `at` is the exponent.
 *
 * @param {number[]} range
 * @param {number} room
 * @returns {Tick[]}
 */
export function logTicks([low, high], room) {
  const span = high - low;
  if (span < 0.5) {
    return linearTicks([10 ** low, 10 ** high], room)
      .filter(({ at }) => at > 0)
      .map(({ at, text }) => ({ at: Math.log10(at), text }));
  }
  if (span <= 3 && span * 3 <= room + 2) return between([low, high], [1, 2, 5]);
  if (span <= 2) return between([low, high], span <= 1 ? [1, 2, 5] : [1, 3]);
  const step = DECADES.find((decades) => span / decades <= room) ?? DECADES.at(-1);
  const ticks = [];
  for (let at = Math.ceil(low / step - 1e-9) * step; at <= high + 1e-9; at += step) {
    ticks.push({ at, text: power(at) });
  }
  return ticks;
}

function between([low, high], mantissas) {
  const ticks = [];
  for (let exponent = Math.floor(low); exponent <= high; exponent += 1) {
    for (const mantissa of mantissas) {
      const at = exponent + Math.log10(mantissa);
      if (at < low - 1e-9 || at > high + 1e-9) continue;
      const far = mantissa === 1 && Math.abs(exponent) > 2;
      ticks.push({
        at,
        text: far ? power(exponent) : number(Number(`${mantissa}e${exponent}`), 1),
      });
    }
  }
  return ticks;
}

const ROOMY = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

/** The end of an axis that counts: the next roomy number at or above `value`. */
export function roomFor(value, least = 100) {
  const wanted = Math.max(value, least);
  const magnitude = 10 ** Math.floor(Math.log10(wanted));
  return ROOMY.map((m) => Math.round(m * magnitude)).find((m) => m >= wanted);
}

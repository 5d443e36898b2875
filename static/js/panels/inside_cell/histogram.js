// How the numbers of a heatmap are spread over its colours: a histogram, upright beside it.

import { faded } from "../../canvas/palette.js";

export const BINS = 10;
const MIDDLE = 0.5; // opacity of bins between the ends

/**
 * How many of the numbers from index `from` on fall into each bin of a domain; numbers outside
 * of it count in the first or last bin, as in the colours, and NaN in none.
 */
export function countsOf(data, from, [low, high], value = null) {
  const counts = new Int32Array(BINS);
  const factor = BINS / (high - low);
  for (let at = from; at < data.length; at += 1) {
    const number = value === null ? data[at] : value(data[at]);
    if (number !== number) continue;
    const bin = (number - low) * factor;
    counts[bin <= 0 ? 0 : bin >= BINS - 1 ? BINS - 1 : bin | 0] += 1;
  }
  return counts;
}

/**
 * The shares of the numbers at which a gate is saturated: {low, high}, NaN without numbers.
 *
 * @param {{low: number, high: number, exactly: boolean}} bounds see parts.js
 */
export function saturationOf(data, bounds) {
  let [low, high, all] = [0, 0, 0];
  for (const number of data) {
    if (number < bounds.low || (bounds.exactly && number === bounds.low)) low += 1;
    if (number > bounds.high || (bounds.exactly && number === bounds.high)) high += 1;
    if (number === number) all += 1;
  }
  return { low: low / all, high: high / all };
}

/** The rectangles of the bins, the lowest at the bottom: [{left, top, width, height}]. */
export function barsOf(counts, { left, top, width, height }) {
  const most = Math.max(1, ...counts);
  return Array.from(counts, (count, bin) => {
    const [upper, lower] = [BINS - 1 - bin, BINS - bin].map((k) => Math.round((k * height) / BINS));
    const long = count === 0 ? 0 : Math.max(1, Math.round((count / most) * width));
    return { left, top: top + upper, width: long, height: Math.max(1, lower - upper - 1) };
  });
}

/** Paint it; the first and last bin are darker if they mean that a unit is saturated. */
export function paintHistogram(context, place, counts, { ends, palette }) {
  const soft = faded(palette.soft, MIDDLE);
  barsOf(counts, place).forEach(({ left, top, width, height }, bin) => {
    if (width === 0) return;
    context.fillStyle = ends && (bin === 0 || bin === BINS - 1) ? palette.ink : soft;
    context.fillRect(left, top, width, height);
  });
}

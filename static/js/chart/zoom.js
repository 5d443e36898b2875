// The part of a chart that the user chose to see: one range of x for all panels, one of y for each.

import { faded } from "../canvas/palette.js";

const LEAST = 8; // px that a box must span along an axis to choose a range of it
const LEAST_DECADES = 0.02;
const LEAST_WHOLE = 2; // of an axis of whole numbers

/** A range, widened round its middle where it is shorter than that. */
function atLeast(range, least) {
  const [low, high] = range;
  const short = Math.max(0, least - (high - low)) / 2;
  return [low - short, high + short];
}

export class Zoom {
  #x = null;
  #y = [];

  /** Whether some of the chart is out of sight. */
  get chosen() {
    return this.#x !== null || this.#y.some((range) => range !== undefined);
  }

  /** The ranges that a panel shows, of those that the view wants. */
  rangesOf(index, { x, y }) {
    return { x: this.#x ?? x, y: this.#y[index] ?? y };
  }

  /**
   * Choose what lies in a box, in pixels; of a box that is flat, the long side alone counts.
   *
   * @param {Panel} panel
   * @param {number} index its own
   * @param {number[]} from one corner
   * @param {number[]} to the opposite one
   * @returns {boolean} whether there was anything to choose
   */
  toBox(panel, index, from, to) {
    const { left, right, top, bottom } = boxWithin(panel, from, to);
    const [wide, high] = [right - left >= LEAST, bottom - top >= LEAST];
    if (wide) {
      const range = [left, right].map(panel.x.invert);
      this.#x = panel.whole ? atLeast(range, LEAST_WHOLE) : range;
    }
    if (high) this.#y[index] = atLeast([bottom, top].map(panel.y.invert), LEAST_DECADES);
    return wide || high;
  }

  /**
   * Widen or narrow the range of x round a place of it, within the whole range.
   *
   * @param {Panel} panel any of the chart's
   * @param {number[]} whole range of x that the view wants
   * @param {number} factor of the span
   * @param {number} at stays where it is
   */
  scale({ xRange: [low, high], whole: counts }, whole, factor, at) {
    const [first, last] = whole;
    const least = counts ? LEAST_WHOLE : 0;
    const span = Math.max(least, (high - low) * factor);
    if (span >= last - first) {
      this.#x = null;
      return;
    }
    const middle = Math.min(high, Math.max(low, at));
    const share = (middle - low) / (high - low);
    const begin = Math.min(last - span, Math.max(first, middle - share * span));
    this.#x = [begin, begin + span];
  }

  /** Show all again; returns whether anything was out of sight. */
  clear() {
    const before = this.chosen;
    this.#x = null;
    this.#y = [];
    return before;
  }
}

/** The rectangle between two corners, cut off at the panel's edges. */
function boxWithin({ left, top, width, height }, from, to) {
  const between = (low, value, high) => Math.min(high, Math.max(low, value));
  const [x0, x1] = [from[0], to[0]]
    .map((x) => between(left, x, left + width))
    .sort((a, b) => a - b);
  const [y0, y1] = [from[1], to[1]].map((y) => between(top, y, top + height)).sort((a, b) => a - b);
  return { left: x0, right: x1, top: y0, bottom: y1 };
}

/** Draw the box that is about to be zoomed into. */
export function paintBox(context, panel, { from, to }, palette) {
  const { left, right, top, bottom } = boxWithin(panel, from, to);
  context.fillStyle = faded(palette.ink, 0.08);
  context.strokeStyle = palette.ink;
  context.lineWidth = 1;
  context.fillRect(left, top, right - left, bottom - top);
  context.strokeRect(left + 0.5, top + 0.5, right - left - 1, bottom - top - 1);
}

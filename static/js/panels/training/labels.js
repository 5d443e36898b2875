// Where labels stand that belong to a line or a mark: beside it, where nothing else is drawn.

const GLYPH = 0.56; // a letter's width, of the text's size
export const LINE = 1.25; // of a row, of the text's size
const STEP = 20; // px between two places along a line
const ROWS = 3; // that a label may be off its line, to either side
const EDGE = 4; // px

/**
 * What is in the way of labels.
 *
 * @typedef {object} Surroundings
 * @property {number} below pixels above the bottom edge that are taken
 * @property {number | null} now x of the line that stands at the shown iteration
 * @property {(from: number, to: number) => number[][][]} spans the highest and the lowest place,
 *   in pixels, of each curve between two x: of all curves, and then of the smooth ones alone
 * @property {Box[]} taken places of other labels; new ones are added
 *
 * @typedef {{from: number, to: number, top: number, bottom: number}} Box
 */

/** The pixels that a label takes beside its line. */
export const widthOf = (text, size) => text.length * size * GLYPH + 6;

/** @param {Box} one @param {Box} other */
const overlap = (one, other) =>
  one.from < other.to && other.from < one.to && one.top < other.bottom && other.top < one.bottom;

/**
 * The first of some boxes that is free of other labels: of all curves too, else of the smooth ones,
 * else of none; null without one.
 *
 * @param {Box[]} boxes
 * @param {Panel} panel
 * @param {Surroundings} surroundings
 */
function firstFree(boxes, panel, { below, now, spans, taken }) {
  const bottom = panel.top + panel.height - below;
  const within = boxes.filter(
    (box) =>
      box.top >= panel.top - 0.5 &&
      box.bottom <= bottom + 0.5 &&
      box.from >= panel.left &&
      box.to <= panel.left + panel.width &&
      (now === null || now < box.from - 1 || now > box.to + 1) &&
      !taken.some((other) => overlap(box, other)),
  );
  const known = new Map();
  const layersAt = ({ from, to }) => {
    if (!known.has(from)) known.set(from, spans(from, to));
    return known.get(from);
  };
  const isClear = (box, layer) =>
    layersAt(box)[layer].every(([high, low]) => low < box.top || high > box.bottom);
  const layers = within.length === 0 ? 0 : layersAt(within[0]).length;
  for (let layer = 0; layer < layers; layer += 1) {
    const found = within.find((box) => isClear(box, layer));
    if (found !== undefined) return found;
  }
  return within[0] ?? null;
}

/**
 * The boxes of the names of reference lines: each beside its line, as far to the right as there is
 * room; else some rows off it; else at its end.
 *
 * @param {{log: number, from: number, to: number, text: string}[]} references
 * @param {Panel} panel
 * @param {number} size of the text
 * @param {Surroundings} surroundings
 * @returns {(Box | null)[]} null for one that has ended: it has no name
 */
export function placeNames(references, panel, size, surroundings) {
  const right = panel.left + panel.width;
  return references.map(({ log, from, to, text }) => {
    if (to !== Infinity) return null;
    const y = panel.y(log);
    const wide = widthOf(text, size);
    const first = Math.max(panel.left, panel.x(from));
    const boxes = rowsBeside(y, size).flatMap((top) =>
      placesAlong(first, right - EDGE, wide, surroundings.now).map((end) => ({
        from: end - wide,
        to: end,
        top,
        bottom: top + size,
      })),
    );
    const isHigh = y - panel.top < size * 1.5;
    const usual = boxes[isHigh ? boxes.length / (2 * ROWS) : 0];
    const end = { from: right - EDGE - wide, to: right - EDGE, top: y - size - 2, bottom: y - 2 };
    const box = firstFree(boxes, panel, surroundings) ?? usual ?? end;
    surroundings.taken.push(box);
    return box;
  });
}

/** The tops of labels above and below a line, the nearest first. */
function rowsBeside(y, size) {
  return Array.from({ length: ROWS }, (_, row) => row * size * LINE).flatMap((off) => [
    y - size - 2 - off,
    y + 3 + off,
  ]);
}

/** Right ends of labels along a line, from right to left, the last one just before `now`. */
function placesAlong(first, last, wide, now) {
  const count = Math.max(1, Math.floor((last - wide - first) / STEP) + 1);
  const ends = Array.from({ length: count }, (_, k) => last - k * STEP);
  return now === null ? ends : [...ends, now - EDGE];
}

/**
 * The box of a label beside a mark: to its right or its left, or some rows under it.
 *
 * @param {{x: number, y: number, text: string}} mark
 * @param {Panel} panel
 * @param {number} size
 * @param {Surroundings} surroundings
 * @returns {Box}
 */
export function placeBeside({ x, y, text }, panel, size, surroundings) {
  const wide = widthOf(text, size);
  const [toRight, toLeft] = [x + EDGE, x - EDGE - wide];
  const sides = x > panel.left + panel.width * 0.7 ? [toLeft, toRight] : [toRight, toLeft];
  const boxes = Array.from(
    { length: 2 * ROWS },
    (_, row) => y - size / 2 + row * size * LINE,
  ).flatMap((top) => sides.map((from) => ({ from, to: from + wide, top, bottom: top + size })));
  const box = firstFree(boxes, panel, surroundings) ?? boxes[0];
  surroundings.taken.push(box);
  return box;
}

// Reading frames, and knowing when there is something new to read.

/**
 * The numbers of one array of a lane, or null when the frame does not hold it.
 *
 * @param {Frame | null} frame
 * @param {number} lane
 * @param {string} name
 * @returns {Numbers | null}
 */
export function values(frame, lane, name) {
  return frame?.arrays[`${lane}/${name}`]?.data ?? null;
}

/**
 * A lane's single number, NaN when the frame does not hold it.
 *
 * @param {Frame | null} frame
 * @param {number} lane
 * @param {string} name
 */
export function scalar(frame, lane, name) {
  return values(frame, lane, name)?.[0] ?? NaN;
}

/**
 * Shape of an array, or null.
 *
 * @param {Frame | null} frame
 * @param {number} lane
 * @param {string} name
 */
export function shape(frame, lane, name) {
  return frame?.arrays[`${lane}/${name}`]?.shape ?? null;
}

/**
 * What of a frame depends on no layer and no example: the scalars, and how they came about.
 *
 * @param {Frame} frame
 */
export function scalarsOf({ arrays, text }) {
  const kept = Object.entries(arrays).filter(
    ([name, { shape: size }]) => size.length === 0 || name.includes("history/"),
  );
  const said = Object.entries(text).filter(([name]) => !name.endsWith("/diagnosis"));
  const bytes = kept.reduce((sum, [, { data }]) => sum + data.byteLength, 0);
  return { arrays: Object.fromEntries(kept), text: Object.fromEntries(said), bytes };
}

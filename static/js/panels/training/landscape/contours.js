// Contour lines of values on a grid: marching squares.

import { linearTicks } from "../../../chart/scales.js";

const LINES = 9;

/** The values at which lines are drawn, over a range. */
export const levelsOf = (range) => linearTicks(range, LINES).map(({ at }) => at);

/**
 * The line of one value, as pieces from one edge of a square to another.
 *
 * @param {{x: ArrayLike<number>, y: ArrayLike<number>, z: ArrayLike<number>}} grid z[i][j] at
 *   x[i], y[j]; a square with a corner that is not finite has none
 * @param {number} level
 * @returns {number[][]} [x0, y0, x1, y1] of each piece
 */
export function isoline({ x, y, z }, level) {
  const columns = y.length;
  const pieces = [];
  for (let i = 0; i + 1 < x.length; i += 1) {
    for (let j = 0; j + 1 < columns; j += 1) {
      const corners = [
        [i, j],
        [i + 1, j],
        [i + 1, j + 1],
        [i, j + 1],
      ];
      const values = corners.map(([p, q]) => z[p * columns + q]);
      if (!values.every(Number.isFinite)) continue;
      const crossings = [];
      for (let k = 0; k < 4; k += 1) {
        const [from, to] = [values[k], values[(k + 1) % 4]];
        if (from < level === to < level) continue;
        const share = (level - from) / (to - from);
        const [[p, q], [r, s]] = [corners[k], corners[(k + 1) % 4]];
        crossings.push(x[p] + share * (x[r] - x[p]), y[q] + share * (y[s] - y[q]));
      }
      // A saddle has four crossings: two pieces.
      for (let k = 0; k + 3 < crossings.length; k += 4) pieces.push(crossings.slice(k, k + 4));
    }
  }
  return pieces;
}

// The visible part of an enlarged heatmap: {t: [from, to], rows: [from, to]}, in cells.

const LEAST = { t: 4, rows: 2 }; // cells at the highest zoom
const AXES = ["t", "rows"];

/** All of it. */
export const whole = (columns, rows) => ({ t: [0, columns], rows: [0, rows] });

const each = (window, change) =>
  Object.fromEntries(AXES.map((axis) => [axis, change(axis, window[axis])]));

function within([from, to], most) {
  const span = Math.min(most, to - from);
  const start = Math.min(most - span, Math.max(0, from));
  return [start, start + span];
}

/** `factor` times as much (below 1: closer), with the cell `at` {t, rows} staying where it is. */
export function zoomed(window, factor, at, limits) {
  return each(window, (axis, [from, to]) => {
    const most = limits[axis][1];
    const span = Math.min(most, Math.max(Math.min(LEAST[axis], most), (to - from) * factor));
    const start = at[axis] - ((at[axis] - from) * span) / (to - from);
    return within([start, start + span], most);
  });
}

/** Moved by that many cells. */
export function panned(window, by, limits) {
  return each(window, (axis, [from, to]) =>
    within([from + by[axis], to + by[axis]], limits[axis][1]),
  );
}

/** Moved just as far as needed to see a cell; null leaves an axis as it is. */
export function showing(window, cell, limits) {
  return each(window, (axis, [from, to]) => {
    const at = cell[axis];
    const by = at === null ? 0 : at < from ? at - from : at + 1 > to ? at + 1 - to : 0;
    return within([from + by, to + by], limits[axis][1]);
  });
}

/** In whole cells, as it is drawn. */
export function snapped(window, limits) {
  return each(window, (axis, [from, to]) => {
    const span = Math.max(1, Math.round(to - from));
    return within([Math.round(from), Math.round(from) + span], limits[axis][1]);
  });
}

export function isWhole(window, limits) {
  return AXES.every((axis) => window[axis][1] - window[axis][0] >= limits[axis][1] - 1e-9);
}

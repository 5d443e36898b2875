// Rows of symbols: a label, the symbols in columns, and a score.

import { font, textWidth } from "../../canvas/text.js";

const MOST_SIZE = 17; // px of a symbol
const MOST_LABELS = 0.34; // of the width

/**
 * Geometry: middles x(column) and y(row), the pitch and line height, and the symbols' text size.
 */
export function rowsOf(count, { width, height, palette, names, columns, after }) {
  const lettering = font(palette.font, palette.small, 700);
  const most = width * MOST_LABELS - 10;
  const labels = ["target", ...names((text) => textWidth(text, lettering) <= most)];
  const longest = Math.max(...labels.map((label) => textWidth(label, lettering)));
  const left = Math.min(width * MOST_LABELS, longest + 10);
  const pitch = Math.min(36, (width - left - after) / columns) || 1;
  const line = Math.min(palette.small * 2.4, height / count);
  const above = (height - line * count) / 2;
  return {
    names: labels,
    pitch: columns === 1 ? width - left - after : pitch,
    line,
    size: Math.max(8, Math.min(MOST_SIZE, line * 0.72, pitch * 1.5)),
    x: (column) => left + pitch * (column + 0.5),
    y: (row) => above + line * (row + 0.5),
  };
}

/** The name of a row. */
export function paintLabel(context, rows, row, text, color, weight, palette) {
  const lettering = font(palette.font, palette.small, weight);
  context.font = lettering;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillStyle = color;
  context.fillText(text, 0, rows.y(row));
}

/** The shared cursor: the ground of a column. */
export function paintMark(context, rows, column, height, palette) {
  context.fillStyle = palette.line;
  context.fillRect(rows.x(column) - rows.pitch / 2, 0, rows.pitch, height);
}

/** The likeliest class at a place of a (places, classes) table: {index, probability}. */
export function best(probabilities, place, classes) {
  let index = 0;
  const start = place * classes;
  for (let k = 1; k < classes; k += 1) {
    if (probabilities[start + k] > probabilities[start + index]) index = k;
  }
  return { index, probability: probabilities[start + index] || 0 };
}

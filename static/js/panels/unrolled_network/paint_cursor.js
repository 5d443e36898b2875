// Marks of one timestep through all lanes: the cursor, the selection, the front of a sweep.

import { cursorLine } from "../../canvas/marks.js";
import { faded } from "../../canvas/palette.js";
import { font, haloText, textWidth } from "../../canvas/text.js";
import { cellOf } from "./layout.js";
import { cursorNumber } from "./paint_lane.js";

/** The outline of a row's cell, that many pixels wider than it. */
export function outline(context, rows, { top, height }, cell, wider) {
  const width = rows.cellWidth + 2 * wider;
  context.beginPath();
  const radius = Math.min(4, rows.cellWidth / 4) + wider / 2;
  context.roundRect(rows.x(cell) - width / 2, top - wider, width, height + 2 * wider, radius);
  context.stroke();
}

// Covers the numbers of the axis that the cursor's label would overlap.
function coverNumbers(context, rows, at, wide, { small, panel }) {
  context.fillStyle = panel;
  const half = small * 1.6;
  for (const { t, x, align } of rows.numbered) {
    const own = t === 0 && rows.every > 1 ? half * 3 : half;
    const middle = align === "left" ? x + own : align === "right" ? x - half : x;
    if (Math.abs(middle - at) > own + wide / 2 + small * 0.5) continue;
    context.fillRect(middle - own, rows.axis - small * 0.6, 2 * own, small * 1.2);
  }
}

function paintTimestep(context, rows, t, palette, color, label = `t = ${t}`) {
  const lettering = font(palette.font, palette.small - 1, 700);
  context.textBaseline = "middle";
  context.font = lettering;
  context.textAlign = "center";
  const wide = textWidth(label, lettering);
  const end = rows.right + rows.markRight + 10 - wide / 2;
  // On a narrow page the first cell is at the edge of the canvas.
  const x = Math.min(end, Math.max(rows.labelLeft + wide / 2, rows.x(t)));
  coverNumbers(context, rows, x, wide, palette);
  context.fillStyle = color;
  haloText(context, label, x, rows.axis, palette.panel);
}

/** Label of a timestep, or of the range of timesteps that its cell stands for. */
export function timestepLabel({ every }, t, cell) {
  if (cell === undefined || cell === t) return `t = ${t}`;
  return `t = ${t} (cell of ${Math.max(0, cell - every + 1)}–${cell})`;
}

/** The line at the timestep that a sweep has reached; dragging it scrubs. */
export function paintNetworkFront(context, rows, { t, front }, palette) {
  const x = rows.x(front);
  const top = rows.axis + palette.small * 0.7;
  context.fillStyle = faded(palette.ink, 0.16);
  context.fillRect(Math.round(x), top, 1, rows.bottom - top);
  paintTimestep(context, rows, t, palette, palette.ink);
}

/** The selected timestep, while the pointer is at another. */
export function paintNetworkSelection(context, rows, t, palette) {
  const cell = cellOf(rows, t);
  context.strokeStyle = palette.soft;
  context.lineWidth = 1.5;
  if (cell !== undefined) for (const row of rows.lanes) outline(context, rows, row, cell, 1);
  const x = rows.x(t);
  const y = rows.axis + palette.small * 0.6;
  context.fillStyle = palette.ink;
  context.beginPath();
  context.moveTo(x - 4, y);
  context.lineTo(x + 4, y);
  context.lineTo(x, y + 4);
  context.fill();
}

/** The cursor at timestep t through all lanes: their cells outlined, their norms in full. */
export function paintNetworkCursor(context, rows, scenes, t, palette, gradients = true) {
  const x = rows.x(t);
  const cell = cellOf(rows, t);
  cursorLine(context, x, rows.axis + palette.small * 0.7, rows.bottom, palette.soft);
  paintTimestep(context, rows, t, palette, palette.ink, timestepLabel(rows, t, cell));
  context.strokeStyle = palette.ink;
  scenes.forEach(({ dh }, index) => {
    const row = rows.lanes[index];
    context.lineWidth = 2;
    if (cell !== undefined) outline(context, rows, row, cell, 0.5);
    if (dh === null || !gradients) return;
    const { text, align } = cursorNumber(rows, dh, t);
    context.textAlign = align;
    haloText(context, text, x, row.numbers, palette.panel);
  });
}

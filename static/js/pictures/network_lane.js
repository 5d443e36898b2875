// What moves in the unrolled network: a lane's cells, its ribbons, and their numbers.

import { cursorLine, font, haloText, textWidth } from "../canvas.js";
import { diverging } from "../colors.js";
import { logNumber, nameParts } from "../format.js";
import { cellsShown, unitsShown } from "./beads.js";
import { drawRibbon } from "./ribbon.js";

const WIDEST = 1.6; // a cell's width, times its height
const SECOND_STRENGTH = 0.45; // opacity of the ribbon of ∂c
const CLEAR_OF_CURSOR = 5; // times the text's size

/**
 * @param {CanvasRenderingContext2D} context
 * @param {object} rows see network_rows.js
 * @param {object} row the lane's
 * @param {{lane: object, h: ?ArrayLike<number>, units: number, dh: ?ArrayLike<number>,
 *   dc: ?ArrayLike<number>, diverged: boolean}} scene
 * @param {{beads: object, ratio: number, cursor: ?number, palette: object}} how
 */
export function paintNetworkLane(context, rows, row, scene, how) {
  const { lane, dh, dc } = scene;
  const { palette, cursor } = how;
  const ribbon = { x: rows.x, color: palette.lanes[lane.index], alert: palette.alert };
  paintCells(context, rows, row, scene, how);
  if (dc !== null) {
    const second = { middle: row.second, full: row.secondFull, strength: SECOND_STRENGTH };
    drawRibbon(context, dc, { ...ribbon, ...second });
  }
  if (dh !== null) {
    drawRibbon(context, dh, { ...ribbon, middle: row.ribbon, full: row.full });
    paintNumbers(context, rows, row, dh, cursor, palette);
  }
  if (scene.diverged) paintDiverged(context, rows, row, lane.label, palette);
}

function paintCells(context, rows, row, { h, units }, { beads, ratio, palette }) {
  const { timesteps, every } = cellsShown(rows.last, rows.right - rows.left);
  const pitch = rows.x(every) - rows.x(0);
  const states = {
    data: h,
    size: units,
    map: diverging(1),
    timesteps,
    units: unitsShown(units, row.height),
  };
  const width = cellWidth(pitch, row);
  const first = rows.x(timesteps[0]);
  beads.draw(context, states, { first, pitch, top: row.top, width, height: row.height, ratio }, palette);
}

function paintNumbers(context, rows, row, dh, cursor, palette) {
  context.font = font(palette.font, palette.small - 1);
  context.fillStyle = palette.soft;
  context.textBaseline = "middle";
  for (const { t, x, align } of rows.numbered) {
    const hidden = cursor !== null && Math.abs(x - rows.x(cursor)) < palette.small * CLEAR_OF_CURSOR;
    if (hidden || Number.isNaN(dh[t])) continue;
    context.textAlign = align;
    // An exploding ribbon may reach down here.
    if (dh[t] > 0) haloText(context, logNumber(dh[t]), x, row.numbers, palette.panel);
    else context.fillText(logNumber(dh[t]), x, row.numbers);
  }
}

function paintDiverged(context, rows, row, label, palette) {
  const beside = textWidth(label, font(palette.font, palette.small + 1, 700)) + 8;
  context.font = font(palette.font, palette.small - 1);
  context.fillStyle = palette.alert;
  context.textAlign = "left";
  context.textBaseline = "middle";
  if (rows.narrow) context.fillText("diverged", rows.labelLeft + beside, row.label);
  else context.fillText("diverged", rows.labelLeft, row.label + palette.small * 1.25 * linesOf(label));
}

const linesOf = (label) => (nameParts(label)[1] === null ? 1 : 2);

// Timesteps that the cursor's own would lie on.
function coverNumbers(context, rows, at, { small, panel }) {
  context.fillStyle = panel;
  const half = small * 1.6;
  for (const { x, align } of rows.numbered) {
    const middle = align === "left" ? x + half : align === "right" ? x - half : x;
    if (Math.abs(middle - at) > small * 3.6) continue;
    context.fillRect(middle - half, rows.axis - small * 0.6, 2 * half, small * 1.2);
  }
}

/** The cursor at timestep t through all lanes: their cells outlined, their norms in full. */
export function paintNetworkCursor(context, rows, scenes, t, palette) {
  const x = rows.x(t);
  const { timesteps, every } = cellsShown(rows.last, rows.right - rows.left);
  const cell = timesteps.find((shown) => shown >= t && shown - t < every);
  cursorLine(context, x, rows.axis + palette.small * 0.7, rows.bottom, palette.soft);
  context.textBaseline = "middle";
  context.fillStyle = context.strokeStyle = palette.ink;
  context.font = font(palette.font, palette.small - 1, 700);
  context.textAlign = "center";
  coverNumbers(context, rows, x, palette);
  context.fillStyle = palette.ink;
  haloText(context, `t = ${t}`, x, rows.axis, palette.panel);
  context.textAlign = x > rows.right - 40 ? "right" : x < rows.left + 40 ? "left" : "center";
  scenes.forEach(({ dh }, index) => {
    const row = rows.lanes[index];
    const width = cellWidth(rows.x(every) - rows.x(0), row) + 1;
    if (cell !== undefined) {
      context.lineWidth = 2;
      context.beginPath();
      const radius = Math.min(4, width / 4);
      context.roundRect(rows.x(cell) - width / 2, row.top - 0.5, width, row.height + 1, radius);
      context.stroke();
    }
    if (dh !== null) haloText(context, logNumber(dh[t]), x, row.numbers, palette.panel);
  });
}

function cellWidth(pitch, { height }) {
  return Math.min(pitch * 0.8, height * WIDEST);
}

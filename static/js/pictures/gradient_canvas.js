// Gradient flow on a canvas: bands, ghosts, lines, flags, exact zeros, and the cursor's readout.

import { font, haloText } from "../canvas.js";
import { faded } from "../colors.js";
import { logNumber } from "../format.js";
import { layOut } from "./flags.js";
import { flagsOf, zeros } from "./gradient_lines.js";
import { band, trail } from "./paths.js";

export const CELL_DASH = [6, 4];
export const GHOST_DASH = [2, 3];
export const ZERO_ROW = 4; // px a lane, along the bottom edge
export const EXACTLY_ZERO = "exactly 0";

/** Opacity of what lies behind a message, so that no line runs through its words. */
export const PLATE = 0.88;

/** Opacity of the quantile bands. */
export const bandOpacity = (palette) => (palette.dark ? 0.2 : 0.16);

/**
 * @param {CanvasRenderingContext2D} context
 * @param {object} panel
 * @param {{lanes: {index, label, dh, dc, low, high, ghost, horizon, says}[], lastLoss: number}}
 *   scene each array is log10 by timestep, or null if it is not to be seen
 * @param {object} look
 */
export function paintGradients(context, panel, { lanes, lastLoss }, look) {
  const { palette } = look;
  const bottom = panel.top + panel.height;
  for (const { index, low, high } of lanes) {
    if (low === null || high === null) continue;
    context.fillStyle = faded(palette.lanes[index], bandOpacity(palette));
    band(context, panel, low, high, panel.top, bottom);
  }
  for (const { index, dh, dc, ghost } of lanes) {
    context.strokeStyle = palette.lanes[index];
    line(context, panel, ghost, look.thin, GHOST_DASH);
    line(context, panel, dc, look.width, CELL_DASH);
    line(context, panel, dh, look.width, []);
  }
  paintZeros(context, panel, zeros(lanes), palette);
  paintFlags(context, layOut(flagsOf(lanes, lastLoss), panel, palette.small), palette);
}

function line(context, panel, data, width, dash) {
  if (data === null) return;
  context.lineWidth = width;
  context.setLineDash(dash);
  trail(context, panel, data);
  context.setLineDash([]);
}

function paintZeros(context, panel, rows, palette) {
  if (rows.length === 0) return;
  const bottom = panel.top + panel.height;
  rows.forEach(({ index, stretches }, row) => {
    context.fillStyle = palette.lanes[index];
    for (const [from, to] of stretches) {
      const left = panel.x(from - 0.5);
      const width = panel.x(to + 0.5) - left;
      context.fillRect(left, bottom - (row + 1) * ZERO_ROW, width, ZERO_ROW - 1);
    }
  });
  context.font = font(palette.font, palette.small);
  context.textAlign = "left";
  context.textBaseline = "bottom";
  context.fillStyle = palette.soft;
  const y = bottom - rows.length * ZERO_ROW - 2;
  haloText(context, EXACTLY_ZERO, panel.left + 6, y, palette.panel);
}

function paintFlags(context, flags, palette) {
  context.font = font(palette.font, palette.small);
  context.textBaseline = "middle";
  context.lineWidth = 1;
  for (const { x, y, textX, textY, text, align, lane, stem, edge } of flags) {
    if (edge) {
      context.fillStyle = faded(palette.panel, PLATE);
      const wide = context.measureText(text).width + 8;
      context.fillRect(textX - 4, textY - palette.small * 0.7, wide, palette.small * 1.4);
    }
    context.fillStyle = context.strokeStyle = palette.lanes[lane];
    context.textAlign = align;
    if (stem) {
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x, textY - palette.small * 0.7);
      context.stroke();
    }
    haloText(context, text, textX, textY, palette.panel);
  }
}

/** The norms at timestep t, beside the cursor. */
export function paintReadout(context, panel, { lanes }, t, palette) {
  const line = palette.small * 1.45;
  const x = panel.x(t);
  const left = x > panel.left + panel.width / 2;
  const at = x + (left ? -8 : 8);
  const zeroRows = zeros(lanes).length;
  const under = zeroRows > 0 ? zeroRows * ZERO_ROW + line : 0; // where "exactly 0" stands
  let y = panel.top + panel.height - under - line * (lanes.length + 0.9);
  context.font = font(palette.font, palette.small);
  context.textAlign = left ? "right" : "left";
  context.textBaseline = "middle";
  context.fillStyle = palette.soft;
  haloText(context, `t = ${t}`, at, y, palette.panel);
  for (const { index, dh } of lanes) {
    y += line;
    context.fillStyle = palette.lanes[index];
    haloText(context, logNumber(dh?.[t] ?? NaN), at, y, palette.panel);
  }
}

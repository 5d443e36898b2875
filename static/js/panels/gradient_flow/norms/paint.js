// Gradient flow on a canvas: gaps, bands, ghosts, lines, flags and exact zeros.

import { hatch, HATCHING, wordingFor } from "../../../canvas/hatching.js";
import { band, dashedTrail } from "../../../canvas/lines.js";
import { faded } from "../../../canvas/palette.js";
import { font, haloText } from "../../../canvas/text.js";
import { clearOf, curvesOf, layOut } from "./flags.js";
import { flagsOf, gapsOf, zeros } from "./lines.js";
import { EXACTLY_ZERO } from "./reading.js";

export const CELL_DASH = [6, 4];

/** Of the half that reads the sequence backward. */
export const REVERSE_DASH = [14, 4];

export const GHOST_DASH = [2, 3];

export const CLIPPED_DASH = [8, 3, 2, 3];

export const ZERO_ROW = 4; // px a lane, along the bottom edge

export const GAP_ROW = 7; // px a lane, above them

/** Opacity of what lies behind a message, so that no line runs through its text. */
export const LABEL_BACKGROUND = 0.88;

/** Opacity of the quantile bands. */
export const bandOpacity = (palette) => (palette.dark ? 0.2 : 0.16);

/** The label of a gap that one lane alone has. */
export const ownGap = (label) => `${label}: not computed`;

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Panel} panel
 * @param {{lanes: {index, label, line, dc, reverse, low, high, ghost, clipped, gaps, horizon,
 *   diverged}[], lastLoss: number}} scene arrays of log10 by timestep, or null where not to be seen
 * @param {any} look
 */
export function paintGradients(context, panel, { lanes, lastLoss }, look) {
  const { palette } = look;
  const bottom = panel.top + panel.height;
  const rows = zeros(lanes);
  paintGaps(context, panel, gapsOf(lanes), rows.length * ZERO_ROW, curvesOf(lanes), palette);
  for (const { index, low, high } of lanes) {
    if (low === null || high === null) continue;
    context.fillStyle = faded(palette.lanes[index], bandOpacity(palette));
    band(context, panel, low, high, panel.top, bottom);
  }
  for (const { index, line, dc, reverse, ghost, clipped } of lanes) {
    context.strokeStyle = palette.lanes[index];
    dashedTrail(context, panel, ghost, look.thin, GHOST_DASH);
    dashedTrail(context, panel, clipped, look.thin, CLIPPED_DASH);
    dashedTrail(context, panel, dc, look.width, CELL_DASH);
    dashedTrail(context, panel, reverse, look.width, REVERSE_DASH);
    dashedTrail(context, panel, line, look.width, []);
  }
  paintZeros(context, panel, rows, palette);
  paintFlags(
    context,
    layOut(flagsOf(lanes, lastLoss), panel, palette.small, curvesOf(lanes)),
    palette,
  );
}

/** Left and right edge of a stretch of timesteps, within the panel. */
export function edges(panel, [from, to]) {
  const [first, last] = [panel.left, panel.left + panel.width];
  const within = (x) => Math.min(last, Math.max(first, x));
  return [within(panel.x(from - 0.5)), within(panel.x(to + 0.5))];
}

function paintGaps(context, panel, { shared, own }, under, curves, palette) {
  context.font = font(palette.font, palette.small);
  context.textBaseline = "middle";
  for (const stretch of shared) {
    const [left, right] = edges(panel, stretch);
    hatch(context, left, panel.top, right - left, panel.height, faded(palette.soft, HATCHING));
    const text = wordingFor(right - left - 8, (text) => context.measureText(text).width);
    if (text === null) continue;
    const [x, y] = [(left + right) / 2, panel.top + panel.height / 2];
    const wide = context.measureText(text).width + 10;
    context.fillStyle = palette.panel;
    context.fillRect(x - wide / 2, y - palette.small * 0.8, wide, palette.small * 1.6);
    context.textAlign = "center";
    context.fillStyle = palette.soft;
    context.fillText(text, x, y);
  }
  own.forEach(({ index, label, stretches }, row) => {
    const top =
      panel.top + panel.height - under - (row + 1) * (GAP_ROW + 1) - row * palette.small * 1.3;
    for (const stretch of stretches) {
      const [left, right] = edges(panel, stretch);
      hatch(context, left, top, right - left, GAP_ROW, palette.lanes[index], 5);
      if (stretch !== stretches[0]) continue;
      context.textAlign = "left";
      context.fillStyle = palette.lanes[index];
      const [text, y] = [ownGap(label), top - palette.small * 0.65];
      const wide = context.measureText(text).width;
      const at = clearOf(curves, panel, [left + 6, right], wide, y, palette.small);
      haloText(context, text, at, y, palette.panel);
    }
  });
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
      context.fillStyle = faded(palette.panel, LABEL_BACKGROUND);
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

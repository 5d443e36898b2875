// Plain axes on a canvas: what a chart shows until Plotly has arrived, in the same places.

import { font, richText, textWidth } from "../canvas/text.js";

const LEGEND_SWATCH = 30;
export const LEGEND_LINE = 1.65; // of the text's size

const LEGEND_GAP = 5; // between entries, on either side of a swatch, and around all
const TICK_ROOM = 6;

/** Grid, tick labels, titles and legend of a chart's panels. */
export function drawAxes(context, { panels, titles }, legend, palette) {
  context.lineWidth = 1;
  for (const panel of panels) drawPanel(context, panel, palette);
  context.fillStyle = palette.soft;
  context.textBaseline = "middle";
  context.font = font(palette.font, palette.small);
  for (const { text, x, y, align, upright = true } of titles) {
    context.save();
    context.translate(x, y);
    if (!upright) context.rotate(-Math.PI / 2);
    context.textAlign = align;
    richText(context, text, 0, 0);
    context.restore();
  }
  if (legend.shown && legend.entries.length > 0) drawLegend(context, legend, palette);
}

function drawPanel(context, panel, palette) {
  const { left, top, width, height } = panel;
  context.font = font(palette.font, palette.small);
  context.strokeStyle = palette.line;
  context.fillStyle = palette.soft;
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.beginPath();
  for (const { at, text } of panel.yTicks) {
    const y = Math.round(panel.y(at)) + 0.5;
    context.moveTo(left, y);
    context.lineTo(left + width, y);
    context.fillText(text, left - TICK_ROOM, y);
  }
  context.stroke();
  if (panel.bare) return;
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const { at, text } of panel.xTicks) {
    context.fillText(text, panel.x(at), top + height + TICK_ROOM);
  }
}

function drawLegend(context, { entries, x, y, width }, palette) {
  const { rows, columns, wide, lefts } = legendGrid(entries, width, palette);
  const across = rows === 1 ? lefts.at(-1) + wide.at(-1) : columns * Math.max(...wide);
  context.font = font(palette.font, palette.small);
  context.textAlign = "left";
  context.textBaseline = "middle";
  entries.forEach(({ name, color, dash, hidden }, index) => {
    const at =
      x - across + LEGEND_GAP + (rows === 1 ? lefts[index] : (index % columns) * Math.max(...wide));
    const middle = y + (Math.floor(index / columns) + 0.5) * palette.small * LEGEND_LINE;
    context.globalAlpha = hidden ? 0.4 : 1;
    context.strokeStyle = color;
    context.lineWidth = 2;
    context.setLineDash(dash ?? []);
    context.beginPath();
    context.moveTo(at + 5, middle);
    context.lineTo(at + LEGEND_SWATCH - 5, middle);
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = palette.ink;
    richText(context, name, at + LEGEND_SWATCH, middle);
  });
  context.globalAlpha = 1;
}

/**
 * How Plotly sets a horizontal legend: in one row if there is room beside each other within the
 * width of the plot, else in columns that are all as wide as the widest entry.
 */
export function legendGrid(entries, width, palette) {
  const lettering = font(palette.font, palette.small);
  const wide = entries.map(({ name }) => {
    return LEGEND_SWATCH + 3 * LEGEND_GAP + textWidth(name.replaceAll("_", ""), lettering);
  });
  const lefts = wide.map((_, index) => wide.slice(0, index).reduce((sum, each) => sum + each, 0));
  const columns =
    lefts.length === 0 || lefts.at(-1) + wide.at(-1) + LEGEND_GAP < width
      ? Math.max(1, entries.length)
      : Math.max(1, Math.ceil((width + LEGEND_GAP) / Math.max(...wide)) - 1);
  return { wide, lefts, columns, rows: Math.ceil(entries.length / columns) };
}

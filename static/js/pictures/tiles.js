// The heatmaps of a cell side by side: where they lie, and what is written round them.

import { font } from "../canvas.js";
import { linear, linearTicks } from "../scales.js";
import { colorBar } from "./heatmap.js";

const BAR_WIDTH = 32;
const BAR_HEIGHT = 7;
const BETWEEN_ROWS = 6;

/**
 * Tiles for the parts of a cell, in as many columns as leave them the best shape: [{part, index,
 * left, top, width, height, last, units, bottom, leftmost, x, y}].
 */
export function arrangeTiles(parts, { width, height, small, last, units }) {
  const margin = { left: small * 2.6, right: 4, bottom: small * 2.7 };
  const [caption, gap] = [small * 1.7, small * 1.2];
  const columns = columnsFor(parts.length, width / height);
  const rows = Math.ceil(parts.length / columns);
  const across = Math.floor((width - margin.left - margin.right - gap * (columns - 1)) / columns);
  const captions = rows * caption + (rows - 1) * BETWEEN_ROWS;
  const high = Math.floor((height - margin.bottom - captions) / rows);
  return parts.map((part, index) => {
    const [column, row] = [index % columns, Math.floor(index / columns)];
    const left = Math.round(margin.left + column * (across + gap));
    const top = Math.round(caption + row * (high + caption + BETWEEN_ROWS));
    return {
      part,
      index,
      left,
      top,
      width: across,
      height: high,
      last,
      units,
      bottom: row === rows - 1,
      leftmost: column === 0,
      x: linear([0, last + 1], [left, left + across]),
      y: linear([0, units], [top, top + high]),
    };
  });
}

function columnsFor(parts, aspect) {
  if (parts <= 2) return aspect > 2.6 ? parts : 1;
  if (parts <= 4) return aspect > 3.2 ? 4 : 2;
  return aspect > 3.6 ? 6 : aspect > 1.05 ? 3 : 2;
}

/** Border, caption with colour bar, and axes of a tile. */
export function paintTileFrame(context, tile, palette) {
  const { left, top, width, height } = tile;
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.strokeRect(left - 0.5, top - 0.5, width + 1, height + 1);
  paintCaption(context, tile, palette);
  if (tile.bottom) paintTimesteps(context, tile, palette);
  if (tile.leftmost) paintUnits(context, tile, palette);
}

function paintCaption(context, { part, left, top, width }, palette) {
  const middle = top - palette.small * 0.75;
  context.font = font(palette.font, palette.small - 1);
  context.fillStyle = palette.soft;
  const end = colorBar(context, part.map(), left + width, middle, BAR_WIDTH, BAR_HEIGHT) - 4;
  context.textAlign = "left";
  context.fillStyle = palette.ink;
  context.font = font(palette.font, palette.small, 700);
  context.fillText(part.symbol, left, middle);
  const after = left + context.measureText(part.symbol).width + 5;
  context.font = font(palette.font, palette.small);
  context.fillStyle = palette.soft;
  const fits = (name) => after + context.measureText(name).width < end;
  const name = [part.name, part.name.split(/,? /)[0]].find(fits);
  if (name !== undefined) context.fillText(name, after, middle);
}

function paintTimesteps(context, { left, top, width, height, x, last }, palette) {
  const y = top + height + 4;
  context.font = font(palette.font, palette.small - 1);
  context.fillStyle = palette.soft;
  context.textBaseline = "top";
  for (const { at, text } of linearTicks([0, last], Math.max(2, width / 60), true)) {
    context.textAlign = at === 0 ? "left" : "center";
    context.fillText(text, at === 0 ? left : x(at + 0.5), y);
  }
  context.textAlign = "center";
  context.fillText("timestep t", left + width / 2, y + palette.small * 1.15);
}

function paintUnits(context, { left, top, height, units }, palette) {
  context.font = font(palette.font, palette.small - 1);
  context.fillStyle = palette.soft;
  context.textAlign = "right";
  context.textBaseline = "top";
  context.fillText("0", left - 5, top);
  if (units === 1) return;
  context.textBaseline = "bottom";
  context.fillText(String(units - 1), left - 5, top + height);
  context.save();
  context.translate(left - 6 - palette.small * 0.5, top + height / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText("unit", 0, 0);
  context.restore();
}

/** The border of one unit at one timestep. */
export function outlineUnit(context, { x, y }, { t, unit }, palette) {
  const [left, top] = [x(t), y(unit)];
  context.strokeStyle = palette.ink;
  context.lineWidth = 1.5;
  context.strokeRect(left, top, Math.max(3, x(t + 1) - left), Math.max(3, y(unit + 1) - top));
}

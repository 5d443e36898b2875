// The heatmaps of a cell side by side: their layout, captions and axes.

import { colorBar, colorBarWidth } from "../../canvas/heatmap.js";
import { font, shortNames, textWidth } from "../../canvas/text.js";
import { linear, linearTicks } from "../../chart/scales.js";

const BAR_WIDTHS = [28, 14, 8]; // as there is room
const BAR_HEIGHT = 7;
const BETWEEN_ROWS = 6;
const HISTOGRAM = { width: 14, gap: 3 };
const LEAST_WITH_HISTOGRAM = { width: 90, height: 40 }; // px of a tile
const USUAL_TYPE = 12; // px of small type beside which captions have their usual measures
const ICON = 15; // px at a caption's end, for the button that enlarges
const OUTLINED_FROM = 6; // px of a row or column, whose middle is marked where it is thinner
const MISSING = ["not recorded at this iteration", "not recorded"];

/**
 * Tiles for `items` [{lane, part, units}], in as many columns as leave them the best shape: the
 * items with {index, left, top, width, height, last, bottom, leftmost, x, y, caption, histogram}.
 * `caption` is the height of captions, and a tile's own is the rectangle of its; `histogram` is
 * one too, or null where there is no room.
 */
export function arrangeTiles(
  items,
  { width, height, small, last, sorted = false, caption = small * 1.7 },
) {
  const alike = items.every(({ units }) => units === items[0].units);
  const margin = { left: small * (sorted ? 3.7 : 2.6), right: 4, bottom: small * 2.7 };
  const gap = small * (alike ? 1.2 : 2.6);
  const columns = columnsFor(items.length, width / height);
  const rows = Math.ceil(items.length / columns);
  const across = Math.floor((width - margin.left - margin.right - gap * (columns - 1)) / columns);
  const captions = rows * caption + (rows - 1) * BETWEEN_ROWS;
  const high = Math.floor((height - margin.bottom - captions) / rows);
  const beside = across >= LEAST_WITH_HISTOGRAM.width && high >= LEAST_WITH_HISTOGRAM.height;
  const wide = Math.max(1, across - (beside ? HISTOGRAM.width + HISTOGRAM.gap : 0));
  return items.map((item, index) => {
    const [column, row] = [index % columns, Math.floor(index / columns)];
    const left = Math.round(margin.left + column * (across + gap));
    const top = Math.round(caption + row * (high + caption + BETWEEN_ROWS));
    const { width: room, gap: apart } = HISTOGRAM;
    return {
      ...item,
      index,
      left,
      top,
      width: wide,
      height: high,
      last,
      bottom: row === rows - 1,
      leftmost: column === 0 || !alike,
      x: linear([0, last + 1], [left, left + wide]),
      y: linear([0, item.units], [top, top + high]),
      caption: {
        left,
        top: Math.round(top - caption),
        width: across,
        height: Math.round(caption) - 1,
      },
      histogram: beside ? { left: left + wide + apart, top, width: room, height: high } : null,
    };
  });
}

function columnsFor(tiles, aspect) {
  if (tiles <= 2) return aspect > 2.6 ? tiles : 1;
  if (tiles === 3 && aspect > 1.5) return 3;
  if (tiles <= 4) return aspect > 3.2 ? 4 : 2;
  return aspect > 3.6 ? 6 : aspect > 1.05 ? 3 : 2;
}

/** Border, caption with colour bar, axes of a tile; `look` is {palette, sorted, every, labels}. */
export function paintTileFrame(context, tile, look) {
  const { palette } = look;
  paintBorder(context, tile, palette);
  paintCaption(context, tile, look);
  if (tile.bottom) paintTimesteps(context, tile, palette);
  if (tile.leftmost) paintUnits(context, tile, look);
}

/** The line round a heatmap, and the one that its histogram stands on. */
export function paintBorder(context, { left, top, width, height, histogram }, palette) {
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.strokeRect(left - 0.5, top - 0.5, width + 1, height + 1);
  if (histogram === null) return;
  context.fillStyle = palette.line;
  context.fillRect(histogram.left - 1, histogram.top, 1, histogram.height);
}

/** The text in place of a heatmap that the frame does not hold. */
export function paintMissing(context, { left, top, width, height }, palette) {
  context.font = font(palette.font, palette.small);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = palette.soft;
  const text = MISSING.find((each) => context.measureText(each).width < width) ?? MISSING.at(-1);
  context.fillText(text, left + width / 2, top + height / 2);
}

function paintCaption(context, { index, lane, part, left, caption }, { palette, every, labels }) {
  const middle = caption.top + caption.height - palette.small * 0.7;
  // Under large type the sign that enlarges is larger too, and so is the bar.
  const large = Math.max(1, palette.small / USUAL_TYPE);
  const right = caption.left + caption.width - ICON * large;
  const bold = font(palette.font, palette.small, 700);
  const after = left + textWidth(part.symbol, bold) + 5;
  context.font = font(palette.font, palette.small - 1);
  context.fillStyle = palette.soft;
  // Without room for a bar there is the symbol alone: the enlarged heatmap has the colours.
  const bars = (every ? BAR_WIDTHS.slice(1) : BAR_WIDTHS).map((wide) => Math.round(wide * large));
  const bar = bars.find((wide) => colorBarWidth(context, part.map(), wide) <= right - after);
  const high = Math.round(BAR_HEIGHT * large);
  const end =
    bar === undefined ? right : colorBar(context, part.map(), right, middle, bar, high) - 4;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillStyle = palette.ink;
  context.font = bold;
  context.fillText(part.symbol, left, middle);
  if (every) {
    context.fillStyle = palette.lanes[lane.index];
    context.fillText(shortNames(labels, context.font, end - after)[index], after, middle);
    return;
  }
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
  const title = ["timestep t", "t"].find((text) => context.measureText(text).width <= width) ?? "t";
  context.fillText(title, left + width / 2, y + palette.small * 1.15);
}

function paintUnits(context, { left, top, height, units }, { palette, sorted }) {
  context.font = font(palette.font, palette.small - 1);
  context.fillStyle = palette.soft;
  context.textAlign = "right";
  context.textBaseline = "top";
  const [first, final] = sorted ? ["long", "short"] : ["0", String(units - 1)];
  context.fillText(first, left - 4, top);
  if (units === 1) return;
  context.textBaseline = "bottom";
  context.fillText(final, left - 4, top + height);
  const high = context.measureText("unit").width + 2.6 * palette.small;
  if (!sorted && high <= height)
    upright(context, "unit", left - 6 - palette.small * 0.5, top + height / 2);
}

/** The label of the rows if they are sorted, once for all tiles. */
export function paintSorted(context, tiles, palette) {
  const [first, final] = [tiles[0], tiles.at(-1)];
  context.font = font(palette.font, palette.small - 1);
  context.fillStyle = palette.soft;
  upright(
    context,
    "unit, sorted by memory",
    palette.small * 0.55,
    (first.top + final.top + final.height) / 2,
  );
}

/** Text that runs upwards, its middle at a point. */
export function upright(context, text, x, y) {
  context.save();
  context.translate(x, y);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, 0, 0);
  context.restore();
}

/**
 * The shared cursor on a heatmap: the column of a timestep, the row of a unit, and where both
 * are, the cell. Dashes of the ink on the ground's colour are seen on any colour.
 */
export function paintCursor(context, tile, { t, row }, palette) {
  const { left, top, width, height, x, y, first = 0, last } = tile;
  const column = t !== null && t >= first && t <= last ? [x(t), x(t + 1)] : null;
  const line = row === null ? null : [y(row), y(row + 1)];
  if (column === null && line === null) return;
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.lineWidth = 1;
  for (const [color, dash] of [
    [palette.panel, []],
    [palette.ink, [2, 2]],
  ]) {
    context.strokeStyle = color;
    context.setLineDash(dash);
    context.beginPath();
    for (const at of column === null ? [] : edges(column)) {
      context.moveTo(at, top);
      context.lineTo(at, top + height);
    }
    for (const at of line === null ? [] : edges(line)) {
      context.moveTo(left, at);
      context.lineTo(left + width, at);
    }
    context.stroke();
  }
  context.restore();
  if (column !== null && line !== null) outline(context, column, line, palette);
}

/**
 * Where the lines of a column or row run: round it, or through it if it is thin.
 *
 * @param {number[]} ends
 */
function edges([from, to]) {
  if (to - from < OUTLINED_FROM) return [Math.floor((from + to) / 2) + 0.5];
  return [Math.round(from) - 0.5, Math.round(to) + 0.5];
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number[]} column
 * @param {number[]} line
 * @param {Palette} palette
 */
function outline(context, [left, right], [top, bottom], palette) {
  context.strokeStyle = palette.ink;
  context.lineWidth = 1.5;
  context.strokeRect(left, top, Math.max(3, right - left), Math.max(3, bottom - top));
}

// One heatmap that fills its panel: with numbers on its axes, the scale of its colours, and a
// histogram on that scale.

import { colorStrip } from "../../canvas/heatmap.js";
import { font, shortened } from "../../canvas/text.js";
import { linear, linearTicks } from "../../chart/scales.js";
import { number } from "../../text/format.js";
import { timeConstant } from "./memory_order.js";
import { paintBorder, upright } from "./tiles.js";

const STRIP = 9; // px of the colours' scale
const LEAST_BETWEEN = 1.25; // of the text's size, between two units' numbers

/** The tile of `item`, of which `window` (in whole cells) is seen; `bar` is the tools' height. */
export function enlargedTile(item, { width, height, small, last, bar, sorted, window }) {
  const top = bar + Math.round(small * 0.6);
  const left = Math.round(small * (sorted ? 6.4 : 3.4));
  const aside = Math.round(width > 420 ? small * 9 : small * 6);
  const wide = Math.max(1, width - left - aside);
  const high = Math.max(1, Math.floor(height - top - small * 2.9));
  const scale = { left: left + wide + 7, top, width: STRIP, height: high };
  const labels = small * 2.4;
  const beside = { left: scale.left + STRIP + 2, top, height: high };
  return {
    ...item,
    index: 0,
    left,
    top,
    width: wide,
    height: high,
    last,
    window,
    bar,
    whole: width,
    scale,
    x: linear(window.t, [left, left + wide]),
    y: linear(window.rows, [top, top + high]),
    caption: null,
    histogram: { ...beside, width: Math.max(8, Math.floor(width - beside.left - labels)) },
  };
}

/** Its border, axes and scale; `look` is {palette, order, memory}, the latter null if unsorted. */
export function paintEnlargedFrame(context, tile, look) {
  const { palette } = look;
  paintBorder(context, tile, palette);
  paintTimesteps(context, tile, palette);
  paintUnits(context, tile, look);
  paintScale(context, tile, palette);
}

/**
 * Its name, and the longest of the `captions` on its saturation that fits.
 */
export function paintEnlargedText(context, tile, { palette, room, captions }) {
  const { lane, part, left, top, width, height, bar } = tile;
  const middle = bar / 2;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.font = font(palette.font, palette.small + 1, 700);
  context.fillStyle = palette.ink;
  context.fillText(part.symbol, 4, middle);
  let at = 4 + context.measureText(part.symbol).width + 6;
  context.font = font(palette.font, palette.small);
  context.fillStyle = palette.soft;
  const title = shortened(part.title, context.font, room - at);
  context.fillText(title, at, middle);
  at += context.measureText(title).width + 8;
  context.font = font(palette.font, palette.small, 700);
  context.fillStyle = palette.lanes[lane.index];
  if (room - at > 30) context.fillText(shortened(lane.label, context.font, room - at), at, middle);

  context.font = font(palette.font, palette.small - 1);
  context.fillStyle = palette.soft;
  const y = top + height + 4 + palette.small * 1.15;
  context.textBaseline = "top";
  context.textAlign = "left";
  context.fillText("timestep t", left, y);
  const rest = tile.whole - left - context.measureText("timestep t").width - 14;
  const caption = captions.find((text) => context.measureText(text).width <= rest);
  if (caption === undefined) return;
  context.textAlign = "right";
  context.fillStyle = palette.ink;
  context.fillText(caption, left + Math.max(width, tile.whole - left), y);
}

function paintTimesteps(context, { left, top, width, height, x, window, last }, palette) {
  context.font = font(palette.font, palette.small - 1);
  context.fillStyle = palette.soft;
  context.textBaseline = "top";
  const [from, to] = [window.t[0], Math.min(last, window.t[1] - 1)];
  for (const { at, text } of linearTicks(
    [from, Math.max(to, from + 1)],
    Math.max(2, width / 44),
    true,
  )) {
    if (at > to) continue;
    const wide = context.measureText(text).width / 2;
    context.textAlign = "center";
    context.fillText(
      text,
      Math.max(left + wide, Math.min(left + width - wide, x(at + 0.5))),
      top + height + 4,
    );
  }
}

function paintUnits(context, { left, top, height, y, window }, { palette, order, memory }) {
  const size = palette.small - 1;
  const [from, to] = window.rows;
  const every = Math.max(1, Math.ceil((size * LEAST_BETWEEN * (to - from)) / height));
  context.font = font(palette.font, size);
  context.fillStyle = palette.soft;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (let row = Math.ceil(from / every) * every; row < to; row += every) {
    const unit = order === null ? row : order[row];
    const remembers = memory === null ? "" : ` ≈ ${inTimesteps(memory[unit])}`;
    context.fillText(`${unit}${remembers}`, left - 5, y(row + 0.5));
  }
  const titles =
    memory === null
      ? ["unit"]
      : ["unit, sorted by memory (≈ timesteps)", "unit, sorted by memory", "unit by memory"];
  const title = titles.find((each) => context.measureText(each).width <= height) ?? titles.at(-1);
  upright(context, title, size * 0.6, top + height / 2);
}

/** How long a unit remembers, as a number of timesteps. */
export function inTimesteps(memory) {
  const constant = timeConstant(memory);
  return constant === 0
    ? "0"
    : constant >= 1000 && constant < Infinity
      ? "> 1000"
      : number(constant, 2);
}

function paintScale(context, { part, scale, histogram }, palette) {
  const map = part.map();
  colorStrip(context, map, scale);
  context.font = font(palette.font, palette.small - 1);
  context.fillStyle = palette.soft;
  context.textAlign = "left";
  const { left, top, width, height } = histogram;
  const [low, high] = map.domain;
  const x = left + width + 4;
  const middle = (low + high) / 2;
  const bounds = part.saturated === null ? [] : [part.saturated.low, part.saturated.high];
  for (const at of new Set([low, middle, high, ...bounds])) {
    const y = top + height * (1 - (at - low) / (high - low));
    context.textBaseline = at === low ? "bottom" : at === high ? "top" : "middle";
    const end = at === low || at === high;
    if (!end && bounds.includes(at) && height < 15 * palette.small) continue;
    context.fillText(String(at).replace("-", "−"), x, at === low ? y + 2 : at === high ? y - 1 : y);
  }
}

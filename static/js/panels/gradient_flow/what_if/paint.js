// "What if" on a canvas: the real norms thin, the others dashed, on ground that says what they are.

import { hatch, wordingFor } from "../../../canvas/hatching.js";
import { dashedTrail } from "../../../canvas/lines.js";
import { cursorLine } from "../../../canvas/marks.js";
import { faded } from "../../../canvas/palette.js";
import { font, haloText, textWidth } from "../../../canvas/text.js";
import { drawAxes, LEGEND_LINE, legendGrid } from "../../../chart/axes.js";
import { paintReadoutLine } from "../../../chart/readout.js";
import { inside, withScales } from "../../../chart/subplots.js";
import { clearOf } from "../norms/flags.js";
import { missing, zeros } from "../norms/lines.js";
import { EXACTLY_ZERO, reading } from "../norms/reading.js";
import { WATERMARK } from "./captions.js";

const STYLES = {
  dh_norm: { symbol: "∂h", real: [], whatIf: [7, 4] },
  dc_norm: { symbol: "∂c", real: [1, 2], whatIf: [2, 4] },
};
const [THIN, THICK] = [1.25, 2.5];
const ZERO_ROW = 4; // px, along the bottom edge
const [GROUND, MARK] = [0.16, 0.3]; // opacity of the hatching and of its words
const GROUND_SPACING = 12; // px between strokes: wider than where nothing was computed

/** The legend: what is drawn of the lane. */
function legendOf({ lines }, color) {
  return Object.entries(lines).flatMap(([name, { whatIf }]) => {
    const { symbol, real, whatIf: dash } = STYLES[name];
    const entries = [{ key: name, name: `${symbol} real`, color, dash: real }];
    if (whatIf !== null)
      entries.push({ key: `${name}-if`, name: `${symbol} what if`, color, dash });
    return entries;
  });
}

/**
 * Where the chart lies, with its scales.
 *
 * @param {{width: number, height: number}} size
 * @param {any} scene
 * @param {{x: number[], y: number[]}} ranges
 * @param {Palette} palette
 */
export function arrange({ width, height }, scene, ranges, palette) {
  const { small } = palette;
  const entries = legendOf(scene, palette.lanes[scene.lane.index]);
  const [left, right, bottom] = [small * 5.2, 14, small * 3.1];
  const across = width - left - right;
  const top = small * (0.9 + LEGEND_LINE * legendGrid(entries, across, palette).rows);
  const place = {
    left,
    top,
    width: across,
    height: Math.max(20, height - top - bottom),
    log: true,
    whole: true,
  };
  return {
    panels: [withScales(place, ranges)],
    titles: [
      {
        text: "gradient norm, log",
        x: small * 0.7,
        y: top + place.height / 2,
        align: "center",
        upright: false,
      },
      { text: "timestep t", x: left + across / 2, y: height - small * 0.7, align: "center" },
    ],
    legend: { shown: true, x: width - right, y: 0, width: across, entries },
  };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {ReturnType<typeof arrange>} placed
 * @param {any} scene
 * @param {number | null} t where the cursor is
 * @param {Palette} palette
 */
export function paintWhatIf(context, placed, scene, t, palette) {
  const [panel] = placed.panels;
  const color = palette.lanes[scene.lane.index];
  const isReal = scene.found === null;
  drawAxes(context, placed, placed.legend, palette);
  inside(context, panel, () => {
    if (!isReal) paintGround(context, panel, palette);
    for (const [name, { real, whatIf }] of Object.entries(scene.lines)) {
      context.strokeStyle = color;
      dashedTrail(context, panel, real, THIN, STYLES[name].real);
      dashedTrail(context, panel, whatIf, THICK, STYLES[name].whatIf);
    }
    paintGaps(context, panel, scene, palette);
    paintZeros(context, panel, scene, color, palette);
  });
  if (t === null || t < panel.xRange[0] || t > panel.xRange[1]) return;
  cursorLine(context, panel.x(t), panel.top, panel.top + panel.height, palette.soft);
  paintReadout(context, placed, scene, t, palette);
}

/** Hatching and the words over all of it: nobody is to take this for the real gradient. */
function paintGround(context, { left, top, width, height }, palette) {
  hatch(context, left, top, width, height, faded(palette.soft, GROUND), GROUND_SPACING);
  const wanted = width * 0.86;
  const size = Math.min(
    height * 0.3,
    (20 * wanted) / textWidth(WATERMARK, font(palette.font, 20, 700)),
  );
  context.font = font(palette.font, size, 700);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = faded(palette.soft, MARK);
  context.fillText(WATERMARK, left + width / 2, top + height * 0.5);
}

function paintGaps(context, panel, { lines }, palette) {
  context.font = font(palette.font, palette.small);
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const [from, to] of missing(lines.dh_norm?.real)) {
    const [left, right] = [panel.x(from - 0.5), panel.x(to + 0.5)];
    const room = Math.min(right, panel.left + panel.width) - Math.max(left, panel.left);
    const text = wordingFor(room - 8, (each) => context.measureText(each).width);
    if (text === null) continue;
    context.fillStyle = palette.soft;
    const x = Math.max(left, panel.left) + room / 2;
    haloText(context, text, x, panel.top + panel.height * 0.75, palette.panel);
  }
}

/** Where no gradient arrives at all there is no place on a log axis: a bar along its foot. */
function paintZeros(context, panel, { lane, lines }, color, palette) {
  const line = lines.dh_norm?.whatIf ?? null;
  const [found] = zeros([{ index: lane.index, line }]);
  if (found === undefined) return;
  const bottom = panel.top + panel.height;
  context.fillStyle = color;
  for (const [from, to] of found.stretches) {
    const left = panel.x(from - 0.5);
    context.fillRect(left, bottom - ZERO_ROW, panel.x(to + 0.5) - left, ZERO_ROW - 1);
  }
  context.font = font(palette.font, palette.small);
  context.textAlign = "left";
  context.textBaseline = "bottom";
  context.fillStyle = palette.soft;
  const text = zeroText(found.stretches[0]);
  const y = bottom - ZERO_ROW - 2;
  const curves = Object.values(lines).flatMap(({ real, whatIf }) => [real, whatIf]);
  const wide = context.measureText(text).width;
  const [left, right] = [panel.left + 6, panel.left + panel.width];
  const x = clearOf(curves, panel, [left, right], wide, y - palette.small / 2, palette.small);
  haloText(context, text, x, y, palette.panel);
}

/**
 * Where no gradient arrives: other timesteps beside it may have one.
 *
 * @param {number[]} stretch
 */
export function zeroText(stretch) {
  const [from, to] = stretch;
  const where =
    from === to ? `at t = ${from}` : from === 0 ? `for t ≤ ${to}` : `at t = ${from}–${to}`;
  return `∂h what if: ${EXACTLY_ZERO} ${where}`;
}

/** The norms at the cursor, in place of the title of the axis: there they cover no curve. */
function paintReadout(context, { panels, titles }, { lane, lines }, t, palette) {
  const [panel] = panels;
  const color = palette.lanes[lane.index];
  const entries = Object.entries(lines).flatMap(([name, { real, whatIf }]) => {
    const { symbol } = STYLES[name];
    const entry = (word, data) => ({
      names: [`${symbol} ${word} `, `${symbol}${word === "real" ? "" : " if"} `],
      value: reading(data[t]),
      color,
    });
    return whatIf === null
      ? [entry("real", real)]
      : [entry("real", real), entry("what if", whatIf)];
  });
  const line = { left: panel.left, right: panel.left + panel.width, y: titles[1].y };
  paintReadoutLine(context, line, { heads: [`t = ${t}`], typical: "8.8·10⁻⁸⁸", entries }, palette);
}

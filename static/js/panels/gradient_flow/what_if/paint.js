// "What if" on a canvas: the real norms thin, the others dashed, on ground that says what they are.

import { hatch, wordingFor } from "../../../canvas/hatching.js";
import { dashedTrail } from "../../../canvas/lines.js";
import { cursorLine } from "../../../canvas/marks.js";
import { faded } from "../../../canvas/palette.js";
import { font, haloText, textWidth } from "../../../canvas/text.js";
import { drawAxes, LEGEND_LINE, legendGrid } from "../../../chart/axes.js";
import { inside, withScales } from "../../../chart/subplots.js";
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
  paintReadout(context, panel, scene, t, palette);
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
  const x = Math.max(panel.left, panel.x(found.stretches[0][0])) + 6;
  haloText(context, `∂h what if: ${EXACTLY_ZERO}`, x, bottom - ZERO_ROW - 2, palette.panel);
}

function paintReadout(context, panel, { lines }, t, palette) {
  const texts = Object.entries(lines).map(([name, { real, whatIf }]) => {
    const other = whatIf === null ? "" : `, what if ${reading(whatIf[t])}`;
    return `${STYLES[name].symbol} real ${reading(real[t])}${other}`;
  });
  const rows = [`t = ${t}`, ...texts];
  const row = palette.small * 1.45;
  context.font = font(palette.font, palette.small);
  context.textBaseline = "middle";
  const wide = Math.max(...rows.map((text) => context.measureText(text).width));
  const x = panel.x(t);
  const onLeft = x + 8 + wide > panel.left + panel.width;
  context.textAlign = onLeft ? "right" : "left";
  const y = panel.top + panel.height - row * (rows.length + 1);
  context.fillStyle = faded(palette.panel, 0.75);
  context.fillRect(onLeft ? x - 12 - wide : x + 4, y - row / 2, wide + 8, row * rows.length);
  context.fillStyle = palette.ink;
  rows.forEach((text, k) => context.fillText(text, onLeft ? x - 8 : x + 8, y + k * row));
}

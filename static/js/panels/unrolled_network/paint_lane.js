// One lane of the unrolled network: its cells, its ribbons, and their numbers.

import { diverging } from "../../canvas/color_maps.js";
import { faded, mixed } from "../../canvas/palette.js";
import { font, haloText, textWidth } from "../../canvas/text.js";
import { count, logNumber, number } from "../../text/format.js";
import { nameParts } from "../../text/lane_names.js";
import { cellOf } from "./layout.js";
import { hasNormAxis } from "./paint_background.js";
import { outline } from "./paint_cursor.js";
import { localFactor, meanFactor } from "./phase_numbers.js";
import { drawGlow, drawHead, drawRibbon } from "./ribbon.js";

const BACK = 0.35; // opacity of cells in the phases that have an axis of norms
const REMAINS = 0.4; // opacity of what a diverged lane had last
const SECOND_STRENGTH = 0.45; // opacity of the ribbon of ∂c
const FACTOR_APART = 1.4; // text sizes that a factor and the numbers beside it leave, both together

/**
 * @param {CanvasRenderingContext2D} context
 * @param {any} rows see layout.js
 * @param {any} row the lane's
 * @param {{lane: Half, h: ArrayLike<number> | null, units: number, length: number,
 *   dh: ArrayLike<number> | null, dc: ArrayLike<number> | null, diverged: boolean,
 *   remains: {iteration: number, dh: ArrayLike<number>, dc: ArrayLike<number> | null} | null}}
 *   scene `length` is that of the watched example's sequence
 * @param {{beads: any, ratio: number, cursor: number | null, palette: Palette, live: boolean,
 *   phase: string | null, front: number | null, t: number | null}} given `front` and `t`: where a
 *   sweep is
 */
export function paintNetworkLane(context, rows, row, scene, given) {
  const look = scene.lane.reverse ? mirrored(given, rows.last) : given;
  // Where nothing runs along the timesteps, the cells stand back.
  context.globalAlpha = hasNormAxis(look.phase) ? BACK : 1;
  paintCells(context, rows, row, scene, look);
  context.globalAlpha = 1;
  if (look.t !== null) paintFront(context, rows, row, scene, look);
  if (look.phase === "forward" || look.phase === "loss")
    paintTracks(context, rows, row, scene, look);
  if (look.phase === null || look.phase === "backward")
    paintGradients(context, rows, row, scene, look);
  if (scene.remains !== null && (look.phase === null || look.phase === "backward"))
    paintRemains(context, rows, row, scene.remains, look.palette);
  if (scene.diverged) paintDiverged(context, rows, row, scene.lane.label, look.palette);
}

/** What a sweep has reached in a half that reads from the end: it goes the other way. */
function mirrored(look, last) {
  const other = (at) => (at === null ? null : last + 1 - at);
  return { ...look, t: other(look.t), front: other(look.front) };
}

/** Which cells hold a state: [the first, the first after them]. */
function filledCells({ timesteps }, { reverse }, { phase, t }) {
  const count = (are) => timesteps.filter(are).length;
  // The reverse half has no state at t = 0, and fills its cells from the end.
  if (reverse) {
    const reached = phase === "forward" ? Math.max(1, t) : 1;
    return [count((shown) => shown < reached), timesteps.length];
  }
  return [0, phase === "forward" ? count((shown) => shown <= t) : timesteps.length];
}

function paintCells(
  context,
  rows,
  row,
  { lane, h, units, length },
  { beads, ratio, palette, phase, t, live },
) {
  const { timesteps, every } = rows;
  const [from, filled] = filledCells(rows, lane, { phase, t });
  const states = {
    data: h,
    size: units,
    map: diverging(1),
    timesteps,
    units: beads.unitsOf(lane, h, units, row.height, live),
  };
  beads.draw(
    context,
    states,
    {
      first: rows.x(timesteps[0]),
      pitch: rows.x(every) - rows.x(0),
      top: row.top,
      width: rows.cellWidth,
      height: row.height,
      ratio,
      // Beyond the end of its sequence a state is absent.
      shown: timesteps.filter((t) => t <= length).length,
      from,
      filled,
    },
    { panel: palette.panel, line: outlineOf(palette) },
  );
}

/** The colour of cells' outlines, which is all that is seen of a state near 0. */
const outlineOf = ({ dark, line, soft }) => (dark ? mixed(line, soft, 0.4) : line);

/** Highlight the cell that a sweep has reached; in forward only once it is filled. */
function paintFront(context, rows, row, { lane }, { palette, phase, t }) {
  const filled = ({ timesteps }) =>
    lane.reverse
      ? timesteps.find((shown) => shown >= Math.max(1, t))
      : timesteps.findLast((shown) => shown <= t);
  const cell = phase === "forward" ? filled(rows) : cellOf(rows, t);
  if (cell === undefined) return;
  const color = palette.lanes[lane.index];
  for (const [wider, strength, line] of [
    [5, 0.14, 5],
    [2.5, 0.3, 3],
    [0.5, 1, 2],
  ]) {
    context.strokeStyle = faded(color, strength);
    context.lineWidth = line;
    outline(context, rows, row, cell, wider);
  }
}

/** Thin lines where ribbons will be drawn. */
function paintTracks(context, rows, row, { dh, dc }, { palette }) {
  context.fillStyle = palette.line;
  const width = rows.right - rows.left;
  if (dh !== null) context.fillRect(rows.left, Math.round(row.ribbon), width, 1);
  if (dc !== null) context.fillRect(rows.left, Math.round(row.second), width, 1);
}

function paintGradients(context, rows, row, scene, look) {
  const { lane, dh, dc } = scene;
  const { palette, phase, live } = look;
  const sweeping = phase === "backward";
  const ribbon = {
    x: rows.x,
    color: palette.lanes[lane.index],
    alert: palette.alert,
    ahead: lane.reverse,
  };
  // The number under a head that points out of the picture stays clear of it.
  const most = 2 * (row.numbers - palette.small * 0.6 - row.ribbon);
  const main = { ...ribbon, middle: row.ribbon, full: row.full, most };
  const second = { ...ribbon, middle: row.second, full: row.secondFull, strength: SECOND_STRENGTH };
  if (sweeping) paintTracks(context, rows, row, scene, look);
  for (const [logs, place] of [
    [dc, second],
    [dh, main],
  ]) {
    if (logs === null) continue;
    const known = (log) => !Number.isNaN(log);
    const end = lane.reverse ? logs.findLastIndex(known) : logs.findIndex(known);
    const front = lane.reverse
      ? Math.min(end, look.front ?? rows.last)
      : Math.max(end, look.front ?? 0);
    if (sweeping) keepSwept(context, rows, lane, rows.x(front));
    if (!live) drawGlow(context, logs, place);
    drawRibbon(context, logs, place);
    if (sweeping) context.restore();
    if (end >= 0) drawHead(context, logs, front, place);
  }
  if (dh === null) return;
  paintNumbers(context, rows, row, scene, look);
  if (sweeping) paintHop(context, rows, row, scene, look);
  else if (!live) paintFactors(context, rows, row, scene, look);
}

/** Clip to where a gradient has been: to the right of x, or left of it; until `restore`. */
function keepSwept(context, rows, { reverse }, x) {
  context.save();
  context.beginPath();
  const from = reverse ? 0 : x;
  context.rect(from, 0, (reverse ? x : rows.right + 40) - from, rows.end);
  context.clip();
}

/** Whether a text would stand in the way of the number at the cursor. */
function nearCursor(context, rows, { text, x, align }, dh, { cursor, palette }) {
  if (cursor === null) return false;
  const at = cursorNumber(rows, dh, cursor);
  const gap = palette.small * 0.5;
  const [left, right] = ends(context, at);
  const [from, to] = ends(context, { text, x, align });
  return from < right + gap && to > left - gap;
}

function ends(context, { text, x, align }) {
  return endsOf({ x, align, width: context.measureText(text).width });
}

function endsOf({ x, align, width }) {
  const left = align === "left" ? x : align === "right" ? x - width : x - width / 2;
  return [left, left + width];
}

/** The number at the cursor: {text, x, align}. */
export function cursorNumber(rows, dh, t) {
  const x = rows.x(t);
  const align = x > rows.right - 40 ? "right" : x < rows.left + 40 ? "left" : "center";
  return { text: logNumber(dh[t]), x, align };
}

/** The timesteps that get a number; that of the reverse half begins at 1. */
function numberedOf({ numbered }, { reverse }) {
  return reverse ? numbered.map((each) => ({ ...each, t: Math.max(1, each.t) })) : numbered;
}

function paintNumbers(context, rows, row, { lane, dh }, look) {
  const { palette, phase, t: reached } = look;
  context.font = font(palette.font, palette.small - 1);
  context.fillStyle = palette.soft;
  context.textBaseline = "middle";
  for (const { t, x, align } of numberedOf(rows, lane)) {
    const ahead = phase === "backward" && (lane.reverse ? t > reached : t < reached);
    if (ahead || Number.isNaN(dh[t])) continue;
    if (nearCursor(context, rows, { text: logNumber(dh[t]), x, align }, dh, look)) continue;
    context.textAlign = align;
    // An exploding ribbon may be drawn behind the numbers.
    if (dh[t] > 0) haloText(context, logNumber(dh[t]), x, row.numbers, palette.panel);
    else context.fillText(logNumber(dh[t]), x, row.numbers);
  }
}

/** Where the last of the factors stands: {x, y, width}; null where there is no room for it. */
export function factorAt(rows, row, dh, { small, font: family }) {
  const [left, right] = rows.numbered.slice(-2);
  const factor = factorOf(dh, left.t, right.t);
  if (Number.isNaN(factor)) return null;
  const lettering = font(family, small - 1);
  const found = factorBetween(left, right, dh, factor, rows, lettering, small);
  return found && { x: found.x - found.width / 2, y: row.numbers, width: found.width };
}

/** The mean factor of a timestep on a gradient's way between two: back, or ahead. */
function factorOf(dh, from, to, ahead = false) {
  const back = meanFactor(dh, from, to);
  return ahead ? 1 / back : back;
}

/**
 * The factor in the middle of what two numbers leave between them, in the longest version that
 * fits: {text, x, width}; null if none does.
 */
function factorBetween(left, right, dh, factor, { last }, lettering, small, ahead = false) {
  const [from, to] = [left, right].map((each) => {
    return endsOf({ ...each, width: textWidth(logNumber(dh[each.t]), lettering) });
  });
  const room = to[0] - from[1] - small * FACTOR_APART;
  const plain = ahead ? `×${number(factor)} ›` : `‹ ×${number(factor)}`;
  const long = ahead ? `×${number(factor)} a timestep ›` : `${plain} a timestep`;
  const versions = right.t === last ? [long, plain] : [plain];
  const fitting = versions.map((text) => ({ text, width: textWidth(text, lettering) }));
  const found = fitting.find(({ width }) => width <= room);
  return found === undefined ? null : { ...found, x: (from[1] + to[0]) / 2 };
}

/** Between two numbers, the mean factor of a timestep from the one to the other. */
function paintFactors(context, rows, row, { lane, dh }, look) {
  const { palette } = look;
  const { small } = palette;
  context.font = font(palette.font, small - 1);
  context.fillStyle = palette.soft;
  context.textAlign = "center";
  const numbered = numberedOf(rows, lane);
  numbered.slice(1).forEach((right, k) => {
    const left = numbered[k];
    const factor = factorOf(dh, left.t, right.t, lane.reverse);
    if (Number.isNaN(factor)) return;
    const { font: lettering } = context;
    const found = factorBetween(left, right, dh, factor, rows, lettering, small, lane.reverse);
    if (found === null) return;
    const { text, x } = found;
    if (nearCursor(context, rows, { text, x, align: "center" }, dh, look)) return;
    if (dh[right.t] > 0) haloText(context, text, x, row.numbers, palette.panel);
    else context.fillText(text, x, row.numbers);
  });
}

/** At the front of a backward sweep: the factor of its last step. */
function paintHop(context, rows, row, { lane, dh, dc }, { palette, front, t }) {
  const lettering = font(palette.font, palette.small, 700);
  context.font = lettering;
  context.textBaseline = "middle";
  context.textAlign = lane.reverse ? "left" : "right";
  const hops = [
    [dh, row.ribbon, palette.lanes[lane.index]],
    [dc, row.second, palette.soft],
  ];
  for (const [logs, y, color] of hops) {
    const factor =
      logs === null ? NaN : lane.reverse ? 1 / localFactor(logs, t + 1) : localFactor(logs, t);
    // Where two ribbons are close to each other, only the first has a number.
    if (Number.isNaN(factor) || (y === row.second && row.second - row.ribbon < palette.small))
      continue;
    const text = `×${number(factor)}`;
    const wide = textWidth(text, lettering);
    const end = lane.reverse
      ? Math.min(rows.x(front) + 14, rows.right + rows.markRight - wide)
      : Math.max(rows.x(front) - 14, rows.labelLeft + wide);
    context.fillStyle = color;
    haloText(context, text, end, y, palette.panel);
  }
}

/** The ribbons of a lane that has no more numbers, as they were last, in grey. */
function paintRemains(context, rows, row, { iteration, dh, dc }, palette) {
  const grey = { x: rows.x, color: palette.soft, alert: palette.soft };
  const places = [
    [
      dc,
      { ...grey, middle: row.second, full: row.secondFull, strength: REMAINS * SECOND_STRENGTH },
    ],
    [dh, { ...grey, middle: row.ribbon, full: row.full, strength: REMAINS }],
  ];
  for (const [logs, place] of places) if (logs !== null) drawRibbon(context, logs, place);
  context.font = font(palette.font, palette.small - 1);
  context.fillStyle = palette.soft;
  context.textAlign = "left";
  context.textBaseline = "middle";
  haloText(context, lastFiniteText(iteration), rows.left, row.numbers, palette.panel);
}

/**
 * What is said of the grey ribbons.
 *
 * @param {number} iteration
 */
export const lastFiniteText = (iteration) => `last finite: iteration ${count(iteration)}`;

function paintDiverged(context, rows, row, label, palette) {
  const beside = textWidth(label, font(palette.font, palette.small + 1, 700)) + 8;
  context.font = font(palette.font, palette.small - 1);
  context.fillStyle = palette.alert;
  context.textAlign = "left";
  context.textBaseline = "middle";
  if (rows.narrow) context.fillText("diverged", rows.labelLeft + beside, row.label);
  else
    context.fillText("diverged", rows.labelLeft, row.label + palette.small * 1.25 * linesOf(label));
}

const linesOf = (label) => (nameParts(label)[1] === null ? 1 : 2);

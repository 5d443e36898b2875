// Tweaks, which change hyperparameters of a running lane: thin lines with labels.

import { faded } from "../../canvas/palette.js";
import { font, haloText } from "../../canvas/text.js";
import { axisId } from "../../chart/plotly_layout.js";
import { symbolOf } from "../../state/catalogue.js";
import { number } from "../../text/format.js";
import { LINE, widthOf } from "./labels.js";

const WORDS = {
  learning_rate: (value) => `${symbolOf("learning_rate")} ${plain(value)}`,
  clip_threshold: (value) => `clip at ${plain(value)}`,
};
const MOST_TEXT = 28; // letters
const ROWS = 3; // of labels under each other, from the top edge, and as many above the bottom edge
const OPACITY = 0.55;
// A tweak that is nearer than either of these to a later one of the same hyperparameter is taken
// for a position of a slider that was being dragged.
const ON_THE_WAY = { iterations: 15, pixels: 40 };

/**
 * A recipe's tweaks by iteration: [{iteration, lane, hyperparameter, text}]; `lane` is null for a
 * tweak of all lanes.
 *
 * @param {Recipe} recipe
 */
export function tweaksOf(recipe) {
  const found = new Map();
  for (const { iteration, lane = null, changes } of recipe?.tweaks ?? []) {
    const before = found.get(iteration) ?? { lane, changes: {} };
    const shared = before.lane === lane ? lane : null;
    found.set(iteration, { lane: shared, changes: { ...before.changes, ...changes } });
  }
  return [...found]
    .map(([iteration, { lane, changes }]) => {
      return {
        iteration,
        lane,
        hyperparameter: Object.keys(changes).sort().join(),
        text: textOf(changes),
      };
    })
    .sort((first, second) => first.iteration - second.iteration);
}

function textOf(changes) {
  const text = Object.entries(changes).map(changeText).join(", ");
  return text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT - 1)}…`;
}

/** A hyperparameter with its value, in few letters: "η 0.01". */
export function changeText([name, value]) {
  return WORDS[name]?.(value) ?? `${name.replaceAll("_", " ")} → ${plain(value)}`;
}

function plain(value) {
  if (value === null || value === false) return "off";
  if (value === true) return "on";
  if (typeof value !== "number") return String(value);
  const text = String(value).replace("-", "−");
  return text.length <= 6 && !text.includes("e") ? text : number(value, 2);
}

/**
 * What is in the way of labels.
 *
 * @typedef {object} Obstacles
 * @property {{from: number, to: number, top: number}[]} [taken] places of other labels
 * @property {number} above pixels under the top edge that are taken
 * @property {number} below pixels above the bottom edge that are taken
 * @property {(from: number, to: number) => number[][]} curves the highest and the lowest place,
 *   in pixels, of any curve between two x, and then of the smooth ones alone, which matter more;
 *   [Infinity, −Infinity] without one
 */

/**
 * The tweaks within a panel, each with the row of its label, rows above the bottom edge counted
 * after those under the top edge, and the top of that row. The row is null if the label would
 * overlap others, and for values that a dragged slider passed. A label covers no curve as long as
 * there is another place, and rather a noisy one than a smooth one.
 *
 * @param {any[]} tweaks
 * @param {Panel} panel
 * @param {number} size of the text
 * @param {Obstacles} obstacles
 */
export function placeTweaks(tweaks, panel, size, obstacles) {
  const { above, below } = obstacles;
  const bottom = panel.top + panel.height - below;
  const topOf = (row) =>
    row < ROWS
      ? panel.top + above + 2 + row * size * LINE
      : bottom - (row - ROWS + 1) * size * LINE;
  const within = tweaks.filter(({ iteration }) => {
    return iteration >= panel.xRange[0] && iteration <= panel.xRange[1];
  });
  // From right to left, so that of many close to each other the last ones have labels.
  const taken = [...(obstacles.taken ?? [])]; // the places of labels so far: {from, to, top}
  const later = new Map(); // the last one seen, of each hyperparameter of each lane
  const onTheWay = ({ iteration, lane, hyperparameter }, x) => {
    const key = `${lane} ${hyperparameter}`;
    const next = later.get(key);
    later.set(key, { iteration, x });
    const { iterations, pixels } = ON_THE_WAY;
    return next !== undefined && (next.iteration - iteration <= iterations || next.x - x < pixels);
  };
  return within.toReversed().map((tweak) => {
    const x = panel.x(tweak.iteration);
    if (onTheWay(tweak, x)) return { ...tweak, x, align: "left", row: null };
    const wide = widthOf(tweak.text, size);
    const left = x + wide > panel.left + panel.width;
    const [from, to] = left ? [x - wide, x] : [x, x + wide];
    const row = rowFor(from, to);
    if (row !== null) taken.push({ from, to, top: topOf(row) });
    return {
      ...tweak,
      x,
      align: left ? "right" : "left",
      row,
      y: row === null ? null : topOf(row),
    };
  });

  function rowFor(from, to) {
    if (from < panel.left) return null;
    const isFree = (top) =>
      taken.every(
        (each) =>
          to <= each.from || from >= each.to || Math.abs(top - each.top) >= size * LINE - 0.01,
      );
    const rows = Array.from({ length: 2 * ROWS }, (_, row) => row);
    const fitting = rows.filter((row) => isFree(topOf(row)));
    for (const [highest, lowest] of obstacles.curves(from, to)) {
      const clear = fitting.find((row) => {
        const top = topOf(row);
        return top >= panel.top && (top + size < highest || top > lowest);
      });
      if (clear !== undefined) return clear;
    }
    return fitting.find((row) => row < ROWS) ?? null;
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Panel} panel
 * @param {any[]} tweaks
 * @param {Obstacles} obstacles
 * @param {Palette} palette
 */
export function paintTweaks(context, panel, tweaks, obstacles, palette) {
  if (tweaks.length === 0) return;
  const size = palette.small - 1;
  const bottom = panel.top + panel.height;
  context.font = font(palette.font, size);
  context.textBaseline = "top";
  context.lineWidth = 1;
  for (const { x, lane, text, align, y } of placeTweaks(tweaks, panel, size, obstacles)) {
    context.strokeStyle = context.fillStyle = lane === null ? palette.soft : palette.lanes[lane];
    context.globalAlpha = OPACITY;
    context.beginPath();
    context.moveTo(Math.round(x) + 0.5, panel.top);
    context.lineTo(Math.round(x) + 0.5, bottom);
    context.stroke();
    context.globalAlpha = 1;
    context.textAlign = align;
    const beside = x + (align === "left" ? 4 : -4);
    if (y === null) continue;
    haloText(context, text, beside, y, palette.panel);
  }
}

/**
 * The same for Plotly.
 *
 * @param {Panel} panel
 * @param {number} index
 * @param {any[]} tweaks
 * @param {Obstacles} obstacles
 * @param {Palette} palette
 */
export function tweakFigure(panel, index, tweaks, obstacles, palette) {
  const size = palette.small - 1;
  const axes = { xref: axisId("x", index), yref: `${axisId("y", index)} domain` };
  const placed = placeTweaks(tweaks, panel, size, obstacles);
  const colorOf = (lane) => (lane === null ? palette.soft : palette.lanes[lane]);
  return {
    shapes: placed.map(({ iteration, lane }) => ({
      type: "line",
      ...axes,
      x0: iteration,
      x1: iteration,
      y0: 0,
      y1: 1,
      opacity: OPACITY,
      line: { color: colorOf(lane), width: 1 },
    })),
    annotations: placed
      .filter(({ row }) => row !== null)
      .map(({ iteration, lane, text, align, y }) => ({
        ...axes,
        text,
        x: iteration,
        y: 1,
        xanchor: align,
        yanchor: "top",
        xshift: align === "left" ? 4 : -4,
        yshift: panel.top - y,
        showarrow: false,
        borderpad: 0,
        bgcolor: faded(palette.panel, 0.75),
        font: { color: colorOf(lane), size },
      })),
  };
}

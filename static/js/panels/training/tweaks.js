// Tweaks, which change hyperparameters of a running lane: thin lines with labels.

import { faded } from "../../canvas/palette.js";
import { font, haloText } from "../../canvas/text.js";
import { axisId } from "../../chart/plotly_layout.js";
import { symbolOf } from "../../state/catalogue.js";
import { number } from "../../text/format.js";

const WORDS = {
  learning_rate: (value) => `${symbolOf("learning_rate")} ${plain(value)}`,
  clip_threshold: (value) => `clip at ${plain(value)}`,
};
const GLYPH = 0.56; // a letter's width, of the text's size
const MOST_TEXT = 28; // letters
const ROWS = 3; // of labels under each other
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
  if (value === null) return "off";
  if (typeof value !== "number") return String(value);
  const text = String(value).replace("-", "−");
  return text.length <= 6 && !text.includes("e") ? text : number(value, 2);
}

/**
 * The tweaks within a panel, each with the row of its label. The row is null if the label would
 * overlap others, and for values that a dragged slider passed.
 */
export function placeTweaks(tweaks, panel, size) {
  const within = tweaks.filter(({ iteration }) => {
    return iteration >= panel.xRange[0] && iteration <= panel.xRange[1];
  });
  // From right to left, so that of many close to each other the last ones have labels.
  const free = new Array(ROWS).fill(Infinity);
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
    const wide = tweak.text.length * size * GLYPH + 6;
    const left = x + wide > panel.left + panel.width;
    const [from, to] = left ? [x - wide, x] : [x, x + wide];
    const fitting = from >= panel.left ? free.findIndex((end) => to <= end) : -1;
    if (fitting >= 0) free[fitting] = from;
    return { ...tweak, x, align: left ? "right" : "left", row: fitting < 0 ? null : fitting };
  });
}

const heightOf = (row, below, size) => below + 2 + row * size * 1.25;

/** Draw them, with labels `below` pixels under the top edge. */
export function paintTweaks(context, panel, tweaks, below, palette) {
  if (tweaks.length === 0) return;
  const size = palette.small - 1;
  const bottom = panel.top + panel.height;
  context.font = font(palette.font, size);
  context.textBaseline = "top";
  context.lineWidth = 1;
  for (const { x, lane, text, align, row } of placeTweaks(tweaks, panel, size)) {
    context.strokeStyle = context.fillStyle = lane === null ? palette.soft : palette.lanes[lane];
    context.globalAlpha = OPACITY;
    context.beginPath();
    context.moveTo(Math.round(x) + 0.5, panel.top);
    context.lineTo(Math.round(x) + 0.5, bottom);
    context.stroke();
    context.globalAlpha = 1;
    context.textAlign = align;
    const beside = x + (align === "left" ? 4 : -4);
    if (row === null) continue;
    haloText(context, text, beside, panel.top + heightOf(row, below, size), palette.panel);
  }
}

/** The same for Plotly. */
export function tweakFigure(panel, index, tweaks, below, palette) {
  const size = palette.small - 1;
  const axes = { xref: axisId("x", index), yref: `${axisId("y", index)} domain` };
  const placed = placeTweaks(tweaks, panel, size);
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
      .map(({ iteration, lane, text, align, row }) => ({
        ...axes,
        text,
        x: iteration,
        y: 1,
        xanchor: align,
        yanchor: "top",
        xshift: align === "left" ? 4 : -4,
        yshift: -heightOf(row, below, size),
        showarrow: false,
        borderpad: 0,
        bgcolor: faded(palette.panel, 0.75),
        font: { color: colorOf(lane), size },
      })),
  };
}

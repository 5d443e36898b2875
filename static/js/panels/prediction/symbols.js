// Copy memory and temporal order: the target symbols, and every lane's answers with their
// probabilities.

import { font } from "../../canvas/text.js";
import { values } from "../../frames/frame.js";
import { lossesOf } from "../../state/selectors.js";
import { best, paintLabel, paintMark, rowsOf } from "./symbol_rows.js";

const BLANK = "blank";
const FAINTEST = 0.6; // opacity of an answer with probability 0

/** Names of the output classes, or of the input symbols if they are the same. */
function namesOf(example) {
  return example.classes ?? example.alphabet;
}

/**
 * Places with a symbol to recall, as indices into the targets; all of them if none is blank.
 *
 * @param {Pick<State, "example">} state
 */
function recalled({ example }) {
  const blank = namesOf(example).indexOf(BLANK);
  const places = example.target.map((_, place) => place);
  const wanted = places.filter((place) => example.target[place] !== blank);
  return wanted.length > 0 ? wanted : places;
}

function recall({ lane, frame, example, places }) {
  const probabilities = values(frame, lane.index, "prediction");
  if (probabilities === null) return null;
  const classes = frame.arrays[`${lane.index}/prediction`].shape[1];
  return places.map((place) => {
    const { index, probability } = best(probabilities, place, classes);
    return { symbol: namesOf(example)[index], probability, right: index === example.target[place] };
  });
}

/** How to read the picture: the longest that fits is shown. */
export const captions = () => [
  "fainter: less sure · struck out: wrong · a dot: still says blank · 1/10: recalled rightly",
  "fainter: less sure · struck out: wrong · dot: blank · 1/10: right",
  "fainter: less sure · struck out: wrong · 1/10: right",
  "struck out: wrong · 1/10: right",
];

/**
 * The timestep whose output answers a place of the targets.
 *
 * @param {Pick<State, "task" | "example">} state
 */
const timestepOf = (state, place) => lossesOf(state)[place];

/** @param {PredictionScene} scene */
export function paint(context, { width, height }, scene) {
  const { example, lanes, names, palette, frame, cursor } = scene;
  const places = recalled(scene);
  const after = palette.small * 3.4;
  const room = { width, height, palette, names, columns: places.length, after };
  const rows = rowsOf(lanes.length + 1, room);
  paintLabel(context, rows, 0, "target", palette.soft, 400, palette);
  const marked = places.findIndex((place) => timestepOf(scene, place) === cursor.t);
  if (marked >= 0) paintMark(context, rows, marked, height, palette);
  context.textAlign = "center";
  context.fillStyle = palette.ink;
  context.font = font(palette.mono, rows.size, 700);
  places.forEach((place, column) => {
    const symbol = namesOf(example)[example.target[place]];
    context.fillText(shown(symbol), rows.x(column), rows.y(0));
  });
  lanes.forEach((lane, row) => {
    const y = rows.y(row + 1);
    paintLabel(
      context,
      rows,
      row + 1,
      rows.names[row + 1],
      palette.lanes[lane.index],
      700,
      palette,
    );
    const answers = recall({ lane, frame, example, places });
    if (answers === null) return;
    context.font = font(palette.mono, rows.size);
    context.textAlign = "center";
    answers.forEach(({ symbol, probability, right }, column) => {
      const x = rows.x(column);
      context.fillStyle = right ? palette.lanes[lane.index] : palette.alert;
      context.globalAlpha = FAINTEST + (1 - FAINTEST) * probability;
      context.fillText(shown(symbol), x, y);
      context.globalAlpha = 1;
      const reach = Math.min(rows.size * 0.5, rows.pitch * 0.45);
      if (!right && symbol !== BLANK) cross(context, x, y, reach, palette.alert);
    });
    context.fillStyle = palette.lanes[lane.index];
    context.font = font(palette.mono, palette.small);
    context.textAlign = "right";
    context.fillText(`${answers.filter(({ right }) => right).length}/${answers.length}`, width, y);
  });
}

/**
 * The table: target and answers at every place.
 *
 * @param {PredictionScene} scene
 */
export function table(scene) {
  const { example, frame } = scene;
  const places = example.target.map((_, place) => place);
  const rows = scene.lanes.flatMap((lane) => {
    const answers = recall({ lane, frame, example, places }) ?? [];
    return answers.map(({ symbol, probability }, place) => {
      return [
        lane.label,
        timestepOf(scene, place),
        namesOf(example)[example.target[place]],
        symbol,
        probability,
      ];
    });
  });
  return {
    columns: ["lane", "timestep", "target", "prediction", "probability of the prediction"],
    rows,
  };
}

function cross(context, x, y, reach, color) {
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x - reach, y + reach * 0.7);
  context.lineTo(x + reach, y - reach * 0.7);
  context.stroke();
}

function shown(symbol) {
  return symbol === BLANK ? "·" : symbol === "go" ? "▸" : symbol;
}

/** @param {PredictionScene} scene */
export function description(scene) {
  const places = recalled(scene);
  const each = scene.lanes.map((lane) => {
    const answers = recall({ lane, places, ...scene });
    if (answers === null) return `${lane.label} is not shown`;
    const { length: recalledRightly } = answers.filter(({ right }) => right);
    return `${lane.label} recalls ${recalledRightly} of ${answers.length}`;
  });
  return `${scene.example.title}. ${each.join(", ")}.`;
}

// Next character: the text, and at every place the character that each lane expects.

import { faded } from "../../canvas/palette.js";
import { font } from "../../canvas/text.js";
import { values } from "../../frames/frame.js";
import { number } from "../../text/format.js";
import { best, paintLabel, paintMark, rowsOf } from "./symbol_rows.js";

const LEAST_PITCH = 8; // px a character

/** How to read the picture: the longest that fits is shown. */
export const captions = () => [
  "a lane's row: the character it expects · " +
    "tint: probability it gives the true one · grey: wrong · %: right",
  "tint: probability of the true character · grey: wrong · %: right",
  "tint: how likely the true one · grey: wrong",
];

/** @param {PredictionScene} scene */
export function paint(context, { width, height }, scene) {
  const { example, lanes, names, palette, frame, cursor } = scene;
  const characters = [...example.next];
  const after = palette.small * 3;
  const measure = rowsOf(lanes.length + 1, { width, height, palette, names, columns: 1, after });
  const columns = Math.min(characters.length, Math.floor(measure.pitch / LEAST_PITCH));
  const first = characters.length - columns;
  const rows = rowsOf(lanes.length + 1, { width, height, palette, names, columns, after });
  paintLabel(context, rows, 0, first > 0 ? "… text" : "text", palette.soft, 400, palette);
  if (cursor.t !== null && cursor.t > first && cursor.t <= characters.length) {
    paintMark(context, rows, cursor.t - 1 - first, height, palette);
  }
  context.textAlign = "center";
  context.fillStyle = palette.ink;
  context.font = font(palette.mono, rows.size);
  for (let column = 0; column < columns; column += 1) {
    const character = characters[first + column];
    context.fillStyle = isBlank(character) ? palette.soft : palette.ink;
    context.fillText(visible(character), rows.x(column), rows.y(0));
  }
  lanes.forEach((lane, row) => {
    const y = rows.y(row + 1);
    const color = palette.lanes[lane.index];
    paintLabel(context, rows, row + 1, rows.names[row + 1], color, 700, palette);
    const answers = expected(frame, lane, example.vocabulary);
    if (answers === null) return;
    context.textAlign = "center";
    context.font = font(palette.mono, rows.size);
    for (let column = 0; column < columns; column += 1) {
      const { character, ofTrue, right } = answers[first + column];
      const x = rows.x(column);
      context.fillStyle = faded(color, 0.85 * ofTrue);
      context.fillRect(
        x - rows.pitch / 2,
        y - rows.line * 0.46,
        rows.pitch - 0.5,
        rows.line * 0.92,
      );
      context.fillStyle = right && !isBlank(character) ? palette.ink : palette.soft;
      context.fillText(visible(character), x, y);
    }
    context.font = font(palette.mono, palette.small);
    context.textAlign = "right";
    context.fillStyle = color;
    context.fillText(share(answers), width, y);
  });
}

/**
 * What a lane expects at every place: [{character, ofTrue: probability of the true one, right}].
 *
 * @param {Frame} frame
 */
function expected(frame, lane, vocabulary) {
  const probabilities = values(frame, lane.index, "prediction");
  const target = values(frame, lane.index, "target");
  if (probabilities === null || target === null) return null;
  const classes = vocabulary.length;
  return Array.from(target, (wanted, place) => {
    const { index } = best(probabilities, place, classes);
    const ofTrue = probabilities[place * classes + wanted] || 0;
    return { character: vocabulary[index], ofTrue, right: index === wanted };
  });
}

/**
 * The table: the true character, the expected one, and the true one's probability.
 *
 * @param {Pick<State, "example" | "lanes" | "frame">} state
 */
export function table({ example, lanes, frame }) {
  const rows = lanes.flatMap((lane) => {
    const answers = expected(frame, lane, example.vocabulary) ?? [];
    return answers.map(({ character, ofTrue }, place) => {
      return [lane.label, place + 1, [...example.next][place], character, ofTrue];
    });
  });
  return {
    columns: ["lane", "timestep", "target", "prediction", "probability of the target"],
    rows,
  };
}

function share(answers) {
  return `${Math.round((100 * answers.filter(({ right }) => right).length) / answers.length)}%`;
}

function isBlank(character) {
  return character.trim() === "";
}

function visible(character) {
  return character === "\n" ? "⏎" : isBlank(character) ? "·" : character;
}

/** @param {Pick<State, "example" | "lanes" | "frame">} state */
export function description({ example, lanes, frame }) {
  const each = lanes.map((lane) => {
    const answers = expected(frame, lane, example.vocabulary);
    if (answers === null) return `${lane.label} is not shown`;
    const mean = answers.reduce((sum, { ofTrue }) => sum + ofTrue, 0) / answers.length;
    const given = `gives the true one a probability of ${number(mean, 2)} on average`;
    return `${lane.label} expects ${share(answers)} of the characters rightly and ${given}`;
  });
  return `${example.title}. ${each.join("; ")}.`;
}

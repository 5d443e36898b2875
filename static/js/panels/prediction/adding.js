// The adding problem: the numbers with the two marked ones, and every lane's sum on one line.

import { faded } from "../../canvas/palette.js";
import { font, textWidth } from "../../canvas/text.js";
import { linear, linearTicks } from "../../chart/scales.js";
import { values } from "../../frames/frame.js";
import { number } from "../../text/format.js";
import { reachingTo } from "./axis.js";

const SUMS = [0, 2];
const MOST_NAME = [40, 17, 10, 6]; // letters of a lane's name, by the room there is
const TICK_EVERY = 6; // times the size of text
const SMALLER = 0.27; // of its radius that a dot loses for each one under it
const SHRINK = 1.15; // rather than names, letters may be smaller by that
const LEAST_SIZE = 8; // px of text
const DIGITS = "0.000"; // as wide as most answers
const SECOND_ROW = 1.4; // × the size of text
const MOST_GAP = 40; // px between two answers in one row
const ROOM_FOR_TWO = 8; // × the size of text, of the whole picture

/**
 * The lanes' answers at the last timestep: [{lane, value}].
 *
 * @param {Pick<PredictionScene, "lanes" | "frame">} scene
 */
function answers({ lanes, frame }) {
  return lanes.map((lane) => ({
    lane,
    value: values(frame, lane.index, "prediction")?.at(-1) ?? NaN,
  }));
}

/** How to read the picture: the longest that fits is shown. */
export const captions = () => [
  "dark bars: the two numbers to add · " +
    "on the line below, dots: what each lane says, stroke: their sum",
  "dark bars: to be added · dots: what lanes say, stroke: the sum",
  "dots: what lanes say, stroke: the sum",
];

/** @param {PredictionScene} scene */
export function paint(context, { width, height }, scene) {
  const { example, palette, cursor, task } = scene;
  const { small } = palette;
  const rows = rowsOf(scene, width, height);
  const textRoom = small * (1.7 + SECOND_ROW * (rows - 1));
  const lineRoom = Math.min(small * 3.2, height * 0.34);
  const barsHeight = height - textRoom - lineRoom - 4;
  bars(
    context,
    { width, height: barsHeight },
    { ...example, slots: task.timesteps },
    palette,
    cursor,
  );
  sums(
    context,
    { left: 8, right: width - 8, y: barsHeight + lineRoom * 0.45, room: lineRoom },
    scene,
  );
  paintAnswers(context, { width, y: height - small * 0.77, rows }, scene);
}

/**
 * The number of rows of answers. It does not depend on the digits, so that rows do not jump.
 */
function rowsOf({ names, palette }, width, height) {
  const all = ["target", ...names(({ length }) => length <= MOST_NAME[0])];
  const text = all.map((name) => `${name} ${DIGITS}`).join("  ");
  const wide = textWidth(text, font(palette.mono, palette.small)) > width * SHRINK;
  return wide && height > palette.small * ROOM_FOR_TWO ? 2 : 1;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{width: number, height: number}} size
 * @param {any} example its numbers, which may be fewer than there are `slots` for
 * @param {Palette} palette
 * @param {Place} cursor
 */
function bars(context, { width, height }, { values: numbers, marked, slots }, palette, cursor) {
  const pitch = width / slots;
  const bar = Math.max(1, pitch * 0.72);
  const y = linear([0, 1], [height, 4]);
  const marks = cursor.t !== null && cursor.t >= 1 && cursor.t <= numbers.length;
  if (marks) {
    context.fillStyle = palette.line;
    context.fillRect((cursor.t - 1) * pitch, 0, pitch, height);
  }
  numbers.forEach((value, k) => {
    const chosen = marked.includes(k);
    context.fillStyle = chosen ? palette.ink : faded(palette.soft, cursor.t === k + 1 ? 0.6 : 0.26);
    context.fillRect(k * pitch + (pitch - bar) / 2, y(value), bar, height - y(value));
  });
  context.font = font(palette.mono, palette.small - 1, 700);
  context.textBaseline = "middle";
  context.fillStyle = palette.ink;
  for (const k of marked) {
    const right = k > slots * 0.8;
    context.textAlign = right ? "right" : "left";
    const x = right ? k * pitch - 3 : (k + 1) * pitch + 3;
    const text = number(numbers[k], 2);
    const wide = context.measureText(text).width;
    context.fillStyle = faded(palette.panel, 0.85);
    context.fillRect(right ? x - wide - 2 : x - 2, y(numbers[k]) - 1, wide + 4, palette.small + 2);
    context.fillStyle = palette.ink;
    context.fillText(text, x, y(numbers[k]) + palette.small * 0.5);
  }
}

/** @param {PredictionScene} scene */
function sums(context, { left, right, y, room }, scene) {
  const { example, palette } = scene;
  const said = answers(scene);
  const range = reachingTo(
    SUMS,
    said.map(({ value }) => value),
  );
  const x = linear(range, [left, right]);
  const ticks = linearTicks(range, Math.max(2, (right - left) / (TICK_EVERY * palette.small)));
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(left, Math.round(y) + 0.5);
  context.lineTo(right, Math.round(y) + 0.5);
  for (const { at } of ticks) {
    context.moveTo(Math.round(x(at)) + 0.5, y - 3);
    context.lineTo(Math.round(x(at)) + 0.5, y + 3);
  }
  context.stroke();
  if (room > palette.small * 2.2) {
    context.font = font(palette.font, palette.small - 1);
    context.fillStyle = palette.soft;
    context.textBaseline = "top";
    for (const { at, text } of ticks) {
      // The stroke of the target would run through it.
      const half = context.measureText(text).width / 2 + 3;
      if (Math.abs(x(at) - x(example.target)) < half) continue;
      const [first, last] = range.map((end) => end === at);
      context.textAlign = first ? "left" : last ? "right" : "center";
      context.fillText(text, first ? left - 3 : last ? right + 3 : x(at), y + 5);
    }
  }
  context.fillStyle = palette.ink;
  context.fillRect(x(example.target) - 1, y - room * 0.4, 2, room * 0.8);
  const finite = said.filter(({ value }) => Number.isFinite(value));
  const radii = radiiOf(
    finite.map(({ value }) => x(value)),
    Math.min(5, room * 0.28),
  );
  for (const [k, { lane, value }] of finite.entries()) {
    context.fillStyle = palette.lanes[lane.index];
    context.beginPath();
    context.arc(x(value), y, radii[k], 0, 2 * Math.PI);
    context.fill();
    context.strokeStyle = palette.panel;
    context.stroke();
  }
}

/**
 * Radii of dots on a line, painted one after the other: one that lies on others is smaller, so that
 * they are seen round it.
 *
 * @param {number[]} places in pixels
 * @param {number} most
 */
export function radiiOf(places, most) {
  return places.map((place, k) => {
    const under = places.slice(0, k).filter((other) => Math.abs(other - place) < most).length;
    return most * (1 - SMALLER * Math.min(3, under));
  });
}

/** @param {PredictionScene} scene */
function paintAnswers(context, { width, y, rows }, scene) {
  const { example, palette } = scene;
  const partsOf = (most) => {
    const names = scene.names(({ length }) => length <= most);
    return [
      { text: `target ${number(example.target, 3)}`, color: palette.ink },
      ...answers(scene).map(({ lane, value }, k) => {
        const digits = Math.abs(value) < 1000 ? 3 : 2;
        return { text: `${names[k]} ${number(value, digits)}`, color: palette.lanes[lane.index] };
      }),
    ];
  };
  const lettering = font(palette.mono, palette.small);
  const inRows = (parts) => {
    const most = Math.ceil(parts.length / rows);
    return rows === 1 ? [parts] : [parts.slice(0, most), parts.slice(most)];
  };
  const across = (parts) =>
    Math.max(
      ...inRows(parts).map((row) => textWidth(row.map(({ text }) => text).join("  "), lettering)),
    );
  const parts =
    MOST_NAME.map(partsOf).find((each) => across(each) <= width * SHRINK) ??
    partsOf(MOST_NAME.at(-1));
  context.font = font(
    palette.mono,
    Math.max(LEAST_SIZE, palette.small * Math.min(1, width / across(parts))),
  );
  context.textAlign = "left";
  context.textBaseline = "middle";
  inRows(parts).forEach((row, k) => {
    const wide = row.reduce((sum, { text }) => sum + context.measureText(text).width, 0);
    const spare = Math.max(4, (width - wide) / Math.max(1, row.length - 1));
    const gap = Math.min(rows > 1 ? palette.small * 1.5 : MOST_GAP, spare);
    let x = 0;
    for (const { text, color } of row) {
      context.fillStyle = color;
      context.fillText(text, x, y - (rows - 1 - k) * palette.small * SECOND_ROW);
      x += context.measureText(text).width + gap;
    }
  });
}

/**
 * The table: the target and every lane's answer.
 *
 * @param {PredictionScene} scene
 */
export function table(scene) {
  const rows = answers(scene).map(({ lane, value }) => [lane.label, scene.example.target, value]);
  return { columns: ["lane", "target", "prediction"], rows };
}

/** @param {PredictionScene} scene */
export function description(scene) {
  const each = answers(scene).map(({ lane, value }) => `${lane.label} says ${number(value, 3)}`);
  return `${scene.example.title}. ${each.join(", ")}.`;
}

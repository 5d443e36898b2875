// A forecast: the window of the series, the value that came, and every lane's forecast of it.

import { cursorLine } from "../../canvas/marks.js";
import { font, textWidth } from "../../canvas/text.js";
import { linear, linearTicks } from "../../chart/scales.js";
import { values } from "../../frames/frame.js";
import { number } from "../../text/format.js";
import { reachingTo } from "./axis.js";

const WIDEST = " −123.4"; // of values

/** @param {Pick<State, "lanes" | "frame" | "example">} state */
function forecasts({ lanes, frame, example }) {
  return lanes.map((lane) => {
    const raw = values(frame, lane.index, "prediction")?.at(-1) ?? NaN;
    return { lane, value: raw * example.scale + example.offset };
  });
}

/**
 * How to read the picture: the longest that fits is shown.
 *
 * @param {Pick<State, "example">} state
 */
export function captions({ example: { unit, from_training_set: known } }) {
  const ofTraining = [
    `${unit} · ring: what came, dots: forecasts · ` +
      `a window of the training set, as are those of the loss`,
    `${unit} · ring: what came, dots: forecasts · a training window`,
    `${unit} · ring: target · a training window`,
  ];
  const ofNew = [`${unit} · ring: what came, dots: forecasts`];
  return [...(known ? ofTraining : ofNew), `${unit} · ring: target`, unit];
}

/** @param {PredictionScene} scene */
export function paint(context, { width, height }, scene) {
  const { example, palette, cursor } = scene;
  const { small } = palette;
  const series = example.values;
  const answers = forecasts(scene);
  const last = series.length - 1;
  const labels = small * 10.5;
  const [left, right, top, bottom] = [
    small * 3.4,
    width - labels,
    small * 0.6,
    height - small * 1.7,
  ];
  const least = Math.min(...series);
  const most = Math.max(...series);
  const margin = (most - least || 1) * 0.15;
  const range = reachingTo(
    [least - margin, most + margin],
    answers.map(({ value }) => value),
  );
  const x = linear([0, last], [left, right]);
  const y = linear(range, [bottom, top]);

  context.font = font(palette.mono, small - 1);
  context.textBaseline = "middle";
  context.lineWidth = 1;
  context.strokeStyle = palette.line;
  const ticks = linearTicks(range, Math.max(2, (bottom - top) / 26));
  for (const { at, text } of ticks) {
    context.beginPath();
    context.moveTo(left, Math.round(y(at)) + 0.5);
    context.lineTo(right, Math.round(y(at)) + 0.5);
    context.stroke();
    context.textAlign = "right";
    context.fillStyle = palette.soft;
    context.fillText(text, left - 5, y(at));
  }
  context.textBaseline = "top";
  context.textAlign = "left";
  context.fillText(example.dates[0], left, bottom + 4);
  context.textAlign = "right";
  context.fillText(example.dates[last], right + small, bottom + 4);

  context.strokeStyle = palette.soft;
  context.lineWidth = 1.5;
  context.lineJoin = "round";
  context.beginPath();
  for (let k = 0; k < last; k += 1) context.lineTo(x(k), y(series[k]));
  context.stroke();
  if (cursor.t !== null && cursor.t >= 1 && cursor.t <= last) {
    cursorLine(context, x(cursor.t - 1), top, bottom, palette.soft);
    dot(context, x(cursor.t - 1), y(series[cursor.t - 1]), 3, palette.soft);
  }
  for (const { lane, value } of answers) {
    if (!Number.isFinite(value)) continue;
    context.strokeStyle = palette.lanes[lane.index];
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x(last - 1), y(series[last - 1]));
    context.lineTo(x(last), y(value));
    context.stroke();
    dot(context, x(last), y(value), 3.5, palette.lanes[lane.index]);
  }
  context.strokeStyle = palette.ink;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x(last), y(series[last]), 5, 0, 2 * Math.PI);
  context.stroke();
  key(context, { left: right + small * 1.2, width, height }, series[last], answers, scene);
}

function key(context, { left, width, height }, target, answers, { names, palette }) {
  const lettering = font(palette.mono, palette.small);
  const room = width - left - textWidth(WIDEST, lettering);
  const short = names((name) => textWidth(name, lettering) <= room);
  const rows = [
    { name: "target", value: number(target, 3), color: palette.ink },
    ...answers.map(({ lane, value }, k) => ({
      name: short[k],
      value: number(value, 3),
      color: palette.lanes[lane.index],
    })),
  ];
  const line = Math.min(palette.small * 1.7, height / rows.length);
  context.font = lettering;
  context.textAlign = "left";
  context.textBaseline = "middle";
  rows.forEach(({ name, value, color }, row) => {
    context.fillStyle = color;
    const at = (height - line * rows.length) / 2 + line * (row + 0.5);
    context.fillText(`${name} ${value}`, left, at);
  });
}

function dot(context, x, y, radius, color) {
  context.fillStyle = color;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

/**
 * The value that came, and every lane's forecast of it.
 *
 * @param {PredictionScene} scene
 */
export function table(scene) {
  const { unit, values: series, dates } = scene.example;
  const rows = forecasts(scene).map(({ lane, value }) => [
    lane.label,
    dates.at(-1),
    series.at(-1),
    value,
  ]);
  return { columns: ["lane", "date", `target (${unit})`, `prediction (${unit})`], rows };
}

/** @param {PredictionScene} scene */
export function description(scene) {
  const { example } = scene;
  const each = forecasts(scene).map(({ lane, value }) => `${lane.label} ${number(value, 3)}`);
  const target = `${number(example.values.at(-1), 3)} ${example.unit}`;
  return `${example.title}: ${target}. Forecasts: ${each.join(", ")}.`;
}

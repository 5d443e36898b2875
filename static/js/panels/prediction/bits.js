// The flip-flop: for every bit, its pulses, the step that the target takes, and the lanes' answers.

import { cursorLine } from "../../canvas/marks.js";
import { faded } from "../../canvas/palette.js";
import { font, shortened, textWidth } from "../../canvas/text.js";
import { linear } from "../../chart/scales.js";
import { values } from "../../frames/frame.js";
import { number } from "../../text/format.js";

const MOST = 1.35; // an answer beyond it, either way, is drawn at the edge of its row
const KEY = 11.5; // × the size of text, at the right
const PULSE = 0.62; // of the way from the middle of a row to ±1
const TARGET = 4; // px, wider than the answers that are drawn over it

/**
 * What a lane says of every bit at every timestep: {lane, said, right}, `said` [t][bit] one after
 * the other, `right` the share of those on the target's side of 0.
 *
 * @param {Pick<PredictionScene, "lanes" | "frame" | "example">} scene
 */
function answers({ lanes, frame, example }) {
  const target = example.target.flat();
  return lanes.map((lane) => {
    const said = values(frame, lane.index, "prediction");
    const fits = said?.length === target.length;
    const right = fits ? target.filter((bit, k) => bit * said[k] > 0).length : NaN;
    return { lane, said: fits ? said : null, right: right / target.length };
  });
}

const RIGHT = " right"; // the caption says what that is

const percent = (share) => (Number.isNaN(share) ? "–" : `${Math.floor(share * 100)} %`);

/** How to read the picture: the longest that fits is shown. */
export const captions = () => [
  "bars: pulses, up +1, down −1 · wide steps: the target, the last pulse · " +
    "lines: what lanes say · right: on the target's side of 0",
  "bars: pulses · wide steps: target · lines: what lanes say · right: on the target's side of 0",
  "bars: pulses · wide: target · right: on its side of 0",
  "wide: target · right: on its side of 0",
];

/** @param {PredictionScene} scene */
export function paint(context, { width, height }, scene) {
  const { example, palette, cursor } = scene;
  const { small } = palette;
  const bits = example.target[0].length;
  const T = example.target.length;
  const lettering = font(palette.font, small - 1);
  const left = textWidth("bit 0", lettering) + 8;
  const right = width - small * KEY;
  const x = linear([0, T], [left, right]);
  const row = height / bits;
  const given = answers(scene);
  for (let bit = 0; bit < bits; bit += 1) {
    const middle = row * (bit + 0.5);
    const y = linear([-MOST, MOST], [middle + row * 0.46, middle - row * 0.46]);
    context.font = lettering;
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.fillStyle = palette.soft;
    context.fillText(`bit ${bit + 1}`, 0, middle);
    context.fillStyle = palette.line;
    context.fillRect(left, Math.round(middle), right - left, 1);
    const target = example.target.map((each) => each[bit]);
    const pulses = example.pulses.map((each) => each[bit]);
    paintSteps(context, { x, y }, target, { color: faded(palette.soft, 0.45), width: TARGET });
    paintPulses(context, { x, y, middle }, pulses, palette.ink);
    for (const { lane, said } of given) {
      if (said === null) continue;
      const own = target.map((_, t) => said[t * bits + bit]);
      paintSteps(context, { x, y }, own, { color: palette.lanes[lane.index], width: 1.5 });
    }
  }
  if (cursor.t !== null && cursor.t >= 1 && cursor.t <= T) {
    cursorLine(context, x(cursor.t - 0.5), 0, height, palette.soft);
  }
  paintKey(context, { left: right + small, width, height }, given, scene);
}

/** A value for each timestep, held for as long as the timestep lasts; NaN leaves a gap. */
function paintSteps(context, { x, y }, series, { color, width }) {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.lineJoin = "round";
  context.beginPath();
  let gap = true;
  series.forEach((value, t) => {
    if (Number.isNaN(value)) {
      gap = true;
      return;
    }
    const at = y(Math.max(-MOST, Math.min(MOST, value)));
    if (gap) context.moveTo(x(t), at);
    else context.lineTo(x(t), at);
    context.lineTo(x(t + 1), at);
    gap = false;
  });
  context.stroke();
}

function paintPulses(context, { x, y, middle }, pulses, color) {
  const bar = Math.max(1.5, (x(1) - x(0)) * 0.4);
  context.fillStyle = color;
  pulses.forEach((pulse, t) => {
    if (pulse === 0) return;
    const end = y(pulse * PULSE);
    context.fillRect(x(t + 0.5) - bar / 2, Math.min(middle, end), bar, Math.abs(end - middle));
  });
}

function paintKey(context, { left, width, height }, given, { names, palette }) {
  const line = Math.min(palette.small * 1.7, height / given.length);
  const lettering = font(palette.mono, palette.small);
  context.font = lettering;
  context.textAlign = "left";
  context.textBaseline = "middle";
  const room = width - left - textWidth(` 100 %${RIGHT}`, lettering);
  const short = names((name) => textWidth(name, lettering) <= room);
  given.forEach(({ lane, right }, row) => {
    const value = ` ${percent(right)}${RIGHT}`;
    const name = shortened(short[row], lettering, room);
    const y = (height - line * given.length) / 2 + line * (row + 0.5);
    context.fillStyle = palette.lanes[lane.index];
    context.fillText(name + value, left, y);
  });
}

/**
 * The table: pulse, target and every lane's answer, for each timestep and bit.
 *
 * @param {PredictionScene} scene
 */
export function table(scene) {
  const { pulses, target } = scene.example;
  const rows = answers(scene).flatMap(({ lane, said }) =>
    target.flatMap((each, t) =>
      each.map((bit, k) => {
        const answer = said === null ? NaN : said[t * each.length + k];
        return [lane.label, t + 1, k + 1, pulses[t][k], bit, answer];
      }),
    ),
  );
  return { columns: ["lane", "timestep", "bit", "pulse", "target", "prediction"], rows };
}

/** @param {PredictionScene} scene */
export function description(scene) {
  const given = answers(scene);
  const bits = scene.example.target[0].length;
  const each = given.map(({ lane, said, right }) => {
    if (said === null) return `${lane.label} is not shown`;
    const end = Array.from(said.slice(-bits), (value) => number(value, 2)).join(" ");
    return `${lane.label} is on the right side ${percent(right)} of the time, at the end ${end}`;
  });
  return `${scene.example.title}. ${each.join(", ")}.`;
}

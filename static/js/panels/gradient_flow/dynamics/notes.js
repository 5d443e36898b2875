// The notes beside the plane: a point's eigenvalues and what they mean, or a key of the marks; and
// the Lyapunov exponents on an axis.

import { faded } from "../../../canvas/palette.js";
import { brokenLines, font, textWidth } from "../../../canvas/text.js";
import { linear, linearTicks } from "../../../chart/scales.js";
import { becameOf, exponentSentence, HINT, pointName, pointParts } from "./captions.js";

const FULL = 2 * Math.PI;
const NO_TERMS = Object.freeze({ sorts: null, exponents: null });
const LEAST = 1.3; // of the plane of eigenvalues, from its middle to its edge
const LEAST_CIRCLE = 44; // px
const USUAL_CIRCLE = 72; // px; where words take too much for it, there are fewer
const LINE = 1.4; // × the size of text
const GAP = 0.4; // × the size of text
const AXIS = 3.1; // × the size of text: the axis of the exponents
const TITLES = [
  "Lyapunov exponents, nats/timestep; right of 0: chaos",
  "Lyapunov exponents; 0: edge of chaos",
];

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{left: number, top: number, width: number, height: number}} room
 * @param {{found: DynamicsFindings | null, chosen: number | null, studies: DynamicsFindings[],
 *   progress: string, age: string}} scene `age` is said where the points are of another iteration
 * @param {Palette} palette
 * @returns {Record<"sorts" | "exponents", {x: number, y: number, width: number, height: number} |
 *   null>} where words stand that need explaining; null where they do not
 */
export function paintNotes(context, room, { found, chosen, studies, progress, age }, palette) {
  const { small } = palette;
  const text = writer(context, room, palette);
  if (progress !== "") text.say(progress, palette.ink);
  else if (age !== "") text.say(age, palette.alert);
  if (found === null) {
    if (progress === "") text.say("Find fixed points: where does the state stay?", palette.soft);
    return NO_TERMS;
  }
  const point = chosen === null ? null : found.points[chosen];
  if (point !== null) {
    paintPoint(context, text, { ...room, point, name: pointName(point, chosen) }, palette);
    return NO_TERMS;
  }
  const { says, title, sentence } = fitting(room, text.y, { found, studies }, palette);
  const lettering = font(palette.font, small);
  const boxAt = (words) => ({
    x: room.left,
    y: text.y + small * 0.6,
    width: textWidth(words, lettering),
    height: small * 1.2,
  });
  const terms = { ...NO_TERMS };
  for (const [each, color] of says) {
    if (each === HINT) terms.sorts = boxAt(HINT.split(" · ")[0]);
    text.say(each, palette[color]);
  }
  text.skip(small * GAP);
  terms.exponents = boxAt("Lyapunov exponents");
  text.say(title, palette.ink);
  paintExponents(context, { ...room, y: text.y }, found, palette);
  text.skip(small * AXIS);
  text.say(sentence, palette.soft);
  return terms;
}

/** As much of the key and of the words about the exponents as there is room for. */
function fitting({ top, width, height }, y, { found, studies }, { small, font: family }) {
  const became = becameOf(studies);
  const hint = found.points.length > 0 ? HINT : "No point in reach: nothing holds a state.";
  const all = [...(became === "" ? [] : [[became, "ink"]]), [hint, "soft"]];
  const [exponent] = found.lyapunov;
  const variants = [
    { says: all, title: TITLES[0], sentence: exponentSentence(exponent) },
    { says: all, title: TITLES[1], sentence: exponentSentence(exponent) },
    { says: all, title: TITLES[1], sentence: exponentSentence(exponent, true) },
    { says: all.slice(0, 1), title: TITLES[1], sentence: exponentSentence(exponent, true) },
    { says: [], title: TITLES[1], sentence: exponentSentence(exponent, true) },
  ];
  const lettering = font(family, small);
  const lines = (words) => brokenLines(words, lettering, width).length;
  const needed = ({ says, title, sentence }) =>
    small * (GAP + AXIS) +
    [...says.map(([words]) => words), title, sentence].reduce(
      (sum, words) => sum + lines(words) * LINE * small,
      0,
    );
  return variants.find((each) => y + needed(each) <= top + height) ?? variants.at(-1);
}

/** A point's name, its eigenvalues, and what they mean. */
function paintPoint(context, text, { left, top, width, height, point, name }, palette) {
  const { small } = palette;
  const parts = pointParts(point);
  const lettering = font(palette.font, small);
  text.say(name, palette.ink, true);
  const sideWith = (count) => {
    const words = parts.slice(0, count).join(" ");
    const lines = brokenLines(words, lettering, width).length;
    return Math.min(width, top + height - text.y - (lines * LINE + 0.5) * small);
  };
  let count = parts.length;
  while (count > 1 && sideWith(count) < USUAL_CIRCLE) count -= 1;
  const side = sideWith(count);
  if (side > LEAST_CIRCLE) {
    paintCircle(context, { left, top: text.y, side }, point.eigenvalues, palette);
    text.skip(side + small * 0.5);
  }
  text.say(parts.slice(0, count).join(" "), palette.soft);
}

function writer(context, { left, top, width }, palette) {
  const { small } = palette;
  let y = top;
  return {
    get y() {
      return y;
    },
    skip: (by) => (y += by),
    say(text, color, strong = false, indent = 0) {
      const lettering = font(palette.font, small, strong ? 600 : 400);
      context.font = lettering;
      context.fillStyle = color;
      context.textAlign = "left";
      context.textBaseline = "top";
      for (const line of brokenLines(text, lettering, width - indent)) {
        context.fillText(line, left + indent, y);
        y += small * LINE;
      }
    },
  };
}

/** Eigenvalues in the complex plane, against the unit circle. */
function paintCircle(context, { left, top, side }, values, palette) {
  const { small } = palette;
  let reach = LEAST;
  for (let k = 0; k < values.length; k += 2) {
    reach = Math.max(reach, Math.hypot(values[k], values[k + 1]) * 1.08);
  }
  const middle = { x: left + side / 2, y: top + side / 2 };
  const scale = side / 2 / reach;
  context.lineWidth = 1;
  context.strokeStyle = palette.line;
  context.beginPath();
  context.moveTo(left, middle.y);
  context.lineTo(left + side, middle.y);
  context.moveTo(middle.x, top);
  context.lineTo(middle.x, top + side);
  context.stroke();
  context.fillStyle = faded(palette.soft, 0.1);
  context.strokeStyle = palette.soft;
  context.beginPath();
  context.arc(middle.x, middle.y, scale, 0, FULL);
  context.fill();
  context.stroke();
  context.fillStyle = palette.soft;
  context.font = font(palette.font, small - 1);
  context.textBaseline = "bottom";
  context.textAlign = "left";
  context.fillText("1", middle.x + scale + 2, middle.y - 1);
  context.fillText("Im λ", middle.x + 3, top + small);
  context.textBaseline = "middle";
  context.fillText("Re λ", left + side + 3, middle.y);
  for (let k = 0; k < values.length; k += 2) {
    const outside = Math.hypot(values[k], values[k + 1]) > 1;
    context.beginPath();
    context.arc(middle.x + values[k] * scale, middle.y - values[k + 1] * scale, 3, 0, FULL);
    context.fillStyle = outside ? palette.alert : palette.ink;
    context.fill();
  }
}

/** The leading exponents on an axis on which 0, the edge of chaos, is marked. */
function paintExponents(context, { left, width, y: top }, { lyapunov, spread }, palette) {
  const { small } = palette;
  const shown = Array.from(lyapunov).filter(Number.isFinite);
  if (shown.length === 0) return;
  const ends = [Math.min(-0.1, ...shown), Math.max(0.1, ...shown)];
  const margin = (ends[1] - ends[0]) * 0.08;
  const domain = [ends[0] - margin, ends[1] + margin];
  const x = linear(domain, [left, left + width]);
  const y = top + small * 0.9;
  context.fillStyle = faded(palette.alert, 0.16);
  context.fillRect(x(0), y - small * 0.6, left + width - x(0), small * 1.2);
  context.strokeStyle = palette.soft;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(left, Math.round(y) + 0.5);
  context.lineTo(left + width, Math.round(y) + 0.5);
  context.moveTo(Math.round(x(0)) + 0.5, y - small * 0.8);
  context.lineTo(Math.round(x(0)) + 0.5, y + small * 0.8);
  context.stroke();
  context.font = font(palette.font, small - 1);
  context.fillStyle = palette.soft;
  context.textBaseline = "top";
  context.textAlign = "center";
  for (const { at, text: tick } of linearTicks(domain, width / 60)) {
    const wide = context.measureText(tick).width / 2;
    if (x(at) - wide >= left && x(at) + wide <= left + width) {
      context.fillText(tick, x(at), y + small * 0.9);
    }
  }
  lyapunov.forEach((value, k) => {
    if (!Number.isFinite(value)) return;
    context.strokeStyle = context.fillStyle = value > 0 ? palette.alert : palette.ink;
    if (k === 0) {
      // How far the sequences differ in the largest, which is what decides.
      context.beginPath();
      context.moveTo(Math.max(left, x(value - spread[0])), y);
      context.lineTo(Math.min(left + width, x(value + spread[0])), y);
      context.lineWidth = 3;
      context.stroke();
    }
    context.beginPath();
    context.arc(x(value), y, k === 0 ? 4 : 2.5, 0, FULL);
    context.fill();
  });
}

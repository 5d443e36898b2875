// What a vote came to, in numbers and sentences.

import { count, logNumber, number } from "../../text/format.js";
import { placesAlong } from "./drawing.js";

const CLOSE = 0.5; // decades

/** The whole per cent that each count is of all; 0 where nobody answered. */
export function percents(counts) {
  const all = total(counts);
  return counts.map((each) => (all === 0 ? 0 : Math.round((100 * each) / all)));
}

export const total = (counts) => counts.reduce((sum, each) => sum + each, 0);

/** How many answers a round had. */
export function answersOf(kind, result) {
  if (kind === "choice") return total(result.counts);
  return kind === "number" ? result.values.length : result.curves.length;
}

const plural = (value, one, many) => `${count(value)} ${value === 1 ? one : many}`;

/** "12 answers", "1 answer". */
export const answersText = (answers) => plural(answers, "answer", "answers");

/** A number with its unit. */
export function withUnit(value, unit) {
  return unit === "" || unit === undefined ? number(value, 3) : `${number(value, 3)} ${unit}`;
}

/** Names of the rounds. */
export function roundNames(rounds) {
  if (rounds === 1) return [""];
  if (rounds === 2) return ["Before the discussion", "After the discussion"];
  return Array.from({ length: rounds }, (_, index) => `Round ${index + 1}`);
}

/** One sentence on a round's answers. */
export function summary(question, result) {
  const answers = answersOf(question.kind, result);
  if (answers === 0) return "Nobody has answered.";
  const said = answersText(answers);
  if (question.kind === "choice") return `${said}.`;
  if (question.kind === "curve")
    return `${answers === 1 ? "1 curve" : `${count(answers)} curves`}.`;
  const { low, median, high } = result;
  const half = `the middle half from ${withUnit(low)} to ${withUnit(high, question.unit)}`;
  return `${said}: median ${withUnit(median, question.unit)}, ${half}.`;
}

/** One sentence that compares a round's answers with what is true; "" while that is not known. */
export function comparison(question, result) {
  const { kind, truth } = question;
  if (truth === undefined || truth === null || answersOf(kind, result) === 0) return "";
  if (kind === "choice") return chosen(result.counts, truth);
  if (kind === "number") return aside(result.median, truth, question.unit);
  const at = question.at ?? null;
  const when = at === null ? "" : ` (True at iteration ${count(at)}.)`;
  return `${apart(result, truth, question)}${when}`;
}

function chosen(counts, truth) {
  const [right, all] = [counts[truth], total(counts)];
  return `${count(right)} of ${count(all)} chose what is true (${percents(counts)[truth]} %).`;
}

function aside(median, truth, unit) {
  const by = median - truth;
  if (Math.abs(by) <= Math.abs(truth) * 0.005) return "The median is right.";
  return `The median is ${withUnit(Math.abs(by), unit)} too ${by > 0 ? "high" : "low"}.`;
}

/** Where the median curve is farthest from the true one, and by how much. */
function apart({ timesteps, median, curves }, truth, { low }) {
  let worst = null;
  const drawn = timesteps.map((_, index) => curves.filter((curve) => curve[index] !== null).length);
  const most = Math.max(...drawn);
  timesteps.forEach((t, index) => {
    if (median[index] === null || truth[t] === null || truth[t] === undefined) return;
    // Where few have begun already, or go on to, their median is not that of the class.
    if (2 * drawn[index] < most) return;
    // What lies below the axis can't be drawn: it counts as its lower end.
    const by = median[index] - Math.max(truth[t], low);
    if (worst === null || Math.abs(by) > Math.abs(worst.by))
      worst = { t, by, below: truth[t] < low };
  });
  if (worst === null) return "";
  const { t, by, below } = worst;
  if (Math.abs(by) < CLOSE) return "The median is within half a decade of it everywhere.";
  const size = number(Math.abs(by), Math.abs(by) < 10 ? 1 : 2);
  const decades = `${size} ${size === "1" ? "decade" : "decades"}`;
  const least = below && by > 0 ? "at least " : "";
  return `The median is ${least}${decades} too ${by > 0 ? "high" : "low"} at t = ${t}.`;
}

/** A few places of curves as the rows of a table: t, low, median, high, and what is true. */
export function curveRows(question, { timesteps, low, median, high }) {
  const value = (log) => (log === null || log === undefined ? "–" : logNumber(log));
  return placesAlong(question.timesteps).map((t) => {
    // Long curves come at some places only: the nearest.
    const index = timesteps.reduce(
      (best, each, at) => (Math.abs(each - t) < Math.abs(timesteps[best] - t) ? at : best),
      0,
    );
    const row = [
      String(timesteps[index]),
      ...[low, median, high].map((each) => value(each[index])),
    ];
    return Array.isArray(question.truth) ? [...row, value(question.truth[timesteps[index]])] : row;
  });
}

/**
 * The axis for numbers: what all share, without those far out, and how many those are.
 *
 * @param {{values: number[], low: number | null, high: number | null}} result
 * @param {number | null} [truth]
 */
export function numberRange({ values, low, high }, truth = null) {
  if (values.length === 0 && truth === null) return { range: [0, 1], below: 0, above: 0 };
  const fence = 3 * ((high ?? 0) - (low ?? 0));
  const near = values.filter((value) => value >= low - fence && value <= high + fence);
  const all = truth === null ? near : [...near, truth];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const room = (most - least || Math.abs(most) || 1) * 0.08;
  const range = [least - room, most + room];
  return {
    range,
    below: values.filter((value) => value < range[0]).length,
    above: values.filter((value) => value > range[1]).length,
  };
}

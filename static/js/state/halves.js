// The halves of a lane that reads in both directions: frames in which the arrays of its reverse
// half stand under the names of the forward one, so that whatever draws or reads one half reads
// the other too.

import { nameParts } from "../text/lane_names.js";
import { quantity } from "./catalogue.js";

const SUFFIX = ".reverse";

/** The rest of a lane's name where it stands for its reverse half alone. */
export const BACKWARD = "backward half";

/** @type {Record<string, WeakMap<Frame, Map<number, Frame>>>} */
const kept = { sequence: new WeakMap(), read: new WeakMap() };

/**
 * The frame with the reverse half of a lane in the place of the forward one, timestep by timestep
 * of the sequence. That half has no number at t = 0: where the forward half has its initial state
 * it has none, and its own, at T + 1, is left out.
 *
 * @param {Frame} frame
 * @param {number} lane
 */
export function inSequence(frame, lane) {
  return once(kept.sequence, frame, lane, ({ first_timestep: first }, array) =>
    first === 0 ? shifted(array) : array,
  );
}

/**
 * The same in the order in which the half reads: row k is what it has after k timesteps, the last
 * of which was t = T + 1 − k.
 *
 * @param {Frame} frame
 * @param {number} lane
 */
export function asRead(frame, lane) {
  return once(kept.read, frame, lane, (_, array) => turned(array));
}

/**
 * The lanes of a picture that shows halves by themselves: a lane that reads in both directions
 * stands there twice.
 *
 * @param {Lane[]} lanes
 * @returns {Half[]}
 */
export function halvesOf(lanes) {
  return lanes.flatMap((lane) => (lane.bidirectional ? [lane, reverseOf(lane)] : [lane]));
}

/** @type {WeakMap<Lane, Half>} the same object each time, as views remember what they drew of it */
const reversed = new WeakMap();

/** @param {Lane} lane */
function reverseOf(lane) {
  if (!reversed.has(lane)) {
    const [head] = nameParts(lane.label);
    reversed.set(lane, { ...lane, label: `${head} · ${BACKWARD}`, reverse: true });
  }
  return reversed.get(lane);
}

/**
 * The frame as a picture of a half reads it.
 *
 * @param {Frame | null} frame
 * @param {Half} half
 */
export const frameOf = (frame, { index, reverse }) =>
  reverse && frame !== null ? inSequence(frame, index) : frame;

/**
 * The frame with the half that is looked at, of the lanes that read in both directions.
 *
 * @param {Pick<State, "frame" | "lanes" | "view">} state
 */
export function ofHalf({ frame, lanes, view }) {
  if (frame === null || view.half !== "reverse") return frame;
  const both = lanes.filter(({ bidirectional }) => bidirectional);
  return both.reduce((made, { index }) => inSequence(made, index), frame);
}

/** The name of a lane, or of its half that is looked at where that is the reverse one. */
export const nameOf = ({ label, bidirectional }, half) =>
  bidirectional && half === "reverse" ? `${label}, ${BACKWARD}` : label;

/** The name of a lane where its forward half alone is shown. */
export const forwardNameOf = ({ label, bidirectional }) =>
  bidirectional ? `${label}, forward half` : label;

/** Rows of numbers or NaN: a row more at the beginning, and the last one less. */
function shifted({ shape, dtype, data }) {
  const units = data.length / shape[0];
  const moved = new Float32Array(data.length);
  moved.fill(NaN, 0, units);
  moved.set(data.subarray(0, data.length - units), units);
  return { shape, dtype, data: moved };
}

function turned({ shape, dtype, data }) {
  const units = data.length / shape[0];
  const back = new Float32Array(data.length);
  for (let row = 0; row < shape[0]; row += 1)
    back.set(data.subarray(row * units, (row + 1) * units), (shape[0] - 1 - row) * units);
  return { shape, dtype, data: back };
}

/** @param {WeakMap<Frame, Map<number, Frame>>} made */
function once(made, frame, lane, along) {
  if (!made.has(frame)) made.set(frame, new Map());
  const known = made.get(frame);
  if (!known.has(lane)) known.set(lane, withReverse(frame, lane, along));
  return known.get(lane);
}

function withReverse(frame, lane, along) {
  const prefix = `${lane}/`;
  const arrays = { ...frame.arrays };
  for (const [name, array] of Object.entries(frame.arrays)) {
    if (!name.startsWith(prefix) || !name.endsWith(SUFFIX)) continue;
    const forward = name.slice(0, -SUFFIX.length);
    const facts = quantity(forward.slice(prefix.length));
    arrays[forward] = facts.axes[0] === "t" ? along(facts, array) : array;
  }
  return { ...frame, arrays };
}

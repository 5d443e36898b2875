// Numbers of the phases of an iteration, read from its frame, for captions and pictures.

import { scalar, shape, values } from "../../frames/frame.js";
import { at, inForce } from "../../recipe/in_force.js";

const power = (log) => 10 ** log;

/** The factor from timestep t to t − 1 of a norm given as log10; NaN if one is not finite. */
export function localFactor(logs, t) {
  return meanFactor(logs, t - 1, t);
}

/** The geometric mean of the local factors between two timesteps. */
export function meanFactor(logs, from, to) {
  if (logs === null || from < 0 || to >= logs.length) return NaN;
  return power((logs[from] - logs[to]) / (to - from));
}

/** The first timestep that a gradient reaches, -1 if none: beyond a truncation there is none. */
export function firstReached(logs) {
  return logs?.findIndex((log) => !Number.isNaN(log)) ?? -1;
}

/**
 * The last timestep, up to `last`, of which there is a number: where sequences end apart, a batch
 * may have none that is longer.
 */
export function lastThere(logs, last) {
  let t = last;
  while (t > 0 && Number.isNaN(logs?.[t] ?? 0)) t -= 1;
  return t > 0 ? t : last;
}

/**
 * What share of a norm at timestep `last` is left at t, as log10; NaN where there is no finite one.
 */
export function shareLeft(logs, t, last) {
  if (logs[last] === -Infinity) return -Infinity;
  const log = logs[t] - logs[last];
  return log === Infinity ? NaN : log;
}

/**
 * The length of the watched example's h_t, NaN where it was not sent.
 *
 * @param {Frame} frame
 */
export function stateNorm(frame, lane, t) {
  const h = values(frame, lane, "h");
  if (h === null) return NaN;
  const units = shape(frame, lane, "h")[1];
  return Math.hypot(...h.subarray(t * units, (t + 1) * units));
}

/**
 * @returns {{before: number, factor: number, after: number, mode: string, threshold: number,
 *   optimizer: string}} norms of the whole gradient of a lane before and after clipping, how it is
 *   clipped, and what then makes the update of it
 *
 * @param {Pick<State, "frame" | "recipe">} state
 */
export function clipping({ frame, recipe }, lane) {
  const now = (field) => at(inForce(recipe, lane, field), frame.iteration);
  const before = power(scalar(frame, lane, "grad_norm"));
  const factor = scalar(frame, lane, "clip_factor");
  return {
    before,
    factor,
    after: before * factor,
    mode: now("clip"),
    threshold: now("clip_threshold"),
    optimizer: now("optimizer"),
  };
}

/**
 * @returns {{moved: number, optimizer: string, rate: number, schedule: string, next: number}} the
 *   norm of the update of a lane's weights and what made it; `next` is the loss after it, NaN if it
 *   is not known
 *
 * @param {Pick<State, "frame" | "recipe" | "history">} state
 */
export function updating({ frame, recipe, history }, lane) {
  const now = (field) => at(inForce(recipe, lane, field), frame.iteration);
  return {
    moved: power(scalar(frame, lane, "update_norm")),
    optimizer: now("optimizer"),
    rate: now("learning_rate"),
    schedule: now("schedule"),
    next: lossAt(history, lane, frame.iteration + 1),
  };
}

function lossAt({ iteration: { data }, length, lanes }, lane, iteration) {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (data[middle] < iteration) low = middle + 1;
    else high = middle;
  }
  const found = low < length && data[low] === iteration;
  return found ? (lanes[lane]?.loss?.data[low] ?? NaN) : NaN;
}

// What is true of a curve that was asked for: what the engine has computed for a lane.

import { values } from "../../frames/frame.js";
import { count } from "../../text/format.js";

const LOWEST = -400; // what the server takes for "less than anything that can be drawn"
const NAME = "dh_norm";

/**
 * The lane that a question is about: the one of that name, or else the one that is watched.
 *
 * @param {Pick<State, "lanes" | "watch">} state
 * @param {string} label
 */
export function laneAskedOf({ lanes, watch }, label) {
  return lanes.find((lane) => lane.label === label)?.index ?? watch.lane;
}

/**
 * The true curve as the server takes it, or why there is none.
 *
 * @param {Pick<State, "frame" | "lanes" | "task">} state
 * @param {{timesteps?: number}} question
 * @param {number} lane
 * @returns {{truth: (number | null)[]} | {problem: string}}
 */
export function curveTruth({ frame, task }, { timesteps }, lane) {
  if (frame === null) return { problem: "There is no run yet: play or step it first." };
  const computed = values(frame, lane, NAME);
  if (computed === null) {
    const where = `At iteration ${count(frame.iteration)} ‖∂ℓ/∂h_t‖ is not recorded`;
    return { problem: `${where}: open Gradient flow, and step the run.` };
  }
  if (computed.length !== timesteps + 1) {
    const now = count(task?.timesteps ?? computed.length - 1);
    const asked = `The question is about ${count(timesteps)} timesteps`;
    return { problem: `${asked}, the run has ${now} now: ask again.` };
  }
  return { truth: Array.from(computed, taken) };
}

/** log10 as JSON can hold it: nothing for NaN, and the ends for what is 0 or infinite. */
function taken(log) {
  if (Number.isNaN(log)) return null;
  return Math.min(-LOWEST, Math.max(LOWEST, log));
}

// How far back a lane's gradient reaches, in words.

import { scalar, values } from "../../frames/frame.js";
import { at, inForce } from "../../recipe/in_force.js";
import { quantity } from "../../state/catalogue.js";
import { lastLoss } from "../../state/selectors.js";

/**
 * What the horizon of a task is.
 *
 * @param {TaskFacts} task
 */
export function horizonMeaning(task) {
  return `${quantity("horizon").meaning}; ${lastLoss(task)}+ reaches the first.`;
}

/**
 * The horizon of a lane in the frame that is shown; "" if it has none.
 *
 * @param {Pick<State, "frame" | "task" | "recipe">} state
 */
export function horizonOf({ frame, task, recipe }, lane) {
  const steps = scalar(frame, lane, "horizon");
  if (Number.isNaN(steps) || task === null) return "";
  const last = lastLoss(task);
  if (steps >= last) return `horizon ${steps}+`;
  // Beyond the window of a truncated gradient there is a gap where a number would be.
  const cut = Number.isNaN(values(frame, lane, "dh_norm")?.[last - steps - 1]);
  const truncate = at(inForce(recipe, lane, "truncate"), frame.iteration) ?? null;
  return `horizon ${steps}${cut && truncate !== null ? " (truncated)" : ""}`;
}

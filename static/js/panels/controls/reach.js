// How far back a lane's gradient reaches, in words.

import { scalar, values } from "../../frames/frame.js";
import { at, inForce } from "../../recipe/in_force.js";
import { endsApart, lastLoss } from "../../state/selectors.js";
import { horizonText, logNumber } from "../../text/format.js";

/**
 * What reach and horizon are.
 *
 * @param {TaskFacts} task
 */
export function reachMeaning(task) {
  const last = lastLoss(task);
  const at = endsApart(task) ? "T‖, T the end of each sequence," : `${last}‖`;
  return (
    `Reach: ‖∂ℓ/∂s_1‖ ÷ ‖∂ℓ/∂s_${at} of the last loss ℓ; s is h, or h and c. Horizon: so many ` +
    `timesteps back ‖∂ℓ/∂s_t‖ stays above 1 % of its last value (${last}+: up to the first). A ` +
    "line that falls steeply and then lasts has a short horizon and a long reach."
  );
}

/**
 * The reach of a lane in the frame that is shown; "" if it has none.
 *
 * @param {Pick<State, "frame">} state
 */
export function reachOf({ frame }, lane) {
  const log = scalar(frame, lane, "reach");
  return Number.isNaN(log) ? "" : `reach ${logNumber(log, 1)}`;
}

/**
 * Reach and horizon of a lane in the frame that is shown; "" if it has neither.
 *
 * @param {Pick<State, "frame" | "task" | "recipe">} state
 */
export function reachAndHorizon(state, lane) {
  return [reachOf(state, lane), horizonOf(state, lane)].filter(Boolean).join(" · ");
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
  if (steps >= last) return `horizon ${horizonText(steps, last)}`;
  // Beyond the window of a truncated gradient there is a gap where a number would be.
  const cut = Number.isNaN(values(frame, lane, "dh_norm")?.[last - steps - 1]);
  const truncate = at(inForce(recipe, lane, "truncate"), frame.iteration) ?? null;
  return `horizon ${steps}${cut && truncate !== null ? " (truncated)" : ""}`;
}

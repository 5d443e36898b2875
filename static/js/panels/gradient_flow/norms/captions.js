// Texts of the chart of gradient norms.

import { scalar } from "../../../frames/frame.js";
import { constant } from "../../../state/catalogue.js";
import { BACKWARD } from "../../../state/halves.js";
import { endsApart, lossesSpread, shownLanes } from "../../../state/selectors.js";
import { beforeAnyFrame, notInFrame } from "../../../state/why_missing.js";
import { count, logNumber } from "../../../text/format.js";
import { factsOf, quantityOf } from "./quantities.js";

const SPREAD = "a loss at every timestep: the gradient of all later ones together";
const APART = "each loss at its own end, mean over the sequences that are so long";
const SLOWS = "computed every frame: slows the run";
const NOTHING_YET = ["No gradients yet", "They appear with the first iteration."];
const NO_LANE = ["No lane is shown", "Click a lane in the legend."];
const NO_CELL_STATE = ["No cell state", "Only an LSTM lane has one."];

/**
 * Why no line can be drawn, as a title and a hint; null if one can.
 *
 * @param {State} state
 * @param {{lanes: any[]}} scene
 */
export function whyNoNorms(state, { lanes }) {
  if (state.frame === null) return beforeAnyFrame(state, NOTHING_YET);
  if (lanes.length === 0) return NO_LANE;
  if (lanes.some(({ line }) => line !== null)) return null;
  return quantityOf(state.view.quantity) === "dc_norm" ? NO_CELL_STATE : notInFrame(state);
}

/**
 * The headline beside the panel's name: a short version, and the full one if it is longer.
 *
 * @param {State} state
 */
export function normsHeadline(state) {
  const { frame, watch, task } = state;
  if (frame === null) return [""];
  const name = quantityOf(state.view.quantity);
  const { meaning, symbol } = factsOf(name);
  const when = `iteration ${count(frame.iteration)}`;
  if (name === "jacobian_gain") {
    const parts = [...bounds(state), SLOWS].join(" · ");
    return [
      `${symbol} · ${parts} · example ${watch.example} · ${when}`,
      `${meaning} · example ${watch.example} · ${parts} · ${when}`,
    ];
  }
  const whole = `${meaning} by timestep, log scale · ${when}`;
  if (name === "dh_norm" && endsApart(task)) return [`${APART} · ${when}`, `${whole} · ${APART}`];
  if (name === "dh_norm" && lossesSpread(task))
    return [`${SPREAD} · ${when}`, `${whole} · ${SPREAD}`];
  return [whole];
}

/**
 * The lanes whose Jacobians are too large to be exact.
 *
 * @param {State} state
 */
function bounds(state) {
  const probed = shownLanes(state).filter(
    ({ index }) => scalar(state.frame, index, "jacobian_exact") === 0,
  );
  return probed.map(
    ({ label, state_names: names }) =>
      `${label}: lower bound (H > ${constant("exact_size") / names.length})`,
  );
}

/**
 * The accessible description.
 *
 * @param {State} state
 */
export function normsDescription(state, { lanes, lastLoss }) {
  if (state.frame === null) return "Gradient norms by timestep: no iteration yet.";
  const name = quantityOf(state.view.quantity);
  const { first, spoken } = factsOf(name);
  const end = name === "jacobian_gain" ? state.task.timesteps : lastLoss;
  const each = lanes.map(({ label, line, reverse, diverged, gaps }) => {
    if (diverged !== null) return `${label} diverged: ${diverged}`;
    // The longest sequence of a batch may be shorter than T.
    const last = endsApart(state.task) ? (line?.findLastIndex(Number.isFinite) ?? end) : end;
    const normAt = (t) => logNumber(line?.[t] ?? NaN);
    const from = gaps.some(([start, stop]) => first >= start && first <= stop)
      ? gaps[0][1] + 1
      : first;
    const gap = from === first ? "" : `not computed before timestep ${from}, `;
    const ends = [from, last].map((t) => `${normAt(t)} at timestep ${t}`);
    const back = reverse === null ? [] : [1, endsApart(state.task) ? last : state.task.timesteps];
    const other = back.map((t) => `${logNumber(reverse[t])} at timestep ${t}`).join(" and ");
    const half = reverse === null ? "" : `, its ${BACKWARD} ${other}`;
    return `${label} ${gap}${ends.join(" and ")}${half}`;
  });
  return `${spoken}, by timestep, iteration ${state.frame.iteration}: ${each.join("; ")}.`;
}

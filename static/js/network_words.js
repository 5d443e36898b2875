// What the unrolled network shows while nothing is swept, in words.

import { count, logNumber } from "./format.js";
import { lastLoss, lossesSpread, values } from "./frames.js";
import { firstReached } from "./sweep_facts.js";

/** How much of each lane's gradient reaches the first timestep that gets any, smallest first. */
function ratios({ lanes, frame, task }) {
  const last = lastLoss(task);
  const each = lanes.flatMap(({ index, label }) => {
    const dh = values(frame, index, "dh_norm");
    const from = firstReached(dh);
    return from < 0 || from >= last ? [] : [{ label, from, log: dh[from] - dh[last] }];
  });
  return each.filter(({ log }) => !Number.isNaN(log)).sort((a, b) => a.log - b.log);
}

/** In one line. */
export function restHeadline(run) {
  const iteration = `iteration ${count(run.frame.iteration)}`;
  if (lossesSpread(run.task)) {
    const what = "a loss enters at every timestep (dots): a ribbon is what it and all later losses send back";
    return `${what} · ${iteration}`;
  }
  const [first, ...others] = ratios(run);
  if (first === undefined) return iteration;
  const share = `${logNumber(first.log)} of its value at t = ${lastLoss(run.task)}`;
  const what = first.log === -Infinity ? "exactly 0" : share;
  const rest = others.map(({ label, log }) => `; ${label}: ${logNumber(log)}`).join("");
  return `‖∂ℓ/∂h‖ at t = ${first.from} is ${what} (${first.label})${rest}`;
}

/** For who does not see the picture; `told` is the sentence of a phase, null at rest. */
export function networkInWords(run, told) {
  const { lanes, frame, task } = run;
  const last = lastLoss(task);
  const each = (lossesSpread(task) ? [] : ratios(run)).map(({ label, from, log }) => {
    return `${label}: at timestep ${from}, ${logNumber(log)} of the gradient at timestep ${last}`;
  });
  const diverged = lanes
    .filter(({ index }) => frame.text[`${index}/diverged`] !== undefined)
    .map(({ label }) => `${label} diverged`);
  const facts = told === null ? each.join("; ") : told.replace(/\.$/, "");
  const what = `Networks unrolled over ${task.timesteps} timesteps, iteration ${frame.iteration}`;
  return `${what}. ${[facts, ...diverged].filter(Boolean).join("; ")}.`;
}

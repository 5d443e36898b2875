// What the unrolled network shows while nothing is swept, in words.

import { values } from "../../frames/frame.js";
import { lastLoss, lossesSpread } from "../../state/selectors.js";
import { count, logNumber } from "../../text/format.js";
import { nameParts } from "../../text/lane_names.js";
import { firstReached, shareLeft } from "./phase_numbers.js";

/**
 * How much of each lane's gradient reaches the first timestep that gets any, in the lanes' order.
 *
 * @param {Pick<State, "lanes" | "frame" | "task">} state
 */
function reaches({ lanes, frame, task }) {
  const last = lastLoss(task);
  return lanes.map(({ index, label }) => {
    const dh = values(frame, index, "dh_norm");
    const from = firstReached(dh);
    const diverged = frame.text[`${index}/diverged`] !== undefined;
    return {
      label,
      from,
      diverged,
      log: from < 0 || from > last ? NaN : shareLeft(dh, from, last),
    };
  });
}

/**
 * In one line.
 *
 * @param {State} run
 */
export function restHeadline(run) {
  const iteration = `iteration ${count(run.frame.iteration)}`;
  if (lossesSpread(run.task)) {
    const what =
      "a loss enters at every timestep (dots): a ribbon is what it and all later losses send back";
    return `${what} · ${iteration}`;
  }
  const each = reaches(run);
  const known = each.filter(
    ({ log, diverged }) => Number.isFinite(log) || log === -Infinity || diverged,
  );
  if (known.length === 0 || known.every(({ diverged }) => diverged)) {
    return [iteration, ...known.map(({ label }) => `${label} has diverged`)].join(" · ");
  }
  const { end, cut } = whereTo(known);
  const names = shortNames(known.map(({ label }) => label));
  const parts = known.map(({ from, log, diverged }, k) => {
    if (diverged) return `${names[k]} has diverged`;
    if (from > end) return `${names[k]} not computed before t = ${from}`;
    return `${names[k]}\u00a0${times(log)}`;
  });
  const beyond = cut ? " (not computed before)" : "";
  return `‖∂ℓ/∂h‖ from t = ${lastLoss(run.task)} to ${end}: ${parts.join("; ")}${beyond}`;
}

/** To where all are known: t = 0, or where truncation ends all of them alike (`cut`). */
function whereTo(known) {
  const ends = known.filter(({ diverged }) => !diverged).map(({ from }) => from);
  const shared = ends.every((end) => end === ends[0]) ? ends[0] : 0;
  return { end: shared, cut: shared > 0 };
}

/** "×0.43", which is as clear below 1 as above it. */
const times = (log) => (log === -Infinity ? "exactly 0" : `×${logNumber(log)}`);

/** What sets names apart, where they all begin alike: "truncated 5" of "GRU · truncated 5". */
function shortNames(labels) {
  const parts = labels.map(nameParts);
  const alike =
    labels.length > 1 && parts.every(([head, rest]) => head === parts[0][0] && rest !== null);
  return alike ? parts.map(([, rest]) => rest) : labels;
}

/**
 * For who does not see the picture; `sentence` is the sentence of a phase, null at rest.
 *
 * @param {State} run
 */
export function networkDescription(run, sentence) {
  const { lanes, frame, task } = run;
  const last = lastLoss(task);
  const known = lossesSpread(task) ? [] : reaches(run).filter(({ log }) => !Number.isNaN(log));
  const each = known.map(({ label, from, log }) => {
    const beyond = from > 0 ? ", not computed before" : "";
    const share = `${logNumber(log)} times the gradient at timestep ${last}`;
    return `${label}: at timestep ${from}, ${share}${beyond}`;
  });
  const diverged = lanes
    .filter(({ index }) => frame.text[`${index}/diverged`] !== undefined)
    .map(({ label }) => `${label} diverged`);
  const facts = sentence === null ? each.join("; ") : sentence.replace(/\.$/, "");
  const what = `Networks unrolled over ${task.timesteps} timesteps, iteration ${frame.iteration}`;
  return `${what}. ${[facts, ...diverged].filter(Boolean).join("; ")}.`;
}

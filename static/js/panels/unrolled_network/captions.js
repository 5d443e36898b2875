// Texts of the unrolled network at rest: its headline and its accessible description.

import { scalar, values } from "../../frames/frame.js";
import { BACKWARD } from "../../state/halves.js";
import { endsApart, lastLoss, lossesSpread } from "../../state/selectors.js";
import { count, logNumber } from "../../text/format.js";
import { quoted, shortest } from "../../text/lane_names.js";
import { firstReached, lastThere, shareLeft } from "./phase_numbers.js";

/**
 * How much of each lane's gradient reaches the first timestep that gets any, in the lanes' order;
 * `log` is what the ribbon shows, and `reach` what the list of lanes says.
 *
 * @param {Pick<State, "lanes" | "frame" | "task">} state
 */
function reaches({ lanes, frame, task }) {
  return lanes.map(({ index, label }) => {
    const dh = values(frame, index, "dh_norm");
    const last = lastThere(dh, lastLoss(task));
    const from = firstReached(dh);
    const diverged = frame.text[`${index}/diverged`] !== undefined;
    return {
      label,
      from,
      diverged,
      reach: scalar(frame, index, "reach"),
      reverse: scalar(frame, index, "reach.reverse"),
      log: from < 0 || from > last ? NaN : shareLeft(dh, from, last),
    };
  });
}

/**
 * The headline at rest.
 *
 * @param {State} run
 */
export function restHeadline(run) {
  const iteration = `iteration ${count(run.frame.iteration)}`;
  if (lossesSpread(run.task)) {
    const what =
      "a loss at every timestep (dots): a ribbon is the gradient of that and all later losses";
    return `${what} · ${iteration}`;
  }
  const each = reaches(run);
  const known = each.filter(
    ({ log, diverged }) => Number.isFinite(log) || log === -Infinity || diverged,
  );
  if (known.length === 0 || known.every(({ diverged }) => diverged)) {
    return [iteration, ...known.map(({ label }) => `${quoted(label)} has diverged`)].join(" · ");
  }
  const names = shortest(known.map(({ label }) => label)).map(quoted);
  const last = lastLoss(run.task);
  /** @param {number} end @param {(lane: any) => number} share */
  const parts = (end, share) =>
    known
      .map((lane, k) => {
        if (lane.diverged) return `${names[k]} has diverged`;
        if (lane.from > end) return `${names[k]} covers t = ${lane.from}–${last}`;
        return `${names[k]}\u00a0${times(share(lane))}`;
      })
      .join("; ");
  const { end, cut } = whereTo(known);
  if (cut) {
    const each = parts(end, ({ log }) => log);
    return `‖∂ℓ/∂h‖ from t = ${last} to ${end}: ${each} (not computed before)`;
  }
  const apart = endsApart(run.task);
  const backward = known
    .map(({ reverse }, k) => [names[k], reverse])
    .filter(([, reverse]) => !Number.isNaN(reverse))
    .map(([name, reverse]) => `${name}\u00a0${times(reverse)}`);
  const to = apart ? "there" : last;
  const halves =
    backward.length === 0 ? "" : `; ${BACKWARD}, from t = 1 to ${to}: ${backward.join("; ")}`;
  const way = apart ? "the end of each sequence to t = 1" : `t = ${last} to 1`;
  return `reach from ${way}: ${parts(1, ({ reach }) => reach)}${halves}`;
}

/** The timestep to compare lanes at: 0, or the one where truncation ends all of them (`cut`). */
function whereTo(known) {
  const ends = known.filter(({ diverged }) => !diverged).map(({ from }) => from);
  const shared = ends.every((end) => end === ends[0]) ? ends[0] : 0;
  return { end: shared, cut: shared > 0 };
}

/** A factor: "×0.43". */
const times = (log) => (log === -Infinity ? "exactly 0" : `×${logNumber(log)}`);

/**
 * The accessible description; `sentence` is that of the phase, null at rest.
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
  const from = frame.text.state_from;
  const carried =
    from === undefined ? "" : `, begun with the state that iteration ${from} ended in`;
  const what =
    `Networks unrolled over ${task.timesteps} timesteps, iteration ${frame.iteration}` + carried;
  return `${what}. ${[facts, ...diverged].filter(Boolean).join("; ")}.`;
}

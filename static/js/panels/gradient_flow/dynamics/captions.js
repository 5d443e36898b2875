// Texts of the dynamics: what a point is, what an exponent means, and what is to be seen.

import { forwardNameOf } from "../../../state/halves.js";
import { beforeAnyFrame, notInFrame } from "../../../state/why_missing.js";
import { count, number } from "../../../text/format.js";
import { KIND, SORTS } from "./scene.js";

const NOTHING_YET = ["No states yet", "They come with the first iteration."];
const OVERFLOWED = ["Not finite", "The states overflowed."];
const EDGE = 0.01; // nats per timestep, within which an exponent is as good as 0
const MANY = 3; // values of a readout that a short name of a point has room for: more are left out

export const HINT = "● stable · ◇ saddle, with its unstable directions · ○ slow";

/** @param {State} state */
export function whyNoPath(state) {
  if (state.frame === null) return beforeAnyFrame(state, NOTHING_YET, "They come");
  return notInFrame(state);
}

export const overflowed = () => OVERFLOWED;

/** The names of an axis, the longest first, with the share of the variance that is along it. */
export function axisNames(directions, share) {
  if (directions.length > 1) {
    const each = directions.map((direction) => direction + 1).sort();
    const last = each.pop();
    return [`main directions ${each.join(", ")} and ${last}, seen from the side`, "from the side"];
  }
  const [direction] = directions;
  const part = Math.round(share[direction] * 100);
  return [
    `main direction ${direction + 1} of the state (${part} % of its variance)`,
    `main direction ${direction + 1} (${part} %)`,
    `direction ${direction + 1}`,
  ];
}

const modulus = (values, k = 0) => Math.hypot(values[2 * k], values[2 * k + 1]);

/** What the network says at a point, as signs where it is near ±1: "+1 −1 +1". */
function said(readout) {
  if (readout === null || readout.length > MANY + 1) return "";
  return Array.from(readout, (value) => (value > 0 ? "+" : "") + number(value, 2)).join(" ");
}

/** A point in a list: "● 1, says +0.98 −1.0". */
export function pointName({ sort, unstable, readout }, k) {
  const mark = { stable: "●", saddle: "◇", slow: "○" }[sort];
  const what = sort === "saddle" ? `saddle (${unstable})` : sort;
  const says = said(readout);
  return `${mark} ${k + 1} ${what}${says === "" ? "" : `: ${says}`}`;
}

/**
 * What a nudge becomes at a point, as parts that follow each other, what matters most first.
 *
 * @param {DynamicsPoint} point
 */
export function pointParts({ sort, unstable, eigenvalues, residual, readout }) {
  const largest = modulus(eigenvalues);
  const turns = Math.abs(eigenvalues[1]) > 1e-6;
  const says = said(readout);
  const answer = says === "" ? [] : [`Output ${says}.`];
  const moves = `‖F(s) − s‖ ${residual < -12 ? "< 10⁻¹²" : `= ${number(10 ** residual)}`}.`;
  if (sort === "slow") {
    const steps = number(10 ** -residual, 2);
    return [`Not fixed, but slow: ${moves}`, `A change by 1 takes ${steps} timesteps.`, ...answer];
  }
  if (sort === "stable") {
    const faded = largest > 0 ? Math.log(0.01) / Math.log(largest) : 1;
    const after = count(Math.max(1, Math.ceil(faded)));
    return [
      `All |λ| < 1, the largest ${number(largest, 3)}: a memory.`,
      `Of a nudge, 1 % is left after ${after} timesteps` +
        `${turns ? ", which turns as it fades" : ""}.`,
      ...answer,
      moves,
    ];
  }
  const directions = unstable === 1 ? "one direction" : `${unstable} directions`;
  const role = unstable === 1 ? "a watershed between two sides" : "a crossroads";
  return [
    `${unstable} of |λ| > 1, the largest ${number(largest, 3)}: ${role}.`,
    `A nudge grows in ${directions}.`,
    ...answer,
    moves,
  ];
}

/** The same as one text. */
export const pointSentences = (point) => pointParts(point).join(" ");

/**
 * What the largest exponent means; `short` where there is little room.
 *
 * @param {number} exponent nats per timestep
 */
export function exponentSentence(exponent, short = false) {
  if (Number.isNaN(exponent)) return "Lyapunov exponents: the states are not finite.";
  if (exponent === -Infinity) {
    return "Largest −∞: one timestep wipes out every difference between two states.";
  }
  const value = `Largest ${number(exponent, 2)}`;
  if (short) {
    const near = Math.abs(exponent) < EDGE;
    return `${value}: ${near ? "the edge of chaos" : exponent < 0 ? "order" : "chaos"}.`;
  }
  if (Math.abs(exponent) < EDGE) {
    return (
      `${value}: the edge of chaos. Nearby states keep their distance, and gradients ` +
      `neither vanish nor explode.`
    );
  }
  const steps = number(Math.LN2 / Math.abs(exponent), 2);
  return exponent < 0
    ? `${value}: order. The distance of two nearby states halves in ${steps} timesteps; ` +
        `gradients shrink as fast.`
    : `${value}: chaos. The distance of two nearby states doubles in ${steps} timesteps; ` +
        `gradients grow as fast.`;
}

/**
 * How many points of each sort: "8 stable, 12 saddles, 1 slow".
 *
 * @param {DynamicsPoint[]} points
 */
export function counted(points) {
  const [stable, saddle, slow] = SORTS.map(
    (sort) => points.filter((point) => point.sort === sort).length,
  );
  const saddles = saddle === 1 ? "1 saddle" : `${saddle} saddles`;
  return `${stable} stable, ${saddles}, ${slow} slow`;
}

/**
 * How many stable points there were in the studies so far: "1 at 0 → 4 at 200 → 8 at 400".
 *
 * @param {DynamicsFindings[]} studies
 */
export function becameOf(studies) {
  const each = studies.map(({ iteration, points }) => {
    const stable = points.filter(({ sort }) => sort === "stable").length;
    return `${stable} at ${count(iteration)}`;
  });
  return each.length < 2 ? "" : `stable, by iteration: ${each.slice(-5).join(" → ")}`;
}

/**
 * What is to be known where the points are of another iteration than the path; "" where not.
 *
 * @param {Frame | null} frame
 * @param {DynamicsFindings | null} found
 */
export function ageText(frame, found) {
  if (frame === null || found === null || found.iteration === frame.iteration) return "";
  const [points, path] = [found.iteration, frame.iteration].map(count);
  return `Faint points: of iteration ${points}. Path: of ${path}.`;
}

/**
 * What stands where the points will be: what is under way, or went wrong.
 *
 * @param {Pick<State, "studies">} state
 */
export function progressText({ studies }) {
  const study = studies[KIND];
  if (study?.status === "computing") return `Searching … ${Math.round(study.done * 100)} %`;
  if (study?.status === "failed") return study.error ?? "The search failed.";
  return "";
}

/**
 * The headline beside the panel's name, short and full.
 *
 * @param {Pick<State, "frame">} state
 * @param {{lane: Lane, found: DynamicsFindings | null}} scene
 */
export function headline({ frame }, { lane, found }) {
  if (frame === null || !lane) return [""];
  const what =
    found === null
      ? "the state's path in its main directions"
      : `${counted(found.points)} at iteration ${count(found.iteration)}`;
  const full =
    found === null
      ? "Find fixed points searches for states that stay where they are when nothing comes in."
      : `Points where a timestep leaves the state as it is, ${heldAt(found)}.`;
  const name = forwardNameOf(lane);
  return [`${name} · ${what}`, `${name}: ${what}. ${full}`];
}

export const heldAt = ({ inputs }) =>
  inputs === "mean" ? "with the mean of its inputs held" : "with an input of zero";

/**
 * The accessible description.
 *
 * @param {Pick<State, "frame">} state
 * @param {{lane: Lane, path: Numbers | null, share: Numbers | null, found: DynamicsFindings | null,
 *   chosen: DynamicsPoint | null}} scene
 */
export function description({ frame }, { lane, path, share, found, chosen }) {
  if (path === null) return "Dynamics: not computed yet.";
  const both = Math.round((share[0] + share[1]) * 100);
  const what =
    `Path of the state of ${forwardNameOf(lane)} over ${path.length / 2 - 1} timesteps, ` +
    `iteration ${frame.iteration}, in two main directions with ${both} % of its variance.`;
  if (found === null) return `${what} No fixed points searched for yet.`;
  const points = `${counted(found.points)} at iteration ${found.iteration}, ${heldAt(found)}.`;
  const more = chosen === null ? "" : ` Chosen: ${pointSentences(chosen)}`;
  return `${what} Points: ${points} ${exponentSentence(found.lyapunov[0])}${more}`;
}

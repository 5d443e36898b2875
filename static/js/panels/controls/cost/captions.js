// Texts of what BPTT costs.

import { count, number } from "../../../text/format.js";

/** Bytes as people read them: 930 kB, 3.8 MB, 1.2 GB. */
export function bytes(value, digits = 2) {
  if (value < 1e6) return `${count(Math.max(1, Math.round(value / 1e3)))} kB`;
  return value < 1e9 ? `${number(value / 1e6, digits)} MB` : `${number(value / 1e9, digits)} GB`;
}

/** Seconds as milliseconds: 5.9 ms. */
export const milliseconds = (seconds) => `${number(1000 * seconds, 2)} ms`;

/**
 * What the backward pass of a lane needs: all timesteps, or where it is truncated those of a
 * window.
 *
 * @param {Pick<Lane, "kept_bytes" | "kept_bytes_a_timestep">} lane
 * @param {number} timesteps
 * @param {number | null} truncate
 */
export function neededBytes(
  { kept_bytes: kept, kept_bytes_a_timestep: each },
  timesteps,
  truncate,
) {
  return kept - each * Math.max(0, timesteps - (truncate ?? timesteps));
}

/**
 * What a lane keeps, known before anything is measured.
 *
 * @param {Pick<Lane, "label" | "kept_bytes" | "kept_bytes_a_timestep" | "scratch_bytes">} lane
 * @param {number} timesteps
 * @param {number | null} truncate
 */
export function keepsSentence(lane, timesteps, truncate) {
  const { label, kept_bytes: kept, scratch_bytes: scratch } = lane;
  if (truncate !== null && truncate < timesteps) {
    return (
      `Truncated after ${truncate} timesteps, BPTT of “${label}” needs ` +
      `${bytes(neededBytes(lane, timesteps, truncate), 3)}, however long the sequence is; of all ` +
      `T = ${timesteps} timesteps it would be ${bytes(kept, 3)}. (This page keeps all of them, ` +
      "to show them.)"
    );
  }
  return (
    `“${label}” keeps ${bytes(kept, 3)} for the backward pass over T = ${timesteps} timesteps, ` +
    `${bytes(kept / timesteps)} for each, and ${bytes(scratch, 3)} of working memory beside it.`
  );
}

/**
 * What was measured, or how far that is.
 *
 * @param {StudyState | undefined} study
 * @param {ReturnType<typeof import("./scene.js").costScene>} scene null before it is there
 * @param {number | null} truncate
 */
export function timeSentence(study, scene, truncate) {
  if (study?.status === "failed") return `Not measured: ${study.error}`;
  if (scene === null) {
    return study === undefined
      ? "Times are not measured yet."
      : `Measuring times … ${Math.round(100 * study.done)} %`;
  }
  const { own, window, at, truncated } = scene;
  const measured =
    `Measured on this server: forward ${milliseconds(at.forward)}, backward ` +
    `${milliseconds(at.backward)} at T = ${own}.`;
  if (truncate === window) return `${measured} The time grows with T, truncated or not.`;
  return (
    `${measured} Truncated, for example to windows of ${window} timesteps (a quarter of T), it ` +
    `would keep ${bytes(truncated.kept.at(-1), 3)} however long the sequence is; the time still ` +
    "grows with T."
  );
}

/**
 * @param {ReturnType<typeof import("./scene.js").costScene>} scene
 * @param {string} label of the lane
 */
export function costDescription(scene, label) {
  if (scene === null) return `What BPTT of ${label} costs against T: not measured yet.`;
  const { timesteps, whole } = scene;
  const ends = [0, timesteps.length - 1].map(
    (k) =>
      `${bytes(whole.kept[k])}, forward ${milliseconds(whole.forward[k])} and backward ` +
      `${milliseconds(whole.backward[k])} at T = ${timesteps[k]}`,
  );
  return `What BPTT of ${label} costs against T: ${ends.join("; ")}.`;
}

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
 * What a lane keeps, known before anything is measured.
 *
 * @param {Pick<Lane, "label" | "kept_bytes" | "scratch_bytes">} lane
 * @param {number} timesteps
 */
export function keepsSentence({ label, kept_bytes: kept, scratch_bytes: scratch }, timesteps) {
  return (
    `${label} keeps ${bytes(kept, 3)} for the backward pass over T = ${timesteps} timesteps, ` +
    `${bytes(kept / timesteps)} for each, and ${bytes(scratch, 3)} of working memory beside it.`
  );
}

/**
 * What was measured, or how far that is.
 *
 * @param {StudyState | undefined} study
 * @param {ReturnType<typeof import("./scene.js").costScene>} scene null before it is there
 */
export function timeSentence(study, scene) {
  if (study?.status === "failed") return `Not measured: ${study.error}`;
  if (scene === null) {
    return study === undefined
      ? "Times are not measured yet."
      : `Measuring times … ${Math.round(100 * study.done)} %`;
  }
  const { own, window, at, truncated } = scene;
  return (
    `Measured on this server: forward ${milliseconds(at.forward)}, backward ` +
    `${milliseconds(at.backward)} at T = ${own}. Truncated, window by window of ${window} ` +
    `timesteps, BPTT would keep ${bytes(truncated.kept.at(-1))} however long the sequence is; ` +
    `the time still grows with T. (This page keeps every timestep, to show it.)`
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

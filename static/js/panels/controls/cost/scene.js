// What the study "cost" found of a lane.

import { at, inForce } from "../../../recipe/in_force.js";

/**
 * After how many timesteps a lane is truncated, as it is by now; null: it is not.
 *
 * @param {Recipe} recipe
 * @param {number} lane
 * @returns {number | null}
 */
export const truncationOf = (recipe, lane) =>
  at(inForce(recipe, lane, "truncate"), Infinity) ?? null;

const COLUMNS = ["kept", "scratch", "forward", "backward"];

/**
 * @param {StudyState | undefined} study
 * @param {number} lane
 * @returns {any} null where nothing was found of this `lane`; else `timesteps` (n), the lengths;
 *   `whole` and `truncated`, {kept, scratch, forward, backward} by length, in bytes and seconds;
 *   `own`, the recipe's T; `window` of truncation; `at`, the row of the recipe's T
 */
export function costScene(study, lane) {
  if (study?.found?.lane !== lane || study.arrays.timesteps === undefined) return null;
  const data = (name) => Array.from(study.arrays[name].data);
  const columns = (suffix) =>
    Object.fromEntries(COLUMNS.map((name) => [name, data(`${name}${suffix}`)]));
  const [timesteps, whole, truncated] = [data("timesteps"), columns(""), columns(".truncated")];
  const [own] = data("own");
  const place = timesteps.indexOf(own);
  return {
    lane,
    timesteps,
    whole,
    truncated,
    own,
    window: data("window")[0],
    at: Object.fromEntries(COLUMNS.map((name) => [name, whole[name][place]])),
  };
}

/**
 * A table of all lengths, for a screen reader.
 *
 * @param {ReturnType<typeof costScene>} scene
 */
export function costRows({ timesteps, whole, truncated }) {
  const each = (columns, k) =>
    COLUMNS.filter((name) => name !== "scratch").map((name) => columns[name][k]);
  return timesteps.map((T, k) => [T, ...each(whole, k), ...each(truncated, k)]);
}

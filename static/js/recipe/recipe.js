/**
 * Recipes as the page handles them: plain objects in, plain objects out.
 *
 * `defaults` is what the server wrote into the page: `{recipe, tasks}`, the recipe of the first
 * demonstration and the defaults of every task by name. No default is known here.
 */

import { same } from "../text/json.js";

/**
 * The recipe of a run that branches off at an iteration: with the tweaks up to there.
 *
 * @param {Recipe} recipe
 * @param {number} iteration
 */
export function forkedAt(recipe, iteration) {
  return { ...recipe, tweaks: recipe.tweaks.filter((tweak) => tweak.iteration <= iteration) };
}

/**
 * Whether two recipes give the same run up to before the update of an iteration.
 *
 * @param {Recipe} one
 * @param {Recipe} other
 * @param {number} iteration
 */
export function sameUpTo(one, other, iteration) {
  /** @param {Recipe} recipe */
  const before = (recipe) => forkedAt(recipe, iteration - 1);
  return same(before(one), before(other));
}

/**
 * The value at a dotted path; undefined if nothing is there.
 *
 * @param {Recipe} recipe
 * @param {string} path
 * @returns {unknown}
 */
export function valueAt(recipe, path) {
  return path.split(".").reduce((part, key) => part?.[key], /** @type {any} */ (recipe));
}

/**
 * A copy of `recipe` with other values.
 *
 * @param {Recipe} recipe
 * @param {Iterable<[string, unknown]>} values dotted path and value; undefined takes the field away
 */
export function withValues(recipe, values) {
  const copy = structuredClone(recipe);
  for (const [path, value] of values) {
    const keys = path.split(".");
    const last = keys.pop();
    const place = keys.reduce((part, key) => part?.[key], /** @type {any} */ (copy));
    if (typeof place !== "object" || place === null) continue;
    if (value === undefined) delete place[last];
    else place[last] = value;
  }
  return copy;
}

// The lanes of a recipe: what each one has, where they differ, and one more or less of them.

import { same } from "../text/json.js";

/**
 * The hyperparameters of lane `index`: the base and what the lane overrides.
 *
 * @param {Recipe} recipe
 * @param {number} index
 * @returns {Hyperparameters & {name?: string | null}}
 */
export function laneValues(recipe, index) {
  return { ...recipe.base, ...recipe.lanes[index] };
}

/**
 * The names among `fields` that are not the same in all lanes.
 *
 * @param {Recipe} recipe
 * @param {string[]} fields
 */
export function differingFields(recipe, fields) {
  const values = recipe.lanes.map((_, index) => laneValues(recipe, index));
  return fields.filter((field) => values.some((each) => !same(each[field], values[0][field])));
}

/**
 * The names among `fields` that every lane overrides, so that the shared value has no effect.
 *
 * @param {Recipe} recipe
 * @param {string[]} fields
 */
export function overriddenFields(recipe, fields) {
  return fields.filter((field) => recipe.lanes.every((lane) => Object.hasOwn(lane, field)));
}

/** Whether a field matters, its `when` read against the values of one lane or of several. */
export function matters(when, ...candidates) {
  return candidates.some((values) =>
    Object.entries(when).every(([name, allowed]) => allowed.includes(values[name])),
  );
}

/**
 * One more lane: a copy of the last one, so that one difference can then be set.
 *
 * @param {Recipe} recipe
 */
export function withLane(recipe) {
  const { name, ...last } = recipe.lanes.at(-1);
  return { ...recipe, lanes: [...recipe.lanes, last] };
}

/**
 * One lane more: a copy of lane `index` right after it, without its name, which is its own.
 *
 * @param {Recipe} recipe
 * @param {number} index
 */
export function withCopy(recipe, index) {
  const { name, ...copy } = recipe.lanes[index];
  return { ...recipe, lanes: recipe.lanes.toSpliced(index + 1, 0, copy) };
}

/**
 * One lane less.
 *
 * @param {Recipe} recipe
 * @param {number} index
 */
export function withoutLane(recipe, index) {
  return { ...recipe, lanes: recipe.lanes.filter((_, each) => each !== index) };
}

// A remedy as a lane: a copy of the one that has the trouble, with what would help.

import { laneValues } from "../../recipe/lanes.js";
import { same } from "../../text/json.js";

const LONGEST_NAME = 40; // as the recipe has it

/**
 * The lanes with one more that tries a remedy. It bears a name of its own only where the lane that
 * it is a copy of has one: others are called by what sets them apart.
 *
 * @param {Recipe} form
 * @param {number} lane
 * @param {{changes: Record<string, unknown>, name: string}} remedy
 * @returns {RecipeLane[]}
 */
export function withRemedy(form, lane, { changes, name: what }) {
  const { name, ...settings } = form.lanes[lane];
  const called = `${name} · ${what}`;
  const named = name && [...called].length <= LONGEST_NAME ? { name: called } : {};
  const tried = /** @type {RecipeLane} */ ({ ...settings, ...changes, ...named });
  return [...form.lanes, tried];
}

/**
 * The lane that tries a remedy already; -1 if none does.
 *
 * @param {Recipe} form
 * @param {number} lane
 * @param {{changes: Record<string, unknown>}} remedy
 */
export function triedBy(form, lane, { changes }) {
  const { name, ...wanted } = { ...laneValues(form, lane), ...changes };
  return form.lanes.findIndex((_, index) => {
    const { name: its, ...values } = laneValues(form, index);
    return Object.keys(wanted).every((key) => same(values[key], wanted[key]));
  });
}

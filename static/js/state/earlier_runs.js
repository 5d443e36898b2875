// Earlier runs: what was computed before a fork, a reset or another recipe stays, to compare with,
// until it is dismissed.

import { folded } from "../recipe/in_force.js";
import { same } from "../text/json.js";
import { huesOf } from "./lane_hues.js";

const MOST = 4; // of them are kept, the latest
const FEWEST = 2; // iterations without which there is no line to keep

/**
 * The earlier runs once another run is shown.
 *
 * @param {Pick<State, "earlier" | "recipe" | "lanes" | "history" | "past" | "view">} before
 * @param {boolean} resumed whether the other run goes on from an iteration of this one
 * @param {number} iteration where the other one begins
 * @returns {EarlierRun[]}
 */
export function withEarlier(before, resumed, iteration) {
  const { earlier, recipe, lanes, history, past, view } = before;
  if (recipe === null || history.length < FEWEST) return earlier;
  // One that begins where somebody looks back is a fork; any other is the same run, come back.
  if (resumed && past !== iteration) return earlier;
  const hues = huesOf(view.colors ?? [], lanes.length);
  const last = Math.max(0, ...earlier.map(({ id }) => id));
  return [...earlier, { id: last + 1, recipe, lanes, history, hues }].slice(-MOST);
}

/**
 * What an earlier run had that differs from the present one: dotted paths and its own values.
 *
 * @param {Recipe} earlier
 * @param {Recipe} present
 * @returns {[path: string, value: unknown][]}
 */
export function differences(earlier, present) {
  const [one, other] = [folded(earlier), folded(present)];
  /** @type {[string, unknown][]} */
  const found = [];
  const compare = (prefix, mine, theirs) => {
    for (const [name, value] of Object.entries(mine)) {
      if (!same(value, theirs?.[name])) found.push([`${prefix}${name}`, value]);
    }
  };
  const { base, lanes, task, tweaks: _, ...rest } = one;
  compare("", rest, other);
  compare("task.", task, other.task);
  compare("base.", base, other.base);
  if (lanes.length !== other.lanes.length) found.push(["lanes", lanes.length]);
  else lanes.forEach((lane, index) => compare(`lanes.${index}.`, lane, other.lanes[index]));
  // A lane that had the shared value says nothing of it.
  lanes.forEach((lane, index) => {
    if (lanes.length !== other.lanes.length) return;
    for (const name of Object.keys(other.lanes[index])) {
      if (name !== "name" && !(name in lane)) found.push([`lanes.${index}.${name}`, base[name]]);
    }
  });
  return found.filter(([path]) => !path.endsWith(".name"));
}

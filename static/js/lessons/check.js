// What a lesson's step asks for, against the engine's numbers and what the page shows. The server
// says in app/lessons/checks.py what each kind of check holds.

import { folded } from "../recipe/in_force.js";
import { laneValues } from "../recipe/lanes.js";
import { valueAt } from "../recipe/recipe.js";
import { quantity } from "../state/catalogue.js";
import { same } from "../text/json.js";

/**
 * What checks are held against.
 *
 * @typedef {object} Evidence
 * @property {State} state
 * @property {Recipe} recipe of the lesson
 * @property {string} phase of the sweep: forward, loss, backward, clip, update, or rest
 * @property {Map<number, number>} answers to the questions of this step: check → option
 */

/** @type {Record<string, (check: any, evidence: Evidence, index: number) => boolean>} */
const KINDS = {
  number: ({ quantity: name, lane, t, above, below, of }, { state }) => {
    const value = log10Of(state, lane, name, t);
    const unit = of === null ? 0 : log10Of(state, of, name, t);
    return lies(value - unit, above, below);
  },
  recipe({ field, lane, value, above, below, other }, { state }) {
    const now = folded(state.recipe);
    const values = lane === null ? now.base : laneValues(now, lane);
    const found = Object.hasOwn(values, field) ? values[field] : valueAt(now, field);
    if (above !== null || below !== null) {
      return typeof found === "number" && lies(Math.log10(found), above, below);
    }
    return same(found ?? null, value) !== other;
  },
  same: ({ but }, { state, recipe }) => isSame(folded(state.recipe), folded(recipe), but),
  iteration: ({ least, since_change: fromChange }, { state }) =>
    (state.latest?.iteration ?? -1) - (fromChange ? lastChange(state.recipe) : 0) >= least,
  look({ view, phase, past, compared, inspected, lanes }, { state, phase: now }) {
    return (
      Object.entries(view).every(([name, wanted]) => same(state.view[name], wanted)) &&
      (phase === null || phase === now) &&
      (past === null || past === (state.past !== null)) &&
      (compared === null || compared === (state.pinned !== null)) &&
      (inspected === null || inspected === state.view.inspect.length > 0) &&
      (lanes === null || state.lanes.length >= lanes)
    );
  },
  question: ({ answer }, { answers }, index) => answers.get(index) === answer,
};

/**
 * Whether all checks of a step hold.
 *
 * @param {any[]} checks
 * @param {Evidence} evidence
 */
export function met(checks, evidence) {
  const { recipe, frame } = evidence.state;
  if (recipe === null || frame === null) return false;
  return checks.every((check, index) => KINDS[check.kind](check, evidence, index));
}

/** Iteration of the last change while the run went on; 0 if there is none. */
function lastChange({ tweaks }) {
  return Math.max(0, ...tweaks.map(({ iteration }) => iteration));
}

/** The decades of a number of the frame that is shown; NaN where it has none. */
function log10Of({ frame }, lane, name, t) {
  const data = frame.arrays[`${lane}/${name}`]?.data;
  if (data === undefined) return NaN;
  const { log, first_timestep: first } = quantity(name);
  const value = t === null ? data[0] : data[t < 0 ? data.length + t : t - first];
  return log ? value : Math.log10(value);
}

/** Bounds are plain numbers, the value is in decades: so that 1e-200 is above 1e-300. */
function lies(value, above, below) {
  if (Number.isNaN(value)) return false;
  return (
    (above === null || value > Math.log10(above)) && (below === null || value < Math.log10(below))
  );
}

function isSame(now, then, but) {
  return now.lanes.length === then.lanes.length && strayed(now, then, but).length === 0;
}

/**
 * What a recipe has that a lesson's does not, of as many lanes: dotted paths and the lesson's own
 * values. Undefined takes a lane's own value away.
 *
 * @param {Recipe} now with no tweaks left
 * @param {Recipe} then the lesson's
 * @param {string[]} but what may differ
 * @returns {[path: string, value: unknown][]}
 */
export function strayed(now, then, but) {
  const names = Object.keys(then.base).filter((name) => !but.includes(name));
  /** @type {[string, unknown][]} */
  const found = [];
  for (const name of names) {
    const differs = (_, index) =>
      !same(laneValues(now, index)[name], laneValues(then, index)[name]);
    if (!now.lanes.some(differs)) continue;
    if (!same(now.base[name], then.base[name])) found.push([`base.${name}`, then.base[name]]);
    now.lanes.forEach((lane, index) => {
      const given = then.lanes[index][name];
      if (!same(lane[name], given)) found.push([`lanes.${index}.${name}`, given]);
    });
  }
  if (!but.includes("task")) {
    if (now.task.name !== then.task.name) found.push(["task", then.task]);
    else {
      for (const [name, value] of Object.entries(then.task)) {
        if (!same(now.task[name], value)) found.push([`task.${name}`, value]);
      }
    }
  }
  for (const name of ["batch_size", "seed"]) {
    if (!but.includes(name) && !same(now[name], then[name])) found.push([name, then[name]]);
  }
  return found;
}

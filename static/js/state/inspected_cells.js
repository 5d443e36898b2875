// The inspected cells, a list of {lane, t, unit}: the last is the current one, which follows the
// selection; those before it are pinned.

import { isWhole } from "../text/json.js";

export const MOST = 3;

/**
 * The cells of a link, whose list may hold anything.
 *
 * @param {Partial<InspectedCell>[]} given
 * @returns {InspectedCell[]}
 */
export function readInspected(given) {
  return given
    .filter((each) => isWhole(each?.lane) && isWhole(each.t) && isWhole(each.unit))
    .slice(-MOST)
    .map(({ lane, t, unit }) => ({ lane, t, unit }));
}

/**
 * A cell in place of the current one.
 *
 * @param {InspectedCell[]} cells
 * @param {InspectedCell} cell
 */
export function opened(cells, cell) {
  return [...cells.slice(0, -1), cell];
}

/**
 * The current cell is pinned, and a copy of it becomes current.
 *
 * @param {InspectedCell[]} cells
 */
export function pinned(cells) {
  return cells.length < MOST ? [...cells, cells.at(-1)] : cells;
}

/**
 * All but one; without the current one the last of the pinned becomes current.
 *
 * @param {InspectedCell[]} cells
 * @param {number} index
 */
export function without(cells, index) {
  return cells.filter((_, each) => each !== index);
}

/**
 * The cells after a selection; where its timestep or unit is null, that stays.
 *
 * @param {InspectedCell[]} cells
 * @param {Partial<Place>} selection
 */
export function following(cells, { t = null, unit = null }) {
  if (cells.length === 0) return cells;
  const now = cells.at(-1);
  const next = { ...now, t: Math.max(1, t ?? now.t), unit: unit ?? now.unit };
  return next.t === now.t && next.unit === now.unit ? cells : opened(cells, next);
}

/**
 * The cell, within the run's bounds; t is at least 1, as no cell computes the initial state.
 *
 * @param {InspectedCell} cell
 * @param {Lane[]} lanes
 * @param {number} timesteps
 * @returns {InspectedCell}
 */
export function within({ lane, t, unit }, lanes, timesteps) {
  const index = Math.min(lane, lanes.length - 1);
  return {
    lane: index,
    t: Math.min(timesteps, Math.max(1, t)),
    unit: Math.min(unit, lanes[index].hidden_size - 1),
  };
}

// What the page knows of the form's lanes, which may be ahead of the run's: their names, which are
// hidden, their colours. It goes along when lanes come, go or move.

import { laneValues } from "../recipe/lanes.js";
import { recolored } from "./lane_hues.js";

/**
 * The name of a lane of the form.
 *
 * @param {Pick<State, "form" | "lanes" | "along">} state
 * @param {number} index
 */
export function labelOf({ form, lanes, along }, index) {
  const label = along === null ? lanes[index]?.label : along.labels[index];
  return label ?? laneValues(form, index).cell.toUpperCase();
}

/**
 * Other lanes with the settings that belong to them, as `actions.replace` takes them.
 *
 * @param {Pick<State, "form" | "lanes" | "along" | "view">} state
 * @param {RecipeLane[]} lanes the new ones
 * @param {(value: number) => number | null} moved where a lane is now, null if it is gone
 * @returns {[RecipeLane[], Along]}
 */
export function withSettings(state, lanes, moved) {
  const { hidden, colors } = state.along ?? state.view;
  const before = state.form.lanes.length;
  const labels = [];
  state.form.lanes.forEach((_, index) => {
    const to = moved(index);
    if (to !== null) labels[to] = labelOf(state, index);
  });
  const along = {
    labels,
    hidden: hidden.map(moved).filter((at) => at !== null),
    colors: recolored(colors, before, lanes.length, moved),
  };
  return [lanes, along];
}

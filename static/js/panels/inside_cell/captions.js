// Texts of Inside the cell.

import { nameOf } from "../../state/halves.js";
import { beforeAnyFrame } from "../../state/why_missing.js";
import { number } from "../../text/format.js";
import { inTimesteps } from "./enlarged.js";
import { itemsDescription, valueAt } from "./scene.js";

const NOTHING_YET = ["No states yet", "They appear with the first iteration."];
const ALL_HIDDEN = ["All lanes are hidden", "Show one to look inside its cell."];

/**
 * Why there are no heatmaps, as a title and a hint.
 *
 * @param {State} state
 * @param {Pick<State, "lanes">} shown
 */
export function whyNoCell(state, { lanes }) {
  if (state.frame !== null && lanes.length === 0) return ALL_HIDDEN;
  return beforeAnyFrame(state, NOTHING_YET);
}

/**
 * The accessible description of the panel.
 *
 * @param {Pick<State, "frame" | "watch" | "view">} state
 */
export function cellDescription({ frame, watch, view }, scene, tiles) {
  if (frame === null || tiles.length === 0)
    return "Heatmaps of gates and states: no iteration yet.";
  const inside = scene.every && scene.zoom === null ? "all lanes" : nameOf(scene.lane, view.half);
  const where = `Inside ${inside}, iteration ${frame.iteration}, example ${watch.example}`;
  const order = view.sort === "memory" ? ", units sorted by memory" : "";
  return `${where}${order}: ${itemsDescription(frame, tiles)}.`;
}

/**
 * The panel's subtitle; on a slow link it says which timesteps came.
 *
 * @param {Frame | null} frame
 */
export function axesText(frame) {
  const every = frame?.coarse ?? 1;
  if (every === 1) return "unit × timestep";
  return `unit × timestep, every ${every === 2 ? "2nd" : `${every}th`}: the link is slow`;
}

/**
 * The text of one cell of a heatmap, null where nothing is shown; `memory` is that of the lane's
 * units, or null.
 *
 * @param {Frame} frame
 */
export function valueText(frame, tile, { t, unit }, memory) {
  const value = valueAt(frame, tile, t, unit);
  if (value === undefined) return null;
  const remembers = memory?.[unit];
  const added = remembers === undefined ? "" : ` · remembers ≈ ${inTimesteps(remembers)} timesteps`;
  const { first, skip, symbol } = tile.part;
  // What came of a slow link's frame is of this timestep, and stands for those after it.
  const since = t - ((t - first + skip) % (frame.coarse ?? 1));
  return `${symbol}[unit ${unit}, t ${since}] = ${number(value, 2)}${added}`;
}

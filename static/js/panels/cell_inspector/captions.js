// What the cell inspector says of a cell, and of what its frame does not hold.

import { count } from "../../text/format.js";

export const NO_STATES = "No states yet: they appear with the first iteration.";

/**
 * The layer of a lane that is watched: the topmost where it has fewer.
 *
 * @param {Pick<Lane, "num_layers">} lane
 */
export const layerOf = ({ num_layers: layers }, watch) => Math.min(watch.layer, layers - 1);

/**
 * Which cell it is, for who listens.
 *
 * @param {Pick<Lane, "label">} lane
 */
export const nameOfCell = ({ label }, { t, unit }) => `${label}, t = ${t}, unit ${unit}`;

/**
 * Which cell it is, of which layer, example and iteration.
 *
 * @param {Pick<State, "frame" | "watch">} state
 */
export function headingOf({ frame, watch }, lane, { t, unit }) {
  const layer = lane.num_layers > 1 ? ` · layer ${layerOf(lane, watch)}` : "";
  const iteration = frame === null ? "–" : count(frame.iteration);
  const where = `t = ${t} · unit ${unit}${layer}`;
  return `${lane.label} · ${where} · example ${watch.example} · iteration ${iteration}`;
}

/**
 * Why there are no sums and gradients.
 *
 * @param {Pick<State, "frame" | "past">} state
 */
export function whyNoSums({ frame, past }) {
  if (past === null) return "Sums and gradients come with the next frame.";
  const when = `at iteration ${count(frame.iteration)}`;
  return `Sums and gradients were not recorded ${when}: step or fork from here.`;
}

// Texts of the cell inspector: headings, and why something is missing.

import { BACKWARD } from "../../state/halves.js";
import { count } from "../../text/format.js";

export const NO_CIRCUIT =
  "There is no circuit of this cell here. Inside the cell shows its gates and states.";
export const NO_STATES = "No states yet: they appear with the first iteration.";

/**
 * The watched layer of a lane: its topmost if it has fewer.
 *
 * @param {Pick<Lane, "num_layers">} lane
 */
export const layerOf = ({ num_layers: layers }, watch) => Math.min(watch.layer, layers - 1);

/**
 * Whether the half of a lane is looked at that reads from the end.
 *
 * @param {Pick<Lane, "bidirectional">} lane
 * @param {Pick<ViewSettings, "half">} [view]
 */
export const inReverse = ({ bidirectional }, view) =>
  Boolean(bidirectional) && view?.half === "reverse";

/**
 * Which cell it is, as an accessible name.
 *
 * @param {Pick<Lane, "label" | "bidirectional">} lane
 * @param {Pick<InspectedCell, "t" | "unit">} cell
 * @param {Pick<ViewSettings, "half">} [view]
 */
export const nameOfCell = (lane, { t, unit }, view) =>
  `${lane.label}, ${inReverse(lane, view) ? `${BACKWARD}, ` : ""}t = ${t}, unit ${unit}`;

/**
 * Which cell it is, of which layer, example and iteration.
 *
 * @param {Pick<State, "frame" | "watch"> & Partial<Pick<State, "view">>} state
 */
export function headingOf({ frame, watch, view }, lane, { t, unit }) {
  const layer = lane.num_layers > 1 ? ` · layer ${layerOf(lane, watch)}` : "";
  const iteration = frame === null ? "–" : count(frame.iteration);
  const half = inReverse(lane, view) ? ` · ${BACKWARD}` : "";
  const place = `${lane.label}${half} · t = ${t} · unit ${unit}${layer}`;
  return `${place} · example ${watch.example} · iteration ${iteration}`;
}

/**
 * Why there are no sums and gradients.
 *
 * @param {Pick<State, "frame" | "past" | "studies">} state
 */
export function whyNoSums({ frame, past, studies }) {
  if (past === null) return "Sums and gradients come with the next frame.";
  const iteration = count(frame.iteration);
  const again = studies.frame;
  if (again?.status === "failed") {
    return `Sums and gradients were not recorded at iteration ${iteration}: ${again.error}`;
  }
  return `Sums and gradients were not recorded at iteration ${iteration}: they are being computed.`;
}

// Texts of the cell inspector: headings, and why something is missing.

import { count } from "../../text/format.js";

export const NO_CIRCUIT =
  "There is no circuit of this cell here. Inside the cell shows its gates and states.";
export const NO_STATES = "No states yet: they appear with the first iteration.";

/** The watched layer of a lane: its topmost if it has fewer. */
export const layerOf = ({ num_layers: layers }, watch) => Math.min(watch.layer, layers - 1);

/** Which cell it is, as an accessible name. */
export const nameOfCell = ({ label }, { t, unit }) => `${label}, t = ${t}, unit ${unit}`;

/** Which cell it is, of which layer, example and iteration. */
export function headingOf({ frame, watch }, lane, { t, unit }) {
  const layer = lane.num_layers > 1 ? ` · layer ${layerOf(lane, watch)}` : "";
  const iteration = frame === null ? "–" : count(frame.iteration);
  return `${lane.label} · t = ${t} · unit ${unit}${layer} · example ${watch.example} · iteration ${iteration}`;
}

/** Why there are no sums and gradients. */
export function whyNoSums({ frame, past }) {
  if (past === null) return "Sums and gradients come with the next frame.";
  return `Sums and gradients were not recorded at iteration ${count(frame.iteration)}: step or fork from here.`;
}

// The numbers behind the unrolled network.

import { values } from "../../frames/frame.js";
import { localFactor } from "./phase_numbers.js";

const COLUMNS = [
  "lane",
  "t (timestep)",
  "log10 dh_norm",
  "log10 dc_norm",
  "dh_norm at t-1 / at t",
  "dc_norm at t-1 / at t",
];

/**
 * A row for every timestep of every lane; null where there is no number.
 *
 * @param {Pick<State, "lanes" | "frame">} state
 */
export function networkTable({ lanes, frame }) {
  const rows = lanes.flatMap(({ index, label }) => {
    const [dh, dc] = ["dh_norm", "dc_norm"].map((name) => values(frame, index, name));
    return Array.from(dh ?? [], (log, t) => {
      return [
        label,
        t,
        known(log),
        known(dc?.[t]),
        known(localFactor(dh, t)),
        known(localFactor(dc, t)),
      ];
    });
  });
  return { columns: COLUMNS, rows };
}

const known = (value) => (value === undefined || Number.isNaN(value) ? null : value);

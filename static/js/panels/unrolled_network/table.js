// The numbers behind the unrolled network.

import { values } from "../../frames/frame.js";
import { columnTitle } from "../../state/catalogue.js";
import { frameOf, halvesOf } from "../../state/halves.js";
import { localFactor } from "./phase_numbers.js";

const NORMS = ["dh_norm", "dc_norm"];
const PLACE = ["lane", "t (timestep)"];

/**
 * A row for every timestep of every lane; null where there is no number.
 *
 * @param {Pick<State, "lanes" | "frame">} state
 */
export function networkTable({ lanes, frame }) {
  const rows = halvesOf(lanes).flatMap((half) => {
    const { index, label } = half;
    const own = frameOf(frame, half);
    const [dh, dc] = NORMS.map((name) => values(own, index, name));
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
  const columns = [
    ...PLACE,
    ...NORMS.map(columnTitle),
    ...NORMS.map((name) => `${name} at t-1 / at t`),
  ];
  return { columns, rows };
}

const known = (value) => (value === undefined || Number.isNaN(value) ? null : value);

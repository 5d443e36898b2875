// The norms by timestep as a table, for CSV.

import { scalar, values } from "../../../frames/frame.js";
import { columnTitle, quantity, withQuantiles } from "../../../state/catalogue.js";

// In the order of the columns.
const BY_TIMESTEP = ["dh_norm", "dc_norm", "dW_hh_norm", "dW_ih_norm", "jacobian_gain"];

/**
 * Every quantity by lane and timestep: {columns, rows}; null where there is no number.
 *
 * @param {Frame} frame
 */
export function normsTable(frame, lanes) {
  const both = [...BY_TIMESTEP, ...BY_TIMESTEP.map((name) => `${name}.reverse`)];
  const held = both
    .flatMap(withQuantiles)
    .filter((name) => lanes.some(({ index }) => values(frame, index, name) !== null));
  const columns = ["iteration", "lane", "t", ...held.map(columnTitle), "clip_factor"];
  const rows = lanes.flatMap(({ index, label }) => {
    const each = held.map((name) => {
      return { data: values(frame, index, name), first: quantity(name).first_timestep };
    });
    const timesteps = Math.max(0, ...each.map(({ data, first }) => (data?.length ?? 0) + first));
    const clip = scalar(frame, index, "clip_factor");
    return Array.from({ length: timesteps }, (_, t) => {
      return [
        frame.iteration,
        label,
        t,
        ...each.map(({ data, first }) => data?.[t - first] ?? null),
        clip,
      ];
    });
  });
  return { columns, rows };
}

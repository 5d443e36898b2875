// The norms by timestep as a table, for CSV.

import { scalar, values } from "../../../frames/frame.js";

/**
 * By timestep from 0; those of the weights begin with timestep 1.
 *
 * @type {[string, number][]}
 */
const BY_TIMESTEP = [
  ["dh_norm", 0],
  ["dh_norm.q10", 0],
  ["dh_norm.q90", 0],
  ["dc_norm", 0],
  ["dc_norm.q10", 0],
  ["dc_norm.q90", 0],
  ["dW_hh_norm", 1],
  ["dW_ih_norm", 1],
  ["jacobian_gain", 0],
];

/**
 * Every quantity by lane and timestep: {columns, rows}; null where there is no number.
 *
 * @param {Frame} frame
 */
export function normsTable(frame, lanes) {
  const held = BY_TIMESTEP.filter(([name]) =>
    lanes.some(({ index }) => values(frame, index, name) !== null),
  );
  const columns = [
    "iteration",
    "lane",
    "t",
    ...held.map(([name]) => `log10 ${name}`),
    "clip_factor",
  ];
  const rows = lanes.flatMap(({ index, label }) => {
    const each = held.map(([name, first]) => ({ data: values(frame, index, name), first }));
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

// The source matrix as a table, for CSV.

import { values } from "../../../frames/frame.js";
import { columnTitle, quantity } from "../../../state/catalogue.js";

/**
 * source[s, t] with a row for every s, a column for every t.
 *
 * @param {Frame} frame
 * @param {Pick<Lane, "index" | "label">} lane
 */
export function sourceTable(frame, { index, label }, losses) {
  const data = values(frame, index, "source");
  if (data === null) return { columns: ["lane", "s"], rows: [] };
  const T = data.length / losses.length;
  const { first_timestep: first } = quantity("source");
  const titleAt = (_, k) => `${columnTitle("source")} t=${k + first}`;
  return {
    columns: ["lane", "s", ...Array.from({ length: T }, titleAt)],
    rows: losses.map((s, row) => [label, s, ...data.slice(row * T, (row + 1) * T)]),
  };
}

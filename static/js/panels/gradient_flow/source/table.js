// The source matrix as a table, for CSV.

import { values } from "../../../frames/frame.js";

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
  return {
    columns: ["lane", "s", ...Array.from({ length: T }, (_, k) => `log10 source t=${k + 1}`)],
    rows: losses.map((s, row) => [label, s, ...data.slice(row * T, (row + 1) * T)]),
  };
}

// The eigenvalues as a table, for CSV.

import { values } from "../../../frames/frame.js";

/**
 * Eigenvalues of every gate.
 *
 * @param {Frame} frame
 * @param {Pick<Lane, "index" | "label">} lane
 */
export function spectrumTable(frame, { index, label }, gates) {
  const rows = gates.flatMap((gate) => {
    const data = values(frame, index, `spectrum.${gate}`) ?? [];
    return Array.from({ length: data.length / 2 }, (_, k) => {
      const [re, im] = [data[2 * k], data[2 * k + 1]];
      return [label, gate, k, re, im, Math.hypot(re, im)];
    });
  });
  return { columns: ["lane", "gate", "index", "Re λ", "Im λ", "|λ|"], rows };
}

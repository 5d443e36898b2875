// The norms at the cursor, in place of the title of the axis of timesteps.

import { paintReadoutLine } from "../../../chart/readout.js";
import { BACKWARD } from "../../../state/halves.js";
import { apart, letters } from "../../../text/lane_names.js";
import { titleAt } from "./layout.js";
import { reading } from "./reading.js";

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{left: number, width: number, height: number}} chart its size, and where its plot begins
 * @param {{lanes: any[]}} scene
 * @param {number} t timestep of the cursor
 * @param {string} titled what the norms are of
 * @param {Palette} palette
 */
export function paintReadout(context, { left, width, height }, { lanes }, t, titled, palette) {
  const labels = lanes.map(({ label }) => label);
  const [names, initials] = [apart(labels), letters(labels)];
  const entries = lanes.flatMap(({ index, line, dc, reverse, gaps }, row) => {
    const gap = gaps.some(([from, to]) => t >= from && t <= to);
    const color = palette.lanes[index];
    const entry = (data, what, known = !gap) => ({
      besides: what !== "",
      names: [`${names[row]}${what} `, `${initials[row]}${what} `],
      value: reading(known ? data?.[t] : NaN),
      color,
    });
    return [
      entry(line, ""),
      ...(dc === null ? [] : [entry(dc, " ∂c")]),
      // The gaps of truncation are others there, and hold no number anyway.
      ...(reverse === null ? [] : [entry(reverse, ` ${BACKWARD}`, true)]),
    ];
  });
  const heads = [`${titled}, t = ${t}`, `t = ${t}`];
  const from = { left, right: width - 4, y: titleAt(height, palette.small) };
  return paintReadoutLine(context, from, { heads, typical: "8.8·10⁻⁸⁸", entries }, palette);
}

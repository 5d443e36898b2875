// The numbers of the iteration that is pointed at, in place of the headings of the two panels.

import { paintReadoutLine } from "../../chart/readout.js";
import { count, logNumber, number } from "../../text/format.js";
import { apart, letters } from "../../text/lane_names.js";
import { headingOf } from "./layout.js";

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Panel} panel
 * @param {ReturnType<typeof import("./layout.js").panelsOf>[0]} shown what the panel shows
 * @param {{lanes: Lane[], history: RunHistory, iteration: number}} told
 * @param {Palette} palette
 */
export function paintReadout(context, panel, shown, { lanes, history, iteration }, palette) {
  const { series, short } = shown;
  const k = iteration - history.iteration.data[0];
  const labels = lanes.map(({ label }) => label);
  const [names, initials] = [apart(labels), letters(labels)];
  const entries = lanes.map((lane, row) => {
    const value = history.lanes[lane.index][series]?.data[k] ?? NaN;
    return {
      names: [`${names[row]} `, `${initials[row]} `],
      value: series === "loss" ? number(value, 3) : logNumber(value, 3),
      color: palette.lanes[lane.index],
    };
  });
  const { left, width } = panel;
  const line = { left, right: left + width, y: headingOf(panel, palette.small) };
  const heads = [`${short} at iteration ${count(iteration)}`, `at ${count(iteration)}`];
  return paintReadoutLine(context, line, { heads, typical: "0.0888", entries }, palette);
}

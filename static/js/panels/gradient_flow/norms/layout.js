// Where the chart of gradient norms has its panel, its titles and its legend.

import { font, textWidth } from "../../../canvas/text.js";
import { LEGEND_LINE, legendGrid } from "../../../chart/axes.js";

// In sizes of the text: what is above the legend and beneath the plot, and a plot that is of use.
const [ABOVE, BENEATH] = [0.9, 3.1];
const LEAST_HEIGHT = 3.5; // with a legend: without one, colours and dashes are explained elsewhere
export const ENOUGH_HEIGHT = 8; // else names in the legend are short

const BANDED = "  ·  band: 10–90 % of the batch";

/**
 * @param {{width: number, height: number}} size
 * @param {ReturnType<typeof import("./quantities.js").factsOf>} quantity
 * @param {LegendEntry[]} entries of the legend
 * @param {Palette} palette
 * @returns {{panels, titles, legend}} as `createChart` wants it
 */
export function placeGradients({ width, height }, { symbol, first, banded }, entries, palette) {
  const { font: family, small } = palette;
  const { left, right, across } = marginsOf(width, small);
  const shown = heightUnder({ width, height }, entries, palette) >= LEAST_HEIGHT * small;
  const rows = shown ? legendGrid(entries, across, palette).rows : 0;
  const top = small * (ABOVE + LEGEND_LINE * rows);
  const high = height - top - small * BENEATH;
  const fitting = (texts, room) => {
    return (
      texts.find((text) => textWidth(text.replaceAll("_", ""), font(family, small)) < room) ??
      texts.at(-1)
    );
  };
  const band = banded ? BANDED : "";
  const start = first === 0 ? "  (0 = initial state)" : "";
  const xTitles = [`timestep t${start}${band}`, `timestep t${band}`, "timestep t"];
  const yTitles = [`${symbol}, log scale`, `${symbol}, log`, symbol];
  return {
    panels: [
      {
        left,
        top,
        width: across,
        height: high,
        log: true,
        whole: true,
      },
    ],
    titles: [
      {
        text: fitting(yTitles, height),
        x: small * 0.7,
        y: Math.max(height / 2, Math.min(top + high / 2, height)),
        align: "center",
        upright: false,
      },
      {
        text: fitting(xTitles, across),
        x: left + across / 2,
        y: titleAt(height, small),
        align: "center",
      },
    ],
    legend: { shown, x: width - right, y: 0, width: across, entries },
  };
}

function marginsOf(width, small) {
  const [left, right] = [small * 5.2, Math.max(14, small * 1.25)];
  return { left, right, across: width - left - right };
}

/**
 * How high the plot is under a legend of these entries.
 *
 * @param {{width: number, height: number}} size
 * @param {Pick<LegendEntry, "name">[]} entries
 * @param {Palette} palette
 */
export function heightUnder({ width, height }, entries, palette) {
  const { across } = marginsOf(width, palette.small);
  const { rows } = legendGrid(entries, across, palette);
  return height - palette.small * (ABOVE + LEGEND_LINE * rows + BENEATH);
}

/** Middle of the line under the plot in which the title of its axis stands. */
export const titleAt = (height, small) => height - small * 0.7;

// Where the chart of gradient norms has its panel, its titles and its legend.

import { font, textWidth } from "../../../canvas/text.js";
import { LEGEND_LINE, legendGrid } from "../../../chart/axes.js";

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
  const [left, right, bottom] = [small * 5.2, Math.max(14, small * 1.25), small * 3.1];
  const across = width - left - right;
  const top = small * (0.9 + LEGEND_LINE * legendGrid(entries, across, palette).rows);
  const high = height - top - bottom;
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
    legend: { shown: true, x: width - right, y: 0, width: across },
  };
}

/** Middle of the line under the plot in which the title of its axis stands. */
export const titleAt = (height, small) => height - small * 0.7;

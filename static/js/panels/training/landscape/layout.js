// Where the contour plot, its colour bar and its titles stand.

import { palette } from "../../../canvas/palette.js";
import { LEGEND_LINE, legendGrid } from "../../../chart/axes.js";
import { axisTitles, legendNames } from "./captions.js";

/**
 * The place of a chart.js view.
 *
 * @param {import("./scene.js").LandscapeScene | null} scene
 */
export function placeLandscape(width, height, scene) {
  const { small } = palette();
  const [left, right, bottom] = [small * 5.4, small * 6, small * 3.1];
  const names = scene === null ? [""] : legendNames(scene);
  const room = Math.max(20, width - left - right); // Plotly's legend is no wider than the plot
  const entries = names.map((name) => ({ name }));
  const top = small * (0.5 + LEGEND_LINE * legendGrid(entries, room, palette()).rows);
  const [across, high] = [room, Math.max(20, height - top - bottom)];
  const [first, second] = scene === null ? ["", ""] : axisTitles(scene);
  return {
    panels: [{ left, top, width: across, height: high }],
    titles: [
      { text: first, x: left + across / 2, y: height - small * 0.8, align: "center" },
      { text: second, x: small * 0.8, y: top + high / 2, align: "center", upright: false },
    ],
    legend: { shown: true, x: left + across, y: 0, width: across },
  };
}

/** The colour bar at the right of a panel. */
export function placeBar({ left, top, width, height }, small) {
  return { left: left + width + small, top, width: small * 0.9, height };
}

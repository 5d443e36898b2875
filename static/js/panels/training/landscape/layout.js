// Where the contour plot, its colour bar and its titles stand.

import { palette } from "../../../canvas/palette.js";
import { font, textWidth } from "../../../canvas/text.js";
import { LEGEND_LINE, legendGrid } from "../../../chart/axes.js";
import { linearTicks } from "../../../chart/scales.js";
import { PIXELS_PER_Y_TICK } from "../../../chart/subplots.js";
import { axisTitles, legendNames } from "./captions.js";
import { ends } from "./scene.js";

const TITLE = 2.4; // of the text's size: the axis' title, and the gaps about its numbers
const LEAST = 3; // for its numbers

/** The width of the numbers of the axis at the left. */
function widestTick(scene, height, small) {
  if (scene === null) return 0;
  const lettering = font(palette().font, small);
  const ticks = linearTicks(ends(scene.y), Math.max(2, height / PIXELS_PER_Y_TICK));
  return Math.max(...ticks.map(({ text }) => textWidth(text, lettering)));
}

/**
 * The place of a chart.js view.
 *
 * @param {import("./scene.js").LandscapeScene | null} scene
 */
export function placeLandscape(width, height, scene) {
  const { small } = palette();
  const [right, bottom] = [small * 6, small * 3.1];
  const left = TITLE * small + Math.max(LEAST * small, widestTick(scene, height, small));
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

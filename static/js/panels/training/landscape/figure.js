// The landscape by Plotly: the contour plot at rest, and the surface.

import { sequential } from "../../../canvas/color_maps.js";
import { dashes } from "../../../chart/figure.js";
import { html, logNumber, number } from "../../../text/format.js";
import { axisTitles, stepNames } from "./captions.js";
import { levelsOf } from "./contours.js";
import { barTicks, colorOf, DASH } from "./paint.js";
import { ends, valueAt, visiblePart } from "./scene.js";

/** @typedef {import("./scene.js").LandscapeScene} LandscapeScene */

const STOPS = 10; // of the colour scale
const HEAD = 11; // px of an arrow's head
const SAMPLES = 24; // of a step on the surface

/** Rows by y, as Plotly takes them. @param {LandscapeScene} scene @returns {number[][]} */
export function rowsOf({ x, y, z }, read = (value) => value) {
  return Array.from({ length: y.length }, (_, j) =>
    Array.from({ length: x.length }, (__, i) => read(z[i * y.length + j])),
  );
}

/** @param {LandscapeScene} scene */
function colorScale({ range }) {
  const map = sequential(range);
  return Array.from({ length: STOPS + 1 }, (_, k) => {
    const share = k / STOPS;
    return [share, map.color(range[0] + share * (range[1] - range[0]))];
  });
}

/**
 * Figure of the contour plot: what chart.js calls so.
 *
 * @param {Panel[]} panels
 * @param {LandscapeScene | null} scene
 * @param {Palette} palette
 * @returns {FigureData}
 */
export function contourFigure([panel], scene, palette) {
  if (scene === null) return { traces: [], annotations: [], shapes: [] };
  const levels = levelsOf(scene.range);
  const say = scene.log ? logNumber : number;
  const clipped = (value) =>
    Number.isNaN(value) ? null : Math.min(scene.range[1], Math.max(scene.range[0], value));
  const contour = {
    panel: 0,
    type: "contour",
    x: Array.from(scene.x),
    y: Array.from(scene.y),
    z: rowsOf(scene, clipped),
    zmin: scene.range[0],
    zmax: scene.range[1],
    colorscale: colorScale(scene),
    contours: { coloring: "heatmap", start: levels[0], end: levels.at(-1), size: gapOf(levels) },
    line: { color: "rgba(255,255,255,0.55)", width: 1 },
    text: rowsOf(scene, (value) => say(value, 3)),
    hovertemplate: "loss %{text}<extra></extra>",
    showscale: true,
    colorbar: barOf(panel, scene, palette),
  };
  return {
    traces: [contour, ...pathTraces(scene, palette), ...arrowTraces(panel, scene, palette)],
    annotations: [],
    shapes: [],
  };
}

const gapOf = (levels) => (levels.length > 1 ? levels[1] - levels[0] : 1);

/** @param {Panel} panel @param {LandscapeScene} scene @param {Palette} palette */
function barOf(panel, scene, palette) {
  const ticks = barTicks(scene, panel.height);
  return {
    thickness: palette.small * 0.9,
    x: 1,
    xpad: palette.small,
    ypad: 0,
    len: 1,
    outlinewidth: 0,
    tickvals: ticks.map(({ at }) => at),
    ticktext: ticks.map(({ text }) => text),
    tickfont: { family: palette.font, size: palette.small, color: palette.soft },
    ticklabelstandoff: 2,
    title: { text: "" },
  };
}

function pathTraces({ path, at }, palette) {
  if (path.length === 0) return [];
  const points = [...path, at];
  return [
    {
      panel: 0,
      mode: "lines+markers",
      x: points.map(([a]) => a),
      y: points.map(([, b]) => b),
      line: { color: palette.panel, width: 1.5 },
      marker: { color: palette.ink, size: 5, line: { color: palette.panel, width: 1 } },
      hovertemplate: "earlier weights<extra></extra>",
    },
  ];
}

// What was done lies over what would have been.
const widthOf = ({ key }) => (key === "clipped" ? 3 : 2);

/**
 * The steps as arrows.
 *
 * @param {Pick<Panel, "x" | "y">} panel
 * @param {LandscapeScene} scene
 * @param {Palette} palette
 */
export function arrowTraces(panel, scene, palette) {
  const names = stepNames(scene);
  const arrows = scene.steps.flatMap((step, k) => {
    const part = visiblePart(scene, step);
    if (part === null) return [];
    const [x, y] = [0, 1].map((axis) => part.map((point) => point[axis]));
    const pixels = Math.hypot(panel.x(x[1]) - panel.x(x[0]), panel.y(y[1]) - panel.y(y[0]));
    // A head that is longer than its arrow would show a step that is not there.
    if (pixels < 1) return [];
    const color = colorOf(step.key, palette);
    const halo = { panel: 0, mode: "lines", x, y, hoverinfo: "skip" };
    return [
      { ...halo, line: { color: palette.panel, width: widthOf(step) + 3 } },
      {
        panel: 0,
        mode: "lines+markers",
        x,
        y,
        line: {
          color,
          width: widthOf(step),
          dash: step.key === "clipped" ? "solid" : dashes(DASH),
        },
        marker: {
          color,
          symbol: ["circle", "arrow"],
          angleref: "previous",
          opacity: 1,
          size: [0, Math.min(HEAD, pixels)],
          line: { color: palette.panel, width: 1 },
        },
        hovertemplate: `${names[k]}, loss ${number(step.loss, 3)}<extra></extra>`,
      },
    ];
  });
  const [a, b] = scene.at;
  const marker = { color: palette.ink, size: 7, line: { color: palette.panel, width: 1.5 } };
  const here = `loss here ${number(scene.loss, 3)}<extra></extra>`;
  return [{ panel: 0, mode: "markers", x: [a], y: [b], marker, hovertemplate: here }, ...arrows];
}

/**
 * The surface, with the steps on it.
 *
 * @param {LandscapeScene} scene
 * @param {{width: number, height: number}} size
 * @param {Palette} palette
 */
export function surfaceFigure(scene, { width, height }, palette) {
  const [low, high] = scene.range;
  const say = scene.log ? logNumber : number;
  const kept = (value) => (Number.isFinite(value) && value <= high ? value : null);
  const ticks = barTicks(scene, height / 2);
  const surface = {
    type: "surface",
    x: Array.from(scene.x),
    y: Array.from(scene.y),
    z: rowsOf(scene, kept),
    cmin: low,
    cmax: high,
    colorscale: colorScale(scene),
    showscale: false,
    text: rowsOf(scene, (value) => say(value, 3)),
    hovertemplate: "loss %{text}<extra></extra>",
    contours: { z: { show: false, highlight: false } },
  };
  const text = { family: palette.font, size: palette.small, color: palette.soft };
  const [first, second] = axisTitles(scene, { short: true });
  const axis = (title) => ({
    title: { text: html(title), font: text },
    tickfont: text,
    nticks: 4,
    gridcolor: palette.line,
    zeroline: false,
    showspikes: false,
    backgroundcolor: palette.panel,
    color: palette.soft,
  });
  return {
    data: [surface, ...stepLines(scene, palette)],
    layout: {
      width,
      height,
      margin: { l: 0, r: 0, t: 0, b: 0 },
      paper_bgcolor: "rgba(255,255,255,0)",
      showlegend: false,
      font: text,
      uirevision: "kept", // how it is turned
      scene: {
        xaxis: { ...axis(first), range: ends(scene.x) },
        yaxis: { ...axis(second), range: ends(scene.y) },
        zaxis: {
          ...axis("loss"),
          range: [low, high],
          tickvals: ticks.map(({ at }) => at),
          ticktext: ticks.map((tick) => tick.text),
        },
        aspectmode: "manual",
        aspectratio: { x: 1.5, y: 1.2, z: 0.7 },
      },
    },
  };
}

function stepLines(scene, palette) {
  const lift = (scene.range[1] - scene.range[0]) * 0.01; // not within the surface
  const on = ([a, b]) => Math.min(scene.range[1], valueAt(scene, [a, b])) + lift;
  const names = stepNames(scene);
  const lines = scene.steps.flatMap((step, k) => {
    const part = visiblePart(scene, step);
    if (part === null) return [];
    const [from, to] = part;
    const points = Array.from({ length: SAMPLES + 1 }, (_, n) =>
      from.map((start, axis) => start + ((to[axis] - start) * n) / SAMPLES),
    );
    return [
      {
        type: "scatter3d",
        mode: "lines",
        x: points.map(([a]) => a),
        y: points.map(([, b]) => b),
        z: points.map(on),
        line: {
          color: colorOf(step.key, palette),
          width: 6,
          dash: step.key === "clipped" ? "solid" : "dash",
        },
        hovertemplate: `${names[k]}<extra></extra>`,
      },
    ];
  });
  const here = {
    type: "scatter3d",
    mode: "markers",
    x: [scene.at[0]],
    y: [scene.at[1]],
    z: [on(scene.at)],
    marker: { color: palette.ink, size: 4 },
    hovertemplate: `loss here ${number(scene.loss, 3)}<extra></extra>`,
  };
  return [...lines, here];
}

// The two panels of training, on a canvas and for Plotly.

import { drawnOfGhosts, ghostTraces, paintGhosts } from "./ghosts.js";
import { extentWithin, layersOf, pointsOf, strokeEnvelope } from "./lines.js";
import * as marks from "./marks.js";
import { paintTweaks, tweakFigure } from "./tweaks.js";

const LINE_WIDTH = 1.5; // at rest; noisy lines need less than smooth ones
const CLIPPED = "grad_norm"; // the series under which clipped updates are marked

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Panel} panel
 * @param {string} series
 * @param {{lanes: Lane[], histories: any, tweaks: any[], ghosts: any[]}} scene
 * @param {any[]} references see marks.js
 * @param {any} look
 */
export function paintTraining(
  context,
  panel,
  series,
  { lanes, histories, tweaks, ghosts },
  references,
  look,
) {
  const { palette } = look;
  const iterationAt = (k) => histories.iteration(k);
  const read = (lane, name) => histories.between(lane, name, panel.xRange);
  for (const reference of references) marks.paintReference(context, panel, reference, palette);
  context.lineJoin = "round";
  paintGhosts(context, panel, series, ghosts, look);
  lanes.forEach(({ index }, row) => {
    const color = palette.lanes[index];
    context.strokeStyle = color;
    for (const { name, opacity, thin } of layersOf(series)) {
      context.globalAlpha = opacity;
      context.lineWidth = thin ? look.thin : Math.min(look.width, LINE_WIDTH);
      strokeEnvelope(context, panel, read(index, name), iterationAt);
    }
    context.globalAlpha = 1;
    if (series === CLIPPED) {
      marks.paintRug(context, panel, read(index, "clip_factor"), iterationAt, row, color);
    }
    const { divergences } = histories.lanes[index];
    divergences.forEach((iteration, k) => {
      const labelled = k === divergences.length - 1;
      marks.paintDivergence(context, panel, iteration, row, { color, labelled }, palette);
    });
  });
  const obstacles = obstaclesIn(panel, series, { lanes, histories, ghosts }, palette);
  paintTweaks(context, panel, tweaks, obstacles, palette);
}

/** @returns {{traces: any[], shapes: any[], annotations: any[]}} */
export function trainingFigure(
  panels,
  series,
  { lanes, references, histories, tweaks, ghosts },
  palette,
) {
  const made = { traces: [], shapes: [], annotations: [] };
  panels.forEach((panel, index) => {
    for (const reference of references[index]) {
      const { shapes, annotations } = marks.referenceFigure(reference, panel, index, palette);
      made.shapes.push(...shapes);
      made.annotations.push(...annotations);
    }
    made.traces.push(...ghostTraces(panel, index, series[index], ghosts, palette));
    lanes.forEach((lane, row) => {
      const color = palette.lanes[lane.index];
      const { divergences } = histories.lanes[lane.index];
      made.traces.push(...tracesOf(panel, index, series[index], lane, row, color, histories));
      divergences.forEach((iteration, k) => {
        const look = { color, labelled: k === divergences.length - 1 };
        made.annotations.push(marks.divergenceFigure(panel, index, iteration, row, look, palette));
      });
    });
    const obstacles = obstaclesIn(panel, series[index], { lanes, histories, ghosts }, palette);
    const changes = tweakFigure(panel, index, tweaks, obstacles, palette);
    made.shapes.push(...changes.shapes);
    made.annotations.push(...changes.annotations);
  });
  return made;
}

/**
 * What labels should not cover.
 *
 * @returns {import("./tweaks.js").Obstacles}
 */
function obstaclesIn(panel, series, { lanes, histories, ghosts }, palette) {
  const iterationOf = (x) => {
    const [first, last] = panel.xRange;
    return first + ((x - panel.left) / panel.width) * (last - first);
  };
  return {
    above: roomAbove(lanes, histories, palette),
    below: series === CLIPPED ? marks.rugHeight(lanes.length) : 0,
    curves(from, to) {
      /** @type {[number, number]} */
      const stretch = [iterationOf(from), iterationOf(to)];
      const extents = ({ histories: whole, read }) =>
        extentWithin(read, (k) => whole.iteration(k), stretch);
      const earlier = drawnOfGhosts(panel, series, ghosts).map(extents);
      return layersOf(series).map(({ name }) => {
        const present = lanes.map(({ index }) =>
          extents({ histories, read: histories.between(index, name, panel.xRange) }),
        );
        const logs = [...present, ...earlier];
        return [
          Math.min(...logs.map(([, high]) => panel.y(high))),
          Math.max(...logs.map(([low]) => panel.y(low))),
        ];
      });
    },
  };
}

// Height in pixels of the divergence labels along the top edge.
function roomAbove(lanes, histories, { small }) {
  const rows =
    lanes.findLastIndex(({ index }) => histories.lanes[index].divergences.length > 0) + 1;
  return rows > 0 ? 4 + rows * small * 1.25 : 0;
}

function tracesOf(panel, index, series, lane, row, color, histories) {
  const iterationAt = (k) => histories.iteration(k);
  const read = (name) => histories.between(lane.index, name, panel.xRange);
  /** @type {any[]} */
  const traces = layersOf(series).map(({ name, opacity, thin }) => {
    const points = pointsOf(read(name), iterationAt);
    const line = { color, width: thin ? 1 : LINE_WIDTH };
    return { panel: index, mode: "lines", ...points, opacity, line };
  });
  if (series === CLIPPED) {
    const rug = marks.rugTrace(read("clip_factor"), panel, iterationAt, row, color);
    traces.push({ panel: index, ...rug });
  }
  return traces;
}

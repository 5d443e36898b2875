// The two panels of training, on a canvas and for Plotly.

import { drawnOfGhosts, ghostTraces, paintGhosts } from "./ghosts.js";
import { placeBeside, placeNames } from "./labels.js";
import { extentWithin, layersOf, pointsOf, strokeEnvelope } from "./lines.js";
import * as marks from "./marks.js";
import { paintTweaks, tweakFigure } from "./tweaks.js";

const LINE_WIDTH = 1.5; // at rest; noisy lines need less than smooth ones
const CLIPPED = "grad_norm"; // the series under which clipped updates are marked

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Panel} panel
 * @param {string} series
 * @param {{lanes: Lane[], histories: any, tweaks: any[], ghosts: any[], now: number | null}} scene
 * @param {any[]} references see marks.js
 * @param {any} look
 */
export function paintTraining(context, panel, series, scene, references, look) {
  const { lanes, histories, tweaks, ghosts, now } = scene;
  const { palette } = look;
  const iterationAt = (k) => histories.iteration(k);
  const read = (lane, name) => histories.between(lane, name, panel.xRange);
  for (const reference of references) marks.paintReference(context, panel, reference);
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
    for (const iteration of histories.lanes[index].divergences) {
      marks.paintCross(context, marks.crossOf(panel, iteration, row, palette), color);
    }
  });
  const obstacles = obstaclesIn(panel, series, { lanes, histories, ghosts, now }, palette);
  for (const { text, box, color } of labelsOf(panel, scene, references, obstacles, palette)) {
    marks.paintLabel(context, text, box, color, palette);
  }
  paintTweaks(context, panel, tweaks, obstacles, palette);
}

/** @returns {{traces: any[], shapes: any[], annotations: any[]}} */
export function trainingFigure(panels, series, scene, palette) {
  const { lanes, references, histories, tweaks, ghosts, now } = scene;
  const made = { traces: [], shapes: [], annotations: [] };
  panels.forEach((panel, index) => {
    for (const reference of references[index]) {
      made.shapes.push(marks.referenceShape(reference, panel, index));
    }
    made.traces.push(...ghostTraces(panel, index, series[index], ghosts, palette));
    lanes.forEach((lane, row) => {
      const color = palette.lanes[lane.index];
      made.traces.push(...tracesOf(panel, index, series[index], lane, row, color, histories));
      for (const iteration of histories.lanes[lane.index].divergences) {
        const cross = marks.crossOf(panel, iteration, row, palette);
        made.annotations.push(marks.crossFigure(cross, iteration, color, panel, index, palette));
      }
    });
    const obstacles = obstaclesIn(panel, series[index], { lanes, histories, ghosts, now }, palette);
    const labels = labelsOf(panel, scene, references[index], obstacles, palette);
    made.annotations.push(
      ...labels.map(({ text, box, color }) =>
        marks.labelFigure(text, box, color, panel, index, palette),
      ),
    );
    const changes = tweakFigure(panel, index, tweaks, obstacles, palette);
    made.shapes.push(...changes.shapes);
    made.annotations.push(...changes.annotations);
  });
  return made;
}

/**
 * The labels of reference lines and of divergences, with the boxes that they have.
 *
 * @param {Panel} panel
 * @param {{lanes: Lane[], histories: any}} scene
 * @param {any[]} references
 * @param {ReturnType<typeof obstaclesIn>} obstacles
 * @param {Palette} palette
 */
function labelsOf(panel, { lanes, histories }, references, obstacles, palette) {
  const size = palette.small - 1;
  // Of the divergences of a lane the last one is labelled.
  const diverged = lanes.flatMap(({ index }, row) => {
    const iteration = histories.lanes[index].divergences.at(-1);
    if (iteration === undefined) return [];
    const cross = marks.crossOf(panel, iteration, row, palette);
    const box = placeBeside(cross, panel, size, obstacles);
    return [{ text: cross.text, box, color: palette.lanes[index] }];
  });
  const boxes = placeNames(references, panel, size, obstacles);
  const named = references.map(({ text, color }, k) => ({ text, color, box: boxes[k] }));
  return [...diverged, ...named.filter(({ box }) => box !== null)];
}

/**
 * What labels should not cover.
 *
 * @returns {import("./tweaks.js").Obstacles & import("./labels.js").Surroundings}
 */
function obstaclesIn(panel, series, { lanes, histories, ghosts, now }, palette) {
  const iterationOf = (x) => {
    const [first, last] = panel.xRange;
    return first + ((x - panel.left) / panel.width) * (last - first);
  };
  return {
    above: roomAbove(lanes, histories, palette),
    below: series === CLIPPED ? marks.rugHeight(lanes.length) : 0,
    now: now === null ? null : panel.x(now),
    taken: [],
    curves(from, to) {
      return this.spans(from, to).map((each) => [
        Math.min(...each.map(([high]) => high)),
        Math.max(...each.map(([, low]) => low)),
      ]);
    },
    spans(from, to) {
      /** @type {[number, number]} */
      const stretch = [iterationOf(from), iterationOf(to)];
      const extents = ({ histories: whole, read }) =>
        extentWithin(read, (k) => whole.iteration(k), stretch);
      const earlier = drawnOfGhosts(panel, series, ghosts).map(extents);
      return layersOf(series).map(({ name }) => {
        const present = lanes.map(({ index }) =>
          extents({ histories, read: histories.between(index, name, panel.xRange) }),
        );
        return [...present, ...earlier]
          .filter(([low, high]) => low <= high)
          .map(([low, high]) => [panel.y(high), panel.y(low)]);
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

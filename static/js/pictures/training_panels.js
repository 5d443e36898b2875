// The two panels of training, on a canvas and for Plotly.

import { number } from "../format.js";
import { layersOf, pointsOf, strokeEnvelope } from "./training_lines.js";
import * as marks from "./training_marks.js";

const LINE_WIDTH = 1.5; // at rest; noisy lines need less than smooth ones
const CLIPPED = "grad_norm"; // the series under which clipped updates are marked

/**
 * @param {CanvasRenderingContext2D} context
 * @param {object} panel
 * @param {string} series
 * @param {{lanes: object[], histories: object}} scene
 * @param {object[]} references see training_marks.js
 * @param {object} look
 */
export function paintTraining(context, panel, series, { lanes, histories }, references, look) {
  const { palette } = look;
  const iterationAt = (k) => histories.iteration(k);
  const read = (lane, name) => histories.between(lane, name, panel.xRange);
  for (const reference of references) marks.paintReference(context, panel, reference, palette);
  context.lineJoin = "round";
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
    const { divergedAt } = histories.lanes[index];
    if (divergedAt !== null) marks.paintDivergence(context, panel, divergedAt, row, color, palette);
  });
}

/** @returns {{traces: object[], shapes: object[], annotations: object[]}} */
export function trainingFigure(panels, series, { lanes, references, histories }, palette) {
  const made = { traces: [], shapes: [], annotations: [] };
  panels.forEach((panel, index) => {
    for (const reference of references[index]) {
      const { shapes, annotations } = marks.referenceFigure(reference, panel, index, palette);
      made.shapes.push(...shapes);
      made.annotations.push(...annotations);
    }
    lanes.forEach((lane, row) => {
      const color = palette.lanes[lane.index];
      const { divergedAt } = histories.lanes[lane.index];
      made.traces.push(...tracesOf(panel, index, series[index], lane, row, color, histories));
      if (divergedAt === null) return;
      made.annotations.push(marks.divergenceFigure(panel, index, divergedAt, row, color, palette));
    });
  });
  return made;
}

function tracesOf(panel, index, series, lane, row, color, histories) {
  const iterationAt = (k) => histories.iteration(k);
  const read = (name) => histories.between(lane.index, name, panel.xRange);
  const traces = layersOf(series).map(({ name, opacity, thin }) => {
    const points = pointsOf(read(name), iterationAt);
    const line = { color, width: thin ? 1 : LINE_WIDTH };
    return { panel: index, mode: "lines", ...points, ...hoverOf(points, lane, thin), opacity, line };
  });
  if (series === CLIPPED) {
    const rug = marks.rugTrace(read("clip_factor"), panel, iterationAt, row, color);
    traces.push({ panel: index, ...rug });
  }
  return traces;
}

// The iterations themselves are read off; the smoothed line only shows where they tend.
function hoverOf({ y }, { label }, thin) {
  if (!thin) return { hoverinfo: "skip" };
  const text = y.map((value) => (value === null ? "" : number(value, 3)));
  return { name: label, text, hovertemplate: "%{text}" };
}

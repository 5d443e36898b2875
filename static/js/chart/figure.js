// A chart as a figure of Plotly: its axes and legend always, its data only when asked for.

import { palette } from "../canvas/palette.js";
import { html } from "../text/format.js";
import { axisId, layoutOf } from "./plotly_layout.js";

const LINE_WIDTH = 2;
const EXPORTED_LEGEND = 26; // px of a picture's height for the legend that the page does without
const NO_DATA = { traces: [], annotations: [], shapes: [] };

/**
 * @param {{width: number, height: number}} size
 * @param {{panels: Panel[], titles: Title[], legend: Legend}} placed
 * @param {FigureData} data
 * @returns {{data: any[], layout: any}}
 */
export function figureOf({ width, height }, placed, data = NO_DATA) {
  const { traces, annotations, shapes } = data;
  // Without a trace of its own a panel has no axes.
  const anchors = placed.panels.map((_, panel) => ({
    panel,
    x: [null],
    y: [null],
  }));
  return {
    data: [...placed.legend.entries.map(legendTrace), ...[...anchors, ...traces].map(onAxes)],
    layout: layoutOf({ width, height, ...placed, palette: palette(), annotations, shapes }),
  };
}

/**
 * What two figures draw, the second over the first.
 *
 * @param {FigureData} first
 * @param {FigureData} second
 */
export function together(first, second = NO_DATA) {
  return {
    traces: [...first.traces, ...second.traces],
    annotations: [...first.annotations, ...second.annotations],
    shapes: [...first.shapes, ...second.shapes],
  };
}

/** The figure as a picture to keep: with a ground and a legend. */
export function exported(figure, legendShown) {
  const { layout } = figure;
  const room = legendShown ? 0 : EXPORTED_LEGEND;
  return {
    data: figure.data,
    layout: {
      ...layout,
      paper_bgcolor: palette().panel,
      height: layout.height + room,
      margin: { ...layout.margin, t: layout.margin.t + room },
      showlegend: true,
    },
  };
}

/** @param {LegendEntry} entry */
function legendTrace({ name, color, dash, hidden }) {
  return {
    x: [null],
    y: [null],
    mode: "lines",
    name: html(name),
    line: { color, width: LINE_WIDTH, dash: dash && dashes(dash) },
    visible: hidden ? "legendonly" : true,
  };
}

function onAxes({ panel, ...trace }) {
  const axes = { xaxis: axisId("x", panel), yaxis: axisId("y", panel) };
  return { type: "scatter", showlegend: false, ...axes, ...trace };
}

/** Lengths of dashes and gaps as Plotly writes them. */
export function dashes(lengths) {
  return lengths.map((length) => `${length}px`).join(",");
}

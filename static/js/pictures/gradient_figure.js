// Gradient flow for Plotly: what gradient_canvas.js draws, as traces, shapes and annotations.

import { dashes } from "../chart_figure.js";
import { faded } from "../colors.js";
import { logNumber } from "../format.js";
import { annotationOf, layOut } from "./flags.js";
import { bandOpacity, CELL_DASH, EXACTLY_ZERO, GHOST_DASH, PLATE, ZERO_ROW } from "./gradient_canvas.js";
import { flagsOf, zeros } from "./gradient_lines.js";
import { runs } from "./paths.js";

const WIDTH = 2;
const BEYOND = 1; // decades past the panel's edge where an infinite end of a band is put

/** @returns {{traces: object[], shapes: object[], annotations: object[]}} */
export function gradientFigure(panel, { lanes, lastLoss }, palette) {
  const rows = zeros(lanes);
  const plate = faded(palette.panel, PLATE);
  const flags = layOut(flagsOf(lanes, lastLoss), panel, palette.small);
  return {
    traces: [
      ...lanes.flatMap((lane) => bandTraces(lane, panel, palette)),
      ...lanes.flatMap((lane) => lineTraces(lane, palette.lanes[lane.index])),
    ],
    shapes: rows.flatMap(({ index, stretches }, row) => {
      return stretches.map((stretch) => zeroShape(stretch, row, panel, palette.lanes[index]));
    }),
    annotations: [
      ...(rows.length > 0 ? [zeroLabel(rows.length, panel)] : []),
      ...flags.map((flag) => annotationOf(flag, panel, palette.lanes[flag.lane], plate)),
    ],
  };
}

function bandTraces({ index, low, high }, { yRange }, palette) {
  if (low === null || high === null) return [];
  const [bottom, top] = [yRange[0] - BEYOND, yRange[1] + BEYOND];
  const edge = (data) => Array.from(data, (log) => 10 ** Math.min(top, Math.max(bottom, log)));
  return runs(low).map(([from, to]) => {
    const x = timesteps(low).slice(from, to);
    return {
      panel: 0,
      mode: "none",
      x: [...x, ...x.toReversed()],
      y: [...edge(high.slice(from, to)), ...edge(low.slice(from, to)).toReversed()],
      fill: "toself",
      fillcolor: faded(palette.lanes[index], bandOpacity(palette)),
      hoverinfo: "skip",
    };
  });
}

function lineTraces({ label, dh, dc, ghost }, color) {
  const traces = [];
  const add = (data, line, hover) => {
    if (data === null) return;
    const y = Array.from(data, (log) => (Number.isFinite(log) ? 10 ** log : null));
    traces.push({ panel: 0, mode: "lines", x: timesteps(data), y, line: { color, ...line }, ...hover });
  };
  const told = (data, name) => ({
    name,
    text: Array.from(data ?? [], (log) => logNumber(log)),
    hovertemplate: "%{text}",
  });
  add(ghost, { width: 1, dash: dashes(GHOST_DASH) }, { hoverinfo: "skip" });
  add(dc, { width: WIDTH, dash: dashes(CELL_DASH) }, told(dc, `${label} ∂c`));
  add(dh, { width: WIDTH }, told(dh, label));
  return traces;
}

function zeroShape([from, to], row, { height }, color) {
  return {
    type: "rect",
    xref: "x",
    yref: "y domain",
    x0: from - 0.5,
    x1: to + 0.5,
    y0: (row * ZERO_ROW + 1) / height,
    y1: ((row + 1) * ZERO_ROW) / height,
    fillcolor: color,
    line: { width: 0 },
  };
}

function zeroLabel(rows, { height }) {
  return {
    text: EXACTLY_ZERO,
    xref: "x domain",
    yref: "y domain",
    x: 0,
    y: (rows * ZERO_ROW) / height,
    xshift: 6,
    xanchor: "left",
    yanchor: "bottom",
    showarrow: false,
    borderpad: 0,
  };
}

function timesteps(data) {
  return Array.from(data, (_, t) => t);
}

// A chart's geometry in Plotly's words.

import { html } from "../text/format.js";
import { outline } from "./subplots.js";

const PAPER = "rgba(255,255,255,0)";

/** What never changes from chart to chart: the pointer is ours, and so are the buttons. */
export const CONFIG = {
  displayModeBar: false,
  doubleClick: false,
  showAxisDragHandles: false,
  showTips: false,
  responsive: false,
};

/** The layout of a chart: fixed margins, so that the canvas over it knows every place. */
export function layoutOf({ width, height, panels, titles, legend, palette, annotations, shapes }) {
  const frame = outline(panels);
  const text = { family: palette.font, size: palette.small, color: palette.soft };
  const layout = {
    width,
    height,
    autosize: false,
    margin: {
      l: frame.left,
      t: frame.top,
      r: width - frame.right,
      b: height - frame.bottom,
      pad: 0,
      autoexpand: false,
    },
    paper_bgcolor: PAPER,
    plot_bgcolor: PAPER,
    font: text,
    hovermode: false,
    dragmode: false,
    showlegend: legend.shown,
    legend: {
      orientation: "h",
      traceorder: "normal",
      itemwidth: 30,
      xref: "container",
      x: legend.x / width,
      xanchor: "right",
      yref: "container",
      y: 1 - legend.y / height,
      yanchor: "top",
      bgcolor: PAPER,
      font: { ...text, color: palette.ink },
    },
    annotations: [...titles.map((title) => titleOf(title, frame, text)), ...annotations],
    shapes,
  };
  panels.forEach((panel, index) => Object.assign(layout, axesOf(panel, index, frame, palette)));
  return layout;
}

/** What differs from the panels `before`, in the flat form that `Plotly.relayout` takes. */
export function rangesOf(panels, before) {
  const changes = {};
  panels.forEach((panel, index) => {
    const ranges = axisRanges(panel);
    for (const axis of ["x", "y"]) {
      if (panel[`${axis}Range`] === before[index][`${axis}Range`]) continue;
      for (const [key, value] of Object.entries(ranges[axis])) {
        changes[`${axisKey(axis, index)}.${key}`] = value;
      }
    }
  });
  return changes;
}

/** "xaxis", "xaxis2": the layout's key of a panel's axis. */
export function axisKey(axis, index) {
  return `${axis}axis${index === 0 ? "" : index + 1}`;
}

/** "x", "x2": how a trace, shape or annotation calls a panel's axis. */
export function axisId(axis, index) {
  return `${axis}${index === 0 ? "" : index + 1}`;
}

function axisRanges(panel) {
  return {
    x: {
      range: [...panel.xRange],
      tickvals: panel.xTicks.map(({ at }) => at),
      ticktext: panel.xTicks.map(({ text }) => text),
    },
    y: {
      range: [...panel.yRange],
      // A log axis takes its range in powers of ten, and its ticks as plain numbers.
      tickvals: panel.yTicks.map(({ at }) => (panel.log ? 10 ** at : at)),
      ticktext: panel.yTicks.map(({ text }) => text),
    },
  };
}

function axesOf(panel, index, frame, palette) {
  const ranges = axisRanges(panel);
  const shared = {
    autorange: false,
    automargin: false,
    tickmode: "array",
    ticks: "",
    showline: false,
    zeroline: false,
    gridcolor: palette.line,
    tickfont: { family: palette.font, size: palette.small, color: palette.soft },
  };
  const width = frame.right - frame.left;
  const height = frame.bottom - frame.top;
  return {
    [axisKey("x", index)]: {
      ...shared,
      ...ranges.x,
      type: "linear",
      showgrid: false,
      showticklabels: !panel.bare,
      ticklabelstandoff: 3,
      anchor: axisId("y", index),
      domain: [(panel.left - frame.left) / width, (panel.left + panel.width - frame.left) / width],
      ...(index > 0 ? { matches: "x" } : {}),
    },
    [axisKey("y", index)]: {
      ...shared,
      ...ranges.y,
      type: panel.log ? "log" : "linear",
      ticklabelstandoff: 3,
      anchor: axisId("x", index),
      domain: [
        (frame.bottom - panel.top - panel.height) / height,
        (frame.bottom - panel.top) / height,
      ],
    },
  };
}

function titleOf({ text, x, y, align, upright = true }, frame, font) {
  return {
    text: html(text),
    font,
    textangle: upright ? 0 : -90,
    showarrow: false,
    xref: "paper",
    yref: "paper",
    x: (x - frame.left) / (frame.right - frame.left),
    y: (frame.bottom - y) / (frame.bottom - frame.top),
    xanchor: align,
    yanchor: "middle",
    borderpad: 0,
  };
}

// Gradient flow for Plotly: what paint.js draws, as traces, shapes and annotations.

import { HATCHING, wordingFor } from "../../../canvas/hatching.js";
import { runs } from "../../../canvas/lines.js";
import { faded } from "../../../canvas/palette.js";
import { font, textWidth } from "../../../canvas/text.js";
import { dashes } from "../../../chart/figure.js";
import { BACKWARD } from "../../../state/halves.js";
import { annotationOf, clearOf, curvesOf, layOut } from "./flags.js";
import { flagsOf, gapsOf, zeros } from "./lines.js";
import * as drawn from "./paint.js";
import { EXACTLY_ZERO } from "./reading.js";

const WIDTH = 2;
const BEYOND = 1; // decades past the panel's edge where an infinite end of a band is put

/** @returns {{traces: any[], shapes: any[], annotations: any[]}} */
export function gradientFigure(panel, { lanes, lastLoss }, palette) {
  const rows = zeros(lanes);
  const gaps = gapsOf(lanes);
  const under = rows.length * drawn.ZERO_ROW;
  const background = faded(palette.panel, drawn.LABEL_BACKGROUND);
  const flags = layOut(flagsOf(lanes, lastLoss), panel, palette.small, curvesOf(lanes));
  return {
    traces: [
      ...gaps.shared.map((stretch) => {
        const [low, high] = panel.yRange;
        return gapTrace(stretch, [low - BEYOND, high + BEYOND], faded(palette.soft, HATCHING));
      }),
      ...gaps.own.flatMap(({ index, stretches }, row) => {
        const bottom = panel.top + panel.height - under - row * gapRow(palette) - 1;
        const ends = [bottom, bottom - drawn.GAP_ROW].map(panel.y.invert);
        return stretches.map((stretch) => gapTrace(stretch, ends, palette.lanes[index]));
      }),
      ...lanes.flatMap((lane) => bandTraces(lane, panel, palette)),
      ...lanes.flatMap((lane) => lineTraces(lane, palette.lanes[lane.index])),
    ],
    shapes: rows.flatMap(({ index, stretches }, row) => {
      return stretches.map((stretch) => zeroShape(stretch, row, panel, palette.lanes[index]));
    }),
    annotations: [
      ...gaps.shared.flatMap((stretch) => gapLabel(stretch, panel, palette)),
      ...gaps.own.map(({ index, label, stretches: [first] }, row) => {
        const bottom = under + row * gapRow(palette) + drawn.GAP_ROW + 1;
        const [text, [left, right]] = [drawn.ownGap(label), drawn.edges(panel, first)];
        const wide = textWidth(text, font(palette.font, palette.small));
        const y = panel.top + panel.height - bottom - palette.small * 0.65;
        const at = clearOf(curvesOf(lanes), panel, [left + 6, right], wide, y, palette.small);
        return ownGapLabel(
          panel.x.invert(at),
          text,
          bottom,
          panel,
          palette.lanes[index],
          background,
        );
      }),
      ...(rows.length > 0 ? [zeroLabel(rows.length, panel)] : []),
      ...flags.map((flag) => annotationOf(flag, panel, palette.lanes[flag.lane], background)),
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
      fillcolor: faded(palette.lanes[index], drawn.bandOpacity(palette)),
    };
  });
}

// The height of a lane's own gap, with its text above it.
const gapRow = ({ small }) => drawn.GAP_ROW + 1 + small * 1.3;

function gapTrace([from, to], ends, color) {
  const [bottom, top] = ends.map((log) => 10 ** log);
  return {
    panel: 0,
    mode: "none",
    x: [from - 0.5, to + 0.5, to + 0.5, from - 0.5],
    y: [bottom, bottom, top, top],
    fill: "toself",
    fillcolor: faded(color, 0),
    fillpattern: {
      shape: "/",
      size: 7,
      solidity: 0.14,
      fgcolor: color,
      fgopacity: 1,
      bgcolor: faded(color, 0),
    },
  };
}

function gapLabel(stretch, panel, palette) {
  const [left, right] = drawn.edges(panel, stretch);
  const text = wordingFor(right - left - 8, (text) =>
    textWidth(text, font(palette.font, palette.small)),
  );
  if (text === null) return [];
  return [
    {
      text,
      xref: "x domain",
      yref: "y domain",
      x: ((left + right) / 2 - panel.left) / panel.width,
      y: 0.5,
      xanchor: "center",
      yanchor: "middle",
      showarrow: false,
      bgcolor: palette.panel,
      borderpad: 2,
    },
  ];
}

function ownGapLabel(from, text, bottom, { height }, color, background) {
  return {
    text,
    font: { color },
    bgcolor: background,
    xref: "x",
    yref: "y domain",
    x: from,
    y: bottom / height,
    xanchor: "left",
    yanchor: "bottom",
    showarrow: false,
    borderpad: 0,
  };
}

function lineTraces({ label, line, dc, reverse, ghost, clipped }, color) {
  const traces = [];
  const add = (data, style, name) => {
    if (data === null) return;
    const y = Array.from(data, (log) => (Number.isFinite(log) ? 10 ** log : null));
    traces.push({
      panel: 0,
      mode: "lines",
      x: timesteps(data),
      y,
      line: { color, ...style },
      name,
    });
  };
  add(ghost, { width: 1, dash: dashes(drawn.GHOST_DASH) });
  add(clipped, { width: 1, dash: dashes(drawn.CLIPPED_DASH) });
  add(dc, { width: WIDTH, dash: dashes(drawn.CELL_DASH) }, `${label} ∂c`);
  add(reverse, { width: WIDTH, dash: dashes(drawn.REVERSE_DASH) }, `${label}, ${BACKWARD}`);
  add(line, { width: WIDTH }, label);
  return traces;
}

function zeroShape([from, to], row, { height }, color) {
  return {
    type: "rect",
    xref: "x",
    yref: "y domain",
    x0: from - 0.5,
    x1: to + 0.5,
    y0: (row * drawn.ZERO_ROW + 1) / height,
    y1: ((row + 1) * drawn.ZERO_ROW) / height,
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
    y: (rows * drawn.ZERO_ROW) / height,
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

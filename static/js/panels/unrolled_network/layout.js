// The layout of the unrolled network for a given size of its panel.

import { linear } from "../../chart/scales.js";
import { cellsShown } from "./beads.js";

const NARROW = 560; // px: in a narrower panel labels are above their rows
const MOST_LABEL = 13; // times the size of text
const MOST_CELL = 56; // px: height of a cell; free height is shared out in this unit
const SMALL_CELL = 7; // px: with smaller cells the legend is left out
const LEAST_CELL = 4;
const NUMBER_EVERY = 13; // times the size of text
const WIDEST = 2.4; // a cell's width, times its height

// In heights of a cell: the ribbon of ∂h, the ribbon of ∂c, and the distance between rows.
const RIBBON = 0.8;
const SECOND = 0.36;
const APART = 0.3;

const BURST = 0.65; // of the full thickness: half the height that an exploding ribbon may take

/**
 * @param {{width: number, height: number, small: number, labels: number[], withCell: boolean[],
 *   last: number, both?: boolean}} given widths of the lanes' labels, which have a cell state, T,
 *   and whether some half has its loss at the left
 */
export function arrangeRows({ width, height, small, labels, withCell, last, both = false }) {
  const narrow = width < NARROW;
  const labelLeft = narrow ? 2 : 4;
  const beyond = narrow ? small * 2.2 : small * 2.8; // for the loss, and what ribbons are of
  const labelRoom = narrow
    ? both
      ? small * 2
      : 0
    : Math.min(MOST_LABEL * small, Math.max(...labels) + 20);
  const { every, timesteps } = cellsShown(last, width - labelRoom - 40);
  const cellHalf = Math.min(16, ((width - labelRoom - 40) / last) * every * 0.4);
  const left = labelLeft + labelRoom + cellHalf + 2;
  const right = width - beyond - cellHalf;

  const axis = small * 1.3;
  const fixed = { label: narrow ? small * 1.5 : 0, gap: 4, numbers: small * 1.25 };
  const fixedSum = (fixed.label + fixed.gap + fixed.numbers) * labels.length;
  const shares = withCell.map((cell) => 1 + 2 * BURST * RIBBON + APART + (cell ? SECOND : 0));
  const roomy = small * 1.9;
  const smallest = SMALL_CELL * total(shares);
  // With many lanes in large type the legend is left out to keep the numbers.
  const legend = height - axis - roomy - fixedSum < smallest ? 0 : roomy;
  const free = height - axis - legend - fixedSum;
  const cell = Math.max(LEAST_CELL, Math.min(MOST_CELL, free / total(shares)));

  const heights = shares.map((share) => share * cell + fixed.label + fixed.gap + fixed.numbers);
  const spare = Math.max(0, height - axis - legend - total(heights));
  // Spare height goes mostly between the rows.
  const between = labels.length > 1 ? (spare * 0.6) / (labels.length - 1) : 0;
  let top = axis + (spare - between * (labels.length - 1)) / 2;
  const axisAt = top - axis * 0.45;
  const lanes = heights.map((each, index) => {
    const row = arrangeRow(top, cell, fixed, withCell[index]);
    top += each + between;
    return row;
  });
  return {
    narrow,
    labelLeft,
    labelWidth: narrow ? right - labelLeft : labelRoom - 12,
    left,
    right,
    cellHalf,
    markRight: cellHalf + small * 1.1,
    markLeft: cellHalf + small * 0.75,
    last,
    every,
    timesteps, // of the cells
    cellWidth: Math.min(2 * cellHalf, cell * WIDEST),
    x: linear([0, last], [left, right]),
    axis: axisAt,
    bottom: lanes.at(-1).numbers - small * 0.7,
    legend: legend > 0 ? height - legend * 0.45 : null,
    end: height - legend,
    numbered: numbered(
      last,
      [left - cellHalf, right + cellHalf],
      linear([0, last], [left, right]),
      small * NUMBER_EVERY,
    ),
    lanes,
  };
}

function arrangeRow(top, cell, { label, gap, numbers }, withCell) {
  const cells = top + label;
  const full = RIBBON * cell;
  const ribbon = cells + cell + gap + full * BURST;
  const second = withCell ? ribbon + full / 2 + SECOND * cell * 0.6 : null;
  const under = ribbon + full * BURST + (withCell ? SECOND * cell : 0);
  return {
    label: label > 0 ? top + label * 0.45 : cells + cell / 2,
    top: cells,
    height: cell,
    full,
    marks: cells + cell + 2,
    ribbon,
    second,
    secondFull: SECOND * cell * 0.75,
    numbers: under + numbers * 0.6,
  };
}

/** Timesteps that get a number: [{t, x, align}], the first and the last within the row's ends. */
function numbered(last, [left, right], x, each) {
  const parts = Math.max(2, Math.floor((right - left) / each));
  const step = Math.max(1, Math.round(last / parts));
  const between = [];
  for (let t = step; t <= last - step * 0.6; t += step)
    between.push({ t, x: x(t), align: "center" });
  return [{ t: 0, x: left, align: "left" }, ...between, { t: last, x: right, align: "right" }];
}

/** The cell in which a timestep is shown: that of the last timestep of its group. */
export function cellOf({ timesteps, every }, t) {
  return timesteps.find((shown) => shown >= t && shown - t < every);
}

/** What is at a point: the index of the row, and the timestep of the cell or of the axis. */
export function placeAt(rows, x, y) {
  const { every, timesteps, cellWidth, last } = rows;
  const t = Math.round(rows.x.invert(x));
  if (t < 0 || t > last) return { row: -1, t: null };
  const row = rows.lanes.findIndex(({ top, numbers }) => y >= top - 4 && y <= numbers + 8);
  const lane = rows.lanes[row];
  const among = lane !== undefined && y <= lane.top + lane.height + 2;
  const near =
    among && every > 1
      ? timesteps.find((shown) => Math.abs(rows.x(shown) - x) <= cellWidth / 2 + 1)
      : undefined;
  return { row, t: near ?? t };
}

function total(numbers) {
  return numbers.reduce((sum, each) => sum + each, 0);
}

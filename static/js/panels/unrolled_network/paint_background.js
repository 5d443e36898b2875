// The background of the unrolled network: names, timesteps, places of losses, the legend.

import { diverging } from "../../canvas/color_maps.js";
import { colorBar } from "../../canvas/heatmap.js";
import { font, richText, shortened } from "../../canvas/text.js";
import { power } from "../../text/format.js";
import { nameParts } from "../../text/lane_names.js";
import { unitsShown } from "./beads.js";
import { THREAD_AT } from "./ribbon.js";

/** Legends of the phases that show no ribbons; "" for cells alone. */
export const LEGENDS = {
  forward: "",
  loss: "",
  clip: "bar: the norm before clipping, and in full colour after it · stroke: the threshold",
  update: "bar: the norm of the change of all weights",
};

/** Whether ribbons are shown. */
export const hasGradients = (phase) => !Object.hasOwn(LEGENDS, phase ?? "rest");

const BEYOND = "red: above 1, jagged: above 10³";
export const LOSS_RADIUS = 7; // px, if the row is high enough

/**
 * @param {CanvasRenderingContext2D} context
 * @param {any} rows see layout.js
 * @param {{lanes: Lane[], losses: number[], units: number, example: number, phase: string |
 *   null}} facts
 *   `losses` are the timesteps t of 1 … T that have a loss; `phase` is that of a sweep
 * @param {Palette} palette
 */
export function paintBackground(context, rows, facts, palette) {
  context.textBaseline = "middle";
  paintTimesteps(context, rows, palette);
  facts.lanes.forEach((lane, index) => paintLane(context, rows, index, lane, facts, palette));
  if (rows.legend !== null) paintLegend(context, rows, facts, palette);
}

function paintTimesteps(context, rows, palette) {
  context.font = font(palette.font, palette.small - 1);
  context.fillStyle = palette.soft;
  for (const { t, x, align } of rows.numbered) {
    context.textAlign = align;
    context.fillText(t === 0 ? `t = 0${grouping(rows)}` : String(t), x, rows.axis);
  }
}

const grouping = ({ every }) => (every > 1 ? ` · every ${ordinal(every)}` : "");

function paintLane(context, rows, index, lane, { losses, phase }, palette) {
  const row = rows.lanes[index];
  const color = palette.lanes[lane.index];
  context.fillStyle = color;
  const lettering = font(palette.font, palette.small + 1, 700);
  context.font = lettering;
  context.textAlign = "left";
  const [head, rest] = rows.narrow ? [lane.label, null] : nameParts(lane.label);
  context.fillText(shortened(head, lettering, rows.labelWidth), rows.labelLeft, row.label);
  if (rest !== null) {
    const plain = font(palette.font, palette.small);
    context.font = plain;
    const y = row.label + palette.small * 1.25;
    context.fillText(shortened(rest, plain, rows.labelWidth), rows.labelLeft, y);
  }
  paintLosses(context, rows, row, losses, color, palette);
  if (!hasGradients(phase)) return;
  const beside = rows.right + rows.cellHalf + 4;
  context.font = font(palette.font, palette.small - 1);
  context.fillStyle = palette.soft;
  context.textAlign = "left";
  const clearOfLoss = row.top + row.height / 2 + lossRadius(row) + palette.small * 0.55;
  const first = Math.max(row.ribbon, clearOfLoss);
  context.fillText("∂h", beside, first);
  if (row.second !== null)
    context.fillText("∂c", beside, Math.max(row.second, first + palette.small * 0.9));
}

const lossRadius = ({ height }) => Math.min(LOSS_RADIUS, height / 2 + 1);

function paintLosses(context, rows, row, losses, color, palette) {
  if (losses.length > 1) {
    for (const t of losses) context.fillRect(rows.x(t) - 1, row.marks - 1, 2, 2);
  }
  const x = rows.x(losses.at(-1)) + rows.markRight;
  const y = row.top + row.height / 2;
  const radius = lossRadius(row);
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
  context.font = font(palette.font, radius * 1.4, 700);
  context.textAlign = "center";
  context.fillText("ℓ", x, y + 0.5);
}

// Laid out from right to left, as far as there is room.
function paintLegend(context, rows, facts, palette) {
  const y = rows.legend;
  context.font = font(palette.font, palette.small - 1);
  context.fillStyle = palette.soft;
  context.textAlign = "right";
  let right = rows.right + rows.cellHalf;
  if (hasGradients(facts.phase)) right = paintRibbonLegend(context, rows, right, y, palette);
  else if (LEGENDS[facts.phase] !== "" && !rows.narrow) {
    right -= richText(context, LEGENDS[facts.phase], right, y) + palette.small * 1.8;
  }
  right = colorBar(context, diverging(1), right, y, Math.round(palette.small * 3.4), 7) - 8;
  context.textAlign = "right";
  const room = right - rows.labelLeft;
  const text = explanations(rows, facts).find((text) => context.measureText(text).width < room);
  context.fillText(text, right, y);
}

/** Returns the x where it begins, margin included. */
function paintRibbonLegend(context, rows, end, y, palette) {
  let right = end;
  if (!rows.narrow) right -= richText(context, BEYOND, right, y) + palette.small;
  right = paintWedge(context, rows, right, y, palette);
  const withCell = rows.lanes.some(({ second }) => second !== null);
  const both = withCell ? "∂h: ‖∂ℓ/∂h_t‖, ∂c: ‖∂ℓ/∂c_t‖, batch mean" : "∂h: ‖∂ℓ/∂h_t‖, batch mean";
  const ribbon = rows.narrow ? "‖∂ℓ/∂h_t‖" : both;
  return right - richText(context, ribbon, right, y) - palette.small * 1.8;
}

/** The scale of ribbons, from a thread to the full thickness. Returns the x where it begins. */
function paintWedge(context, rows, right, y, palette) {
  const length = palette.small * 5;
  const thick = Math.min(10, rows.lanes[0].full);
  const thread = power(THREAD_AT);
  context.fillText("1", right, y);
  const end = right - context.measureText("1").width - 5;
  context.beginPath();
  context.moveTo(end, y - thick / 2);
  context.lineTo(end, y + thick / 2);
  context.lineTo(end - length, y + 0.5);
  context.lineTo(end - length, y - 0.5);
  context.fill();
  context.fillText(thread, end - length - 5, y);
  return end - length - 13 - context.measureText(thread).width;
}

function explanations(rows, { units, example }) {
  const { every } = rows;
  const shown = unitsShown(units, rows.lanes[0].height).length;
  const which = shown === units ? "its hidden units" : `${shown} of its ${units} hidden units`;
  const sampled = every > 1 ? `, the last of ${every} timesteps` : "";
  return [
    `ringed ℓ: the loss · a cell: h of ${which}, top to bottom, in example ${example}${sampled}`,
    `ringed ℓ: the loss · a cell: ${shown} units of h${sampled}`,
    `a cell: h of ${which}, top to bottom, in example ${example}${sampled}`,
    `a cell: ${shown} units of h${sampled}`,
    `h${sampled}`,
    "h",
    "",
  ];
}

function ordinal(n) {
  return n === 2 ? "2nd" : n === 3 ? "3rd" : `${n}th`;
}

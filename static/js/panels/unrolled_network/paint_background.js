// The background of the unrolled network: names, timesteps, places of losses, the legend.

import { diverging } from "../../canvas/color_maps.js";
import { colorBar } from "../../canvas/heatmap.js";
import { font, richText, shortened, shortNames, textWidth } from "../../canvas/text.js";
import { power } from "../../text/format.js";
import { nameParts } from "../../text/lane_names.js";
import { unitsShown } from "./beads.js";
import { THREAD_AT } from "./ribbon.js";

/** Legends of the phases that show no ribbons; "" for cells alone. */
export const LEGENDS = {
  forward: "",
  loss: "",
  clip: "ring: the norm of the whole gradient · dot: after clipping · stroke: the threshold",
  update: "dot: the norm of the change of all weights",
};

/** Whether ribbons are shown. */
export const hasGradients = (phase) => !Object.hasOwn(LEGENDS, phase ?? "rest");

/** Whether a phase has an axis of its own, under the lanes, in place of that of timesteps. */
export const hasNormAxis = (phase) => phase === "clip" || phase === "update";

const BEYOND = "red: above 1, jagged: above 10³";
export const LOSS_RADIUS = 0.61; // of the size of text, if the row is high enough
const LEAST_RADIUS = 0.55; // of the size of text

/**
 * @param {CanvasRenderingContext2D} context
 * @param {any} rows see layout.js
 * @param {{lanes: Lane[], losses: number[], units: number, example: number, phase: string |
 *   null, note: string[]}} facts
 *   `losses` are the timesteps t of 1 … T that have a loss; `phase` is that of a sweep,
 *   and `note` what is to be known of it, in versions
 * @param {Palette} palette
 */
export function paintBackground(context, rows, facts, palette) {
  context.textBaseline = "middle";
  if (!hasNormAxis(facts.phase)) paintTimesteps(context, rows, palette);
  facts.lanes.forEach((lane, index) => paintLane(context, rows, index, lane, facts, palette));
  if (rows.legend !== null) paintLegend(context, rows, facts, palette);
}

function paintTimesteps(context, rows, palette) {
  context.font = font(palette.font, palette.small - 1);
  context.fillStyle = palette.soft;
  const first = [rows.start, axisNote(rows)].filter(Boolean).join(" · ");
  const taken = rows.left - rows.cellHalf + context.measureText(first).width + palette.small * 0.6;
  for (const { t, x, align } of rows.numbered) {
    const text = t === 0 ? first : String(t);
    if (t > 0 && align === "center" && x - context.measureText(text).width / 2 < taken) continue;
    context.textAlign = align;
    context.fillText(text, x, rows.axis);
  }
}

/**
 * What stands at the first timestep: where the state comes from, unless it is zero.
 *
 * @param {Frame | null} frame
 */
export const startOf = (frame) =>
  frame?.text.state_from === undefined ? "t = 0" : "t = 0: carried over";

/** Which timesteps have a cell, where not all have; null where they do. */
export const axisNote = ({ every }) => (every > 1 ? `every ${ordinal(every)}` : null);

function paintLane(context, rows, index, lane, { lanes, losses, phase }, palette) {
  const row = rows.lanes[index];
  const color = palette.lanes[lane.index];
  context.fillStyle = color;
  const lettering = font(palette.font, palette.small + 1, 700);
  context.font = lettering;
  context.textAlign = "left";
  const labels = lanes.map(({ label }) => label);
  const [head, rest] = nameParts(lane.label);
  if (rows.narrow) {
    const name = shortNames(labels, lettering, rows.labelWidth)[index];
    context.fillText(name, rows.labelLeft, row.label);
  } else context.fillText(shortened(head, lettering, rows.labelWidth), rows.labelLeft, row.label);
  if (rest !== null && !rows.narrow) {
    const plain = font(palette.font, palette.small);
    context.font = plain;
    const y = row.label + palette.small * 1.25;
    const whole = textWidth(rest, plain) <= rows.labelWidth;
    const name = whole ? rest : shortNames(labels, plain, rows.labelWidth)[index];
    context.fillText(name, rows.labelLeft, y);
  }
  paintLosses(context, rows, row, lossesRead(lane, losses, rows), color, palette);
  if (!hasGradients(phase)) return;
  const beside = rows.right + rows.cellHalf + palette.small * 0.35;
  context.font = font(palette.font, palette.small - 1);
  context.fillStyle = palette.soft;
  context.textAlign = "left";
  const clearOfLoss = row.top + row.height / 2 + lossRadius(row, palette) + palette.small * 0.55;
  const first = Math.max(row.ribbon, clearOfLoss);
  context.fillText("∂h", beside, first);
  if (row.second !== null)
    context.fillText("∂c", beside, Math.max(row.second, first + palette.small * 0.9));
}

const lossRadius = ({ height }, { small }) =>
  Math.min(LOSS_RADIUS * small, Math.max(height / 2 + 1, LEAST_RADIUS * small));

/**
 * Which states losses read: {timesteps, x}, and where the ringed ℓ stands, at the end of a half's
 * way. The only loss, at the last timestep, reads the reverse half's last state, at t = 1.
 */
function lossesRead({ reverse }, losses, rows) {
  if (!reverse) return { timesteps: losses, x: rows.x(losses.at(-1)) + rows.markRight };
  const timesteps = losses.length === 1 && losses[0] === rows.last ? [1] : losses;
  const first = Math.min(rows.x(timesteps[0] - 1), rows.x(rows.timesteps[0]));
  return { timesteps, x: Math.min(first, rows.x(timesteps[0]) - rows.cellHalf) - rows.markLeft };
}

function paintLosses(context, rows, row, { timesteps, x }, color, palette) {
  if (timesteps.length > 1) {
    for (const t of timesteps) context.fillRect(rows.x(t) - 1, row.marks - 1, 2, 2);
  }
  const y = row.top + row.height / 2;
  const radius = lossRadius(row, palette);
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
  context.font = font(palette.font, radius * 1.68, 700);
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
  if (hasNormAxis(facts.phase)) return paintNote(context, rows, right, facts.note);
  right = colorBar(context, diverging(1), right, y, Math.round(palette.small * 3.4), 7) - 8;
  context.textAlign = "right";
  const room = right - rows.labelLeft;
  const text = explanations(rows, facts).find((text) => context.measureText(text).width < room);
  context.fillText(text, right, y);
}

/** What is to be known of a phase with an axis of norms, in place of what the cells are. */
function paintNote(context, rows, right, versions) {
  const room = right - rows.labelLeft;
  const text = versions.find((each) => context.measureText(each).width < room);
  context.textAlign = "left";
  if (text !== undefined) context.fillText(text, rows.labelLeft, rows.legend);
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

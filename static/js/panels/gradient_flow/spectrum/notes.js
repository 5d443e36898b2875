// The words beside the plane of eigenvalues: the numbers, a key of dots and rings, and what to do.

import { brokenLines, font } from "../../../canvas/text.js";
import { count, number } from "../../../text/format.js";
import { DOT } from "./plane.js";

const FAINT = 0.75; // opacity of the rings that are compared with
export const LINE = 1.5; // of the letters' height

/**
 * @typedef {object} Numbers
 * @property {number} radius
 * @property {number | null} wanted the radius that is asked for
 * @property {number} norm
 */

/** The lines of the numbers, which stand first. @param {Numbers} numbers */
export function numbersOf({ radius, wanted, norm }) {
  const asked = wanted === null ? "" : ` → ${number(wanted, 3)}`;
  return [`ρ = ${number(radius, 3)}${asked}`, `‖W‖₂ = ${number(norm, 3)}`];
}

/** Their lettering. @param {Palette} palette */
export const strongFont = (palette) => font(palette.font, palette.small + 1, 600);

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{left: number, top: number, width: number}} room
 * @param {Numbers & {color: string, iteration: number, ghostIteration: number | null,
 *   hint: string}} facts
 * @param {Palette} palette
 */
export function paintNotes(context, { left, top, width }, facts, palette) {
  const { ink, soft, small } = palette;
  const plain = font(palette.font, small);
  const strong = strongFont(palette);
  let y = top;
  const say = (text, lettering, color, indent = 0) => {
    context.font = lettering;
    context.textAlign = "left";
    context.textBaseline = "middle";
    for (const line of brokenLines(text, lettering, width - indent)) {
      context.fillStyle = color;
      context.fillText(line, left + indent, y);
      y += small * LINE;
    }
  };
  const key = (text, color, ring) => {
    context.fillStyle = context.strokeStyle = color;
    context.lineWidth = 1;
    context.globalAlpha = ring ? FAINT : 1;
    context.beginPath();
    context.arc(left + DOT + 1, y, DOT, 0, 2 * Math.PI);
    if (ring) context.stroke();
    else context.fill();
    context.globalAlpha = 1;
    say(text, plain, soft, small * 1.2);
  };
  const { color, iteration, ghostIteration, hint } = facts;
  for (const line of numbersOf(facts)) say(line, strong, ink);
  y += small * 0.3;
  key(`λ at iteration ${count(iteration)}`, color, false);
  if (ghostIteration !== null) key(`λ at iteration ${count(ghostIteration)}`, soft, true);
  y += small * 0.3;
  say(hint, plain, soft);
}

// The plane of the two main directions: axes, ticks and their names.

import { font, textWidth } from "../../../canvas/text.js";
import { linearTicks } from "../../../chart/scales.js";
import { axisNames } from "./captions.js";

const LEAST_TICKS = 3; // fewer name no length

/**
 * @param {CanvasRenderingContext2D} context
 * @param {DynamicsPlace} place
 * @param {{of: number[][], share: Numbers}} directions
 * @param {Palette} palette
 */
export function paintPlane(context, place, { of, share }, palette) {
  const { left, right, top, bottom, x, y, domain } = place;
  const { small } = palette;
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.fillStyle = palette.soft;
  context.font = font(palette.font, small);
  context.beginPath();
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const { at, text } of linearTicks(domain.x, Math.max(LEAST_TICKS, (right - left) / 70))) {
    const across = Math.round(x(at)) + 0.5;
    context.moveTo(across, top);
    context.lineTo(across, bottom);
    context.fillText(text, across, bottom + 4);
  }
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const { at, text } of linearTicks(domain.y, Math.max(LEAST_TICKS, (bottom - top) / 40))) {
    const down = Math.round(y(at)) + 0.5;
    context.moveTo(left, down);
    context.lineTo(right, down);
    context.fillText(text, left - 5, down);
  }
  context.stroke();
  context.textAlign = "center";
  context.textBaseline = "bottom";
  context.fillText(
    fitting(axisNames(of[0], share), right - left, context.font),
    (left + right) / 2,
    bottom + small * 3.1,
  );
  context.save();
  context.translate(small * 0.6, (top + bottom) / 2);
  context.rotate(-Math.PI / 2);
  context.textBaseline = "middle";
  context.fillText(fitting(axisNames(of[1], share), bottom - top + small, context.font), 0, 0);
  context.restore();
}

/** What is painted within the axes alone. */
export function within(context, { left, right, top, bottom }, paint) {
  context.save();
  context.beginPath();
  context.rect(left, top - 1, right - left, bottom - top + 2);
  context.clip();
  paint();
  context.restore();
}

/** The first text that is no wider than that; the last if none is. */
function fitting(texts, width, lettering) {
  return texts.find((text) => textWidth(text, lettering) <= width) ?? texts.at(-1);
}

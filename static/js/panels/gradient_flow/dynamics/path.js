// The path of the state, coloured by the timestep, and the scale of its colours.

import { sequential } from "../../../canvas/color_maps.js";
import { font } from "../../../canvas/text.js";

const BINS = 48; // as many strokes, however long the sequence
const UNSEEN = 0.18; // of the colours: the end that is hard to tell from the ground is left out
const DOTS = 160; // timesteps up to which each has a dot

/**
 * The colours of timesteps 0 … T: viridis, but for its end that has the ground's lightness.
 *
 * @param {number} last
 * @param {Palette} palette
 */
export function timeColors(last, { dark }) {
  const beyond = (Math.max(1, last) * UNSEEN) / (1 - UNSEEN);
  return sequential(dark ? [-beyond, last] : [0, last + beyond]);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {DynamicsPlace} place
 * @param {Numbers} path x and y of every timestep from 0 on
 * @param {Palette} palette
 */
export function paintPath(context, place, path, palette) {
  const last = path.length / 2 - 1;
  const colors = timeColors(last, palette);
  /** @returns {[number, number]} */
  const at = (t) => [place.x(path[2 * t]), place.y(path[2 * t + 1])];
  context.lineWidth = palette.projector ? 2.4 : 1.6;
  context.lineJoin = context.lineCap = "round";
  const bins = Math.min(BINS, last);
  for (let bin = 0; bin < bins; bin += 1) {
    const [from, to] = [bin, bin + 1].map((edge) => Math.round((edge * last) / bins));
    context.strokeStyle = context.fillStyle = colors.color((from + to) / 2);
    context.beginPath();
    for (let t = from; t <= to; t += 1) context.lineTo(...at(t));
    context.stroke();
    if (last > DOTS) continue;
    context.beginPath();
    for (let t = from + (bin > 0 ? 1 : 0); t <= to; t += 1) {
      const [x, y] = at(t);
      context.moveTo(x + 2.2, y);
      context.arc(x, y, 2.2, 0, 2 * Math.PI);
    }
    context.fill();
  }
}

/** The timestep that the page's cursor is at. */
export function paintCursor(context, place, path, t, palette) {
  if (t === null || t < 0 || t >= path.length / 2) return;
  const [x, y] = [place.x(path[2 * t]), place.y(path[2 * t + 1])];
  context.strokeStyle = palette.ink;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x, y, 5, 0, 2 * Math.PI);
  context.stroke();
  context.font = font(palette.font, palette.small, 600);
  context.textBaseline = "middle";
  const left = x < place.right - palette.small * 6;
  context.textAlign = left ? "left" : "right";
  context.strokeStyle = palette.panel;
  context.lineWidth = 3;
  context.strokeText(`t = ${t}`, x + (left ? 9 : -9), y);
  context.fillStyle = palette.ink;
  context.fillText(`t = ${t}`, x + (left ? 9 : -9), y);
}

/** Above the plane: which colour is which timestep. */
export function paintTimeScale(context, { left, right, top }, last, palette) {
  const { small } = palette;
  const colors = timeColors(last, palette);
  const width = Math.min(120, (right - left) * 0.4);
  const y = top - small * 1.5;
  context.font = font(palette.font, small);
  context.textBaseline = "middle";
  context.fillStyle = palette.soft;
  context.textAlign = "left";
  const first = "timestep t = 0";
  context.fillText(first, left, y);
  const x = left + context.measureText(first).width + 6;
  for (let k = 0; k < width; k += 1) {
    context.fillStyle = colors.color((k / (width - 1)) * last);
    context.fillRect(x + k, y - small * 0.35, 1.2, small * 0.7);
  }
  context.fillStyle = palette.soft;
  context.fillText(String(last), x + width + 6, y);
}

/** The timestep whose state is nearest to a place on the canvas, within reach; else null. */
export function timestepAt(place, path, [px, py], reach) {
  let best = null;
  let least = reach;
  for (let t = 0; t < path.length / 2; t += 1) {
    const away = Math.hypot(place.x(path[2 * t]) - px, place.y(path[2 * t + 1]) - py);
    if (away < least) [best, least] = [t, away];
  }
  return best;
}

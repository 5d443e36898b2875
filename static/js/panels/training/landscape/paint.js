// The landscape on a canvas: colours, contour lines, the path and the steps.

import { sequential } from "../../../canvas/color_maps.js";
import { colorStrip } from "../../../canvas/heatmap.js";
import { font } from "../../../canvas/text.js";
import { linearTicks, logTicks } from "../../../chart/scales.js";
import { isoline, levelsOf } from "./contours.js";
import { placeBar } from "./layout.js";
import { visiblePart } from "./scene.js";

/** @typedef {import("./scene.js").LandscapeScene} LandscapeScene */

export const DASH = [5, 4];
const HEAD = 7; // px of an arrow's head
const DOT = 3;
const TICK_ROOM = 26; // px between the ticks of the colour bar
const images = new WeakMap(); // scene → its colours, a pixel a point

/** The colours of a step: what is clipped is what happened. @param {Palette} palette */
export const colorOf = (key, palette) => (key === "clipped" ? palette.ink : palette.alert);

/** The ticks of the colour bar. @param {LandscapeScene} scene */
export function barTicks({ log, range }, height) {
  const room = Math.max(2, height / TICK_ROOM);
  return log ? logTicks(range, room) : linearTicks(range, room);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Panel} panel
 * @param {LandscapeScene} scene
 */
export function paintLandscape(context, panel, scene) {
  paintColors(context, panel, scene);
  context.strokeStyle = "white";
  context.globalAlpha = 0.55;
  context.lineWidth = 1;
  context.beginPath();
  for (const level of levelsOf(scene.range)) {
    for (const [x0, y0, x1, y1] of isoline(scene, level)) {
      context.moveTo(panel.x(x0), panel.y(y0));
      context.lineTo(panel.x(x1), panel.y(y1));
    }
  }
  context.stroke();
  context.globalAlpha = 1;
}

/** Steps, path and colour bar. */
export function paintMarks(context, panel, scene, palette) {
  paintPath(context, panel, scene, palette);
  paintDot(context, panel, scene.at, DOT, palette);
  for (const step of scene.steps) {
    const part = visiblePart(scene, step);
    if (part !== null) paintArrow(context, panel, part, step.key, scene.steps.length, palette);
  }
  paintBar(context, panel, scene, palette);
}

function paintColors(context, panel, scene) {
  const { x, y } = scene;
  const image = imageOf(scene);
  const half = (axis) => (axis[1] - axis[0]) / 2;
  const [left, right] = [x[0] - half(x), x[x.length - 1] + half(x)].map(panel.x);
  const [low, high] = [y[0] - half(y), y[y.length - 1] + half(y)].map(panel.y);
  context.imageSmoothingEnabled = true;
  context.drawImage(image, left, high, right - left, low - high);
}

function imageOf(scene) {
  const map = sequential(scene.range);
  const kept = images.get(scene);
  if (kept?.map === map) return kept.image;
  const { x, y, z } = scene;
  const image = new OffscreenCanvas(x.length, y.length);
  const context = image.getContext("2d");
  const pixels = context.createImageData(x.length, y.length);
  const colors = new Uint32Array(pixels.data.buffer);
  for (let i = 0; i < x.length; i += 1) {
    for (let j = 0; j < y.length; j += 1) {
      const value = z[i * y.length + j];
      // What overflows upwards has the colour of the greatest, and no number that of a gap.
      colors[(y.length - 1 - j) * x.length + i] = map.pixels[map.step(value)];
    }
  }
  context.putImageData(pixels, 0, 0);
  images.set(scene, { map, image });
  return image;
}

function paintPath(context, panel, { path, at }, palette) {
  if (path.length === 0) return;
  context.lineWidth = 1.5;
  context.strokeStyle = palette.panel;
  context.beginPath();
  for (const [a, b] of [...path, at]) context.lineTo(panel.x(a), panel.y(b));
  context.stroke();
  for (const point of path) paintDot(context, panel, point, 2, palette);
}

function paintDot(context, panel, [a, b], radius, palette) {
  context.beginPath();
  context.arc(panel.x(a), panel.y(b), radius, 0, 2 * Math.PI);
  context.fillStyle = palette.ink;
  context.strokeStyle = palette.panel;
  context.lineWidth = 1.5;
  context.fill();
  context.stroke();
}

/** @param {number[][]} part */
function paintArrow(context, panel, part, key, steps, palette) {
  const [from, to] = part;
  const [x0, y0] = [panel.x(from[0]), panel.y(from[1])];
  const [x1, y1] = [panel.x(to[0]), panel.y(to[1])];
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (length < 1) return;
  const [right, down] = [(x1 - x0) / length, (y1 - y0) / length];
  const head = Math.min(HEAD, length);
  const [bx, by] = [x1 - head * right, y1 - head * down];
  context.lineCap = "round";
  for (const halo of [true, false]) {
    context.strokeStyle = context.fillStyle = halo ? palette.panel : colorOf(key, palette);
    context.lineWidth = (key === "clipped" ? 3 : 2) + (halo ? 3 : 0);
    context.setLineDash(halo || key === "clipped" || steps === 1 ? [] : DASH);
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(bx, by);
    context.stroke();
    context.setLineDash([]);
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(bx - (head / 2) * down, by + (head / 2) * right);
    context.lineTo(bx + (head / 2) * down, by - (head / 2) * right);
    context.closePath();
    if (halo) context.stroke();
    context.fill();
  }
  context.lineCap = "butt";
}

function paintBar(context, panel, scene, palette) {
  const { small } = palette;
  const bar = placeBar(panel, small);
  colorStrip(context, sequential(scene.range), bar);
  context.font = font(palette.font, small);
  context.fillStyle = palette.soft;
  context.textAlign = "left";
  context.textBaseline = "middle";
  const [low, high] = scene.range;
  for (const { at, text } of barTicks(scene, bar.height)) {
    const y = bar.top + bar.height * (1 - (at - low) / (high - low));
    context.fillText(text, bar.left + bar.width + 4, y);
  }
  context.fillText("loss", bar.left, bar.top - small);
}

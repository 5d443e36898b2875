// Fixed and slow points as marks, and what became of them as trails.

import { faded } from "../../../canvas/palette.js";
import { font } from "../../../canvas/text.js";

const SIZE = 5; // px, half of a mark
const SADDLE = 1.7; // × as far: a number stands in it
const FULL = 2 * Math.PI;

/**
 * ● stable, ◇ saddle with the number of its unstable directions, ○ slow. Where marks are `crowded`,
 * a saddle is small and without its number, which would lie on others.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {{x: number, y: number}} at
 * @param {Pick<DynamicsPoint, "sort" | "unstable">} point
 * @param {Palette} palette
 */
export function paintMark(context, { x, y }, { sort, unstable }, palette, crowded = false) {
  context.lineWidth = 1.4;
  context.beginPath();
  if (sort === "saddle") {
    const far = SIZE * (crowded ? 1 : SADDLE);
    context.moveTo(x, y - far);
    context.lineTo(x + far, y);
    context.lineTo(x, y + far);
    context.lineTo(x - far, y);
    context.closePath();
  } else context.arc(x, y, SIZE, 0, FULL);
  context.fillStyle = sort === "stable" ? palette.ink : palette.panel;
  context.strokeStyle = sort === "stable" ? palette.panel : palette.ink;
  context.fill();
  context.stroke();
  if (sort !== "saddle" || crowded) return;
  context.font = font(palette.font, SIZE * 1.8, 600);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = palette.ink;
  context.fillText(String(unstable), x, y + 0.5);
}

/** Which points have another one so near that their marks would lie on each other. */
export function crowding(place, coordinates) {
  const count = coordinates.length / 2;
  const at = Array.from({ length: count }, (_, k) => [
    place.x(coordinates[2 * k]),
    place.y(coordinates[2 * k + 1]),
  ]);
  const near = SIZE * SADDLE * 2;
  return at.map(([x, y], k) =>
    at.some(([other, under], j) => j !== k && Math.abs(other - x) + Math.abs(under - y) < near),
  );
}

/** All points, the slow ones beneath the fixed ones; a ring around the chosen one. */
export function paintPoints(context, place, points, coordinates, chosen, palette) {
  const crowded = crowding(place, coordinates);
  for (let k = points.length - 1; k >= 0; k -= 1) {
    const at = { x: place.x(coordinates[2 * k]), y: place.y(coordinates[2 * k + 1]) };
    if (k === chosen) {
      context.strokeStyle = palette.accent;
      context.lineWidth = 2;
      context.beginPath();
      context.arc(at.x, at.y, SIZE * 2, 0, FULL);
      context.stroke();
    }
    paintMark(context, at, points[k], palette, crowded[k]);
  }
}

/**
 * Points of earlier studies, the fainter the older, and lines from each to what became of it.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {DynamicsPlace} place
 * @param {{points: Numbers[], links: Numbers}} trails coordinates; of links four numbers each
 * @param {Palette} palette
 */
export function paintTrails(context, place, { points, links }, palette) {
  context.strokeStyle = faded(palette.soft, 0.5);
  context.lineWidth = 1;
  context.beginPath();
  for (let k = 0; k < links.length; k += 4) {
    context.moveTo(place.x(links[k]), place.y(links[k + 1]));
    context.lineTo(place.x(links[k + 2]), place.y(links[k + 3]));
  }
  context.stroke();
  points.forEach((cloud, age) => {
    context.fillStyle = faded(palette.soft, 0.25 + (0.5 * (age + 1)) / points.length);
    context.beginPath();
    for (let k = 0; k < cloud.length; k += 2) {
      const [x, y] = [place.x(cloud[k]), place.y(cloud[k + 1])];
      context.moveTo(x + 2, y);
      context.arc(x, y, 2, 0, FULL);
    }
    context.fill();
  });
}

/** The point whose mark is at a place on the canvas; null where there is none. */
export function pointAt(place, coordinates, [px, py], reach) {
  let best = null;
  let least = reach;
  for (let k = 0; k < coordinates.length / 2; k += 1) {
    const away = Math.hypot(place.x(coordinates[2 * k]) - px, place.y(coordinates[2 * k + 1]) - py);
    if (away < least) [best, least] = [k, away];
  }
  return best;
}

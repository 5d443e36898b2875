/**
 * Which colour each lane has. A lane keeps its colour as long as it is in the page, even when lanes
 * before it are removed: `colors` is the number of a hue for each lane, by index, and empty where
 * every lane has the hue of its place.
 */

import { isWhole } from "../text/json.js";

const HUES = 4; // `--hue-0` and on, of tokens.css; there are never more lanes

/**
 * The hue of each lane; those that are not in `colors` have the first free ones.
 *
 * @param {number[]} colors
 * @param {number} [lanes] how many there are
 */
export function huesOf(colors, lanes = HUES) {
  return filled(Array.from({ length: lanes }, (_, at) => colors[at] ?? null));
}

/** @param {(number | null)[]} hues */
function filled(hues) {
  const free = Array.from({ length: HUES }, (_, hue) => hue).filter((hue) => !hues.includes(hue));
  return hues.map((hue) => hue ?? free.shift() ?? 0);
}

/**
 * The colours after lanes have come, gone or moved: those that stay keep theirs, a new one takes
 * one that no other has.
 *
 * @param {number[]} colors
 * @param {number} before how many lanes there were
 * @param {number} after how many there are
 * @param {(value: number) => number | null} moved where a lane is now, null if it is gone
 */
export function recolored(colors, before, after, moved) {
  const hues = new Array(after).fill(null);
  huesOf(colors, before).forEach((hue, from) => {
    const to = moved(from);
    if (to !== null) hues[to] = hue;
  });
  return plain(filled(hues));
}

/**
 * The colours of a link; by place if they make no sense.
 *
 * @param {number[]} given
 */
export function readColors(given) {
  const isHue = (value) => isWhole(value) && value < HUES;
  const sound = given.every(isHue) && new Set(given).size === given.length;
  return sound ? plain(given) : [];
}

const plain = (colors) => (colors.every((hue, at) => hue === at) ? [] : colors);

/**
 * Give the page's lanes their colours: `--lane-0` and on become the hues of the lanes.
 *
 * @param {HTMLElement} root the document's; it has `data-lanes` where they are not by place
 * @param {number[]} colors
 */
export function applyHues(root, colors) {
  const lanes = colors.join(" ");
  if (lanes === (root.dataset.lanes ?? "")) return;
  huesOf(colors).forEach((hue, lane) =>
    root.style.setProperty(`--lane-${lane}`, `var(--hue-${hue})`),
  );
  if (lanes === "") delete root.dataset.lanes;
  else root.dataset.lanes = lanes;
}

// The landscape as numbers: the steps as a small table, and the whole grid for CSV.

import { logNumber, number } from "../../../text/format.js";
import { stepNames } from "./captions.js";

const PERCENT = 100;
const MOST_DIGITS = 6; // of a loss

/**
 * The rows of the small table: what, loss, length, share in the plane.
 *
 * @param {import("./scene.js").LandscapeScene} scene
 * @returns {string[][]}
 */
export function stepRows(scene) {
  const names = stepNames(scene);
  const digits = digitsApart([scene.loss, ...scene.steps.map(({ loss }) => loss)]);
  const here = ["here", number(scene.loss, digits), "", ""];
  const rows = scene.steps.map(({ loss, log, within }, k) => [
    names[k],
    number(loss, digits),
    logNumber(log, 3),
    Number.isNaN(within) ? "–" : `${number(PERCENT * within, 2)} %`,
  ]);
  return [here, ...rows];
}

/** How many digits tell losses apart that are not the same. */
function digitsApart(losses) {
  const distinct = [...new Set(losses)];
  let digits = 3;
  const alike = () => new Set(distinct.map((loss) => number(loss, digits))).size < distinct.length;
  while (digits < MOST_DIGITS && alike()) digits += 1;
  return digits;
}

/**
 * Every point of the grid.
 *
 * @param {import("./scene.js").LandscapeScene | null} scene
 * @returns {Table}
 */
export function gridTable(scene) {
  if (scene === null) return { columns: ["loss"], rows: [] };
  const { x, y, z, log, names } = scene;
  const rows = Array.from(z, (value, k) => {
    return [x[Math.floor(k / y.length)], y[k % y.length], value];
  });
  return { columns: [...names, log ? "log10 loss" : "loss"], rows };
}

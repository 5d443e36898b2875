// Every number of the inspected cells as a table, for CSV.

import { columnTitle } from "../../state/catalogue.js";
import { BACKWARD } from "../../state/halves.js";
import { inReverse, layerOf } from "./captions.js";
import { cellNumbers, reverseNumbers } from "./numbers.js";

/** @typedef {import("./kinds/kinds.js").Kind} Kind */

const COLUMNS = [
  "lane",
  "timestep t",
  "unit",
  "layer",
  "example",
  "iteration",
  "quantity",
  "value",
];

/**
 * @param {State} state
 * @param {{lane, t, unit}[]} cells within what the run has
 * @param {(lane: Lane) => Kind | null} kindOf a lane's cell, null if there is no circuit of it
 */
export function inspectorTable({ frame, lanes, watch, view, task }, cells, kindOf) {
  const rows = cells.flatMap((cell) => {
    const lane = lanes[cell.lane];
    const kind = kindOf(lane);
    if (kind === null) return [];
    const reverse = inReverse(lane, view);
    const numbers = reverse
      ? reverseNumbers(frame, lane, cell, kind, task.timesteps)
      : cellNumbers(frame, lane, cell, kind);
    if (numbers === null) return [];
    const where = [
      reverse ? `${lane.label}, ${BACKWARD}` : lane.label,
      cell.t,
      cell.unit,
      layerOf(lane, watch),
      watch.example,
      frame.iteration,
    ];
    const parts = Object.entries(numbers.passage?.parts ?? {}).map(([name, log]) => [
      columnTitle(`paths.${name}`),
      log,
    ]);
    return [...Object.entries(numbers.values), ...parts].map((row) => [...where, ...row]);
  });
  return { columns: COLUMNS, rows };
}

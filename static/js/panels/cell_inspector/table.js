// Every number of the inspected cells, as a table to keep.

import { layerOf } from "./captions.js";
import { cellNumbers } from "./numbers.js";

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
 * @param {(lane: number) => Hyperparameters["nonlinearity"]} nonlinearityOf a lane
 */
export function inspectorTable({ frame, lanes, watch }, cells, nonlinearityOf) {
  const rows = cells.flatMap((cell) => {
    const lane = lanes[cell.lane];
    const numbers = cellNumbers(frame, lane, cell, nonlinearityOf(cell.lane));
    if (numbers === null) return [];
    const where = [
      lane.label,
      cell.t,
      cell.unit,
      layerOf(lane, watch),
      watch.example,
      frame.iteration,
    ];
    const parts = Object.entries(numbers.passage?.parts ?? {}).map(([name, log]) => [
      `log10 paths.${name}`,
      log,
    ]);
    return [...Object.entries(numbers.values), ...parts].map((row) => [...where, ...row]);
  });
  return { columns: COLUMNS, rows };
}

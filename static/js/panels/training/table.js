// The history of a run as a table with a row for each iteration, and the numbers of the table of
// lanes.

import { Mean, MEAN_OF } from "../../frames/envelopes.js";
import { scalar } from "../../frames/frame.js";
import { folded } from "../../recipe/in_force.js";
import { differingFields, laneValues } from "../../recipe/lanes.js";
import { columnTitle } from "../../state/catalogue.js";
import { isShown, lastLoss } from "../../state/selectors.js";

const COLUMNS = ["loss", "grad_norm", "clip_factor", "update_norm", "reach", "horizon"];
const OWN_COLUMNS = new Set(["cell", "name"]);

/**
 * A run's history: the scalars of each lane at every iteration.
 *
 * @param {RunHistory} history
 * @param {Pick<Lane, "index" | "label">[]} lanes
 * @param {number} last timestep of the last loss: a horizon as long as that has no end
 */
export function historyTable(history, lanes, last) {
  const each = lanes.flatMap(({ index, label }) => {
    return COLUMNS.map((name) => {
      const column = history.lanes[index]?.[name];
      const written = (value) => (name === "horizon" && value >= last ? `${value}+` : value);
      return { title: `${label} ${columnTitle(name)}`, column, written };
    });
  });
  const rows = Array.from({ length: history.length }, (_, k) => {
    return [
      history.iteration.data[k],
      ...each.map(({ column, written }) => written(column?.data[k] ?? NaN)),
    ];
  });
  return { columns: ["iteration", ...each.map(({ title }) => title)], rows };
}

/**
 * The least loss up to an iteration, of the mean over about 10 iterations: a single batch can be
 * easy by luck. Each value is read only once.
 */
export class Best {
  #known = new WeakMap(); // by column: {length, mean, last, least}

  /** @param {{length: number, data: Float64Array}} column @param {number} length read so far */
  of(column, length) {
    const before = this.#known.get(column);
    const known =
      before !== undefined && before.length <= length
        ? before
        : { length: 0, mean: new Mean(), last: NaN, least: NaN };
    for (; known.length < length; known.length += 1) {
      known.last = 10 ** known.mean.push(Math.log10(column.data[known.length]));
      const counts = known.length + 1 >= MEAN_OF;
      if (counts && !(known.last >= known.least)) {
        known.least = Number.isNaN(known.last) ? known.least : known.last;
      }
    }
    this.#known.set(column, known);
    return Number.isNaN(known.least) ? known.last : known.least;
  }
}

/** Number of entries of a history up to an iteration. */
export function lengthUpTo({ iteration: column, length }, iteration) {
  if (length === 0) return 0;
  const guess = Math.min(length, Math.max(0, iteration - column.data[0] + 1));
  // Iterations follow each other without a gap, unless a frame was lost on the way.
  let count = guess;
  while (count > 0 && column.data[count - 1] > iteration) count -= 1;
  while (count < length && column.data[count] <= iteration) count += 1;
  return count;
}

/**
 * The numbers of the table of lanes.
 *
 * @param {State} state
 * @param {Best} best
 * @returns {{hyperparameters: string[], cellDiffers: boolean, rows: any[]}} the hyperparameters
 *   that differ between lanes at the iteration that is shown
 */
export function laneRows(state, best) {
  const { frame, pinned, lanes, recipe, history, milliseconds, view } = state;
  if (recipe === null || lanes.length === 0)
    return { hyperparameters: [], cellDiffers: false, rows: [] };
  const now = folded(recipe, frame?.iteration ?? 0);
  const differing = differingFields(now, ["cell", ...Object.keys(now.base)]);
  const hyperparameters = [...new Set(differing)].filter((name) => !OWN_COLUMNS.has(name));
  const read = frame === null ? 0 : lengthUpTo(history, frame.iteration);
  const rows = lanes.map((lane) => {
    const { index, label, cell, parameters } = lane;
    const values = laneValues(now, index);
    const loss = scalar(frame, index, "loss");
    const column = history.lanes[index]?.loss;
    return {
      index,
      label,
      cell,
      parameters,
      hidden: !isShown(lane, view),
      diverged: scalar(frame, index, "diverged") > 0,
      loss,
      best: column === undefined ? loss : best.of(column, read),
      reach: scalar(frame, index, "reach"),
      horizon: scalar(frame, index, "horizon"),
      last: state.task === null ? Infinity : lastLoss(state.task),
      gradNorm: scalar(frame, index, "grad_norm"),
      clipFactor: scalar(frame, index, "clip_factor"),
      updateNorm: scalar(frame, index, "update_norm"),
      milliseconds: milliseconds[index] ?? NaN,
      since: loss - scalar(pinned, index, "loss"),
      hyperparameters: hyperparameters.map((name) => values[name] ?? null),
    };
  });
  return { hyperparameters, cellDiffers: differing.includes("cell"), rows };
}

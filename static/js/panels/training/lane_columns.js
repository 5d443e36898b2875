// The columns of the table of lanes: what each is called, its unit, and how a row is read.

import { quantity } from "../../state/catalogue.js";
import { count, horizonText, logNumber, number } from "../../text/format.js";

export const MARK = "≠ ";
export const DIFFERS = "Not the same in all lanes";

const AFTER_LOSS = 2; // where the change of the loss stands

const COLUMNS = [
  {
    title: "params",
    unit: "count",
    meaning: "Trained numbers",
    read: ({ parameters }) => count(parameters),
  },
  {
    title: "loss",
    unit: null, // the task's
    meaning: "Loss of the iteration that is shown",
    read: ({ loss, diverged }) => (diverged ? "diverged" : number(loss, 3)),
  },
  {
    title: "best loss",
    unit: "mean of 10",
    meaning:
      "The least so far of the mean over about 10 iterations, the strong line of Curves: that of " +
      "a single batch can be low by luck",
    read: ({ best }) => number(best, 3),
  },
  {
    title: "reach",
    unit: "first ÷ last",
    quantity: "reach",
    read: ({ reach }) => logNumber(reach),
  },
  {
    title: "horizon",
    unit: "timesteps",
    quantity: "horizon",
    read: ({ horizon, last }) => horizonText(horizon, last),
  },
  {
    title: "‖∂L/∂θ‖",
    unit: "unclipped",
    meaning: "Global norm of the gradient before clipping (grad_norm)",
    read: ({ gradNorm }) => logNumber(gradNorm),
  },
  {
    title: "clip",
    unit: "× factor",
    meaning: "Norm of the gradient after clipping ÷ before (clip_factor)",
    read: ({ clipFactor }) => number(clipFactor),
  },
  {
    title: "‖Δθ‖",
    unit: "update",
    meaning: "Norm of the change of all parameters that followed (update_norm)",
    read: ({ updateNorm }) => logNumber(updateNorm),
  },
  {
    title: "time",
    unit: "ms/iter.",
    meaning: "What an iteration of this lane takes: forward, backward and update",
    read: ({ milliseconds }) => number(milliseconds),
  },
];

/**
 * The columns of numbers, one more while something is compared, and one for each hyperparameter
 * that differs between lanes.
 *
 * @param {string[]} hyperparameters
 * @param {Pick<State, "task" | "pinned">} state
 */
export function columnsOf(hyperparameters, { task, pinned }) {
  /** @type {any[]} */
  const columns = COLUMNS.map((column) => ({
    ...column,
    unit: column.unit ?? task?.loss_unit ?? "",
    meaning: column.meaning ?? quantity(column.quantity).meaning,
  }));
  if (pinned !== null) {
    columns.splice(AFTER_LOSS, 0, {
      title: "Δ loss",
      unit: `since ${count(pinned.iteration)}`,
      meaning: "Loss, less what it was at the iteration that is compared with",
      read: ({ since }) => (since > 0 ? `+${number(since)}` : number(since)),
    });
  }
  const differing = hyperparameters.map((name, k) => ({
    title: MARK + name.replaceAll("_", " "),
    unit: "",
    meaning: DIFFERS,
    hyperparameter: true,
    read: ({ hyperparameters: values }) => worded(values[k]),
  }));
  return [...columns, ...differing];
}

function worded(value) {
  if (value === null) return "off";
  return typeof value === "number" ? String(value).replace("-", "−") : String(value);
}

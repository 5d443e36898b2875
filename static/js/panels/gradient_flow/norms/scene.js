// What the chart of gradient norms draws: the lines of the shown lanes, and their gaps.

import { scalar, values } from "../../../frames/frame.js";
import { at, inForce } from "../../../recipe/in_force.js";
import { inSequence } from "../../../state/halves.js";
import {
  comparedWith,
  endsApart,
  lastLoss,
  lossesSpread,
  shownLanes,
} from "../../../state/selectors.js";
import { missing } from "./lines.js";
import { afterClipping, factsOf, fromZero, quantityOf } from "./quantities.js";

/**
 * @param {State} state
 * @param {Set<string>} hidden kinds of lines that are not to be seen: "dc", "reverse", "ghost",
 *   "clipped"
 * @returns {any} as `paintGradients` draws it
 */
export function gradientScene(state, hidden) {
  if (state.frame === null) return { lanes: [], lastLoss: 0 };
  return {
    lanes: shownLanes(state).map((lane) => laneScene(state, lane, hidden)),
    lastLoss: lastLoss(state.task),
  };
}

/** @param {State} state @param {Pick<Lane, "index" | "label">} lane */
function laneScene(state, { index, label }, hidden) {
  const { frame, task, recipe } = state;
  const name = quantityOf(state.view.quantity);
  const { first, clipped, banded } = factsOf(name);
  const dh = name === "dh_norm";
  const line = fromZero(values(frame, index, name), first);
  const diverged = frame.text[`${index}/diverged`] ?? null;
  const truncated = () => at(inForce(recipe, index, "truncate"), frame.iteration);
  return {
    index,
    label,
    line,
    low: banded ? values(frame, index, `${name}.q10`) : null,
    high: banded ? values(frame, index, `${name}.q90`) : null,
    reverse: hidden.has("reverse") ? null : reverseOf(frame, index, name),
    dc: dh && !hidden.has("dc") ? values(frame, index, "dc_norm") : null,
    ghost: hidden.has("ghost") ? null : ghostOf(state, index),
    clipped:
      clipped && !hidden.has("clipped")
        ? afterClipping(line, scalar(frame, index, "clip_factor"))
        : null,
    gaps: diverged === null && truncated() ? missing(line, first) : [],
    // Counted from each sequence's own end it has no one place.
    horizon: !dh || lossesSpread(task) || endsApart(task) ? NaN : scalar(frame, index, "horizon"),
    diverged,
  };
}

/**
 * The line of the half that reads the sequence backward, as far as the sequence goes: its initial
 * state, at T + 1, is left out.
 *
 * @param {Frame} frame
 */
function reverseOf(frame, index, name) {
  const array = `${name}.reverse`;
  if (values(frame, index, array) === null) return null;
  return fromZero(values(inSequence(frame, index), index, name), factsOf(name).first);
}

/**
 * The line to compare with, if it is of the same layer.
 *
 * @param {State} state
 */
function ghostOf(state, index) {
  const { frame, lanes } = state;
  const other = comparedWith(state);
  if (other === null || other.iteration === frame.iteration) return null;
  // A lane with fewer layers shows its topmost in both frames.
  const top = lanes[index].num_layers - 1;
  const layerOf = ({ layer }) => Math.min(layer, top);
  if (other.watch !== undefined && layerOf(other.watch) !== layerOf(frame.watch)) return null;
  const name = quantityOf(state.view.quantity);
  return fromZero(values(other, index, name), factsOf(name).first);
}

/**
 * Whether clipping took something from a lane that is shown.
 *
 * @param {State} state
 */
export function someClipped(state) {
  return (
    state.frame !== null &&
    shownLanes(state).some(({ index }) => {
      const factor = scalar(state.frame, index, "clip_factor");
      return factor > 0 && factor < 1;
    })
  );
}

/**
 * Which kinds of lines there are besides the lanes' own, whether or not they are hidden; `clips`
 * says whether lanes are clipped now or were recently.
 *
 * @param {State} state
 */
export function kindsOfLines(state, clips) {
  if (state.frame === null) return {};
  const lanes = shownLanes(state);
  const name = quantityOf(state.view.quantity);
  return {
    dc:
      name === "dh_norm" &&
      lanes.some(({ index }) => values(state.frame, index, "dc_norm") !== null),
    reverse: lanes.some(({ index }) => values(state.frame, index, `${name}.reverse`) !== null),
    ghost: lanes.some(({ index }) => ghostOf(state, index) !== null),
    clips: factsOf(name).clipped && clips,
  };
}

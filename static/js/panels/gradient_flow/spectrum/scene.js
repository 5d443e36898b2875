// What a frame holds of the spectrum of W_hh of the watched lane, gate by gate.

import { scalar, values } from "../../../frames/frame.js";
import { comparedWith } from "../../../state/selectors.js";

/**
 * @param {State} state
 * @returns {{lane: Lane | null, gates: string[], gate: string | null, data: Numbers | null,
 *   radius: number, norm: number, ghost: Numbers | null, ghostIteration: number | null}} the
 *   eigenvalues of the gate that is looked at, [Re λ, Im λ] one after the other, and those of the
 *   frame that it is compared with
 */
export function spectrumScene(state) {
  const { frame, watch } = state;
  const lane = state.lanes[watch.lane];
  const gates = gatesOf(frame, lane);
  const gate = gates.includes(state.view.gate) ? state.view.gate : gates[0];
  if (gate === undefined) {
    return {
      lane,
      gates,
      gate,
      data: null,
      radius: NaN,
      norm: NaN,
      ghost: null,
      ghostIteration: null,
    };
  }
  return {
    lane,
    gates,
    gate,
    data: values(frame, lane.index, `spectrum.${gate}`),
    radius: scalar(frame, lane.index, `spectral_radius.${gate}`),
    norm: scalar(frame, lane.index, `singular_value.${gate}`),
    ...ghostOf(state, lane.index, gate),
  };
}

/**
 * The gates whose weights a frame brings the spectrum of; that of an RNN goes by "h".
 *
 * @param {Frame} frame
 */
function gatesOf(frame, lane) {
  const names = lane === undefined ? [] : [...lane.gate_names, "h"];
  return names.filter((name) => values(frame, lane.index, `spectrum.${name}`) !== null);
}

/** @param {State} state */
function ghostOf(state, index, gate) {
  const { frame } = state;
  const other = comparedWith(state);
  const same = other === null || other.iteration === frame.iteration;
  const comparable =
    !same && (other.watch === undefined || other.watch.layer === frame.watch.layer);
  const ghost = comparable ? values(other, index, `spectrum.${gate}`) : null;
  return { ghost, ghostIteration: ghost === null ? null : other.iteration };
}

/**
 * The largest modulus among the eigenvalues that are shown; they are sorted by it.
 */
export function farthest(radius, ghost) {
  return Math.max(radius, ghost === null ? 0 : Math.hypot(ghost[0], ghost[1]));
}

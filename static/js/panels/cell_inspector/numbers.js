// All numbers of one unit of one cell at one timestep, forward and backward, from the arrays of a
// frame. Names: "x.i" is W_i x_t + b_i, "s.i" W_h h_{t−1} + b_h (of an n whose product takes what
// a gate leaves of h, as the MGU's: W_h (f ⊙ h_{t−1}) + b_h), "p.i" what a peephole brings, "a.i"
// the argument of the gate's nonlinearity, "i'" the slope there, "tanh_c" what o multiplies; "h_"
// is h at t − 1; "d.i" is ∂ℓ/∂i_t of the example's own loss ℓ.

import { shape, values } from "../../frames/frame.js";
import { asRead } from "../../state/halves.js";

/** @typedef {import("./kinds/kinds.js").Kind} Kind */
/**
 * @typedef {object} Passage the gradient's way from t to t − 1, over all units
 * @property {number} t
 * @property {number} [to] the timestep that the gradient goes to, if that is not t − 1
 * @property {string} carrier the state that is followed
 * @property {number} before log10 ‖∂ℓ/∂carrier_t‖
 * @property {Record<string, number>} parts log10 of the engine's `paths` arrays, by name
 * @property {"open" | "cut" | "zero" | "unreached"} state cut by truncation; zero: nothing to pass
 *   on; unreached: there is no gradient at t
 */
/**
 * @typedef {object} CellNumbers
 * @property {Kind} kind
 * @property {{t: number, unit: number, to?: number}} place
 * @property {Record<string, number>} values
 * @property {string[]} missing the views that the frame does not hold
 * @property {Passage | null} passage
 */

/**
 * @param {Frame} frame
 * @param {{index: number, gate_names: string[], hidden_size: number}} lane
 * @param {{t: number, unit: number}} place t from 1 to T
 * @param {Kind} kind of the lane's cell: see kinds/kinds.js
 * @returns {CellNumbers | null} null without the lane's states
 */
export function cellNumbers(frame, lane, { t, unit }, kind) {
  const size = shape(frame, lane.index, "h");
  if (size === null || t >= size[0] || unit >= size[1]) return null;
  const units = size[1];
  const row = (name, index) => values(frame, lane.index, name)?.[index * units + unit] ?? NaN;
  const read = {
    state: (name) => ({
      [name]: row(name, t),
      [`${name}_`]: row(name, t - 1),
      [`d.${name}`]: row(`example.d${name}`, t),
      [`d.${name}_`]: row(`example.d${name}`, t - 1),
    }),
    gate(name) {
      const [x, s] = [row(`input.${name}`, t - 1), row(`recurrent.${name}`, t - 1)];
      return {
        [name]: row(`gate.${name}`, t - 1),
        [`x.${name}`]: x,
        [`s.${name}`]: s,
        [`a.${name}`]: x + s,
      };
    },
    part: (name) => row(name, t - 1),
  };
  const chunk = lane.gate_names[0] ?? "h"; // of a cell without gates, the only block is h
  const has = (name) => values(frame, lane.index, name) !== null;
  const missing = [
    ...(has(`input.${chunk}`) ? [] : ["preactivations"]),
    ...(has("example.dh") ? [] : ["paths"]),
  ];
  const passage = missing.includes("paths") ? null : passageOf(frame, lane.index, kind, t, units);
  return { kind, place: { t, unit }, values: kind.numbers(read), missing, passage };
}

/**
 * The same of a cell of the half that reads from the end, whose state before t is that of t + 1.
 *
 * @param {Frame} frame
 * @param {{index: number, gate_names: string[], hidden_size: number}} lane
 * @param {{t: number, unit: number}} place t from 1 to T
 * @param {Kind} kind as `mirrored` returns it
 * @param {number} timesteps T
 * @returns {CellNumbers | null}
 */
export function reverseNumbers(frame, lane, { t, unit }, kind, timesteps) {
  const read = { t: timesteps + 1 - t, unit };
  const found = cellNumbers(asRead(frame, lane.index), lane, read, kind);
  if (found === null) return null;
  const { passage } = found;
  return {
    ...found,
    place: { t, unit, to: t + 1 },
    passage: passage === null ? null : { ...passage, t, to: t + 1 },
  };
}

/**
 * How the gradient got from t to t − 1.
 *
 * @param {Frame} frame
 * @returns {Passage}
 */
function passageOf(frame, lane, { carrier, paths }, t, units) {
  const whole = values(frame, lane, `example.d${carrier}`).subarray(t * units, (t + 1) * units);
  const before = logNorm(whole);
  const parts = Object.fromEntries(
    paths.map(({ id }) => [id, values(frame, lane, `paths.${id}`)[t - 1]]),
  );
  const closed = Object.values(parts).every(Number.isNaN);
  const reached = !Number.isNaN(before);
  /** @type {Passage["state"]} */
  let state = "open";
  if (before === -Infinity) state = "zero";
  else if (closed) state = reached ? "cut" : "unreached";
  return { t, carrier, before, parts, state };
}

/** log10 ‖vector‖₂, also where the squares are smaller than any double. */
export function logNorm(vector) {
  let largest = 0;
  for (const value of vector) {
    if (Number.isNaN(value)) return NaN;
    largest = Math.max(largest, Math.abs(value));
  }
  if (largest === 0 || largest === Infinity) return Math.log10(largest);
  let sum = 0;
  for (const value of vector) sum += (value / largest) ** 2;
  return Math.log10(largest) + Math.log10(sum) / 2;
}

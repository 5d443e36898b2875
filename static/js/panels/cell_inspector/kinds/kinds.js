// The cells that the inspector has a circuit of. A new cell is a file here and a line in KINDS;
// without one the inspector says that there is no circuit, and everything else works.

import { NONLINEARITIES } from "../nonlinearities.js";
import { coupledLstm } from "./coupled_lstm.js";
import { gru } from "./gru.js";
import { gruResetBefore } from "./gru_reset_before.js";
import { lnGru } from "./ln_gru.js";
import { lnLstm } from "./ln_lstm.js";
import { lnRnn } from "./ln_rnn.js";
import { lstm } from "./lstm.js";
import { mgu } from "./mgu.js";
import { peepholeLstm } from "./peephole_lstm.js";
import { rnn } from "./rnn.js";

/**
 * @typedef {object} Kind
 * @property {string} name
 * @property {string} carrier the state whose gradient the verdict follows from t to t − 1
 * @property {any} circuit where everything stands: see circuit_parts.js
 * @property {string[][]} equations [symbols, numbers, note] of the forward pass, the note where
 *   there is one: see equation_parts.js
 * @property {string[][]} backward the same of what one unit does to the gradient
 * @property {{symbols: string, formula: string, id: string, note?: string}[]} factors local
 *   derivatives of the unit
 * @property {{id: string, label: string, formula: string, isNorm: boolean}[]} paths by the engine's
 *   names; what is not a norm is a ratio
 * @property {(read: any) => Record<string, number>} numbers all numbers of one unit, from a reader
 *   of the frame: see numbers.js
 * @property {(values: Record<string, number>, place: {t: number, unit: number, to?: number}) =>
 *   string} why
 *   the sentence on which ways the gradient of a unit has back: see why_sentences.js
 * @property {(passage: any) => string} verdict the sentence on a passage from t to t − 1: see
 *   verdict_sentences.js
 * @property {boolean} [reverse] whether it is of a half that reads from the end: see mirrored.js
 */

/**
 * The nonlinearities of a cell: of its gates; and of the candidate and of the cell state on its way
 * to h, or, without gates, of the hidden state.
 *
 * @typedef {{
 *   gate: import("../nonlinearities.js").Nonlinearity,
 *   state: import("../nonlinearities.js").Nonlinearity,
 * }} Phi
 */

/** @type {Record<string, (phi: Phi) => Kind>} */
const KINDS = {
  rnn,
  lstm,
  gru,
  mgu,
  coupled_lstm: coupledLstm,
  gru_reset_before: gruResetBefore,
  peephole_lstm: peepholeLstm,
  ln_rnn: lnRnn,
  ln_lstm: lnLstm,
  ln_gru: lnGru,
};

/** @type {Map<string, Kind>} */
const made = new Map();

/**
 * The kind of a lane's cell, the same object each time; null if there is none.
 *
 * @param {{cell: string}} lane
 * @param {string} [state] name of the nonlinearity of its states, as in a recipe
 * @param {string} [gate] of its gates
 * @returns {Kind | null}
 */
export function kindOf({ cell }, state = "tanh", gate = "sigmoid") {
  if (!Object.hasOwn(KINDS, cell)) return null;
  const key = `${cell} ${gate} ${state}`;
  const phi = { gate: NONLINEARITIES[gate], state: NONLINEARITIES[state] };
  if (!made.has(key)) made.set(key, KINDS[cell](phi));
  return made.get(key);
}

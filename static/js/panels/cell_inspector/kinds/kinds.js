// The cells that the inspector has a circuit of. A new cell is a file here and a line in KINDS;
// without one the inspector says that there is no circuit, and everything else works.
//
// A kind is {name, carrier, circuit, equations, backward, factors, paths, numbers, verdict}:
//   carrier    the state ("h", "c") whose gradient the verdict follows from t to t − 1
//   circuit    where everything stands: see circuit_parts.js
//   equations  [symbols, numbers] of the forward pass: see equation_parts.js
//   backward   [symbols, numbers, note] of what one unit does to the gradient
//   factors    local derivatives of the unit: {symbols, formula, id, note}
//   paths      by the engine's names: {id, label, formula, isNorm}; what is not a norm is a ratio
//   numbers    all numbers of one unit by name, from a reader of the frame: see numbers.js
//   verdict    the sentence on a passage from t to t − 1: see verdict_sentences.js

import { gru } from "./gru.js";
import { lstm } from "./lstm.js";
import { rnn } from "./rnn.js";

const KINDS = { rnn, lstm, gru };

/**
 * The kind of a lane's cell, the same object each time; null if there is none.
 *
 * @param {{cell: string}} lane
 * @param {"tanh"|"relu"} nonlinearity of a cell without gates
 */
export function kindOf({ cell }, nonlinearity) {
  return Object.hasOwn(KINDS, cell) ? KINDS[cell](nonlinearity) : null;
}

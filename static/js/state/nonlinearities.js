// Which nonlinearities a lane's cell has: what its recipe chose, where the cell lets one choose.

import { at, inForce } from "../recipe/in_force.js";
import { cellFacts } from "./catalogue.js";

/**
 * @param {Recipe} recipe
 * @param {Pick<Lane, "index" | "cell" | "gate_names">} lane
 * @returns {{gate: string, state: string}} names as in a recipe: of the gates; and of the candidate
 *   and of the cell state on its way to h, or, without gates, of the hidden state
 */
export function nonlinearitiesOf(recipe, { index, cell, gate_names: gates }) {
  const chosen = (field, usual) =>
    cellFacts(cell)?.choices.includes(field)
      ? (at(inForce(recipe, index, field), 0) ?? usual)
      : usual;
  const ofState = gates.length > 0 ? "candidate_nonlinearity" : "nonlinearity";
  return { gate: chosen("gate_nonlinearity", "sigmoid"), state: chosen(ofState, "tanh") };
}

// Sentences on the ways that the gradient of one unit has from t to t − 1: what a gate alone scales
// stays, all else is made anew.

import { number } from "../../text/format.js";

/**
 * @param {object} ways
 * @param {string} ways.state whose gradient has them
 * @param {{factor: string, id: string} | null} ways.stays what alone scales the straight way, and
 *   the name of its number; null if there is no such way
 * @param {string} [ways.other] the state whose gradient is made anew, if it is not the same one
 * @param {[string, string][]} ways.anew factors of the way through the weights, and the names of
 *   their numbers
 * @param {string[]} [ways.weights] what it goes through after these
 * @returns {(values: Record<string, number>, place: {t: number, unit: number, to?: number}) =>
 *   string}
 */
export function waysBack({ state, stays, other, anew, weights = ["W_hh"] }) {
  return (values, { t, unit, to = t - 1 }) => {
    const factor = ([name, id]) => `${name} = ${number(values[id], 2)}`;
    const all = [...anew.map(factor), ...weights];
    const through = `at each timestep through ${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
    const whose = `Unit ${unit}: ∂ℓ/∂${state}_t`;
    if (stays === null) {
      const way = `${whose} has one way back to t = ${to}`;
      return `${way}: it is made anew ${through}. Nothing stays.`;
    }
    const scaled = `×${stays.factor} = ${number(values[stays.id], 2)} alone`;
    const back = `${whose} comes back to t = ${to} through ${scaled}`;
    const rest = other === undefined ? "what else there is of it" : `∂ℓ/∂${other}_t`;
    return `${back}; ${rest} is made anew ${through}.`;
  };
}

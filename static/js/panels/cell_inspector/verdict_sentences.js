// Sentences on how a gradient got from t to t − 1, for cells with two paths and with one.

import { logNumber } from "../../text/format.js";

const KEPT = Math.log10(0.995); // above this a factor has not shrunk anything

const times = (log) => `×${logNumber(log, 2)}`;

const ALIKE = Math.log10(1.15); // below this neither of two parts is called the greater

/**
 * The verdict of a cell with two paths, or three, from t to t − 1: which of them carried more of
 * the gradient, and what its factor left of it.
 *
 * @param {object} paths
 * @param {{id: string, name: string}} paths.straight the path along the state, which only `factor`
 *   scales; `id` is the engine's name of it
 * @param {{id: string, name: string, part: string}} paths.through the path through the weights;
 *   `part` is what is carried by it
 * @param {{id: string, name: string}} [paths.beside] another path along the state
 * @param {string} paths.factor as it is written
 * @param {string} paths.by what `through` leads through
 * @param {string} paths.state whose gradient both are parts of
 * @returns {(passage: import("./numbers.js").Passage) => string}
 */
export function twoPaths({ straight, beside, through, factor, by, state }) {
  const [path, part] = [`the ${straight.name}`, `the ${through.part}`];
  return ({ parts, before, t, to = t - 1 }) => {
    const [first, second] = [parts[straight.id], parts[through.id]];
    const ways = [straight, ...(beside === undefined ? [] : [beside]), through];
    if (ways.every(({ id }) => parts[id] === -Infinity))
      return `Nothing of ∂ℓ/∂${state}_t passes to t = ${to}.`;
    const norms = ways.map(({ id, name }) => `${name} ${logNumber(parts[id], 2)}`).join(", ");
    const left = first - before;
    const straightOn =
      left > KEPT ? `${factor} kept it, ${times(left)}` : `${factor} shrank it to ${times(left)}`;
    const more = first - second;
    const aside = `on ${path} ${straightOn}`;
    let verdict = `${path} and ${part} are about equal; ${aside}`;
    if (more >= ALIKE) verdict = `${multiple(path, more, part)}; ${straightOn}`;
    else if (more <= -ALIKE)
      verdict = `${multiple(part, -more, path)}, ${times(second - before)} ${by}; ${aside}`;
    return `From t = ${t} to ${to}: ${norms}: ${verdict}.`;
  };
}

// The multiple follows from the two norms in the sentence, so that a reader can check it.
function multiple(greater, log, other) {
  return log === Infinity
    ? `${greater} is all there is`
    : `${greater} is ${logNumber(log, 2)} times ${other}`;
}

/**
 * The verdict of a cell with one path, whose gradient several factors scale one after the other:
 * what each took, and which of them did most.
 *
 * @param {{id: string, name: string}[]} factors `id` is the engine's name
 * @returns {(passage: import("./numbers.js").Passage) => string}
 */
export function factorsInARow(factors) {
  return ({ parts, t, to = t - 1 }) => {
    const way = `From t = ${t} to ${to}`;
    const stopped = factors.find(({ id }) => parts[id] === -Infinity);
    if (stopped !== undefined) return `${way}: ${stopped.name} lets nothing pass.`;
    const each = factors.map(({ id, name }) => `${name} took ${times(parts[id])}`).join(", ");
    const together = factors.reduce((sum, { id }) => sum + parts[id], 0);
    if (Number.isNaN(together)) return `${way}: ${each}.`;
    const shrank = together < 0;
    const most = factors.reduce((one, other) =>
      parts[other.id] < parts[one.id] === shrank ? other : one,
    );
    const did = shrank ? "shrank it most" : "enlarged it most";
    return `${way}: ${each}, together ${times(together)}: ${most.name} ${did}.`;
  };
}

/**
 * The verdict of a cell with one path, whose gradient two factors scale one after the other: the
 * slope of the nonlinearity, which is called `name`, and the weights.
 */
export function twoFactors(name) {
  return ({ parts, t, to = t - 1 }) => {
    const { nonlinearity: slope, weight } = parts;
    const way = `From t = ${t} to ${to}`;
    if (slope === -Infinity)
      return `${way}: ${name}′ is 0 for every unit that ∂ℓ/∂h_t reaches: nothing passes.`;
    const each = `${name}′ took ${times(slope)}, W_hh ${times(weight)}`;
    const together = slope + weight;
    let cause = "";
    if (weight > 0 && slope < 0)
      cause = together < 0 ? `${name}′ shrank it, W_hh worked against it` : "W_hh enlarged it";
    else if (weight > 0) cause = "W_hh enlarged it";
    else if (slope < weight) cause = `${name}′ shrank it most`;
    else if (weight < 0) cause = "W_hh shrank it most";
    const sum = Number.isNaN(together) ? "" : `, together ${times(together)}`;
    return `${way}: ${each}${sum}${cause === "" ? "" : `: ${cause}`}.`;
  };
}

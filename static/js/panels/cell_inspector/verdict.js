// How the gradient got from t to t − 1, over all units, in a sentence and in rows of a table.

import { logNumber } from "../../text/format.js";

const KEPT = Math.log10(0.995); // above this a factor has not shrunk anything

const times = (log) => `×${logNumber(log, 2)}`;

const ALIKE = Math.log10(1.15); // below this neither of two parts is called the greater

/** Two ways to one place: which carried more, and what its factor left of the gradient. */
function twoWays({ straight, round, factor, by, state }) {
  const [path, part] = [`the ${straight.name}`, `the ${round.part}`];
  return ({ parts, before, t }) => {
    const [first, second] = [parts[straight.id], parts[round.id]];
    if (first === -Infinity && second === -Infinity)
      return `Nothing of ∂ℓ/∂${state}_t passes to t = ${t - 1}.`;
    const norms = `${straight.name} ${logNumber(first, 2)}, ${round.name} ${logNumber(second, 2)}`;
    const left = first - before;
    const straightOn =
      left > KEPT ? `${factor} kept it, ${times(left)}` : `${factor} shrank it to ${times(left)}`;
    const more = first - second;
    const aside = `on ${path} ${straightOn}`;
    let told = `${path} and ${part} are about equal; ${aside}`;
    if (more >= ALIKE) told = `${multiple(path, more, part)}; ${straightOn}`;
    else if (more <= -ALIKE)
      told = `${multiple(part, -more, path)}, ${times(second - before)} ${by}; ${aside}`;
    return `From t = ${t} to ${t - 1}: ${norms}: ${told}.`;
  };
}

// By the norms that stand before it, so that anybody can check it.
function multiple(greater, log, other) {
  return log === Infinity
    ? `${greater} is all there is`
    : `${greater} is ${logNumber(log, 2)} times ${other}`;
}

function twoFactors(name) {
  return ({ parts, t }) => {
    const { nonlinearity: slope, weight } = parts;
    if (slope === -Infinity)
      return (
        `From t = ${t} to ${t - 1}: ` +
        `${name}′ is 0 for every unit that ∂ℓ/∂h_t reaches: nothing passes.`
      );
    const each = `${name}′ took ${times(slope)}, W_hh ${times(weight)}`;
    const together = slope + weight;
    let blame = "";
    if (weight > 0 && slope < 0)
      blame = together < 0 ? `${name}′ shrank it, W_hh worked against it` : "W_hh enlarged it";
    else if (weight > 0) blame = "W_hh enlarged it";
    else if (slope < weight) blame = `${name}′ shrank it most`;
    else if (weight < 0) blame = "W_hh shrank it most";
    const sum = Number.isNaN(together) ? "" : `, together ${times(together)}`;
    return `From t = ${t} to ${t - 1}: ${each}${sum}${blame === "" ? "" : `: ${blame}`}.`;
  };
}

const NAMES = { tanh: "tanh", relu: "ReLU" };

const TELLERS = {
  lstm: () => ({
    tell: twoWays({
      straight: { id: "cell", name: "cell path" },
      round: { id: "gates", name: "gates", part: "gates' part" },
      factor: "f_t",
      by: "by h_t−1",
      state: "c",
    }),
    rows: [
      ["cell", "cell path", "‖f_t ⊙ ∂ℓ/∂c_t‖", true],
      ["gates", "by h_t−1 and the gates", "‖o_t−1 ⊙ tanh′ ⊙ W_hhᵀ δ_t‖", true],
    ],
  }),
  gru: () => ({
    tell: twoWays({
      straight: { id: "carry", name: "carry" },
      round: { id: "candidate", name: "candidate", part: "candidate's part" },
      factor: "z_t",
      by: "by n_t and its gates",
      state: "h",
    }),
    rows: [
      ["carry", "carry", "‖z_t ⊙ ∂ℓ/∂h_t‖", true],
      ["candidate", "by n_t and its gates", "‖W_hhᵀ δ_t‖", true],
    ],
  }),
  rnn: (nonlinearity) => ({
    tell: twoFactors(NAMES[nonlinearity]),
    rows: [
      [
        "nonlinearity",
        `${NAMES[nonlinearity]}′`,
        `‖${NAMES[nonlinearity]}′ ⊙ ∂ℓ/∂h_t‖ / ‖∂ℓ/∂h_t‖`,
        false,
      ],
      ["weight", "W_hh", "‖W_hhᵀ δ_t‖ / ‖δ_t‖", false],
    ],
  }),
};

/**
 * Rows of the table: [name in `passage.parts`, words, formula, whether it is a norm rather than a
 * ratio already].
 */
export function passageRows(kind, nonlinearity) {
  return TELLERS[kind](nonlinearity).rows;
}

/** log10 of what a way or factor left of the gradient. */
export function ratioOf({ parts, before }, id, isNorm) {
  return isNorm ? parts[id] - before : parts[id];
}

/** @param {any} numbers as `cellNumbers` returns them @param {boolean} diverged the lane */
export function verdict({ kind, passage }, nonlinearity, diverged) {
  const { t, carrier, state } = passage;
  if (state === "cut" && !diverged)
    return `Truncation cuts here: nothing passes from t = ${t} to ${t - 1}.`;
  if (state === "zero")
    return `∂ℓ/∂${carrier}_t is exactly 0 at t = ${t}: there is nothing to pass on.`;
  if (state === "unreached" || state === "cut") {
    return diverged
      ? `The gradient is not a number at t = ${t}: this lane has diverged.`
      : `No loss reaches t = ${t}: truncation keeps them apart.`;
  }
  return TELLERS[kind](nonlinearity).tell(passage);
}

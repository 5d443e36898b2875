// The nonlinearities of gates and states as the inspector writes and computes them.
//
// A slope is taken at the pre-activation `a`, and from the activation where `a` is not known (NaN):
// a gate near 1 arrives with 24 bits, which leave few digits of 1 − gate.

/**
 * @typedef {object} Nonlinearity
 * @property {string} title in formulas, one word for mathml.js
 * @property {string} short in a circuit, beside a number
 * @property {(a: number) => number} value
 * @property {(a: number, y: number) => number} slope
 * @property {(a: number, y: number) => number} rest 1 − the activation
 * @property {(y: string) => {formula: string, note?: string}} derivative of the activation `y`, as
 *   a row of the table of local derivatives
 * @property {(x: string) => string} of the function of a symbol
 * @property {(x: string) => string} slopeOf the slope at it
 */

const sigmoid = (a) => 1 / (1 + Math.exp(-a));
const applied = (title) => (x) => `${title} ( ${x} )`;
const rest = (_, y) => 1 - y;

/** @type {Nonlinearity} */
const TANH = {
  title: "tanh",
  short: "tanh",
  value: Math.tanh,
  slope(a, y) {
    if (Number.isNaN(a)) return 1 - y * y;
    const e = Math.exp(-2 * Math.abs(a));
    return (4 * e) / (1 + e) ** 2;
  },
  rest,
  derivative: (y) => ({ formula: `tanh′ = 1 − ${y}²` }),
  of: (x) => `tanh ${x}`,
  slopeOf: (x) => `( 1 − tanh² ${x} )`,
};

/** @type {Nonlinearity} */
const RELU = {
  title: "ReLU",
  short: "ReLU",
  value: (a) => Math.max(0, a),
  slope: (_, y) => (y > 0 ? 1 : y === y ? 0 : NaN),
  rest,
  derivative: (y) => ({ formula: "ReLU′", note: `1 where ${y} > 0, else 0` }),
  of: applied("ReLU"),
  slopeOf: applied("ReLU′"),
};

/** @type {Nonlinearity} */
const SOFTSIGN = {
  title: "softsign",
  short: "softs.",
  value: (a) => a / (1 + Math.abs(a)),
  slope: (a, y) => (Number.isNaN(a) ? (1 - Math.abs(y)) ** 2 : 1 / (1 + Math.abs(a)) ** 2),
  rest,
  derivative: (y) => ({ formula: "softsign′", note: `(1 − |${y}|)²` }),
  of: applied("softsign"),
  slopeOf: applied("softsign′"),
};

/** @type {Nonlinearity} */
const SIGMOID = {
  title: "σ",
  short: "σ",
  value: sigmoid,
  slope(a, y) {
    if (Number.isNaN(a)) return y * (1 - y);
    const e = Math.exp(-Math.abs(a));
    return e / (1 + e) ** 2;
  },
  rest: (a, y) => (Number.isNaN(a) ? 1 - y : sigmoid(-a)),
  derivative: (y) => ({ formula: `σ′ = ${y} ( 1 − ${y} )` }),
  of: applied("σ"),
  slopeOf: applied("σ′"),
};

/** @type {Nonlinearity} */
const HARD_SIGMOID = {
  title: "hard\u00a0σ",
  short: "hard\u00a0σ",
  value: (a) => Math.min(1, Math.max(0, a / 6 + 0.5)),
  slope: (_, y) => (y > 0 && y < 1 ? 1 / 6 : y === y ? 0 : NaN),
  rest,
  derivative: (y) => ({ formula: "hard\u00a0σ′", note: `1/6 where 0 < ${y} < 1, else 0` }),
  of: applied("hard\u00a0σ"),
  slopeOf: applied("hard\u00a0σ′"),
};

/** By their names in a recipe. */
export const NONLINEARITIES = {
  tanh: TANH,
  relu: RELU,
  softsign: SOFTSIGN,
  sigmoid: SIGMOID,
  hard_sigmoid: HARD_SIGMOID,
};

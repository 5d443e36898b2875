// Parts of equations that several cells share. An equation is [symbols, numbers, note], where the
// note may be missing, in the notation of mathml.js: "#f" stands for the number f of numbers.js. A
// factor is a local derivative of one node of the circuit: {symbols, formula, id, note}.

const sum = (k, w = k) => `W_i${w} x_t + b_i${w} + W_h${w} h_t-1 + b_h${w}`;

/** The equation of a gate and its nonlinearity: symbols, and the same with numbers. */
export const gateEquation = (k, { title }) => [
  `${k}_t = ${title} ( ${sum(k)} )`,
  `= ${title} ( #x.${k} + #s.${k} ) = ${title} ( #a.${k} ) = #${k}`,
];

/** The equation of a gate whose two products are normalised: LN_f takes its rows of LN. */
export const normedGateEquation = (k, { title }) => [
  `${k}_t = ${title} ( LN_${k} ( W_ih x_t ) + b_i${k} + LN_${k} ( W_hh h_t-1 ) + b_h${k} )`,
  `= ${title} ( #x.${k} + #s.${k} ) = ${title} ( #a.${k} ) = #${k}`,
];

/** The row of a gate's slope in the table of local derivatives. */
export const slopeFactor = (k, phi) => ({
  symbols: `∂${k}_t/∂a_${k}`,
  ...phi.derivative(`${k}_t`),
  id: `${k}'`,
});

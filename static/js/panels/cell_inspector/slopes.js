// The nonlinearities of cells and their slopes.

export const sigmoid = (a) => 1 / (1 + Math.exp(-a));

/**
 * σ′ at a pre-activation `a`; from the gate's value where `a` is not known (NaN). The
 * pre-activation is better: a gate near 1 arrives with 24 bits, which leave few digits of 1 − gate.
 */
export function sigmoidSlope(a, gate) {
  if (Number.isNaN(a)) return gate * (1 - gate);
  const e = Math.exp(-Math.abs(a));
  return e / (1 + e) ** 2;
}

/** tanh′ at a pre-activation `a`; from the activation where `a` is not known (NaN). */
export function tanhSlope(a, gate) {
  if (Number.isNaN(a)) return 1 - gate * gate;
  const e = Math.exp(-2 * Math.abs(a));
  return (4 * e) / (1 + e) ** 2;
}

/** ReLU′, which is known from the activation alone; NaN for NaN. */
export const reluSlope = (_, h) => (h > 0 ? 1 : h === h ? 0 : NaN);

// What the chart of gradient flow can show by timestep, and how the page calls it.

import { quantity } from "../../../state/catalogue.js";

/**
 * In the order of the menu. `option` names it there, where there are no subscripts; `remark`
 * follows its symbol in the panel's head; `spoken` is for screen readers.
 */
export const OPTIONS = Object.freeze({
  dh_norm: {
    option: "‖∂ℓ/∂hₜ‖",
    remark: ", batch mean",
    spoken: "Norm of the loss gradient with respect to the hidden state",
  },
  dc_norm: {
    option: "‖∂ℓ/∂cₜ‖",
    remark: " of the cell state, batch mean",
    spoken: "Norm of the loss gradient with respect to the cell state",
  },
  dW_hh_norm: {
    option: "∂L/∂Wₕₕ by t",
    remark: "",
    spoken: "Norm of each timestep's own part of the gradient of the recurrent weights",
  },
  jacobian_gain: {
    option: "Jacobian gain",
    remark: ", free of any loss",
    spoken: "Largest singular value of the Jacobian of the last state with respect to the state",
  },
});

/** The name of a quantity that a link may have spelt in any way. */
export const quantityOf = (name) => (Object.hasOwn(OPTIONS, name) ? name : "dh_norm");

/**
 * Texts of a quantity and how to read its array: `first` is the timestep of its first number,
 * `clipped` whether clipping multiplies it, `banded` whether it has quantiles.
 */
export function factsOf(name) {
  const { symbol, first_timestep: first, clipped, spread: banded } = quantity(name);
  const { option, remark, spoken } = OPTIONS[name];
  return { option, symbol, meaning: symbol + remark, spoken, first, clipped, banded };
}

/** Numbers by timestep from 0, where the first belongs to timestep `first`. */
export function fromZero(data, first) {
  if (data === null || first === 0) return data;
  const all = new Float32Array(data.length + first).fill(NaN);
  all.set(data, first);
  return all;
}

/** The same after clipping multiplied it by `factor`; null where it did not. */
export function afterClipping(data, factor) {
  if (data === null || !(factor > 0 && factor < 1)) return null;
  const by = Math.log10(factor);
  return data.map((log) => log + by);
}

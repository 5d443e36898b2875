// What the chart of gradient flow can show by timestep: names, and what each needs said of it.

/**
 * `option` names it in a menu, where nothing can be lowered; `symbol` on the axis; `meaning` in the
 * panel's head; `spoken` for who listens; `first` is the timestep of its first number; `clipped`
 * says whether clipping multiplies it; `banded` whether it has quantiles over the batch.
 */
export const QUANTITIES = Object.freeze({
  dh_norm: {
    option: "‖∂ℓ/∂hₜ‖",
    symbol: "‖∂ℓ/∂h_t‖",
    meaning: "‖∂ℓ/∂h_t‖, batch mean",
    spoken: "Norm of the loss gradient with respect to the hidden state",
    first: 0,
    clipped: true,
    banded: true,
  },
  dc_norm: {
    option: "‖∂ℓ/∂cₜ‖",
    symbol: "‖∂ℓ/∂c_t‖",
    meaning: "‖∂ℓ/∂c_t‖ of the cell state, batch mean",
    spoken: "Norm of the loss gradient with respect to the cell state",
    first: 0,
    clipped: true,
    banded: true,
  },
  dW_hh_norm: {
    option: "∂L/∂Wₕₕ by t",
    symbol: "own part of ∂L/∂W_hh",
    meaning: "own part of ∂L/∂W_hh",
    spoken: "Norm of each timestep's own part of the gradient of the recurrent weights",
    first: 1,
    clipped: true,
    banded: false,
  },
  jacobian_gain: {
    option: "Jacobian gain",
    symbol: "σ₁(∂s_T/∂s_t)",
    meaning: "σ₁(∂s_T/∂s_t), free of any loss",
    spoken: "Largest singular value of the Jacobian of the last state with respect to the state",
    first: 0,
    clipped: false,
    banded: false,
  },
});

/** The name of a quantity that a link may have spelt in any way. */
export const quantityOf = (name) => (Object.hasOwn(QUANTITIES, name) ? name : "dh_norm");

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

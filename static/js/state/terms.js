// The technical terms and symbols of the page, each with what it means: the engine's own words
// where it has some.

import { quantities } from "./catalogue.js";

/** In sentences, as the page writes them. */
const IN_SENTENCES = {
  nats:
    "The unit of a loss −ln p, where p is the probability given to the right answer; " +
    "1 nat is 1.44 bits.",
  persistence: "The forecast that the next value is the same as this one.",
  ρ: "Spectral radius: the largest |λ| of the recurrent weights W_hh.",
  λ: "An eigenvalue of the recurrent weights W_hh: along its direction they multiply by λ.",
  s_T: "The state after the last timestep: h, or h and c.",
  s_1: "The state after the first timestep: h, or h and c.",
};

/** Where they stand alone. */
const ALONE = {
  "‖W‖₂":
    "The largest singular value of W_hh: in one timestep nothing grows by more than that factor.",
  "Lyapunov exponents":
    "How fast nearby states come together (below 0) or part (above 0), on average, along as many " +
    "directions. In nats per timestep: −0.69 halves a distance in one timestep. The largest " +
    "decides: below 0 is order, above 0 chaos, and 0 the edge of chaos, where gradients neither " +
    "vanish nor explode.",
  "sorts of points":
    "F is one timestep with a constant input. ● stable: F(s) = s, and a nudge fades. ◇ saddle: " +
    "F(s) = s, and a nudge grows in as many directions as its number says. ○ slow: F(s) − s is " +
    "small and not 0; the state creeps. λ: eigenvalues of the Jacobian of F there.",
  "every 2nd":
    "There is no room for every timestep: one cell stands for so many, and shows the last of them.",
  "×": "The mean factor from a timestep to the one before it: below 1 the gradient shrinks.",
  iteration:
    "One update of the weights; all panels show the same. While the run plays, words and numbers " +
    "are written four times a second and pictures as often as the screen allows, so that a " +
    "number can be older than its picture; at rest they agree.",
};

/** Quantities whose symbols stand in sentences, and those that are called by their names too. */
const MEASURED = ["dh_norm", "dc_norm", "jacobian_gain", "reach", "horizon", "grad_norm"];
const NAMED = ["reach", "horizon"];

/** All of them: [{text, meaning, alone}]. */
export function allTerms() {
  const measured = quantities()
    .filter(({ name }) => MEASURED.includes(name))
    .flatMap(({ name, symbol, meaning }) => {
      const texts = new Set(NAMED.includes(name) ? [name, symbol] : [symbol]);
      return [...texts].map((text) => ({ text, meaning: `${meaning}.`, alone: false }));
    });
  const own = (terms, alone) =>
    Object.entries(terms).map(([text, meaning]) => ({ text, meaning, alone }));
  return [...measured, ...own(IN_SENTENCES, false), ...own(ALONE, true)];
}

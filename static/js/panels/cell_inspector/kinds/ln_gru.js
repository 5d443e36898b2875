// The GRU with layer normalisation (Ba, Kiros & Hinton 2016) in the inspector.
//
// What a normalisation hands back to the sums that it takes is a sum over all units, of which the
// frame holds no row of this one: no number of it is shown.

import { withNorms } from "../circuit_parts.js";
import { normedGateEquation } from "../equation_parts.js";
import { waysBack } from "../why_sentences.js";
import { gru } from "./gru.js";

const PLAIN = gru();

const CIRCUIT = withNorms({
  ...PLAIN.circuit,
  wires: PLAIN.circuit.wires.map((wire) =>
    wire.by?.[1] === "s.n" ? { ...wire, by: ["m", "s.n"] } : wire,
  ),
});

const [, , , h] = PLAIN.equations;
const EQUATIONS = [
  [...normedGateEquation("r", "σ"), "LN of the 2H rows of r and z together"],
  normedGateEquation("z", "σ"),
  [
    "n_t = tanh ( LN_n ( W_ih x_t ) + b_in + r_t ⊙ m_t )",
    "= tanh ( #x.n + #r × #s.n ) = tanh ( #a.n ) = #n",
    "LN_n of the H rows of n by themselves",
  ],
  ["m_t = LN_n ( W_hh h_t-1 ) + b_hn", "= #s.n"],
  h,
];

const FACTORS = PLAIN.factors.map((factor) => {
  if (factor.id === "s.n") return { ...factor, formula: "m_t" };
  return factor.id === "r" ? { ...factor, note: "m = LN_n(W_hh h) + b_hn" } : factor;
});

const LN_GRU = {
  ...PLAIN,
  name: "ln_gru",
  circuit: CIRCUIT,
  equations: EQUATIONS,
  factors: FACTORS,
  paths: [PLAIN.paths[0], { ...PLAIN.paths[1], formula: "‖W_hhᵀ LN′ᵀ δ_t‖" }],
  why: waysBack({
    state: "h",
    stays: { factor: "z", id: "z" },
    anew: [
      ["1 − z", "1-z"],
      ["tanh′", "n'"],
    ],
    weights: ["LN", "W_hh"],
  }),
};

/** The GRU with layer normalisation; see kinds.js for what a kind is. */
export const lnGru = () => LN_GRU;

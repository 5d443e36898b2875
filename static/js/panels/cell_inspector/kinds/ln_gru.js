// The GRU with layer normalisation (Ba, Kiros & Hinton 2016) in the inspector.
//
// What a normalisation hands back to the sums that it takes is a sum over all units, of which the
// frame holds no row of this one: no number of it is shown.

import { withNorms } from "../circuit_parts.js";
import { normedGateEquation } from "../equation_parts.js";
import { waysBack } from "../why_sentences.js";
import { gru } from "./gru.js";

const circuit = (plain) =>
  withNorms({
    ...plain,
    wires: plain.wires.map((wire) =>
      wire.by?.[1] === "s.n" ? { ...wire, by: ["m", "s.n"] } : wire,
    ),
  });

/** @param {string[][]} plain */
const equations = (plain, { gate, state: { title } }) => [
  [...normedGateEquation("r", gate), "LN of the 2H rows of r and z together"],
  normedGateEquation("z", gate),
  [
    `n_t = ${title} ( LN_n ( W_ih x_t ) + b_in + r_t ⊙ m_t )`,
    `= ${title} ( #x.n + #r × #s.n ) = ${title} ( #a.n ) = #n`,
    "LN_n of the H rows of n by themselves",
  ],
  ["m_t = LN_n ( W_hh h_t-1 ) + b_hn", "= #s.n"],
  plain[3],
];

const factors = (plain) =>
  plain.map((factor) => {
    if (factor.id === "s.n") return { ...factor, formula: "m_t" };
    return factor.id === "r" ? { ...factor, note: "m = LN_n(W_hh h) + b_hn" } : factor;
  });

const why = ({ state: { title } }) =>
  waysBack({
    state: "h",
    stays: { factor: "z", id: "z" },
    anew: [
      ["1 − z", "1-z"],
      [`${title}′`, "n'"],
    ],
    weights: ["LN", "W_hh"],
  });

/** The GRU with layer normalisation and its nonlinearities; see kinds.js for what a kind is. */
export function lnGru(phi) {
  const plain = gru(phi);
  const [carry, candidate] = plain.paths;
  return {
    ...plain,
    name: "ln_gru",
    circuit: circuit(plain.circuit),
    equations: equations(plain.equations, phi),
    factors: factors(plain.factors),
    paths: [carry, { ...candidate, formula: "‖W_hhᵀ LN′ᵀ δ_t‖" }],
    why: why(phi),
  };
}

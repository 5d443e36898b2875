// The LSTM with layer normalisation (Ba, Kiros & Hinton 2016) in the inspector.
//
// What a normalisation gives a unit depends on all units, and so does what it hands back: the
// gradient of the sums that it takes, and ∂ℓ/∂c_t by h_t, are sums over all of them. The frame has
// no row of this unit for them, and no number of them is shown.

import { nonlinearityBox, withNorms } from "../circuit_parts.js";
import { normedGateEquation } from "../equation_parts.js";
import { waysBack } from "../why_sentences.js";
import { phiOf } from "./cell_state.js";
import { lstm } from "./lstm.js";

// Between the line of c_t and the ⊙ of o there is one box more than in a plain LSTM.
const OUT = 462;
const towardsH = ({ d }) => d === `M${OUT} 34V55` || d === `M${OUT} 77V110`;
const circuit = (plain, { state }) =>
  withNorms({
    ...plain,
    boxes: [
      ...plain.boxes.filter(({ x }) => x !== OUT),
      { x: OUT, y: 54, text: "LN", back: "LN′", width: 28 },
      nonlinearityBox({ x: OUT, y: 86 }, state, "c'"),
    ],
    wires: [
      ...plain.wires.filter((wire) => !towardsH(wire)),
      { d: `M${OUT} 34V43`, value: "c", quiet: true },
      { d: `M${OUT} 65V75`, value: "ln_c", gradient: "d.ln_c", at: [442, 58, "end"] },
      {
        d: `M${OUT} 97V110`,
        value: "tanh_c",
        gradient: "d.tanh_c",
        by: ["o", "o"],
        at: [468, 109],
        byAt: [410, 90, "end"],
      },
    ],
  });

/** @param {string[][]} plain */
const equations = (plain, phi) => [
  [...normedGateEquation("f", phiOf("f", phi)), "LN of all 4H rows together; LN_f: those of f"],
  ...["i", "g", "o"].map((k) => normedGateEquation(k, phiOf(k, phi))),
  plain[4],
  [
    `h_t = o_t ⊙ ${phi.state.title} ( LN ( c_t ) )`,
    `= #o × ${phi.state.title} ( #ln_c ) = #o × #tanh_c = #h`,
    "LN over the units; c_t itself goes on as it is",
  ],
];

/** @param {string[][]} plain */
const backward = (plain, { state }) => [
  plain[0],
  [
    `∂ℓ/∂h_t ⊙ o_t ⊙ ${state.slopeOf("LN")}`,
    "= #d.h × #h/ln = #d.ln_c",
    "came to LN(c_t) by h_t; what LN hands on to c_t is a sum over all units",
  ],
];

const factors = (plain, { state }) =>
  plain.map((factor) => {
    if (factor.id === "h/c") {
      const formula = `o_t ${state.slopeOf("LN")}`;
      return { symbols: "∂h_t/∂LN", formula, id: "h/ln", note: "LN of c_t" };
    }
    return factor.id === "tanh_c" ? { ...factor, formula: state.of("LN ( c_t )") } : factor;
  });

const numbers =
  (plain, { state }) =>
  (read) => {
    const v = plain(read);
    v.ln_c = read.part("normed.c");
    v.tanh_c = Number.isNaN(v.ln_c) ? v.h / v.o : state.value(v.ln_c);
    v["c'"] = state.slope(v.ln_c, v.tanh_c);
    v["h/ln"] = v.o * v["c'"];
    v["d.o"] = v["d.h"] * v.tanh_c;
    v["d.a.o"] = v["d.o"] * v["o'"];
    v["d.ln_c"] = v["d.h"] * v["h/ln"];
    // Of a plain LSTM: here they are sums over all units.
    delete v["h/c"];
    delete v["d.byh"];
    return v;
  };

const paths = (plain) =>
  plain.map((path) =>
    path.id === "gates" ? { ...path, formula: "‖( ∂h_t−1/∂c_t−1 )ᵀ W_hhᵀ LN′ᵀ δ_t‖" } : path,
  );

const why = ({ state: { title } }) =>
  waysBack({
    state: "c",
    stays: { factor: "f", id: "f" },
    other: "h",
    anew: [
      ["o", "o"],
      [`${title}′`, "c'"],
    ],
    weights: ["LN", "W_hh"],
  });

/** The LSTM with layer normalisation and its nonlinearities; see kinds.js for what a kind is. */
export function lnLstm(phi) {
  const plain = lstm(phi);
  return {
    ...plain,
    name: "ln_lstm",
    circuit: circuit(plain.circuit, phi),
    equations: equations(plain.equations, phi),
    backward: backward(plain.backward, phi),
    factors: factors(plain.factors, phi),
    paths: paths(plain.paths),
    numbers: numbers(plain.numbers, phi),
    why: why(phi),
  };
}

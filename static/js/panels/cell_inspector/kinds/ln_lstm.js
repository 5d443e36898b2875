// The LSTM with layer normalisation (Ba, Kiros & Hinton 2016) in the inspector.
//
// What a normalisation gives a unit depends on all units, and so does what it hands back: the
// gradient of the sums that it takes, and ∂ℓ/∂c_t by h_t, are sums over all of them. The frame has
// no row of this unit for them, and no number of them is shown.

import { withNorms } from "../circuit_parts.js";
import { normedGateEquation } from "../equation_parts.js";
import { tanhSlope } from "../slopes.js";
import { twoPaths } from "../verdict_sentences.js";
import { waysBack } from "../why_sentences.js";
import { lstm } from "./lstm.js";

const PLAIN = lstm();

// Between the line of c_t and the ⊙ of o there is one box more than in a plain LSTM.
const OUT = 462;
const towardsH = ({ d }) => d === `M${OUT} 34V55` || d === `M${OUT} 77V110`;
const CIRCUIT = withNorms({
  ...PLAIN.circuit,
  boxes: [
    ...PLAIN.circuit.boxes.filter(({ x }) => x !== OUT),
    { x: OUT, y: 54, text: "LN", back: "LN′", width: 28 },
    { x: OUT, y: 86, text: "tanh", slope: "c'" },
  ],
  wires: [
    ...PLAIN.circuit.wires.filter((wire) => !towardsH(wire)),
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

const [, , , , c] = PLAIN.equations;
const EQUATIONS = [
  [...normedGateEquation("f", "σ"), "LN of all 4H rows together; LN_f: those of f"],
  normedGateEquation("i", "σ"),
  normedGateEquation("g", "tanh"),
  normedGateEquation("o", "σ"),
  c,
  [
    "h_t = o_t ⊙ tanh ( LN ( c_t ) )",
    "= #o × tanh ( #ln_c ) = #o × #tanh_c = #h",
    "LN over the units; c_t itself goes on as it is",
  ],
];

const [carry] = PLAIN.backward;
const BACKWARD = [
  carry,
  [
    "∂ℓ/∂h_t ⊙ o_t ⊙ ( 1 − tanh² LN )",
    "= #d.h × #h/ln = #d.ln_c",
    "came to LN(c_t) by h_t; what LN hands on to c_t is a sum over all units",
  ],
];

const FACTORS = PLAIN.factors.map((factor) => {
  if (factor.id === "h/c")
    return { symbols: "∂h_t/∂LN", formula: "o_t ( 1 − tanh² LN )", id: "h/ln", note: "LN of c_t" };
  return factor.id === "tanh_c" ? { ...factor, formula: "tanh LN ( c_t )" } : factor;
});

function numbers(read) {
  const v = PLAIN.numbers(read);
  v.ln_c = read.part("normed.c");
  v.tanh_c = Number.isNaN(v.ln_c) ? v.h / v.o : Math.tanh(v.ln_c);
  v["c'"] = tanhSlope(v.ln_c, v.tanh_c);
  v["h/ln"] = v.o * v["c'"];
  v["d.o"] = v["d.h"] * v.tanh_c;
  v["d.a.o"] = v["d.o"] * v["o'"];
  v["d.ln_c"] = v["d.h"] * v["h/ln"];
  // Of a plain LSTM: here they are sums over all units.
  delete v["h/c"];
  delete v["d.byh"];
  return v;
}

const [cellPath, gates] = PLAIN.paths;
const PATHS = [cellPath, { ...gates, formula: "‖( ∂h_t−1/∂c_t−1 )ᵀ W_hhᵀ LN′ᵀ δ_t‖" }];

const LN_LSTM = {
  ...PLAIN,
  name: "ln_lstm",
  circuit: CIRCUIT,
  equations: EQUATIONS,
  backward: BACKWARD,
  factors: FACTORS,
  paths: PATHS,
  numbers,
  why: waysBack({
    state: "c",
    stays: { factor: "f", id: "f" },
    other: "h",
    anew: [
      ["o", "o"],
      ["tanh′", "c'"],
    ],
    weights: ["LN", "W_hh"],
  }),
  verdict: twoPaths({
    straight: { id: "cell", name: "cell path" },
    through: { id: "gates", name: "gates", part: "gates' part" },
    factor: "f_t",
    by: "by h_t−1",
    state: "c",
  }),
};

/** The LSTM with layer normalisation; see kinds.js for what a kind is. */
export const lnLstm = () => LN_LSTM;

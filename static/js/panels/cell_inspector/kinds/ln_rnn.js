// The RNN with layer normalisation (Ba, Kiros & Hinton 2016) in the inspector.
//
// What the normalisation hands back to the sums that it takes is a sum over all units, of which the
// frame holds no row of this one: no number of it is shown.

import { NONLINEARITIES } from "../nonlinearities.js";
import { factorsInARow } from "../verdict_sentences.js";
import { waysBack } from "../why_sentences.js";

const CIRCUIT = {
  height: 150,
  boxes: [
    { x: 112, y: 60, text: "W_hh", transposed: true, width: 44 },
    { x: 112, y: 118, text: "W_ih", transposed: true, width: 44 },
    { x: 288, y: 60, text: "LN", back: "LN′", width: 48 },
    { x: 412, y: 60, text: "tanh", slope: "h'" },
  ],
  circles: [{ x: 200, y: 60, sign: "+" }],
  wires: [
    { d: "M34 60H90", value: "h_", gradient: "d.h_", at: [62, 45, "middle"] },
    { d: "M134 60H192", value: "s.h", at: [163, 45, "middle"] },
    { d: "M34 118H90", bus: true },
    { d: "M134 118H200V68", value: "x.h", at: [163, 103, "middle"] },
    { d: "M208 60H264", value: "u", at: [236, 45, "middle"] },
    { d: "M312 60H368", value: "a.h", gradient: "d.a.h", at: [340, 45, "middle"] },
    { d: "M456 60H516", value: "h", name: "h", gradient: "d.h", at: [486, 45, "middle"] },
  ],
  dots: [],
  names: [
    { text: "h_t−1", x: 3, y: 64 },
    { text: "x_t", x: 3, y: 122 },
    { text: "h_t", x: 520, y: 64 },
  ],
};

const EQUATIONS = [
  ["u_t = W_ih x_t + W_hh h_t-1", "= #x.h + #s.h = #u"],
  ["h_t = tanh ( LN ( u_t ) + b_ih + b_hh )", "= tanh ( #a.h ) = #h", "LN over the units"],
];

const BACKWARD = [
  [
    "∂ℓ/∂a_t = tanh′ ⊙ ∂ℓ/∂h_t",
    "= #h' × #d.h = #d.a.h",
    "goes into LN(u_t); what LN hands on to u_t is a sum over all units",
  ],
];

const PATHS = [
  { id: "nonlinearity", label: "tanh′", formula: "‖tanh′ ⊙ ∂ℓ/∂h_t‖ / ‖∂ℓ/∂h_t‖", isNorm: false },
  { id: "norm", label: "LN", formula: "‖∂ℓ/∂u_t‖ / ‖tanh′ ⊙ ∂ℓ/∂h_t‖", isNorm: false },
  { id: "weight", label: "W_hh", formula: "‖W_hhᵀ ∂ℓ/∂u_t‖ / ‖∂ℓ/∂u_t‖", isNorm: false },
];

function numbers(read) {
  const v = { ...read.gate("h"), ...read.state("h") };
  v.u = v["a.h"];
  v["a.h"] = read.part("normed.h");
  v["h'"] = NONLINEARITIES.tanh.slope(v["a.h"], v.h);
  v["d.a.h"] = v["d.h"] * v["h'"];
  return v;
}

const LN_RNN = {
  name: "ln_rnn",
  carrier: "h",
  circuit: CIRCUIT,
  equations: EQUATIONS,
  backward: BACKWARD,
  factors: [{ symbols: "∂h_t/∂a_t", formula: "tanh′ = 1 − h_t²", id: "h'", note: "a = LN(u) + b" }],
  paths: PATHS,
  numbers,
  why: waysBack({ state: "h", stays: null, anew: [["tanh′", "h'"]], weights: ["LN", "W_hh"] }),
  verdict: factorsInARow([
    { id: "nonlinearity", name: "tanh′" },
    { id: "norm", name: "LN" },
    { id: "weight", name: "W_hh" },
  ]),
};

/** The RNN with layer normalisation; see kinds.js for what a kind is. */
export const lnRnn = () => LN_RNN;

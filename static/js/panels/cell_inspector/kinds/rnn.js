// The RNN in the inspector, with tanh, ReLU or softsign: circuit, equations, numbers and verdict.

import { twoFactors } from "../verdict_sentences.js";
import { waysBack } from "../why_sentences.js";

const circuit = ({ title, short }) => ({
  height: 150,
  boxes: [
    { x: 148, y: 60, text: "W_hh", transposed: true, width: 52 },
    { x: 148, y: 118, text: "W_ih", transposed: true, width: 52 },
    { x: 388, y: 60, text: title, short, slope: "h'", width: 88 },
  ],
  circles: [{ x: 256, y: 60, sign: "+" }],
  wires: [
    { d: "M34 60H122", value: "h_", gradient: "d.h_", at: [78, 50, "middle"] },
    { d: "M174 60H248", value: "s.h", gradient: "d.a.h", at: [211, 50, "middle"] },
    { d: "M34 118H122", bus: true },
    {
      d: "M174 118H256V68",
      value: "x.h",
      gradient: "d.a.h",
      at: [213, 108, "middle"],
    },
    {
      d: "M264 60H344",
      value: "a.h",
      name: "a",
      gradient: "d.a.h",
      gradientName: "δ",
      at: [304, 50, "middle"],
    },
    {
      d: "M432 60H516",
      value: "h",
      name: "h",
      gradient: "d.h",
      at: [476, 50, "middle"],
    },
  ],
  dots: [],
  names: [
    { text: "h_t−1", x: 3, y: 64 },
    { text: "x_t", x: 3, y: 122 },
    { text: "h_t", x: 520, y: 64 },
  ],
});

const equations = (name) => [
  ["a_t = W_ih x_t + b_ih + W_hh h_t-1 + b_hh", "= #x.h + #s.h = #a.h"],
  [`h_t = ${name} ( a_t )`, `= ${name} ( #a.h ) = #h`],
];

const backward = (name) => [
  [`δ_t = ∂ℓ/∂a_t = ${name}′ ⊙ ∂ℓ/∂h_t`, "= #h' × #d.h = #d.a.h", "goes on to h_t−1 by W_hh"],
  [
    "∂ℓ/∂h_t-1 = W_hhᵀ δ_t",
    "= #d.h_",
    "a sum over δ of all units; a loss at t − 1 is added, if there is one",
  ],
];

const paths = (name) => [
  {
    id: "nonlinearity",
    label: `${name}′`,
    formula: `‖${name}′ ⊙ ∂ℓ/∂h_t‖ / ‖∂ℓ/∂h_t‖`,
    isNorm: false,
  },
  { id: "weight", label: "W_hh", formula: "‖W_hhᵀ δ_t‖ / ‖δ_t‖", isNorm: false },
];

const numbersWith = (slope) => (read) => {
  const v = { ...read.gate("h"), ...read.state("h") };
  v["h'"] = slope(v["a.h"], v.h);
  v["d.a.h"] = v["d.h"] * v["h'"];
  return v;
};

/** The RNN with the nonlinearity of its states; see kinds.js for what a kind is. */
export const rnn = ({ state: phi }) => ({
  name: "rnn",
  carrier: "h",
  circuit: circuit(phi),
  equations: equations(phi.title),
  backward: backward(phi.title),
  factors: [{ symbols: "∂h_t/∂a_t", ...phi.derivative("h_t"), id: "h'" }],
  paths: paths(phi.title),
  numbers: numbersWith(phi.slope),
  why: waysBack({ state: "h", stays: null, anew: [[`${phi.title}′`, "h'"]] }),
  verdict: twoFactors(phi.title),
});

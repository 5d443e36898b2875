// The RNN in the inspector, with tanh or ReLU: circuit, equations, numbers and verdict.

import { reluSlope, tanhSlope } from "../slopes.js";
import { twoFactors } from "../verdict_sentences.js";
import { waysBack } from "../why_sentences.js";

const circuit = (name) => ({
  height: 150,
  boxes: [{ x: 360, y: 60, text: name, slope: "h'", width: 88 }],
  circles: [{ x: 214, y: 60, sign: "+" }],
  wires: [
    {
      d: "M34 60H206",
      value: "s.h",
      name: "W_hh h_t−1 + b",
      gradient: "d.a.h",
      at: [122, 50, "middle"],
    },
    {
      d: "M34 118H214V68",
      value: "x.h",
      name: "W_ih x_t + b",
      gradient: "d.a.h",
      at: [122, 108, "middle"],
    },
    { d: "M222 60H316", value: "a.h", gradient: "d.a.h", at: [268, 50, "middle"] },
    { d: "M404 60H516", value: "h", name: "h", gradient: "d.h", at: [460, 50, "middle"] },
  ],
  dots: [],
  names: [
    { text: "h_t−1", x: 3, y: 64 },
    { text: "x_t", x: 3, y: 122 },
    { text: "h_t", x: 520, y: 64 },
  ],
});

const equations = (name) => [
  [
    `h_t = ${name} ( W_ih x_t + b_ih + W_hh h_t-1 + b_hh )`,
    `= ${name} ( #x.h + #s.h ) = ${name} ( #a.h ) = #h`,
  ],
];

const backward = (name) => [
  [`∂ℓ/∂a_t = ${name}′ ⊙ ∂ℓ/∂h_t`, "= #h' × #d.h = #d.a.h", "goes on to h_t−1 by W_hh"],
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

const rnnWith = (name, slope, derivative) => ({
  name: "rnn",
  carrier: "h",
  circuit: circuit(name),
  equations: equations(name),
  backward: backward(name),
  factors: [{ symbols: "∂h_t/∂a_t", ...derivative, id: "h'" }],
  paths: paths(name),
  numbers: numbersWith(slope),
  why: waysBack({ state: "h", stays: null, anew: [[`${name}′`, "h'"]] }),
  verdict: twoFactors(name),
});

const TANH = rnnWith("tanh", tanhSlope, { formula: "tanh′ = 1 − h_t²" });
const RELU = rnnWith("ReLU", reluSlope, { formula: "ReLU′", note: "1 where h > 0, else 0" });

/** The RNN with its nonlinearity, "tanh" or "relu"; see kinds.js for what a kind is. */
export const rnn = (nonlinearity) => (nonlinearity === "relu" ? RELU : TANH);

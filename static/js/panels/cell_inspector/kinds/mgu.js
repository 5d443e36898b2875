// The minimal gated unit (Zhou et al. 2016) in the inspector: circuit, equations, numbers, verdict.
//
// f_t scales h_t−1 before W_hn mixes all units, so that part of ∂ℓ/∂f_t is a sum over all of them:
// the frame holds no row of this unit for it, and no number of it is shown.

import { BOX, buses, column, H_BUS, joined, UP, X_BUS } from "../circuit_parts.js";
import { gateEquation, slopeFactor } from "../equation_parts.js";
import { twoPaths } from "../verdict_sentences.js";
import { waysBack } from "../why_sentences.js";

const circuit = ({ gate, state }) => ({
  height: 274,
  ...joined([column("f", 100, gate, { gradient: null }), column("n", 416, state)], {
    boxes: [
      { x: 100, y: 92, text: "1 −", width: 34 },
      { x: 330, y: H_BUS, text: "W_hn", width: 48 },
    ],
    circles: [
      { x: 100, y: UP, sign: "⊙" },
      { x: 416, y: UP, sign: "+" },
      { x: 416, y: 92, sign: "⊙" },
      { x: 214, y: H_BUS, sign: "⊙" },
    ],
    wires: [
      ...buses(206, 400),
      {
        d: "M34 34H92",
        value: "h_",
        gradient: "d.carry",
        by: ["(1 − f)", "1-f"],
        at: [62, 20, "middle"],
        byAt: [56, 52, "middle"],
      },
      { d: "M108 34H408", value: "carried", gradient: "d.carried", at: [258, 26, "middle"] },
      { d: "M100 139V103", value: "f", gradient: "d.1-f", quiet: true },
      {
        d: "M100 81V42",
        value: "1-f",
        name: "1 − f",
        gradient: "d.1-f",
        by: ["h_t−1", "h_"],
        at: [106, 62],
      },
      {
        d: "M100 121H300V92H408",
        value: "f",
        name: "f",
        gradient: "d.f.byn",
        by: ["n", "n"],
        at: [352, 84, "middle"],
        byAt: [352, 108, "middle"],
      },
      { d: `M214 121V${H_BUS - 8}`, value: "f", quiet: true },
      { d: `M222 ${H_BUS}H306`, value: "fh", at: [264, H_BUS - 8, "middle"] },
      { d: `M354 ${H_BUS}H416`, value: "s.n", gradient: "d.a.n", quiet: true },
      { d: "M416 84V42", value: "fn", gradient: "d.fn", at: [422, 66] },
      {
        d: "M416 139V100",
        value: "n",
        name: "n",
        gradient: "d.n",
        by: ["f", "f"],
        at: [422, 116],
      },
      { d: "M424 34H516", value: "h", name: "h", gradient: "d.h", at: [470, 26, "middle"] },
    ],
    dots: [
      [100, 121],
      [214, 121],
    ],
    names: [
      { text: "h_t−1", x: 3, y: UP + 4 },
      { text: "h_t−1", x: 3, y: H_BUS + 4 },
      { text: "x_t", x: 3, y: X_BUS + 4 },
      { text: "h_t", x: 520, y: UP + 4 },
      { text: "f", x: 70, y: BOX - 15, gate: true },
      { text: "n", x: 386, y: BOX - 15, gate: true },
    ],
  }),
});

const equations = ({ gate, state }) => [
  gateEquation("f", gate),
  ["m_t = f_t ⊙ h_t-1", "= #f × #h_ = #fh"],
  [
    `n_t = ${state.title} ( W_in x_t + b_in + W_hn m_t + b_hn )`,
    `= ${state.title} ( #x.n + #s.n ) = ${state.title} ( #a.n ) = #n`,
  ],
  ["h_t = ( 1 − f_t ) ⊙ h_t-1 + f_t ⊙ n_t", "= #1-f × #h_ + #f × #n = #carried + #fn = #h"],
];

const BACKWARD = [
  ["∂ℓ/∂h_t ⊙ ( 1 − f_t )", "= #d.h × #1-f = #d.carry", "goes on to h_t−1 by the carry"],
  ["∂ℓ/∂h_t ⊙ f_t", "= #d.h × #f = #d.n", "goes into n_t"],
  [
    "∂ℓ/∂h_t ⊙ ( n_t − h_t-1 )",
    "= #d.h × #h/f = #d.f.byh",
    "goes into f_t by h_t; what comes back to f_t from W_hn is a sum over all units",
  ],
];

const factors = ({ gate, state }) => [
  { symbols: "∂h_t/∂h_t-1", formula: "1 − f_t", id: "1-f" },
  { symbols: "∂h_t/∂n_t", formula: "f_t", id: "f" },
  { symbols: "∂h_t/∂f_t", formula: "n_t − h_t-1", id: "h/f" },
  { symbols: "∂m_t/∂h_t-1", formula: "f_t", id: "f", note: "m = f ⊙ h_t−1, which W_hn takes" },
  { symbols: "∂m_t/∂f_t", formula: "h_t-1", id: "h_" },
  slopeFactor("f", gate),
  slopeFactor("n", state),
];

const PATHS = [
  { id: "carry", label: "carry", formula: "‖(1 − f_t) ⊙ ∂ℓ/∂h_t‖", isNorm: true },
  {
    id: "candidate",
    label: "by n_t and f_t",
    formula: "‖f_t ⊙ W_hnᵀ δ_n + W_hfᵀ δ_f‖",
    isNorm: true,
  },
];

const numbers = (phi) => (read) => {
  const v = read.state("h");
  for (const gate of ["f", "n"]) Object.assign(v, read.gate(gate));
  v["f'"] = phi.gate.slope(v["a.f"], v.f);
  v["n'"] = phi.state.slope(v["a.n"], v.n);
  v["1-f"] = phi.gate.rest(v["a.f"], v.f);
  v.fh = v.f * v.h_;
  v.carried = v["1-f"] * v.h_;
  v.fn = v.f * v.n;
  v["h/f"] = v.n - v.h_;
  v["d.carried"] = v["d.fn"] = v["d.h"];
  v["d.carry"] = v["d.h"] * v["1-f"];
  v["d.n"] = v["d.h"] * v.f;
  v["d.1-f"] = v["d.h"] * v.h_;
  v["d.f.byn"] = v["d.h"] * v.n;
  v["d.f.byh"] = v["d.h"] * v["h/f"];
  v["d.a.n"] = v["d.n"] * v["n'"];
  return v;
};

/** The MGU with its nonlinearities; see kinds.js for what a kind is. */
export const mgu = (phi) => ({
  name: "mgu",
  carrier: "h",
  circuit: circuit(phi),
  equations: equations(phi),
  backward: BACKWARD,
  factors: factors(phi),
  paths: PATHS,
  numbers: numbers(phi),
  why: waysBack({
    state: "h",
    stays: { factor: "(1 − f)", id: "1-f" },
    anew: [
      ["f", "f"],
      [`${phi.state.title}′`, "n'"],
    ],
  }),
  verdict: twoPaths({
    straight: { id: "carry", name: "carry" },
    through: { id: "candidate", name: "candidate", part: "candidate's part" },
    factor: "1 − f_t",
    by: "by n_t and f_t",
    state: "h",
  }),
});

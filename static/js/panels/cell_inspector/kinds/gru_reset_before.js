// The GRU whose reset gate acts before the product (Cho et al. 2014) in the inspector: circuit,
// equations, numbers and verdict.
//
// r_t scales h_t−1 before W_hn mixes all units, so that ∂ℓ/∂r_t is a sum over all of them: the
// frame holds no row of this unit for it, and no number of it is shown.

import { buses, column, H_BUS, joined } from "../circuit_parts.js";
import { gateEquation, slopeFactor } from "../equation_parts.js";
import {
  DOT,
  NAMES,
  UPDATE,
  UPDATE_EQUATION,
  UPDATE_FACTORS,
  updatePaths,
  withUpdate,
  withUpdateGate,
} from "./update_gate.js";

const circuit = ({ gate, state }) => ({
  height: 274,
  ...joined(
    [
      UPDATE,
      column("z", 100, gate),
      column("r", 214, gate, { gradient: null }),
      column("n", 416, state),
    ],
    {
      boxes: [{ x: 362, y: H_BUS, text: "W_hn", width: 48 }],
      circles: [{ x: 292, y: H_BUS, sign: "⊙" }],
      wires: [
        ...buses(284, 400),
        {
          d: `M214 139V122H292V${H_BUS - 8}`,
          value: "r",
          name: "r",
          at: [253, 114, "middle"],
        },
        { d: `M300 ${H_BUS}H338`, value: "rh", at: [320, H_BUS - 16, "middle"] },
        { d: `M386 ${H_BUS}H416`, value: "s.n", gradient: "d.a.n", quiet: true },
      ],
      dots: [DOT],
      names: NAMES,
    },
  ),
});

const equations = ({ gate, state }) => [
  gateEquation("r", gate),
  gateEquation("z", gate),
  ["m_t = r_t ⊙ h_t-1", "= #r × #h_ = #rh"],
  [
    `n_t = ${state.title} ( W_in x_t + b_in + W_hn m_t + b_hn )`,
    `= ${state.title} ( #x.n + #s.n ) = ${state.title} ( #a.n ) = #n`,
  ],
  UPDATE_EQUATION,
];

const factors = ({ gate, state }) => [
  ...UPDATE_FACTORS,
  { symbols: "∂m_t/∂h_t-1", formula: "r_t", id: "r", note: "m = r ⊙ h_t−1, which W_hn takes" },
  {
    symbols: "∂m_t/∂r_t",
    formula: "h_t-1",
    id: "h_",
    note: "what comes to m_t, and so to r_t, is a sum over all units",
  },
  slopeFactor("r", gate),
  slopeFactor("z", gate),
  slopeFactor("n", state),
];

const numbers = (phi) => (read) => {
  const v = read.state("h");
  for (const gate of ["r", "z", "n"]) Object.assign(v, read.gate(gate));
  v["n'"] = phi.state.slope(v["a.n"], v.n);
  v.rh = v.r * v.h_;
  withUpdate(v, phi);
  v["d.a.n"] = v["d.n"] * v["n'"];
  return v;
};

/** Cho's GRU with its nonlinearities; see kinds.js for what a kind is. */
export const gruResetBefore = (phi) => ({
  name: "gru_reset_before",
  circuit: circuit(phi),
  equations: equations(phi),
  factors: factors(phi),
  paths: updatePaths("‖r_t ⊙ W_hnᵀ δ_n + W_hrᵀ δ_r + W_hzᵀ δ_z‖"),
  numbers: numbers(phi),
  ...withUpdateGate(phi),
});

// The GRU in the inspector: circuit, equations, numbers and verdict.

import { buses, column, H_BUS, joined, SUM, WEIGHTS } from "../circuit_parts.js";
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
      column("r", 214, gate),
      column("n", 416, state, { recurrent: false }),
    ],
    {
      boxes: WEIGHTS,
      circles: [{ x: 330, y: SUM, sign: "⊙" }],
      wires: [
        ...buses(330, 400),
        {
          d: `M214 139V122H330V${SUM - 8}`,
          value: "r",
          name: "r",
          gradient: "d.r",
          by: ["W_hn h", "s.n"],
          at: [258, 114, "middle"],
          byAt: [252, 136],
        },
        {
          d: `M330 ${H_BUS}V${SUM + 8}`,
          value: "s.n",
          gradient: "d.s.n",
          by: ["r", "r"],
          at: [336, 217],
        },
        { d: `M338 ${SUM}H408`, value: "r*s.n", gradient: "d.a.n", at: [372, 188, "middle"] },
      ],
      dots: [DOT],
      names: NAMES,
    },
  ),
});

const equations = ({ gate, state }) => [
  gateEquation("r", gate),
  gateEquation("z", gate),
  [
    `n_t = ${state.title} ( W_in x_t + b_in + r_t ⊙ ( W_hn h_t-1 + b_hn ) )`,
    `= ${state.title} ( #x.n + #r × #s.n ) = ${state.title} ( #a.n ) = #n`,
  ],
  UPDATE_EQUATION,
];

const factors = ({ gate, state }) => [
  ...UPDATE_FACTORS,
  { symbols: "∂a_n/∂r_t", formula: "W_hn h_t-1 + b_hn", id: "s.n" },
  { symbols: "∂a_n/∂m_t", formula: "r_t", id: "r", note: "m = W_hn h + b_hn" },
  slopeFactor("r", gate),
  slopeFactor("z", gate),
  slopeFactor("n", state),
];

const numbers = (phi) => (read) => {
  const v = read.state("h");
  for (const gate of ["r", "z", "n"]) Object.assign(v, read.gate(gate));
  v["r*s.n"] = v.r * v["s.n"];
  v["a.n"] = v["x.n"] + v["r*s.n"];
  v["n'"] = phi.state.slope(v["a.n"], v.n);
  withUpdate(v, phi);
  v["d.a.n"] = v["d.n"] * v["n'"];
  v["d.r"] = v["d.a.n"] * v["s.n"];
  v["d.s.n"] = v["d.a.n"] * v.r;
  v["d.a.r"] = v["d.r"] * v["r'"];
  return v;
};

/** The GRU, with its nonlinearities; see kinds.js for what a kind is. */
export const gru = (phi) => ({
  name: "gru",
  circuit: circuit(phi),
  equations: equations(phi),
  factors: factors(phi),
  paths: updatePaths("‖W_hhᵀ δ_t‖"),
  numbers: numbers(phi),
  ...withUpdateGate(phi),
});

// The LSTM in the inspector: circuit, equations, numbers and verdict.

import { BOX, column, joined } from "../circuit_parts.js";
import { gateEquation } from "../equation_parts.js";
import {
  BY_H,
  CELL_PATH,
  DOT,
  GATE_SLOPES,
  NAMES,
  OUTPUT_EQUATION,
  STATE_FACTORS,
  stateNumbers,
  STATES,
  WITH_CELL_STATE,
  withPreactivations,
} from "./cell_state.js";

const GATES = ["f", "i", "g", "o"];

const CIRCUIT = {
  height: 274,
  ...joined(
    [
      STATES,
      column("f", 92, "σ"),
      column("i", 190, "σ"),
      column("g", 280, "tanh"),
      column("o", 380, "σ"),
    ],
    {
      wires: [
        { d: "M235 84V42", value: "ig", gradient: "d.ig", at: [241, 68] },
        {
          d: "M92 139V42",
          value: "f",
          name: "f",
          gradient: "d.f",
          by: ["c_t−1", "c_"],
          at: [98, 62],
        },
        {
          d: "M190 139V92H227",
          value: "i",
          name: "i",
          gradient: "d.i",
          by: ["g", "g"],
          at: [185, 104, "end"],
        },
        {
          d: "M280 139V92H243",
          value: "g",
          name: "g",
          gradient: "d.g",
          by: ["i", "i"],
          at: [286, 104],
        },
      ],
      dots: [DOT],
      names: [...NAMES, { text: "i", x: 160, y: BOX - 15, gate: true }],
    },
  ),
};

const EQUATIONS = [
  gateEquation("f", "σ"),
  gateEquation("i", "σ"),
  gateEquation("g", "tanh"),
  gateEquation("o", "σ"),
  ["c_t = f_t ⊙ c_t-1 + i_t ⊙ g_t", "= #f × #c_ + #i × #g = #fc + #ig = #c"],
  OUTPUT_EQUATION,
];

const FACTORS = [
  ...STATE_FACTORS,
  { symbols: "∂c_t/∂f_t", formula: "c_t-1", id: "c_" },
  { symbols: "∂c_t/∂i_t", formula: "g_t", id: "g" },
  { symbols: "∂c_t/∂g_t", formula: "i_t", id: "i" },
  ...GATE_SLOPES(GATES),
];

function numbers(read) {
  const v = stateNumbers(read, GATES);
  v.ig = v.i * v.g;
  v["d.ig"] = v["d.c"];
  v["d.f"] = v["d.c"] * v.c_;
  v["d.i"] = v["d.c"] * v.g;
  v["d.g"] = v["d.c"] * v.i;
  return withPreactivations(v, GATES);
}

const LSTM = {
  name: "lstm",
  circuit: CIRCUIT,
  equations: EQUATIONS,
  backward: [CELL_PATH, BY_H],
  factors: FACTORS,
  numbers,
  ...WITH_CELL_STATE,
};

/** The LSTM; see kinds.js for what a kind is. */
export const lstm = () => LSTM;

// The LSTM in the inspector: circuit, equations, numbers and verdict.

import { BOX, column, joined } from "../circuit_parts.js";
import { gateEquation } from "../equation_parts.js";
import {
  byH,
  CELL_PATH,
  DOT,
  gateSlopes,
  NAMES,
  outputEquation,
  stateFactors,
  stateNumbers,
  states,
  withCellState,
  withPreactivations,
} from "./cell_state.js";

const GATES = ["f", "i", "g", "o"];

const circuit = ({ gate, state }) => ({
  height: 274,
  ...joined(
    [
      states({ state }),
      column("f", 92, gate),
      column("i", 190, gate),
      column("g", 280, state),
      column("o", 380, gate),
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
});

const equations = ({ gate, state }) => [
  gateEquation("f", gate),
  gateEquation("i", gate),
  gateEquation("g", state),
  gateEquation("o", gate),
  ["c_t = f_t ⊙ c_t-1 + i_t ⊙ g_t", "= #f × #c_ + #i × #g = #fc + #ig = #c"],
  outputEquation({ state }),
];

const factors = (phi) => [
  ...stateFactors(phi),
  { symbols: "∂c_t/∂f_t", formula: "c_t-1", id: "c_" },
  { symbols: "∂c_t/∂i_t", formula: "g_t", id: "g" },
  { symbols: "∂c_t/∂g_t", formula: "i_t", id: "i" },
  ...gateSlopes(GATES, phi),
];

const numbers = (phi) => (read) => {
  const v = stateNumbers(read, GATES, phi);
  v.ig = v.i * v.g;
  v["d.ig"] = v["d.c"];
  v["d.f"] = v["d.c"] * v.c_;
  v["d.i"] = v["d.c"] * v.g;
  v["d.g"] = v["d.c"] * v.i;
  return withPreactivations(v, GATES);
};

/** The LSTM with its nonlinearities, of gates and states; see kinds.js for what a kind is. */
export const lstm = (phi) => ({
  name: "lstm",
  circuit: circuit(phi),
  equations: equations(phi),
  backward: [CELL_PATH, byH(phi)],
  factors: factors(phi),
  numbers: numbers(phi),
  ...withCellState(phi),
});

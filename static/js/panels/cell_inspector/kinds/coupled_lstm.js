// The LSTM with coupled input and forget gate (Greff et al. 2017) in the inspector: circuit,
// equations, numbers and verdict. What the LSTM's input gate does, 1 − f does here.

import { column, joined } from "../circuit_parts.js";
import { gateEquation } from "../equation_parts.js";
import { sigmoid } from "../slopes.js";
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

const GATES = ["f", "g", "o"];

const CIRCUIT = {
  height: 274,
  ...joined([STATES, column("f", 92, "σ"), column("g", 280, "tanh"), column("o", 380, "σ")], {
    boxes: [{ x: 146, y: 92, text: "1 −", width: 34 }],
    wires: [
      { d: "M235 84V42", value: "added", gradient: "d.added", at: [241, 68] },
      {
        d: "M92 139V42",
        value: "f",
        name: "f",
        gradient: "d.f",
        by: ["(c_t−1 − g)", "c/f"],
        at: [98, 62],
      },
      { d: "M92 92H129", value: "f", gradient: "d.1-f", quiet: true },
      {
        d: "M163 92H227",
        value: "1-f",
        name: "1 − f",
        gradient: "d.1-f",
        by: ["g", "g"],
        at: [195, 115, "middle"],
        byAt: [195, 128, "middle"],
      },
      {
        d: "M280 139V92H243",
        value: "g",
        name: "g",
        gradient: "d.g",
        by: ["(1 − f)", "1-f"],
        at: [286, 85],
        byAt: [286, 98],
      },
    ],
    dots: [DOT, [92, 92]],
    names: NAMES,
  }),
};

const EQUATIONS = [
  gateEquation("f", "σ"),
  gateEquation("g", "tanh"),
  gateEquation("o", "σ"),
  ["c_t = f_t ⊙ c_t-1 + ( 1 − f_t ) ⊙ g_t", "= #f × #c_ + #1-f × #g = #fc + #added = #c"],
  OUTPUT_EQUATION,
];

const BACKWARD = [
  CELL_PATH,
  ["∂ℓ/∂c_t ⊙ ( 1 − f_t )", "= #d.c × #1-f = #d.g", "goes into g_t"],
  BY_H,
];

const FACTORS = [
  ...STATE_FACTORS,
  { symbols: "∂c_t/∂f_t", formula: "c_t-1 − g_t", id: "c/f" },
  { symbols: "∂c_t/∂g_t", formula: "1 − f_t", id: "1-f" },
  ...GATE_SLOPES(GATES),
];

function numbers(read) {
  const v = stateNumbers(read, GATES);
  v["1-f"] = Number.isNaN(v["a.f"]) ? 1 - v.f : sigmoid(-v["a.f"]);
  v.added = v["1-f"] * v.g;
  v["c/f"] = v.c_ - v.g;
  v["d.added"] = v["d.c"];
  v["d.f"] = v["d.c"] * v["c/f"];
  v["d.1-f"] = v["d.c"] * v.g;
  v["d.g"] = v["d.c"] * v["1-f"];
  return withPreactivations(v, GATES);
}

const COUPLED_LSTM = {
  name: "coupled_lstm",
  circuit: CIRCUIT,
  equations: EQUATIONS,
  backward: BACKWARD,
  factors: FACTORS,
  numbers,
  ...WITH_CELL_STATE,
};

/** The coupled LSTM; see kinds.js for what a kind is. */
export const coupledLstm = () => COUPLED_LSTM;

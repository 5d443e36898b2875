// The LSTM with coupled input and forget gate (Greff et al. 2017) in the inspector: circuit,
// equations, numbers and verdict. What the LSTM's input gate does, 1 − f does here.

import { column, joined } from "../circuit_parts.js";
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

const GATES = ["f", "g", "o"];

const circuit = ({ gate, state }) => ({
  height: 274,
  ...joined(
    [states({ state }), column("f", 92, gate), column("g", 280, state), column("o", 380, gate)],
    {
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
    },
  ),
});

const equations = ({ gate, state }) => [
  gateEquation("f", gate),
  gateEquation("g", state),
  gateEquation("o", gate),
  ["c_t = f_t ⊙ c_t-1 + ( 1 − f_t ) ⊙ g_t", "= #f × #c_ + #1-f × #g = #fc + #added = #c"],
  outputEquation({ state }),
];

const backward = (phi) => [
  CELL_PATH,
  ["∂ℓ/∂c_t ⊙ ( 1 − f_t )", "= #d.c × #1-f = #d.g", "goes into g_t"],
  byH(phi),
];

const factors = (phi) => [
  ...stateFactors(phi),
  { symbols: "∂c_t/∂f_t", formula: "c_t-1 − g_t", id: "c/f" },
  { symbols: "∂c_t/∂g_t", formula: "1 − f_t", id: "1-f" },
  ...gateSlopes(GATES, phi),
];

const numbers = (phi) => (read) => {
  const v = stateNumbers(read, GATES, phi);
  v["1-f"] = phi.gate.rest(v["a.f"], v.f);
  v.added = v["1-f"] * v.g;
  v["c/f"] = v.c_ - v.g;
  v["d.added"] = v["d.c"];
  v["d.f"] = v["d.c"] * v["c/f"];
  v["d.1-f"] = v["d.c"] * v.g;
  v["d.g"] = v["d.c"] * v["1-f"];
  return withPreactivations(v, GATES);
};

/** The coupled LSTM with its nonlinearities; see kinds.js for what a kind is. */
export const coupledLstm = (phi) => ({
  name: "coupled_lstm",
  circuit: circuit(phi),
  equations: equations(phi),
  backward: backward(phi),
  factors: factors(phi),
  numbers: numbers(phi),
  ...withCellState(phi),
});

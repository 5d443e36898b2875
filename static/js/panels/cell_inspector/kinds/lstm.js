// The LSTM in the inspector: circuit, equations, numbers and verdict.

import { BOX, buses, column, H_BUS, joined, UP, WEIGHTS, X_BUS } from "../circuit_parts.js";
import { gateEquation, slopeFactor } from "../equation_parts.js";
import { sigmoidSlope, tanhSlope } from "../slopes.js";
import { twoPaths } from "../verdict_sentences.js";
import { waysBack } from "../why_sentences.js";

const CIRCUIT = {
  height: 274,
  ...joined(
    [column("f", 92, "σ"), column("i", 190, "σ"), column("g", 280, "tanh"), column("o", 380, "σ")],
    {
      boxes: [...WEIGHTS, { x: 462, y: 66, text: "tanh", slope: "c'" }],
      circles: [
        { x: 92, y: UP, sign: "⊙" },
        { x: 235, y: UP, sign: "+" },
        { x: 235, y: 92, sign: "⊙" },
        { x: 462, y: 118, sign: "⊙" },
      ],
      wires: [
        ...buses(380, 364),
        {
          d: "M34 34H84",
          value: "c_",
          gradient: "d.carry",
          by: ["f", "f"],
          at: [58, 20, "middle"],
          byAt: [58, 52, "middle"],
        },
        { d: "M100 34H227", value: "fc", gradient: "d.fc", at: [164, 26, "middle"] },
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
        { d: "M243 34H516", value: "c", name: "c", gradient: "d.c", at: [350, 26, "middle"] },
        { d: "M462 34V55", value: "c", gradient: "d.byh", quiet: true, at: [456, 52, "end"] },
        { d: "M462 77V110", value: "tanh_c", gradient: "d.tanh_c", by: ["o", "o"], at: [468, 89] },
        {
          d: "M380 139V118H454",
          value: "o",
          name: "o",
          gradient: "d.o",
          by: ["tanh c", "tanh_c"],
          at: [418, 110, "middle"],
          byAt: [386, 135],
        },
        { d: "M470 118H516", value: "h", gradient: "d.h", name: "h", at: [538, 146, "end"] },
      ],
      dots: [[462, UP]],
      names: [
        { text: "c_t−1", x: 3, y: UP + 4 },
        { text: "h_t−1", x: 3, y: H_BUS + 4 },
        { text: "x_t", x: 3, y: X_BUS + 4 },
        { text: "c_t", x: 520, y: UP + 4 },
        { text: "h_t", x: 520, y: 122 },
        { text: "f", x: 58, y: BOX - 15, gate: true },
        { text: "i", x: 160, y: BOX - 15, gate: true },
        { text: "g", x: 250, y: BOX - 15, gate: true },
        { text: "o", x: 350, y: BOX - 15, gate: true },
      ],
    },
  ),
};

const EQUATIONS = [
  gateEquation("f", "σ"),
  gateEquation("i", "σ"),
  gateEquation("g", "tanh"),
  gateEquation("o", "σ"),
  ["c_t = f_t ⊙ c_t-1 + i_t ⊙ g_t", "= #f × #c_ + #i × #g = #fc + #ig = #c"],
  ["h_t = o_t ⊙ tanh ( c_t )", "= #o × tanh ( #c ) = #o × #tanh_c = #h"],
];

const BACKWARD = [
  ["∂ℓ/∂c_t ⊙ f_t", "= #d.c × #f = #d.carry", "goes on to c_t−1 by the cell path"],
  ["∂ℓ/∂h_t ⊙ o_t ⊙ ( 1 − tanh² c_t )", "= #d.h × #h/c = #d.byh", "came to c_t by h_t"],
];

const FACTORS = [
  { symbols: "∂c_t/∂c_t-1", formula: "f_t", id: "f" },
  { symbols: "∂h_t/∂c_t", formula: "o_t ( 1 − tanh² c_t )", id: "h/c" },
  { symbols: "∂h_t/∂o_t", formula: "tanh c_t", id: "tanh_c" },
  { symbols: "∂c_t/∂f_t", formula: "c_t-1", id: "c_" },
  { symbols: "∂c_t/∂i_t", formula: "g_t", id: "g" },
  { symbols: "∂c_t/∂g_t", formula: "i_t", id: "i" },
  slopeFactor("f", "σ"),
  slopeFactor("i", "σ"),
  slopeFactor("g", "tanh"),
  slopeFactor("o", "σ"),
];

function numbers(read) {
  const v = { ...read.state("h"), ...read.state("c") };
  for (const gate of ["i", "f", "g", "o"]) Object.assign(v, read.gate(gate));
  for (const gate of ["i", "f", "o"]) v[`${gate}'`] = sigmoidSlope(v[`a.${gate}`], v[gate]);
  v["g'"] = tanhSlope(v["a.g"], v.g);
  v.fc = v.f * v.c_;
  v.ig = v.i * v.g;
  v.tanh_c = Math.tanh(v.c);
  v["c'"] = tanhSlope(v.c);
  v["h/c"] = v.o * v["c'"];
  v["d.fc"] = v["d.ig"] = v["d.c"];
  v["d.o"] = v["d.h"] * v.tanh_c;
  v["d.tanh_c"] = v["d.h"] * v.o;
  v["d.byh"] = v["d.h"] * v["h/c"];
  v["d.carry"] = v["d.c"] * v.f;
  v["d.f"] = v["d.c"] * v.c_;
  v["d.i"] = v["d.c"] * v.g;
  v["d.g"] = v["d.c"] * v.i;
  for (const gate of ["i", "f", "g", "o"]) v[`d.a.${gate}`] = v[`d.${gate}`] * v[`${gate}'`];
  return v;
}

const PATHS = [
  { id: "cell", label: "cell path", formula: "‖f_t ⊙ ∂ℓ/∂c_t‖", isNorm: true },
  {
    id: "gates",
    label: "by h_t−1 and the gates",
    formula: "‖o_t−1 ⊙ tanh′ ⊙ W_hhᵀ δ_t‖",
    isNorm: true,
  },
];

const LSTM = {
  name: "lstm",
  carrier: "c",
  circuit: CIRCUIT,
  equations: EQUATIONS,
  backward: BACKWARD,
  factors: FACTORS,
  paths: PATHS,
  numbers,
  why: waysBack({
    state: "c",
    stays: { factor: "f", id: "f" },
    other: "h",
    anew: [
      ["o", "o"],
      ["tanh′", "c'"],
    ],
  }),
  verdict: twoPaths({
    straight: { id: "cell", name: "cell path" },
    through: { id: "gates", name: "gates", part: "gates' part" },
    factor: "f_t",
    by: "by h_t−1",
    state: "c",
  }),
};

/** The LSTM; see kinds.js for what a kind is. */
export const lstm = () => LSTM;

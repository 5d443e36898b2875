// The GRU in the inspector: circuit, equations, numbers and verdict.

import { BOX, buses, column, H_BUS, joined, SUM, UP, WEIGHTS, X_BUS } from "../circuit_parts.js";
import { gateEquation, slopeFactor } from "../equation_parts.js";
import { sigmoid, sigmoidSlope, tanhSlope } from "../slopes.js";
import { twoPaths } from "../verdict_sentences.js";
import { waysBack } from "../why_sentences.js";

const CIRCUIT = {
  height: 274,
  ...joined(
    [column("z", 100, "σ"), column("r", 214, "σ"), column("n", 416, "tanh", { recurrent: false })],
    {
      boxes: [...WEIGHTS, { x: 178, y: 92, text: "1 −", width: 34 }],
      circles: [
        { x: 100, y: UP, sign: "⊙" },
        { x: 416, y: UP, sign: "+" },
        { x: 416, y: 92, sign: "⊙" },
        { x: 330, y: SUM, sign: "⊙" },
      ],
      wires: [
        ...buses(330, 400),
        {
          d: "M34 34H92",
          value: "h_",
          gradient: "d.carry",
          by: ["z", "z"],
          at: [62, 20, "middle"],
          byAt: [62, 52, "middle"],
        },
        { d: "M108 34H408", value: "zh", gradient: "d.zh", at: [258, 26, "middle"] },
        {
          d: "M100 139V42",
          value: "z",
          name: "z",
          gradient: "d.z",
          by: ["(h_t−1 − n)", "h/z"],
          at: [106, 62],
        },
        { d: "M100 92H161", value: "z", gradient: "d.1-z", quiet: true },
        {
          d: "M195 92H408",
          value: "1-z",
          name: "1 − z",
          gradient: "d.1-z",
          by: ["n", "n"],
          at: [352, 84, "middle"],
          byAt: [352, 108, "middle"],
        },
        { d: "M416 84V42", value: "zn", gradient: "d.zn", at: [422, 66] },
        {
          d: "M416 139V100",
          value: "n",
          name: "n",
          gradient: "d.n",
          by: ["(1 − z)", "1-z"],
          at: [422, 116],
        },
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
        { d: "M424 34H516", value: "h", name: "h", gradient: "d.h", at: [470, 26, "middle"] },
      ],
      dots: [[100, 92]],
      names: [
        { text: "h_t−1", x: 3, y: UP + 4 },
        { text: "h_t−1", x: 3, y: H_BUS + 4 },
        { text: "x_t", x: 3, y: X_BUS + 4 },
        { text: "h_t", x: 520, y: UP + 4 },
        { text: "z", x: 70, y: BOX - 15, gate: true },
        { text: "r", x: 184, y: BOX - 15, gate: true },
        { text: "n", x: 386, y: BOX - 15, gate: true },
      ],
    },
  ),
};

const EQUATIONS = [
  gateEquation("r", "σ"),
  gateEquation("z", "σ"),
  [
    "n_t = tanh ( W_in x_t + b_in + r_t ⊙ ( W_hn h_t-1 + b_hn ) )",
    "= tanh ( #x.n + #r × #s.n ) = tanh ( #a.n ) = #n",
  ],
  ["h_t = ( 1 − z_t ) ⊙ n_t + z_t ⊙ h_t-1", "= #1-z × #n + #z × #h_ = #zn + #zh = #h"],
];

const BACKWARD = [
  ["∂ℓ/∂h_t ⊙ z_t", "= #d.h × #z = #d.carry", "goes on to h_t−1 by the carry"],
  ["∂ℓ/∂h_t ⊙ ( 1 − z_t )", "= #d.h × #1-z = #d.n", "goes into n_t"],
];

const FACTORS = [
  { symbols: "∂h_t/∂h_t-1", formula: "z_t", id: "z" },
  { symbols: "∂h_t/∂n_t", formula: "1 − z_t", id: "1-z" },
  { symbols: "∂h_t/∂z_t", formula: "h_t-1 − n_t", id: "h/z" },
  { symbols: "∂a_n/∂r_t", formula: "W_hn h_t-1 + b_hn", id: "s.n" },
  { symbols: "∂a_n/∂m_t", formula: "r_t", id: "r", note: "m = W_hn h + b_hn" },
  slopeFactor("r", "σ"),
  slopeFactor("z", "σ"),
  slopeFactor("n", "tanh"),
];

function numbers(read) {
  const v = read.state("h");
  for (const gate of ["r", "z", "n"]) Object.assign(v, read.gate(gate));
  v["r*s.n"] = v.r * v["s.n"];
  v["a.n"] = v["x.n"] + v["r*s.n"];
  for (const gate of ["r", "z"]) v[`${gate}'`] = sigmoidSlope(v[`a.${gate}`], v[gate]);
  v["n'"] = tanhSlope(v["a.n"], v.n);
  v["1-z"] = Number.isNaN(v["a.z"]) ? 1 - v.z : sigmoid(-v["a.z"]);
  v.zh = v.z * v.h_;
  v.zn = v["1-z"] * v.n;
  v["h/z"] = v.h_ - v.n;
  v["d.zh"] = v["d.zn"] = v["d.h"];
  v["d.carry"] = v["d.h"] * v.z;
  v["d.n"] = v["d.h"] * v["1-z"];
  v["d.z"] = v["d.h"] * v["h/z"];
  v["d.1-z"] = v["d.h"] * v.n;
  v["d.a.n"] = v["d.n"] * v["n'"];
  v["d.a.z"] = v["d.z"] * v["z'"];
  v["d.r"] = v["d.a.n"] * v["s.n"];
  v["d.s.n"] = v["d.a.n"] * v.r;
  v["d.a.r"] = v["d.r"] * v["r'"];
  return v;
}

const PATHS = [
  { id: "carry", label: "carry", formula: "‖z_t ⊙ ∂ℓ/∂h_t‖", isNorm: true },
  { id: "candidate", label: "by n_t and its gates", formula: "‖W_hhᵀ δ_t‖", isNorm: true },
];

const GRU = {
  name: "gru",
  carrier: "h",
  circuit: CIRCUIT,
  equations: EQUATIONS,
  backward: BACKWARD,
  factors: FACTORS,
  paths: PATHS,
  numbers,
  why: waysBack({
    state: "h",
    stays: { factor: "z", id: "z" },
    anew: [
      ["1 − z", "1-z"],
      ["tanh′", "n'"],
    ],
  }),
  verdict: twoPaths({
    straight: { id: "carry", name: "carry" },
    through: { id: "candidate", name: "candidate", part: "candidate's part" },
    factor: "z_t",
    by: "by n_t and its gates",
    state: "h",
  }),
};

/** The GRU; see kinds.js for what a kind is. */
export const gru = () => GRU;

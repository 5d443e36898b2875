// What the two GRUs have in common in the inspector: h_t = (1 − z) ⊙ n + z ⊙ h_t−1.

import { BOX, H_BUS, UP, X_BUS } from "../circuit_parts.js";
import { twoPaths } from "../verdict_sentences.js";
import { waysBack } from "../why_sentences.js";

/** From the gates to h; the columns of z, r and n stand at x = 100, 214 and 416. */
export const UPDATE = {
  boxes: [{ x: 178, y: 92, text: "1 −", width: 34 }],
  circles: [
    { x: 100, y: UP, sign: "⊙" },
    { x: 416, y: UP, sign: "+" },
    { x: 416, y: 92, sign: "⊙" },
  ],
  wires: [
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
    { d: "M424 34H516", value: "h", name: "h", gradient: "d.h", at: [470, 26, "middle"] },
  ],
};

export const DOT = [100, 92];

export const NAMES = [
  { text: "h_t−1", x: 3, y: UP + 4 },
  { text: "h_t−1", x: 3, y: H_BUS + 4 },
  { text: "x_t", x: 3, y: X_BUS + 4 },
  { text: "h_t", x: 520, y: UP + 4 },
  { text: "z", x: 70, y: BOX - 15, gate: true },
  { text: "r", x: 184, y: BOX - 15, gate: true },
  { text: "n", x: 386, y: BOX - 15, gate: true },
];

export const UPDATE_EQUATION = [
  "h_t = ( 1 − z_t ) ⊙ n_t + z_t ⊙ h_t-1",
  "= #1-z × #n + #z × #h_ = #zn + #zh = #h",
];

export const UPDATE_BACKWARD = [
  ["∂ℓ/∂h_t ⊙ z_t", "= #d.h × #z = #d.carry", "goes on to h_t−1 by the carry"],
  ["∂ℓ/∂h_t ⊙ ( 1 − z_t )", "= #d.h × #1-z = #d.n", "goes into n_t"],
];

export const UPDATE_FACTORS = [
  { symbols: "∂h_t/∂h_t-1", formula: "z_t", id: "z" },
  { symbols: "∂h_t/∂n_t", formula: "1 − z_t", id: "1-z" },
  { symbols: "∂h_t/∂z_t", formula: "h_t-1 − n_t", id: "h/z" },
];

/** Add the numbers of h_t and its parts to those of the gates, whose sums are in `v`. */
export function withUpdate(v, { gate: phi }) {
  for (const gate of ["r", "z"]) v[`${gate}'`] = phi.slope(v[`a.${gate}`], v[gate]);
  v["1-z"] = phi.rest(v["a.z"], v.z);
  v.zh = v.z * v.h_;
  v.zn = v["1-z"] * v.n;
  v["h/z"] = v.h_ - v.n;
  v["d.zh"] = v["d.zn"] = v["d.h"];
  v["d.carry"] = v["d.h"] * v.z;
  v["d.n"] = v["d.h"] * v["1-z"];
  v["d.z"] = v["d.h"] * v["h/z"];
  v["d.1-z"] = v["d.h"] * v.n;
  v["d.a.z"] = v["d.z"] * v["z'"];
  return v;
}

/** The engine's two paths of such a cell, whose candidate has this part of the gradient. */
export const updatePaths = (candidate) => [
  { id: "carry", label: "carry", formula: "‖z_t ⊙ ∂ℓ/∂h_t‖", isNorm: true },
  { id: "candidate", label: "by n_t and its gates", formula: candidate, isNorm: true },
];

/** What `kinds.js` calls a kind, but for what sets one such cell apart from another. */
export const withUpdateGate = ({ state: { title } }) => ({
  carrier: "h",
  backward: UPDATE_BACKWARD,
  why: waysBack({
    state: "h",
    stays: { factor: "z", id: "z" },
    anew: [
      ["1 − z", "1-z"],
      [`${title}′`, "n'"],
    ],
  }),
  verdict: twoPaths({
    straight: { id: "carry", name: "carry" },
    through: { id: "candidate", name: "candidate", part: "candidate's part" },
    factor: "z_t",
    by: "by n_t and its gates",
    state: "h",
  }),
});

// What the cells with a cell state have in common in the inspector: c_t−1 that f scales, and
// h_t = o ⊙ tanh(c_t); another function may stand for tanh.

import { BOX, buses, H_BUS, nonlinearityBox, UP, WEIGHTS, X_BUS } from "../circuit_parts.js";
import { slopeFactor } from "../equation_parts.js";
import { twoPaths } from "../verdict_sentences.js";
import { waysBack } from "../why_sentences.js";

/** The lines of c and h; the columns of f, g and o stand at x = 92, 280 and 380. */
export const states = ({ state }) => ({
  boxes: [...WEIGHTS, nonlinearityBox({ x: 462, y: 66 }, state, "c'")],
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
    { d: "M243 34H516", value: "c", name: "c", gradient: "d.c", at: [350, 26, "middle"] },
    { d: "M462 34V55", value: "c", gradient: "d.byh", quiet: true, at: [456, 52, "end"] },
    { d: "M462 77V110", value: "tanh_c", gradient: "d.tanh_c", by: ["o", "o"], at: [468, 89] },
    {
      d: "M380 139V118H454",
      value: "o",
      name: "o",
      gradient: "d.o",
      by: [`${state.short} c`, "tanh_c"],
      at: [418, 110, "middle"],
      byAt: [386, 135],
    },
    { d: "M470 118H516", value: "h", gradient: "d.h", name: "h", at: [538, 149, "end"] },
  ],
});

export const DOT = [462, UP];

export const NAMES = [
  { text: "c_t−1", x: 3, y: UP + 4 },
  { text: "h_t−1", x: 3, y: H_BUS + 4 },
  { text: "x_t", x: 3, y: X_BUS + 4 },
  { text: "c_t", x: 520, y: UP + 4 },
  { text: "h_t", x: 520, y: 122 },
  { text: "f", x: 58, y: BOX - 15, gate: true },
  { text: "g", x: 250, y: BOX - 15, gate: true },
  { text: "o", x: 350, y: BOX - 15, gate: true },
];

export const outputEquation = ({ state: { title } }) => [
  `h_t = o_t ⊙ ${title} ( c_t )`,
  `= #o × ${title} ( #c ) = #o × #tanh_c = #h`,
];

export const CELL_PATH = [
  "∂ℓ/∂c_t ⊙ f_t",
  "= #d.c × #f = #d.carry",
  "goes on to c_t−1 by the cell path",
];

export const byH = ({ state }) => [
  `∂ℓ/∂h_t ⊙ o_t ⊙ ${state.slopeOf("c_t")}`,
  "= #d.h × #h/c = #d.byh",
  "came to c_t by h_t",
];

export const stateFactors = ({ state }) => [
  { symbols: "∂c_t/∂c_t-1", formula: "f_t", id: "f" },
  { symbols: "∂h_t/∂c_t", formula: `o_t ${state.slopeOf("c_t")}`, id: "h/c" },
  { symbols: "∂h_t/∂o_t", formula: state.of("c_t"), id: "tanh_c" },
];

/** The nonlinearity of a gate, or of the candidate. */
export const phiOf = (k, { gate, state }) => (k === "g" ? state : gate);

export const gateSlopes = (gates, phi) => gates.map((k) => slopeFactor(k, phiOf(k, phi)));

/** The numbers of states and gates, and of the gradients that do not depend on what c adds up. */
export function stateNumbers(read, gates, phi) {
  const v = { ...read.state("h"), ...read.state("c") };
  for (const gate of gates) Object.assign(v, read.gate(gate));
  for (const gate of gates) {
    v[`${gate}'`] = phiOf(gate, phi).slope(v[`a.${gate}`], v[gate]);
  }
  v.fc = v.f * v.c_;
  v.tanh_c = phi.state.value(v.c);
  v["c'"] = phi.state.slope(v.c, v.tanh_c);
  v["h/c"] = v.o * v["c'"];
  v["d.fc"] = v["d.c"];
  v["d.o"] = v["d.h"] * v.tanh_c;
  v["d.tanh_c"] = v["d.h"] * v.o;
  v["d.byh"] = v["d.h"] * v["h/c"];
  v["d.carry"] = v["d.c"] * v.f;
  return v;
}

/** Add ∂ℓ/∂a of each gate to the numbers, from ∂ℓ of the gate. */
export function withPreactivations(v, gates) {
  for (const gate of gates) v[`d.a.${gate}`] = v[`d.${gate}`] * v[`${gate}'`];
  return v;
}

/** What `kinds.js` calls a kind, but for what sets one such cell apart from another. */
export const withCellState = ({ state: { title } }) => ({
  carrier: "c",
  paths: [
    { id: "cell", label: "cell path", formula: "‖f_t ⊙ ∂ℓ/∂c_t‖", isNorm: true },
    {
      id: "gates",
      label: "by h_t−1 and the gates",
      formula: `‖o_t−1 ⊙ ${title}′ ⊙ W_hhᵀ δ_t‖`,
      isNorm: true,
    },
  ],
  why: waysBack({
    state: "c",
    stays: { factor: "f", id: "f" },
    other: "h",
    anew: [
      ["o", "o"],
      [`${title}′`, "c'"],
    ],
  }),
  verdict: twoPaths({
    straight: { id: "cell", name: "cell path" },
    through: { id: "gates", name: "gates", part: "gates' part" },
    factor: "f_t",
    by: "by h_t−1",
    state: "c",
  }),
});

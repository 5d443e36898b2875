// The LSTM with peepholes (Gers & Schmidhuber 2000) in the inspector: an LSTM whose gates see c.
//
// A peephole belongs to one unit alone, so that its weight can be told from what it brings: the
// frame holds p ⊙ c, and p is that divided by c. Where c is 0, as c_0 mostly is, p is not shown.

import { SUM, UP } from "../circuit_parts.js";
import { slopeFactor } from "../equation_parts.js";
import { twoPaths } from "../verdict_sentences.js";
import { waysBack } from "../why_sentences.js";
import { lstm } from "./lstm.js";

const PEEP = 210; // the line of c_t−1 between the gates' sums and the line of h_t−1
const O_LINE = 418; // where the peephole of o leaves the line of c_t

// Numbers of an LSTM's circuit that this line would run through, and those beside them.
const BESIDE = {
  o: { at: [O_LINE - 6, 112, "end"], byAt: [O_LINE + 6, 138] },
  h: { at: [538, 154, "end"] },
  g: { at: [286, 86], byAt: [286, 99] },
  "a.g": { at: [290, 186] },
  "a.o": { at: [374, 173, "end"] },
  "d.byh": { at: [468, 53] },
};

const circuit = (plain) => ({
  ...plain,
  // The box of tanh c_t ends before that line.
  boxes: plain.boxes.map((box) => (box.slope === "c'" ? { ...box, width: 82 } : box)),
  wires: [
    ...plain.wires.map((wire) => ({ ...wire, ...BESIDE[wire.value], ...BESIDE[wire.gradient] })),
    { d: `M44 ${UP}V${PEEP}H206`, bus: true },
    { d: `M108 ${PEEP}L98 ${SUM + 6}`, value: "p.f", gradient: "d.a.f", at: [112, 200] },
    { d: `M206 ${PEEP}L196 ${SUM + 6}`, value: "p.i", gradient: "d.a.i", at: [210, 200] },
    {
      d: `M${O_LINE} ${UP}V${PEEP}H396L386 ${SUM + 6}`,
      value: "p.o",
      gradient: "d.a.o",
      at: [O_LINE + 6, 200],
    },
  ],
  dots: [...plain.dots, [44, UP], [108, PEEP], [O_LINE, UP]],
});

const seeing = (k, c, { title }) => [
  `${k}_t = ${title} ( W_i${k} x_t + b_i${k} + W_h${k} h_t-1 + b_h${k} + p_${k} ⊙ ${c} )`,
  `= ${title} ( #x.${k} + #s.${k} + #p.${k} ) = ${title} ( #a.${k} ) = #${k}`,
];

const equations = (plain, { gate }) => {
  const [, , g, , c, h] = plain;
  return [
    seeing("f", "c_t-1", gate),
    seeing("i", "c_t-1", gate),
    g,
    c,
    seeing("o", "c_t", gate),
    h,
  ];
};

const backward = (plain) => [
  ...plain,
  ["∂ℓ/∂a_o ⊙ p_o", "= #d.a.o × #p_o = #d.byo", "came to c_t by its peephole into o_t"],
  ["∂ℓ/∂a_f ⊙ p_f", "= #d.a.f × #p_f = #d.byf", "goes on to c_t−1 by its peephole into f_t"],
  ["∂ℓ/∂a_i ⊙ p_i", "= #d.a.i × #p_i = #d.byi", "goes on to c_t−1 by its peephole into i_t"],
];

const factors = ({ gate, state }) => [
  {
    symbols: "∂c_t/∂c_t-1",
    formula: `f_t + p_f c_t-1 ${gate.title}′ + p_i g_t ${gate.title}′`,
    id: "c/c_",
    note: `${gate.title}′ of f_t and of i_t`,
  },
  {
    symbols: "∂h_t/∂c_t",
    formula: `o_t ${state.slopeOf("c_t")} + p_o ${state.of("c_t")} ${gate.title}′`,
    id: "h/c/o",
    note: `${gate.title}′ of o_t`,
  },
  { symbols: "∂h_t/∂o_t", formula: state.of("c_t"), id: "tanh_c" },
  { symbols: "∂c_t/∂f_t", formula: "c_t-1", id: "c_" },
  { symbols: "∂c_t/∂i_t", formula: "g_t", id: "g" },
  { symbols: "∂c_t/∂g_t", formula: "i_t", id: "i" },
  ...["f", "i"].map((k) => ({ symbols: `∂a_${k}/∂c_t-1`, formula: `p_${k}`, id: `p_${k}` })),
  { symbols: "∂a_o/∂c_t", formula: "p_o", id: "p_o" },
  slopeFactor("f", gate),
  slopeFactor("i", gate),
  slopeFactor("g", state),
  slopeFactor("o", gate),
];

/** What reads the frame as for an LSTM, but adds what a gate takes by its peephole. */
const withPeepholes = (read) => ({
  ...read,
  gate(k) {
    const v = read.gate(k);
    if (k === "g") return v;
    const p = read.part(`peephole.${k}`);
    return { ...v, [`p.${k}`]: p, [`a.${k}`]: v[`a.${k}`] + p };
  },
});

const numbers = (plain) => (read) => {
  const v = plain(withPeepholes(read));
  v.p_i = v["p.i"] / v.c_;
  v.p_f = v["p.f"] / v.c_;
  v.p_o = v["p.o"] / v.c;
  v["c/c_"] = v.f + v["p.f"] * v["f'"] + v.p_i * v.g * v["i'"];
  v["h/c/o"] = v["h/c"] + v.p_o * v.tanh_c * v["o'"];
  for (const k of ["i", "f", "o"]) v[`d.by${k}`] = v[`d.a.${k}`] * v[`p_${k}`];
  return v;
};

const paths = (plain) => [
  plain[0],
  {
    id: "peepholes",
    label: "by the peepholes of i_t and f_t",
    formula: "‖p_i ⊙ δ_i + p_f ⊙ δ_f‖",
    isNorm: true,
  },
  {
    id: "gates",
    label: "by h_t−1 and the gates",
    formula: "‖∂h_t−1/∂c_t−1 ⊙ W_hhᵀ δ_t‖",
    isNorm: true,
  },
];

const why = ({ state: { title } }) =>
  waysBack({
    state: "c",
    stays: { factor: "(f + peepholes)", id: "c/c_" },
    other: "h",
    anew: [
      ["o", "o"],
      [`${title}′`, "c'"],
    ],
  });

const VERDICT = twoPaths({
  straight: { id: "cell", name: "cell path" },
  beside: { id: "peepholes", name: "peepholes" },
  through: { id: "gates", name: "gates", part: "gates' part" },
  factor: "f_t",
  by: "by h_t−1",
  state: "c",
});

/** The LSTM with peepholes and its nonlinearities; see kinds.js for what a kind is. */
export function peepholeLstm(phi) {
  const plain = lstm(phi);
  return {
    ...plain,
    name: "peephole_lstm",
    circuit: circuit(plain.circuit),
    equations: equations(plain.equations, phi),
    backward: backward(plain.backward),
    factors: factors(phi),
    paths: paths(plain.paths),
    numbers: numbers(plain.numbers),
    why: why(phi),
    verdict: VERDICT,
  };
}

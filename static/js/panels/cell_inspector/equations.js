// What is written of a cell: its equations, with symbols and with numbers ("#…": see numbers.js),
// and the local derivatives of its nodes: {symbols, formula, id, note}.

const sum = (k, w = k) => `W_i${w} x_t + b_i${w} + W_h${w} h_t-1 + b_h${w}`;

const gate = (k, activation) => [
  `${k}_t = ${activation} ( ${sum(k)} )`,
  `= ${activation} ( #x.${k} + #s.${k} ) = ${activation} ( #a.${k} ) = #${k}`,
];

const slope = (k, name) => ({
  symbols: `∂${k}_t/∂a_${k}`,
  formula: name === "σ" ? `σ′ = ${k}_t ( 1 − ${k}_t )` : `tanh′ = 1 − ${k}_t²`,
  id: `${k}'`,
});

const LSTM = {
  equations: [
    gate("f", "σ"),
    gate("i", "σ"),
    gate("g", "tanh"),
    gate("o", "σ"),
    ["c_t = f_t ⊙ c_t-1 + i_t ⊙ g_t", "= #f × #c_ + #i × #g = #fc + #ig = #c"],
    ["h_t = o_t ⊙ tanh ( c_t )", "= #o × tanh ( #c ) = #o × #tanh_c = #h"],
  ],
  backward: [
    ["∂ℓ/∂c_t ⊙ f_t", "= #d.c × #f = #d.carry", "goes on to c_t−1 by the cell path"],
    ["∂ℓ/∂h_t ⊙ o_t ⊙ ( 1 − tanh² c_t )", "= #d.h × #h/c = #d.byh", "came to c_t by h_t"],
  ],
  factors: [
    { symbols: "∂c_t/∂c_t-1", formula: "f_t", id: "f" },
    { symbols: "∂h_t/∂c_t", formula: "o_t ( 1 − tanh² c_t )", id: "h/c" },
    { symbols: "∂h_t/∂o_t", formula: "tanh c_t", id: "tanh_c" },
    { symbols: "∂c_t/∂f_t", formula: "c_t-1", id: "c_" },
    { symbols: "∂c_t/∂i_t", formula: "g_t", id: "g" },
    { symbols: "∂c_t/∂g_t", formula: "i_t", id: "i" },
    slope("f", "σ"),
    slope("i", "σ"),
    slope("g", "tanh"),
    slope("o", "σ"),
  ],
};

const GRU = {
  equations: [
    gate("r", "σ"),
    gate("z", "σ"),
    [
      "n_t = tanh ( W_in x_t + b_in + r_t ⊙ ( W_hn h_t-1 + b_hn ) )",
      "= tanh ( #x.n + #r × #s.n ) = tanh ( #a.n ) = #n",
    ],
    ["h_t = ( 1 − z_t ) ⊙ n_t + z_t ⊙ h_t-1", "= #1-z × #n + #z × #h_ = #zn + #zh = #h"],
  ],
  backward: [
    ["∂ℓ/∂h_t ⊙ z_t", "= #d.h × #z = #d.carry", "goes on to h_t−1 by the carry"],
    ["∂ℓ/∂h_t ⊙ ( 1 − z_t )", "= #d.h × #1-z = #d.n", "goes into n_t"],
  ],
  factors: [
    { symbols: "∂h_t/∂h_t-1", formula: "z_t", id: "z" },
    { symbols: "∂h_t/∂n_t", formula: "1 − z_t", id: "1-z" },
    { symbols: "∂h_t/∂z_t", formula: "h_t-1 − n_t", id: "h/z" },
    { symbols: "∂a_n/∂r_t", formula: "W_hn h_t-1 + b_hn", id: "s.n" },
    { symbols: "∂a_n/∂m_t", formula: "r_t", id: "r", note: "m = W_hn h + b_hn" },
    slope("r", "σ"),
    slope("z", "σ"),
    slope("n", "tanh"),
  ],
};

const rnn = (name, derivative) => ({
  equations: [
    [
      `h_t = ${name} ( W_ih x_t + b_ih + W_hh h_t-1 + b_hh )`,
      `= ${name} ( #x.h + #s.h ) = ${name} ( #a.h ) = #h`,
    ],
  ],
  backward: [[`∂ℓ/∂a_t = ${name}′ ⊙ ∂ℓ/∂h_t`, "= #h' × #d.h = #d.a.h", "goes on to h_t−1 by W_hh"]],
  factors: [{ symbols: "∂h_t/∂a_t", ...derivative, id: "h'" }],
});

/** By kind of cell and, for the one without gates, its nonlinearity. */
export function writingOf(kind, nonlinearity) {
  if (kind === "lstm") return LSTM;
  if (kind === "gru") return GRU;
  return nonlinearity === "relu"
    ? rnn("ReLU", { formula: "ReLU′", note: "1 where h > 0, else 0" })
    : rnn("tanh", { formula: "tanh′ = 1 − h_t²" });
}

// Where the parts of a cell's circuit stand, in a picture 540 wide. Each wire names its forward
// value and its gradient ("…": see numbers.js), where the number stands, and the local derivative
// `by` which what it comes to scales the gradient on its way back (below the number, or at `byAt`).

const UP = 34; // the line of states
const BOX = 150; // the gates' boxes
const SUM = 196;
const H_BUS = 234;
const X_BUS = 262;

/** A gate's column: both parts, their sum, the box. */
function column(k, x, act, { recurrent = true } = {}) {
  return {
    boxes: [{ x, y: BOX, text: act, slope: `${k}'` }],
    circles: [{ x, y: SUM, sign: "+" }],
    wires: [
      ...(recurrent
        ? [
            {
              d: `M${x} ${H_BUS}V${SUM + 8}`,
              value: `s.${k}`,
              gradient: `d.a.${k}`,
              at: [x + 6, 225],
            },
          ]
        : []),
      {
        d: `M${x - 16} ${X_BUS}V${SUM + 4}L${x - 8} ${SUM}`,
        value: `x.${k}`,
        gradient: `d.a.${k}`,
        at: [x - 10, 254],
      },
      {
        d: `M${x} ${SUM - 8}V${BOX + 11}`,
        value: `a.${k}`,
        gradient: `d.a.${k}`,
        at: [x + 6, 179],
      },
    ],
  };
}

function together(columns, rest) {
  const all = [...columns, rest];
  const of = (part) => all.flatMap((each) => each[part] ?? []);
  return {
    boxes: of("boxes"),
    circles: of("circles"),
    wires: of("wires"),
    names: rest.names,
    dots: rest.dots,
  };
}

const buses = (h, x) => [
  { d: `M34 ${H_BUS}H${h}`, bus: true },
  { d: `M34 ${X_BUS}H${x}`, bus: true },
];

const LSTM = {
  height: 274,
  ...together(
    [column("f", 92, "σ"), column("i", 190, "σ"), column("g", 280, "tanh"), column("o", 380, "σ")],
    {
      boxes: [{ x: 462, y: 66, text: "tanh", slope: "c'" }],
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

const GRU = {
  height: 274,
  ...together(
    [column("z", 100, "σ"), column("r", 214, "σ"), column("n", 416, "tanh", { recurrent: false })],
    {
      boxes: [{ x: 178, y: 92, text: "1 −", width: 34 }],
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

const rnn = (name) => ({
  height: 150,
  boxes: [{ x: 360, y: 60, text: name, slope: "h'", width: 88 }],
  circles: [{ x: 214, y: 60, sign: "+" }],
  wires: [
    {
      d: "M34 60H206",
      value: "s.h",
      name: "W_hh h_t−1 + b",
      gradient: "d.a.h",
      at: [122, 50, "middle"],
    },
    {
      d: "M34 118H214V68",
      value: "x.h",
      name: "W_ih x_t + b",
      gradient: "d.a.h",
      at: [122, 108, "middle"],
    },
    { d: "M222 60H316", value: "a.h", gradient: "d.a.h", at: [268, 50, "middle"] },
    { d: "M404 60H516", value: "h", name: "h", gradient: "d.h", at: [460, 50, "middle"] },
  ],
  dots: [],
  names: [
    { text: "h_t−1", x: 3, y: 64 },
    { text: "x_t", x: 3, y: 122 },
    { text: "h_t", x: 520, y: 64 },
  ],
});

/** By kind of cell and, for the one without gates, its nonlinearity. */
export function planOf(kind, nonlinearity) {
  if (kind === "lstm") return LSTM;
  if (kind === "gru") return GRU;
  return rnn(nonlinearity === "relu" ? "ReLU" : "tanh");
}

// Parts of a circuit plan that several cells share, in a picture 540 wide.
//
// A plan is {height, boxes, circles, wires, names, dots}. A wire has its path `d`, the names of its
// forward value and of its gradient (see numbers.js; no gradient where the frame does not tell it),
// `at` where the number stands, and optionally `by`: [text, name] of the local derivative that
// scales the gradient there, written below the number or at `byAt`. `name` stands before its value,
// `gradientName` before its gradient. A wire that is `quiet` shows its number only among the
// gradients. A box that is `transposed` is a matrix: its transpose stands there on the way back; of
// another box `back` does. A plan that needs more room has it to the `left` of 0.

export const UP = 34; // the line of states
export const BOX = 150; // the gates' boxes
export const SUM = 196;
export const H_BUS = 234; // the line of h_t−1 below the gates
export const X_BUS = 262; // the line of x_t

/**
 * The box of a nonlinearity, with its slope on the way back; wider where its name is long.
 *
 * @param {{x: number, y: number}} place of its middle
 * @param {import("./nonlinearities.js").Nonlinearity} phi
 * @param {string} slope the name of its number
 */
export const nonlinearityBox = (place, { title, short }, slope) => ({
  ...place,
  text: title,
  short,
  slope,
  ...(title.length > 4 ? { width: 80 } : {}),
});

/**
 * A gate's column: what comes from h_t−1 and from x_t, their sum, and the box of its nonlinearity.
 *
 * @param {string} k the gate
 * @param {number} x
 * @param {import("./nonlinearities.js").Nonlinearity} phi
 * @param {{recurrent?: boolean, gradient?: string | null}} options without `recurrent` nothing
 *   comes straight from the line of h_t−1; `gradient` is the name of ∂ℓ/∂a_k, null where the frame
 *   does not tell it
 */
export function column(k, x, phi, { recurrent = true, gradient = `d.a.${k}` } = {}) {
  return {
    boxes: [nonlinearityBox({ x, y: BOX }, phi, `${k}'`)],
    circles: [{ x, y: SUM, sign: "+" }],
    wires: [
      ...(recurrent
        ? [
            {
              d: `M${x} ${H_BUS}V${SUM + 8}`,
              value: `s.${k}`,
              gradient,
              at: [x + 6, 225],
            },
          ]
        : []),
      {
        d: `M${x - 16} ${X_BUS}V${SUM + 4}L${x - 8} ${SUM}`,
        value: `x.${k}`,
        gradient,
        at: [x - 10, 254],
      },
      {
        d: `M${x} ${SUM - 8}V${BOX + 11}`,
        value: `a.${k}`,
        gradient,
        at: [x + 6, 179],
      },
    ],
  };
}

/** A plan of gate columns and the parts that are not in a column. */
export function joined(columns, rest) {
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

/** The weights on the lines of h_t−1 and x_t, before the first gate. */
export const WEIGHTS = [
  { x: 54, y: H_BUS, text: "W_hh", transposed: true, width: 36 },
  { x: 54, y: X_BUS, text: "W_ih", transposed: true, width: 36 },
];

/** The lines of h_t−1 and x_t, as far to the right as x = `h` and `x`. */
export const buses = (h, x) => [
  { d: `M34 ${H_BUS}H${h}`, bus: true },
  { d: `M34 ${X_BUS}H${x}`, bus: true },
];

const OUTWARDS = 26; // by which the weights make room for what normalises their products

/** A plan whose products with W_ih and W_hh are normalised, each by itself. */
export const withNorms = (circuit) => ({
  ...circuit,
  left: OUTWARDS,
  boxes: [
    ...circuit.boxes.map((box) => (WEIGHTS.includes(box) ? { ...box, x: box.x - OUTWARDS } : box)),
    ...WEIGHTS.map(({ y }) => ({ x: 61, y, text: "LN", back: "LN′", width: 24 })),
  ],
  wires: circuit.wires.map((wire) =>
    wire.bus ? { ...wire, d: wire.d.replace("M34 ", `M${34 - OUTWARDS} `) } : wire,
  ),
  names: circuit.names.map((name) =>
    WEIGHTS.some(({ y }) => name.y === y + 4) ? { ...name, x: name.x - OUTWARDS } : name,
  ),
});

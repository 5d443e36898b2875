// Where the two panels of training stand: side by side or under each other.

import { palette } from "../../canvas/palette.js";
import { font, textWidth } from "../../canvas/text.js";

const LOSS = {
  series: "loss",
  short: "loss",
  headings: [
    "loss, and its geometric mean over about 10 iterations",
    "loss and its mean over about 10 iterations",
    "loss and its mean",
  ],
};
const SECOND = {
  grad_norm: {
    series: "grad_norm",
    short: "norm",
    headings: [
      "gradient norm before clipping; marks at the bottom: clipped",
      "norm before clipping; dashes: clipped",
      "gradient norm",
    ],
  },
  reach: {
    series: "reach",
    short: "reach",
    headings: [
      "reach ‖∂ℓ/∂s_1‖ ÷ ‖∂ℓ/∂s_T‖, and its mean over about 10 iterations",
      "reach, and its mean over about 10 iterations",
      "reach and its mean",
    ],
  },
};

/** What the second panel can show. */
export const CURVES = [
  { value: "grad_norm", text: "norm", title: "Gradient norm against iterations" },
  { value: "reach", text: "reach", title: "Reach against iterations" },
];

/**
 * The panels: what each shows, its `short` name, and how its heading may be shortened.
 *
 * @param {Pick<ViewSettings, "curve">} view
 */
export const panelsOf = ({ curve }) => [LOSS, SECOND[curve]];
export const PANELS = 2;

const SIDE_BY_SIDE = 3.2; // width over height from which the panels are side by side

/**
 * The place of a chart.js view.
 *
 * @param {number} width
 * @param {number} height
 * @param {ReturnType<typeof panelsOf>} shown
 */
export function placeTraining(width, height, shown) {
  const { font: lettering, small } = palette();
  const [left, right, top, bottom, gap] = [
    small * 3.6,
    small * 1.45,
    small * 1.7,
    small * 1.9,
    small * 1.9,
  ];
  const beside = width / height > SIDE_BY_SIDE;
  const across = beside ? (width - 2 * left - 2 * right) / 2 : width - left - right;
  const high = beside ? height - top - bottom : (height - top - bottom - gap) / 2;
  const panel = { left, top, width: across, height: high, log: true, whole: true };
  const first = { ...panel, bare: !beside };
  const second = beside ? { left: 2 * left + across + right } : { top: top + high + gap };
  const panels = [first, { ...first, bare: false, ...second }];
  const heading = (each, index) => {
    const { headings } = shown[index];
    const fits = (text) => textWidth(text.replaceAll("_", ""), font(lettering, small)) < each.width;
    const text = headings.find(fits) ?? headings.at(-1);
    return { text, x: each.left, y: headingOf(each, small), align: "left" };
  };
  return {
    panels,
    titles: panels.map(heading),
    legend: { shown: false, x: width - right, y: 0, width },
  };
}

/** Middle of the line over a panel in which its heading stands. */
export const headingOf = ({ top }, small) => top - small * 0.85;

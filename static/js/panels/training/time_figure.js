// The marks of time_marks.js for Plotly, in the picture that is saved: on the page they move
// with the run, and the canvas alone has them.

import { dashes } from "../../chart/figure.js";
import { outline } from "../../chart/subplots.js";
import { badgesOf, DASH, KNOB, marksWithin, veilOf } from "./time_marks.js";

/**
 * @param {Panel[]} panels
 * @param {{iteration: number, text: string, shown: boolean}[]} marks
 * @param {{past: boolean, grip: boolean, badges: boolean}[]} looks of the panels
 * @param {(text: string, text2: string) => number} widthOf a text's width in a font
 * @returns {{traces: any[], shapes: any[], annotations: any[]}}
 */
export function timeFigure(panels, marks, looks, widthOf, palette) {
  const made = { traces: [], shapes: [], annotations: [] };
  const paper = onPaper(panels);
  panels.forEach((panel, index) => {
    const { past, grip, badges } = looks[index];
    const { left, top, width, height } = panel;
    const [right, bottom] = [left + width, top + height];
    const within = marksWithin(panel, marks);
    const now = within.find(({ shown }) => shown);
    if (past && now !== undefined) {
      const veil = veilOf(palette);
      made.shapes.push(paper.box("rect", [now.at + 1, top], [right, bottom], veil));
    }
    for (const { at, shown } of within) {
      const line = {
        color: shown ? palette.ink : palette.soft,
        width: 1,
        dash: shown ? "solid" : dashes(DASH),
      };
      made.shapes.push({ ...paper.box("line", [at + 0.5, top], [at + 0.5, bottom]), line });
    }
    if (grip && now !== undefined) {
      const [x, y] = [now.at + 0.5, top];
      const round = paper.box("circle", [x - KNOB, y - KNOB], [x + KNOB, y + KNOB], palette.ink);
      made.shapes.push({ ...round, line: { color: palette.panel, width: 1 } });
    }
    if (badges) addBadges(made, panel, within, paper, widthOf, palette);
  });
  return made;
}

function addBadges({ shapes, annotations }, panel, marks, paper, widthOf, palette) {
  const top = panel.top + panel.height + 3;
  const { badges, covered, height } = badgesOf(panel, marks, widthOf, palette);
  for (const { left, width } of covered) {
    const corner = [left + width, top - 1 + palette.small * 1.6];
    shapes.push(paper.box("rect", [left, top - 1], corner, palette.panel));
  }
  for (const { text, shown, left, width } of badges) {
    const ground = shown ? palette.ink : palette.panel;
    const badge = paper.box(
      "rect",
      [left + 0.5, top + 0.5],
      [left + width - 0.5, top + height - 0.5],
      ground,
    );
    shapes.push({ ...badge, line: { color: shown ? palette.ink : palette.soft, width: 1 } });
    annotations.push({
      ...paper.place([left + width / 2, top + height / 2]),
      text,
      xanchor: "center",
      yanchor: "middle",
      showarrow: false,
      borderpad: 0,
      font: {
        family: palette.font,
        size: palette.small - 1,
        weight: shown ? 600 : 400,
        color: shown ? palette.panel : palette.ink,
      },
    });
  }
}

/** Pixels of the chart as Plotly's paper has them: shares of the rectangle round all panels. */
function onPaper(panels) {
  const frame = outline(panels);
  const x = (left) => (left - frame.left) / (frame.right - frame.left);
  const y = (top) => (frame.bottom - top) / (frame.bottom - frame.top);
  const refs = { xref: "paper", yref: "paper" };
  return {
    place: ([left, top]) => ({ ...refs, x: x(left), y: y(top) }),
    box: (type, [left, top], [right, bottom], fillcolor) => {
      const corners = { x0: x(left), y0: y(top), x1: x(right), y1: y(bottom) };
      return { type, ...refs, ...corners, layer: "above", fillcolor, line: { width: 0 } };
    },
  };
}

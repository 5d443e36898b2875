// What one round of a vote came to: a picture, and the same in words.

import { palette } from "../../canvas/palette.js";
import { createSurface } from "../../canvas/surface.js";
import { make } from "../../ui/elements.js";
import { createBars } from "./bars.js";
import { Y_TITLE } from "./curve_field.js";
import { legend } from "./legend.js";
import { curvePlot, paintAxes, paintCurves, paintNumbers } from "./plot.js";
import { answersOf, comparison, curveRows, numberRange, summary } from "./results.js";
import { textSize } from "./text_size.js";

/**
 * @param {Question} question
 * @param {any} result of this round
 * @param {any} own answer that this page gave in it, or undefined
 * @param {string} title of the round, or ""
 * @returns {{element: HTMLElement, paint: () => void}} `paint`: the page's colours are others
 */
export function createRound(question, result, own, title) {
  const element = make("figure", "vote-round");
  if (title !== "") element.append(make("figcaption", "vote-round-title", title));
  const parts = { choice: choiceParts, number: numberParts, curve: curveParts };
  const none = answersOf(question.kind, result) === 0;
  const { body, paint } = parts[question.kind](question, result, own);
  const words = [summary(question, result), comparison(question, result)].filter(Boolean);
  element.append(make("p", "vote-summary", words.join(" ")));
  if (!none || question.truth !== undefined) element.append(...body);
  return { element, paint };
}

function choiceParts(question, result, own) {
  return { body: [createBars(question, result, own)], paint() {} };
}

function numberParts(question, result, own) {
  const { unit, truth } = question;
  const { range, below, above } = numberRange(result, truth);
  const beyond = [
    below > 0 ? `${below} further to the left` : "",
    above > 0 ? `${above} further to the right` : "",
  ].filter(Boolean);
  const title = unit === "" ? "answer" : `answer (${unit})`;
  const { area, paint } = picture(
    "vote-numbers",
    "Answers as dots on an axis",
    (context, surface) => {
      paintNumbers(
        context,
        surface,
        { result, range, own, truth, title },
        palette(),
        textSize(area),
      );
    },
  );
  const marks = legend([
    ["dots", "an answer"],
    ["median", "median"],
    ["half", "the middle half"],
    ...(own === undefined ? [] : [/** @type {[string, string]} */ (["own-dot", "your answer"])]),
    ...(truth === undefined ? [] : [/** @type {[string, string]} */ (["true", "what is true"])]),
  ]);
  const note = beyond.length === 0 ? [] : [make("p", "room-note", `${beyond.join(", ")}.`)];
  return { body: [area, marks, ...note], paint };
}

function curveParts(question, result, own) {
  const { truth } = question;
  const { area, paint } = picture(
    "vote-curves",
    "All curves over each other",
    (context, surface) => {
      const plot = curvePlot(surface, question, palette(), textSize(area));
      paintAxes(context, plot, palette(), Y_TITLE);
      paintCurves(context, plot, { result, own, truth }, palette());
    },
  );
  const marks = legend([
    ["each", "one answer"],
    ["median", "median"],
    ["half", "the middle half"],
    ...(own === undefined ? [] : [/** @type {[string, string]} */ (["own", "your curve"])]),
    ...(truth === undefined ? [] : [/** @type {[string, string]} */ (["true", "computed"])]),
  ]);
  return { body: [area, marks, numbersOf(question, result)], paint };
}

/** A canvas that paints itself, now and when its size is another. */
function picture(name, description, draw) {
  const area = make("div", `vote-picture ${name}`);
  const surface = createSurface(area, { onResize: paint });
  surface.describe(false, () => `${description}: the text beside says the same.`);
  function paint() {
    const context = surface.begin(false);
    if (context !== null) draw(context, surface);
  }
  return { area, paint };
}

/** The curves' numbers at a few places, for whoever can't see them or wants them exactly. */
function numbersOf(question, result) {
  const heads = ["t", "lower quartile", "median", "upper quartile"];
  if (question.truth !== undefined) heads.push("computed");
  const line = (tag, cells) => make("tr", "", ...cells.map((text) => make(tag, "", text)));
  const table = make(
    "table",
    "vote-table",
    make("thead", "", line("th", heads)),
    make("tbody", "", ...curveRows(question, result).map((row) => line("td", row))),
  );
  return make("details", "vote-numbers-table", make("summary", "", "As numbers"), table);
}

// What the form for a question comes to: the question, or what is wrong with it. The bounds are
// those of app/room/questions.py.

import { count } from "../../text/format.js";
import { parsed } from "../../text/typed_number.js";

const TEXT = 500; // characters
const OPTION = 200;
const OPTIONS = [2, 8];
const UNIT = 40;
const LABEL = 80;
const DECADES = [-400, 400];
const TIMESTEPS = 2000;

const length = (text) => [...text].length;
const shortened = (text) => ([...text].length > 40 ? `${[...text].slice(0, 40).join("")}…` : text);

/** The options of a choice, one a line. */
export const optionsOf = (text) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

/**
 * @param {{kind: string, text: string, options: string, unit: string, low: string, high: string,
 *   label: string}} form as it was typed
 * @param {{timesteps: number | null}} run of which a curve is asked
 * @returns {{question: AskedQuestion} | {field: string, problem: string}}
 */
export function questionOf(form, { timesteps }) {
  const text = form.text.trim();
  const wrong = (field, problem) => ({ field, problem });
  if (text === "") return wrong("text", "Write the question.");
  if (length(text) > TEXT) {
    return wrong(
      "text",
      `A question has ${TEXT} characters at most, this one ${count(length(text))}.`,
    );
  }
  if (form.kind === "choice") return choice(text, optionsOf(form.options), wrong);
  if (form.kind === "number") {
    const unit = form.unit.trim();
    if (length(unit) > UNIT) {
      return wrong("unit", `A unit has ${UNIT} characters at most, “${shortened(unit)}” more.`);
    }
    return { question: { kind: "number", text, unit } };
  }
  return curve(text, form, timesteps, wrong);
}

function choice(text, options, wrong) {
  const [least, most] = OPTIONS;
  if (options.length < least || options.length > most) {
    const found = options.length === 1 ? "there is 1" : `there are ${options.length}`;
    return wrong("options", `Give ${least} to ${most} options, one a line; ${found}.`);
  }
  const long = options.find((option) => length(option) > OPTION);
  if (long !== undefined) {
    return wrong(
      "options",
      `An option has ${OPTION} characters at most; “${shortened(long)}” has ${length(long)}.`,
    );
  }
  const twice = options.find((option, index) => options.indexOf(option) !== index);
  if (twice !== undefined) return wrong("options", `“${shortened(twice)}” stands there twice.`);
  return { question: { kind: "choice", text, options } };
}

function curve(text, form, timesteps, wrong) {
  if (timesteps === null)
    return wrong("label", "There is no run to ask of yet: wait for its first frame.");
  if (timesteps > TIMESTEPS) {
    return wrong(
      "label",
      `A curve has ${count(TIMESTEPS)} timesteps at most, this run ${count(timesteps)}.`,
    );
  }
  const [low, high] = [parsed(form.low), parsed(form.high)];
  for (const [field, value] of Object.entries({ low, high })) {
    if (!Number.isInteger(value) || Number(value) < DECADES[0] || Number(value) > DECADES[1]) {
      const end = field === "low" ? "lower" : "upper";
      return wrong(
        field,
        `The ${end} end is a whole power of ten from −400 to 400, not “${value}”.`,
      );
    }
  }
  if (Number(low) >= Number(high)) {
    return wrong(
      "high",
      `The upper end has to be above the lower one: 10^${high} is not above 10^${low}.`,
    );
  }
  return {
    question: {
      kind: "curve",
      text,
      timesteps,
      low: Number(low),
      high: Number(high),
      label: [...form.label].slice(0, LABEL).join(""),
    },
  };
}

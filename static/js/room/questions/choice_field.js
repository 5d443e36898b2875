// One of several options, as radio buttons that a thumb can hit.

import { make } from "../../ui/elements.js";
import { mathText } from "./math_text.js";

let groups = 0;

/**
 * @param {Question} question
 * @param {(option: number) => void} onChoose
 */
export function createChoiceField(question, onChoose) {
  groups += 1;
  const name = `choice-${groups}`;
  const inputs = question.options.map((_, option) => {
    const input = make("input");
    input.type = "radio";
    input.name = name;
    input.addEventListener("change", () => onChoose(option));
    return input;
  });
  const element = make(
    "div",
    "choice-field",
    ...question.options.map((text, option) =>
      make("label", "choice-option", inputs[option], mathText(text)),
    ),
  );
  element.setAttribute("role", "radiogroup");
  element.setAttribute("aria-label", "Your answer");

  return {
    element,
    paint() {},
    show(option) {
      if (inputs[option] !== undefined) inputs[option].checked = true;
    },
  };
}

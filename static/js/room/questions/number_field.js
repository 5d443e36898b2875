// A number with its unit, typed with a decimal point or comma.

import { parsed, unfinished } from "../../text/typed_number.js";
import { make, write } from "../../ui/elements.js";

const WAIT = 400; // ms after the last key

let fields = 0;

/** What is wrong with a typed number; "" if nothing is. */
export function numberProblem(text) {
  if (text.trim() === "" || unfinished(text)) return "";
  if (typeof parsed(text) === "number") return "";
  return `Give a number, such as 0.02, 0,02 or 1e-3, not “${text}”.`;
}

/**
 * @param {Question} question
 * @param {(value: number) => void} onGive
 */
export function createNumberField({ unit }, onGive) {
  fields += 1;
  const input = make("input", "number-entry");
  const error = make("p", "room-error");
  const label = make("label", "", "Your number");
  input.type = "text";
  input.inputMode = "text"; // a phone's keyboard of digits has no minus
  input.autocomplete = "off";
  input.enterKeyHint = "send";
  input.id = label.htmlFor = `number-${fields}`;
  error.id = `number-${fields}-error`;
  error.setAttribute("role", "alert");
  input.setAttribute("aria-describedby", error.id);
  let timer = 0;

  function take(text) {
    clearTimeout(timer);
    const problem = numberProblem(text);
    write(error, problem);
    input.setAttribute("aria-invalid", String(problem !== ""));
    const value = parsed(text);
    if (typeof value === "number") onGive(value);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (!unfinished(input.value)) timer = setTimeout(() => take(input.value), WAIT);
  });
  input.addEventListener("change", () => take(input.value));
  input.addEventListener("keydown", ({ key }) => key === "Enter" && take(input.value));
  const row = make("div", "room-row", label, input, make("bdi", "number-unit", unit));

  return {
    element: make("div", "number-field", row, error),
    paint() {},
    show(value) {
      if (document.activeElement !== input) input.value = String(value).replace("-", "−");
    },
  };
}

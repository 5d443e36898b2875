// A number with a button on either side: "‹ t 31 ›".

import { parsed } from "../text/typed_number.js";
import { button, make, tabs } from "./elements.js";

const KEYS = { ArrowUp: 1, ArrowDown: -1 };

/**
 * @param {string} name of what it counts
 * @param {string} symbol that stands for it
 * @param {(value: number) => void} choose is told another number, within the ends
 */
export function createStepper(name, symbol, choose) {
  let [value, low, high] = [0, 0, 0];
  const label = name.toLowerCase();
  const title = `${name[0].toUpperCase()}${name.slice(1)}`;
  const within = (wanted) => Math.min(high, Math.max(low, wanted));
  const previous = button("‹", `Previous ${label}`, () => choose(within(value - 1)));
  const next = button("›", `Next ${label}`, () => choose(within(value + 1)));
  // No number input: it drops what is not a digit, and takes "1/100" for 1100.
  const entry = make("input");
  entry.type = "text";
  entry.inputMode = "numeric";
  entry.autocomplete = "off";
  entry.setAttribute("role", "spinbutton");
  entry.setAttribute("aria-label", `${title} of the inspected cell`);
  entry.addEventListener("input", () => refuse(""));
  entry.addEventListener("change", () => {
    const wanted = parsed(entry.value);
    if (Number.isInteger(wanted)) {
      entry.value = within(wanted);
      choose(within(wanted));
    } else refuse(`${title} needs a whole number from ${low} to ${high}, not “${entry.value}”.`);
  });
  entry.addEventListener("blur", () => {
    refuse("");
    entry.value = value;
  });
  entry.addEventListener("keydown", (event) => {
    if (!Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    choose(within(value + KEYS[event.key]));
  });
  const element = tabs(name, [previous, make("span", "", symbol), entry, next]);
  element.classList.add("stepper");

  /** Have the browser show at the entry what is wrong with it; "" takes that away. */
  function refuse(sentence) {
    entry.setCustomValidity(sentence);
    if (sentence === "") entry.removeAttribute("aria-invalid");
    else entry.setAttribute("aria-invalid", "true");
    if (sentence !== "" && document.activeElement === entry) entry.reportValidity();
  }

  /** Show where it is, between the ends that it has now. */
  function render(now, least, most) {
    [low, high] = [least, most];
    // Not `disabled`, which would take the focus from whoever has come to the end by keyboard.
    previous.setAttribute("aria-disabled", String(now <= least));
    next.setAttribute("aria-disabled", String(now >= most));
    entry.setAttribute("aria-valuemin", String(least));
    entry.setAttribute("aria-valuemax", String(most));
    if (value === now && entry.value !== "") return;
    entry.value = now;
    entry.setAttribute("aria-valuenow", String(now));
    refuse("");
    value = now;
  }

  return { element, render };
}

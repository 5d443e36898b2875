// A number with a button on either side: "‹ t 31 ›".

import { button, make, tabs } from "./elements.js";

/**
 * @param {string} name of what it counts
 * @param {string} symbol that stands for it
 * @param {(value: number) => void} choose is told another number, within the ends
 */
export function createStepper(name, symbol, choose) {
  let [value, low, high] = [0, 0, 0];
  const label = name.toLowerCase();
  const within = (wanted) => Math.min(high, Math.max(low, wanted));
  const previous = button("‹", `Previous ${label}`, () => choose(within(value - 1)));
  const next = button("›", `Next ${label}`, () => choose(within(value + 1)));
  const entry = make("input");
  entry.type = "number";
  entry.setAttribute(
    "aria-label",
    `${name[0].toUpperCase()}${name.slice(1)} of the inspected cell`,
  );
  entry.addEventListener("change", () => {
    const wanted = Math.round(entry.valueAsNumber);
    if (Number.isNaN(wanted)) entry.value = value;
    else choose(within(wanted));
  });
  const element = tabs(name, [previous, make("span", "", symbol), entry, next]);
  element.classList.add("stepper");

  /** Show where it is, between the ends that it has now. */
  function render(now, least, most) {
    [low, high] = [least, most];
    // Not `disabled`, which would take the focus from whoever has come to the end by keyboard.
    previous.setAttribute("aria-disabled", String(now <= least));
    next.setAttribute("aria-disabled", String(now >= most));
    if (entry.max !== String(most)) [entry.min, entry.max] = [least, most];
    if (value !== now || entry.value === "") entry.value = now;
    value = now;
  }

  return { element, render };
}

// Small controls in a panel's head: one of a few, as tabs or as a menu.

import { button, tabs } from "./elements.js";

/**
 * Tabs of which one is pressed.
 *
 * @param {string} label of the group
 * @param {{value, text: string, title?: string, tip?: string, own?: string}[]} options `own`: a
 *   colour of its own; `tip` is shown as the meaning of a term is
 * @param {(value: any) => void} choose
 */
export function segmented(label, options, choose) {
  const element = tabs(label, []);
  let shown;
  offer(options);

  function offer(next) {
    element.replaceChildren(
      ...next.map(({ value, text, title, tip, own }) => {
        const made = button(text, null, () => choose(value));
        made.dataset.value = String(value);
        if (title !== undefined) made.title = title;
        if (tip !== undefined) made.dataset.tip = tip; // see term.js
        if (own !== undefined) made.style.setProperty("--own", own);
        return made;
      }),
    );
    shown = undefined;
  }

  /** Show which is chosen. */
  function show(value) {
    if (value === shown) return;
    shown = value;
    for (const each of element.children) {
      each.setAttribute("aria-pressed", String(each.dataset.value === String(value)));
    }
  }

  return { element, offer, show };
}

/** A menu of options `{value, text, title}`; see `segmented`. */
export function menu(label, options, choose) {
  const element = document.createElement("select");
  element.className = "view-menu";
  element.setAttribute("aria-label", label);
  element.append(
    ...options.map(({ value, text, title }) => {
      const option = document.createElement("option");
      option.value = value;
      option.textContent = text;
      option.title = title ?? "";
      return option;
    }),
  );
  element.addEventListener("change", () => choose(element.value));

  function show(value) {
    if (element.value !== value) element.value = value;
  }

  return { element, show };
}

/**
 * A fold of fields that are seldom changed. It says what is in it, opens by itself when one of them
 * gets a value that is not usual, and is remembered as it was left.
 */

import { inSentence } from "../text/format.js";

const MOST_NAMES = 3;

function remembered(key) {
  try {
    return localStorage.getItem(key) === "open";
  } catch {
    return false; // storage is switched off
  }
}

/**
 * @param {HTMLDetailsElement} element with fields inside
 * @param {string} place whose fold it is: those of one place are remembered as one
 */
export function createFold(element, place) {
  const key = `unrolled.fold.${place}.${element.dataset.fold}`;
  const names = element.querySelector(".more-names");
  const summary = element.querySelector("summary");
  let known = new Set(); // paths that have opened it

  element.open = remembered(key);
  summary.addEventListener("click", () => {
    try {
      localStorage.setItem(key, element.open ? "shut" : "open");
    } catch {
      // Storage is switched off: it stays as it is for as long as the page.
    }
  });

  return {
    element,

    /**
     * Say what is in it, and open if something in it is news.
     *
     * @param {Iterable<string>} unusual paths of fields with a value that is not the usual one
     */
    show(unusual) {
      const fields = [...element.querySelectorAll(".field")].filter((field) => !field.hidden);
      const inside = new Set(fields.map((field) => field.dataset.path));
      const news = [...unusual].filter((path) => inside.has(path));
      if (news.some((path) => !known.has(path))) element.open = true;
      known = new Set(news);
      element.hidden = fields.length === 0;
      const titles = fields.map((field) => inSentence(field.querySelector("label").textContent));
      const rest = titles.length > MOST_NAMES ? " …" : "";
      const text = `${titles.slice(0, MOST_NAMES).join(", ")}${rest}`;
      if (names.textContent !== text) names.textContent = text;
      names.title = titles.join(", ");
    },
  };
}

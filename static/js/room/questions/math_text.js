// A question's text: shown as it was typed, but that h_t has its index lowered.

import { make } from "../../ui/elements.js";

// A letter, or a few beside a ∂, with an index of one or two characters: not snake_case.
const INDEXED = /((?<![\p{L}\p{N}_])∂?[\p{L}]|\p{Lu})_([\p{L}\p{N}]{1,2})(?![\p{L}\p{N}_])/gu;

/**
 * The text in parts: [["∂ℓ/∂h", false], ["t", true]].
 *
 * @param {string} text
 * @returns {[string, boolean][]} each with whether it is an index
 */
export function indexed(text) {
  /** @type {[string, boolean][]} */
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(INDEXED)) {
    const end = found.index + found[1].length;
    parts.push([text.slice(from, end), false], [found[2], true]);
    from = found.index + found[0].length;
  }
  if (from < text.length) parts.push([text.slice(from), false]);
  return parts;
}

/** Show a text in an element; what is typed never becomes mark-up. */
export function writeMath(element, text) {
  if (element.dataset.text === text) return;
  element.dataset.text = text;
  element.replaceChildren(
    ...indexed(text).map(([part, lowered]) => (lowered ? make("sub", "", part) : part)),
  );
}

/** The text in a <bdi>, which it can't leave whichever way it is written. */
export function mathText(text, name = "") {
  const element = make("bdi", name);
  writeMath(element, text);
  return element;
}

// A place over a word of a picture, which is explained like a term in a sentence.

import { setStyle } from "./elements.js";

/**
 * @param {HTMLElement} body holds the canvas
 * @param {string} name what a reader is told that is there
 * @param {string} meaning
 */
export function termOver(body, name, meaning) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "term term-over";
  element.setAttribute("aria-label", name);
  element.dataset.tip = meaning;
  element.hidden = true;
  body.append(element);

  /**
   * Say where the word is: x of its left edge, y of its middle, in CSS pixels.
   *
   * @param {{x: number, y: number, width: number, height: number} | null} place null: not there
   */
  return function put(place) {
    if (element.hidden !== (place === null)) element.hidden = place === null;
    if (place === null) return;
    const { x, y, width, height } = place;
    const to = `translate(${Math.round(x)}px, ${Math.round(y - height / 2)}px)`;
    setStyle(element, "transform", to);
    setStyle(element, "width", `${Math.round(width)}px`);
    setStyle(element, "height", `${Math.round(height)}px`);
  };
}

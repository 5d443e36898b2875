// Where a view shows its picture: a canvas that fills it, and over it the tip that says what is
// pointed at.

import { createSurface } from "./surface.js";

/**
 * @param {HTMLElement} element the view's
 * @param {{onResize: () => void}} options as createSurface has them
 */
export function createStage(element, options) {
  const body = document.createElement("div");
  const tip = document.createElement("div");
  body.className = "view-canvas";
  tip.className = "view-tip";
  tip.hidden = true;
  element.append(body);
  const surface = createSurface(body, options);
  body.append(tip);

  return {
    body,
    surface,

    /** Say something in the tip; null: nothing is pointed at. `place` is a CSS transform. */
    tell(text, place) {
      tip.hidden = text === null;
      if (text === null) return;
      tip.textContent = text;
      tip.style.transform = place;
    },
  };
}

// What a text is about, brought into sight where the panels stand below each other.

import { upTo } from "../ui/breakpoints.js";

const GAP = 8; // px

/**
 * @param {object} elements
 * @param {HTMLElement} elements.bar which may stay at the upper edge
 * @param {HTMLElement} elements.controls
 * @param {(place: string) => HTMLElement | null} elements.panel by its id
 */
export function createBringUp({ bar, controls, panel }) {
  const narrow = matchMedia(upTo("tablet"));

  /** @param {string} place a panel, "lanes", or the path of a field */
  function find(place) {
    const isPath = place.includes(".");
    const field = isPath ? `[data-path="${CSS.escape(place)}"]` : `#${CSS.escape(place)}`;
    return panel(place) ?? /** @type {HTMLElement} */ (controls.querySelector(field));
  }

  return (/** @type {string} */ place) => {
    const found = narrow.matches ? find(place) : null;
    if (found === null) return;
    const covered = [bar];
    if (controls.contains(found)) {
      const fold = /** @type {HTMLElement} */ (controls.querySelector(".fold"));
      if (fold.getAttribute("aria-expanded") === "false") fold.click();
      const more = /** @type {HTMLDetailsElement | null} */ (found.closest("details"));
      if (more !== null) more.open = true;
      covered.push(controls.querySelector(".controls-head"));
    }
    const heights = covered
      .filter((each) => getComputedStyle(each).position === "sticky")
      .map(({ offsetHeight }) => offsetHeight);
    const room = heights.reduce((sum, height) => sum + height, GAP);
    found.style.scrollMarginTop = `${room}px`;
    found.scrollIntoView({ block: "start" });
  };
}

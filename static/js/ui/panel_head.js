// A view's place on the page: its section's subtitle and its corner for small controls.

import { withTerms } from "./term.js";
import { inTime } from "./text_clock.js";

/**
 * A function `write(live, text, whole)` for the section's `[data-subtitle]`; "_t" becomes a
 * subscript, and `whole` is what is read when it is pointed at.
 */
export function subtitle(element) {
  const target = element.closest("section")?.querySelector("[data-subtitle]");
  let wanted = { text: null, whole: null };
  let shown = null;
  const clock = inTime(() => {
    if (wanted.text === shown) return;
    shown = wanted.text;
    // Where all parts have no room, the last of them give way, each as a whole.
    const parts = wanted.text.split(/(?= · |, )/);
    target.innerHTML = parts.map((part) => `<span>${withTerms(part)}</span>`).join("");
    target.title = wanted.whole.replaceAll("_", "");
    requestAnimationFrame(markCut);
  });
  // All parts after the first one that has no room are out of sight.
  function markCut() {
    const parts = [.../** @type {HTMLCollectionOf<HTMLElement>} */ (target.children)];
    const [first] = parts;
    const inOneLine = target.clientHeight < 2 * (first?.offsetHeight ?? 0);
    const cut = parts.findIndex(
      (part) => part.offsetTop > first.offsetTop + first.offsetHeight / 2,
    );
    parts.forEach((part, k) => {
      part.classList.toggle("last-seen", inOneLine && cut > 0 && k === cut - 1);
    });
  }
  if (target) new ResizeObserver(markCut).observe(target);
  return (live, text, whole = text) => {
    wanted = { text, whole };
    if (target && text !== shown) clock.ask(!live);
  };
}

/**
 * A function `write(layer)` for words beside the section's title, which stay where the subtitle has
 * no room: which layer is shown; null where there is but one.
 */
export function layerMark(element) {
  const mark = document.createElement("span");
  mark.className = "head-layer";
  mark.hidden = true;
  mark.title = "Lanes with fewer layers show their topmost";
  element.closest("section")?.querySelector("h2")?.after(mark);
  let shown = null;
  return (layer) => {
    if (layer === shown) return;
    shown = layer;
    mark.hidden = layer === null;
    mark.textContent = layer === null ? "" : `layer ${layer}`;
  };
}

/** Where small controls of a view go: the section's `[data-tools]`, else a bar of its own. */
export function toolbar(element) {
  const own = document.createElement("div");
  own.className = "view-tools";
  const slot = element.closest("section")?.querySelector("[data-tools]");
  (slot ?? element).append(own);
  return own;
}

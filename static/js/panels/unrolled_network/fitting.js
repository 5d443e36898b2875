// Which version of the sentence in the panel's head has room there.

import { font, textWidth } from "../../canvas/text.js";

const NARROW = 582; // px: a narrower panel has three lines for it; see unrolled_network.css
const FILLED = 0.86; // of a line, where it breaks between words

/**
 * @param {HTMLElement} element within the panel
 * @returns {(versions: (() => string)[], palette: Palette) => string} the first that fits, else
 *   the last
 */
export function createFitting(element) {
  const head = element.closest("section")?.querySelector("[data-subtitle]");
  let room = Infinity;
  if (head) {
    new ResizeObserver(([{ contentRect }]) => {
      const lines = element.clientWidth <= NARROW ? 3 : 2;
      room = contentRect.width * lines * FILLED;
    }).observe(head);
  }
  return (versions, { font: family, small }) => {
    const lettering = font(family, small);
    let text = "";
    for (const version of versions) {
      text = version();
      if (textWidth(text, lettering) <= room) return text;
    }
    return text;
  };
}

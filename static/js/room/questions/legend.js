// What the lines and colours of a result mean.

import { make } from "../../ui/elements.js";

/**
 * @param {[string, string][]} entries of a mark's class and its words
 */
export function legend(entries) {
  return make(
    "ul",
    "vote-legend",
    ...entries.map(([mark, text]) => {
      const swatch = make("span", `vote-mark ${mark}`);
      swatch.setAttribute("aria-hidden", "true");
      return make("li", "", swatch, text);
    }),
  );
}

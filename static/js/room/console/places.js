// Where in a lesson the class is: numbers, no names.

import { count } from "../../text/format.js";
import { make } from "../../ui/elements.js";

/** Steps of lessons with how many are there, the fullest first. */
export const fullestFirst = (places) =>
  [...places].sort((a, b) => b.count - a.count || (a.step ?? 0) - (b.step ?? 0));

/** "forget-gate, step 3". */
export const placeText = ({ lesson, step }) => (step === null ? lesson : `${lesson}, step ${step}`);

export function createPlaces() {
  const element = make("ul", "room-places");
  element.setAttribute("aria-label", "Where in a lesson the class is");
  let shown = null;

  return {
    element,

    /** @param {ClassState["places"]} places */
    render(places) {
      const rows = fullestFirst(places);
      const now = JSON.stringify(rows);
      if (now === shown) return;
      shown = now;
      element.hidden = rows.length === 0;
      const most = Math.max(1, ...rows.map((row) => row.count));
      element.replaceChildren(
        ...rows.map((row) => {
          const fill = make("span", "vote-bar-fill");
          fill.style.inlineSize = `${(100 * row.count) / most}%`;
          const bar = make("span", "vote-bar", fill);
          bar.setAttribute("aria-hidden", "true");
          const number = make("span", "vote-count", count(row.count));
          return make("li", "", make("bdi", "", placeText(row)), bar, number);
        }),
      );
    },
  };
}

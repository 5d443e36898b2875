// The counts of a choice, as bars.

import { make } from "../../ui/elements.js";
import { mathText } from "./math_text.js";
import { percents } from "./results.js";

/**
 * @param {Question} question
 * @param {{counts: number[]}} result
 * @param {number} [own] option that was chosen on this page
 */
export function createBars({ options, truth }, { counts }, own) {
  const shares = percents(counts);
  const most = Math.max(1, ...counts);
  return make(
    "ol",
    "vote-bars",
    ...options.map((text, option) => {
      const fill = make("span", "vote-bar-fill");
      fill.style.inlineSize = `${(100 * counts[option]) / most}%`;
      const bar = make("span", "vote-bar", fill);
      bar.setAttribute("aria-hidden", "true");
      const head = make("span", "vote-option", mathText(text));
      if (option === truth) head.append(make("span", "vote-tag true", "✓ true"));
      if (option === own) head.append(make("span", "vote-tag own", "● your answer"));
      const row = make(
        "li",
        "vote-row",
        head,
        bar,
        make("span", "vote-count", `${counts[option]} · ${shares[option]} %`),
      );
      row.classList.toggle("true", option === truth);
      row.classList.toggle("own", option === own);
      return row;
    }),
  );
}

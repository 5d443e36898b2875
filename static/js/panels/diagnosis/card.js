// A finding as it stands in the panel: its sentence, what would help, where to see it.

import { html } from "../../text/format.js";
import { button, make, write } from "../../ui/elements.js";

// What is healthy, or diverged, begins its sentence with that word.
const WORDS = ["", "Note", "Problem", ""];

/**
 * @param {object} handlers
 * @param {() => void} handlers.show
 * @param {() => void} handlers.attempt
 */
export function createCard({ show, attempt }) {
  const kind = make("p", "finding-kind");
  const says = make("p", "finding-says");
  const advice = make("p", "finding-advice");
  const see = button("Show me", null, show);
  const attempting = button("", null, attempt);
  const instead = make("span", "finding-instead");
  for (const each of [see, attempting]) each.className = "small";
  const tools = make("div", "finding-tools", see, attempting, instead);
  const element = make("li", "finding", kind, says, advice, tools);

  return {
    element,

    /**
     * @param {import("./findings.js").Finding} finding
     * @param {{label: string, reason: string}} more the lane; why its remedy can't be tried, or ""
     */
    render({ severity, says: sentence, advice: help, remedy }, { label, reason }) {
      element.dataset.severity = String(severity);
      write(kind, WORDS[severity]);
      kind.hidden = WORDS[severity] === "";
      rich(says, sentence);
      rich(advice, help);
      advice.hidden = help === "";
      see.setAttribute("aria-label", `Show me: ${label}, ${sentence}`);
      const text = remedy === null ? "" : `Try ${remedy.name} in a new lane`;
      write(attempting, text === "" ? "" : `${text} (all lanes begin again)`);
      attempting.title = text === "" ? "" : `A copy of ${label} with this change alone`;
      // Not away from under the hand that has just pressed it.
      attempting.hidden =
        remedy === null || (reason !== "" && !element.contains(document.activeElement));
      attempting.setAttribute("aria-disabled", String(reason !== ""));
      write(instead, remedy === null ? "" : reason);
    },
  };
}

function rich(target, text) {
  if (target.dataset.text === text) return;
  target.dataset.text = text;
  target.innerHTML = html(text);
}

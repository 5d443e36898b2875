// What BPTT of each lane keeps, beside each other: a button a lane, which opens what it costs.

import { watching } from "../../../state/selectors.js";
import { button, make } from "../../../ui/elements.js";
import { bytes } from "./captions.js";

/**
 * @param {HTMLElement} element
 * @param {(lane: number, by: HTMLElement) => void} open
 */
export function createCostButtons(element, open) {
  const changed = watching("lanes", "along", "task");

  /** @param {Pick<Lane, "index" | "label" | "kept_bytes">} lane */
  function buttonOf({ index, label, kept_bytes: kept }) {
    const made = button("", `What BPTT of ${label} costs: it keeps ${bytes(kept)}`, () =>
      open(index, made),
    );
    made.className = "plain lane-cost";
    made.title = `${label} keeps ${bytes(kept)} for the backward pass: what BPTT costs`;
    made.style.setProperty("--lane", `var(--lane-${index})`);
    made.setAttribute("aria-haspopup", "dialog");
    made.setAttribute("aria-expanded", "false");
    made.setAttribute("aria-controls", "cost");
    made.append(make("i", "lane-cost-dot"), make("span", "", bytes(kept)));
    return made;
  }

  return {
    /** @param {State} state */
    render(state) {
      if (!changed(state)) return;
      // Lanes of the form that the run does not have yet are not known here.
      element.hidden = state.lanes.length === 0 || state.along !== null;
      element.replaceChildren(make("span", "", "keeps"), ...state.lanes.map(buttonOf));
    },
  };
}

// What BPTT of each lane keeps, beside each other: a button a lane, which opens what it costs.

import { watching } from "../../../state/selectors.js";
import { button, make } from "../../../ui/elements.js";
import { bytes, neededBytes } from "./captions.js";
import { truncationOf } from "./scene.js";

/**
 * @param {HTMLElement} element
 * @param {(lane: number, by: HTMLElement) => void} open
 */
export function createCostButtons(element, open) {
  const changed = watching("lanes", "along", "task", "recipe");
  let shown = null;

  /** @param {Lane} lane @param {number} needed */
  function buttonOf({ index, label }, needed) {
    const made = button("", `What BPTT of ${label} costs: it keeps ${bytes(needed)}`, () =>
      open(index, made),
    );
    made.className = "plain lane-cost";
    made.title = `“${label}” needs ${bytes(needed)} for the backward pass: what BPTT costs`;
    made.style.setProperty("--lane", `var(--lane-${index})`);
    made.setAttribute("aria-haspopup", "dialog");
    made.setAttribute("aria-expanded", "false");
    made.setAttribute("aria-controls", "cost");
    made.append(make("i", "lane-cost-dot"), make("span", "", bytes(needed)));
    return made;
  }

  return {
    /** @param {State} state */
    render(state) {
      if (!changed(state)) return;
      const { lanes, along, task, recipe } = state;
      // Lanes of the form that the run does not have yet are not known here.
      element.hidden = lanes.length === 0 || along !== null || task === null;
      if (element.hidden) return;
      const needed = lanes.map((lane) =>
        neededBytes(lane, task.timesteps, truncationOf(recipe, lane.index)),
      );
      const key = JSON.stringify([needed, lanes.map(({ index, label }) => [index, label])]);
      // A button that has the focus is not made anew for nothing.
      if (key === shown) return;
      shown = key;
      element.replaceChildren(
        make("span", "", "BPTT keeps"),
        ...lanes.map((lane, k) => buttonOf(lane, needed[k])),
      );
    },
  };
}

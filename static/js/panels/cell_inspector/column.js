// One inspected cell: its title, the controls that choose another cell instead, and its card.

import { scalar } from "../../frames/frame.js";
import { MOST } from "../../state/inspected_cells.js";
import { lengthOf } from "../../state/selectors.js";
import { button, make, tabs, write } from "../../ui/elements.js";
import { createStepper } from "../../ui/stepper.js";
import { tabNames } from "../../ui/tab_names.js";
import { headingOf, inReverse, nameOfCell, NO_CIRCUIT, NO_STATES, whyNoSums } from "./captions.js";
import { createCard } from "./card.js";
import { cellNumbers, reverseNumbers } from "./numbers.js";

/** @typedef {import("./kinds/kinds.js").Kind} Kind */

const PINNED = "pinned: stays while the other cell moves";

/**
 * @param {{pin: () => void, unpin: () => void, go: (change: any) => void}} handlers `go` inspects
 *   another lane, t or unit instead
 */
export function createInspectedCell({ pin: onPin, unpin: onUnpin, go }) {
  const title = make("h3");
  const pin = button("Pin", "Pin this cell", onPin);
  const unpin = button("Unpin", "Unpin", onUnpin);
  pin.className = unpin.className = "small";
  const lanes = tabs("Lane of the cell", []);
  const t = createStepper("timestep", "t", (value) => go({ t: value }));
  const unit = createStepper("unit", "unit", (value) => go({ unit: value }));
  const choice = make("div", "inspector-choice", lanes, t.element, unit.element);
  const pinnedNote = make("p", "inspector-choice note", PINNED);
  const content = make("div", "inspector-content");
  const element = make(
    "article",
    "inspector-cell",
    make("div", "inspector-title", title, pin, unpin),
    choice,
    pinnedNote,
    content,
  );
  let card = null;
  let drawn = null; // the kind of the card, or the sentence in its place
  let tabsKey = null;

  /**
   * @param {State} state
   * @param {{lane, t, unit}} cell within what the run has
   * @param {{kind: Kind | null, current: boolean, count: number}} options `kind` of the lane's
   *   cell, null if there is no circuit of it; `count` of inspected cells
   */
  function render(state, cell, { kind, current, count }) {
    const lane = state.lanes[cell.lane];
    renderTitle(state, lane, cell, current, count);
    choice.hidden = !current;
    pinnedNote.hidden = current;
    t.render(cell.t, 1, lengthOf(state));
    unit.render(cell.unit, 0, lane.hidden_size - 1);
    if (current) renderTabs(state.lanes, cell.lane);
    renderCard(state, lane, cell, kind);
  }

  /** @param {State} state */
  function renderTitle(state, lane, cell, current, count) {
    const name = nameOfCell(lane, cell, state.view);
    write(title, headingOf(state, lane, cell));
    element.setAttribute("aria-label", current ? name : `Pinned: ${name}`);
    element.style.setProperty("--lane", `var(--lane-${cell.lane})`);
    pin.hidden = !current;
    unpin.hidden = current;
    pin.disabled = count >= MOST;
    pin.title = pin.disabled ? `At most ${MOST} cells` : "Keep this cell beside the next";
    unpin.setAttribute("aria-label", `Unpin ${name}`);
  }

  function renderTabs(all, chosen) {
    const labels = all.map(({ label }) => label);
    const key = JSON.stringify([labels, chosen]);
    if (key === tabsKey) return;
    tabsKey = key;
    const names = tabNames(labels, globalThis.innerWidth);
    const focused = [...lanes.children].indexOf(document.activeElement);
    lanes.replaceChildren(
      ...labels.map((label, lane) => {
        const made = button(names[lane], label, () => go({ lane }));
        made.setAttribute("aria-pressed", String(lane === chosen));
        made.style.setProperty("--own", `var(--lane-${lane})`);
        return made;
      }),
    );
    lanes.hidden = labels.length < 2;
    lanes.children[focused]?.focus();
  }

  /** @param {State} state */
  function renderCard(state, lane, cell, kind) {
    if (kind === null) return renderSentence(NO_CIRCUIT);
    const { frame, view } = state;
    const numbers = inReverse(lane, view)
      ? reverseNumbers(frame, lane, cell, kind, state.task.timesteps)
      : cellNumbers(frame, lane, cell, kind);
    if (numbers === null) return renderSentence(NO_STATES);
    if (kind !== drawn) card = createCard(content, kind);
    drawn = kind;
    const diverged = scalar(frame, cell.lane, "diverged") > 0;
    card.render(numbers, { wires: view.wires, diverged, reason: whyNoSums(state) });
  }

  function renderSentence(text) {
    if (text !== drawn) content.replaceChildren(make("p", "inspector-missing", text));
    drawn = text;
  }

  return { element, render };
}

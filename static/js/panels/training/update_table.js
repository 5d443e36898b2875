// Updates: the third face of Training, how far the last update moved each parameter of each lane.

import { values } from "../../frames/frame.js";
import { columnTitle } from "../../state/catalogue.js";
import { shownLanes, watching } from "../../state/selectors.js";
import { beforeAnyFrame, notInFrame } from "../../state/why_missing.js";
import { logNumber } from "../../text/format.js";
import { make } from "../../ui/elements.js";
import { inTime } from "../../ui/text_clock.js";

const QUANTITY = "update_ratio";
const EXPLANATION =
  "‖Δθ‖/‖θ‖ of the update after this iteration: how far it moves a parameter, by the parameter's " +
  "own size. About 10⁻³ is usual. Far below, a parameter hardly learns; far above, it is thrown " +
  "about.";
const NOTHING_YET = ["No updates yet", "They appear with the first iteration."];

/** @param {HTMLElement} element */
export function create(element) {
  const changed = watching("frame", "lanes", "view", "past", "connection");
  const explanation = make("p", "", EXPLANATION);
  const table = document.createElement("table");
  const clock = inTime(write);
  /** @type {State} */
  let state = null;
  element.tabIndex = 0;
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", "Table of updates");
  element.append(explanation, table);

  /** @param {State} next */
  function render(next) {
    if (next.view.story !== "updates" || !changed(next)) return;
    state = next;
    clock.ask(next.run !== "playing");
  }

  function write() {
    const { parameters, lanes } = updateRatios(state);
    const missing = parameters.length > 0 ? [] : whyNoUpdates(state);
    explanation.textContent = missing.length > 0 ? missing.join(": ") : EXPLANATION;
    table.hidden = missing.length > 0;
    const head = make("tr", "", headOf("parameter θ"), ...lanes.map(({ label }) => headOf(label)));
    const rows = parameters.map((name, k) => {
      const row = make("tr", "", headOf(name, "row"));
      row.append(...lanes.map(({ logs }) => make("td", "", logNumber(logs[k]))));
      return row;
    });
    table.replaceChildren(make("thead", "", head), make("tbody", "", ...rows));
  }

  return { render };
}

function headOf(text, scope = "col") {
  const head = make("th", scope === "row" || text.endsWith("θ") ? "text" : "", text);
  head.scope = scope;
  return head;
}

/** @param {State} state */
const whyNoUpdates = (state) =>
  state.frame === null ? beforeAnyFrame(state, NOTHING_YET) : notInFrame(state);

/**
 * The ratios of the lanes that are shown, as log10; NaN for a parameter that a lane does not have.
 *
 * @param {Pick<State, "frame" | "lanes" | "view">} state
 * @returns {{parameters: string[], lanes: {label: string, logs: number[]}[]}}
 */
export function updateRatios({ frame, lanes, view }) {
  const shown = shownLanes({ lanes, view });
  const namesOf = (index) => {
    const prefix = `${index}/${QUANTITY}.`;
    const arrays = Object.keys(frame?.arrays ?? {});
    return arrays
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length));
  };
  const parameters = [...new Set(shown.flatMap(({ index }) => namesOf(index)))];
  const logsOf = (index) =>
    parameters.map((name) => values(frame, index, `${QUANTITY}.${name}`)?.[0] ?? NaN);
  return {
    parameters,
    lanes: shown.map(({ index, label }) => ({ label, logs: logsOf(index) })),
  };
}

/**
 * The same for CSV, with a row for each lane.
 *
 * @param {Pick<State, "frame" | "lanes" | "view">} state
 */
export function updateTable(state) {
  const { parameters, lanes } = updateRatios(state);
  const titles = parameters.map((name) => columnTitle(`${QUANTITY}.${name}`));
  return {
    columns: ["iteration", "lane", ...titles],
    rows: lanes.map(({ label, logs }) => [state.frame?.iteration ?? null, label, ...logs]),
  };
}

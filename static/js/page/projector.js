// The projector's mode: large type, one or two panels at a time, the controls folded to a rail; and
// one panel over the whole screen, in any mode.

import { PANELS } from "../state/view_settings.js";
import { button, make } from "../ui/elements.js";

const AT_ONCE = 2;
/** What the rail calls the panels. */
const SHORT = {
  "unrolled-network": "Network",
  "gradient-flow": "Flow",
  "inside-cell": "Cell",
  training: "Training",
  prediction: "Prediction",
};

/**
 * The panels that are shown once one of them is chosen: it joins the one that was chosen last, and
 * goes where it is there already; the last one stays.
 *
 * @param {string[]} stage
 * @param {string} panel
 */
export function chosen(stage, panel) {
  if (!stage.includes(panel)) return [...stage, panel].slice(-AT_ONCE);
  return stage.length === 1 ? stage : stage.filter((each) => each !== panel);
}

/**
 * @param {object} options
 * @param {Store} options.store
 * @param {Pick<Actions, "view">} options.actions
 * @param {HTMLElement} options.root carries the mode, for the style sheets
 * @param {Map<string, HTMLElement>} options.sections of the panels, by id
 * @param {HTMLElement} options.toggleButton
 * @param {HTMLElement} options.keys gets a button for each panel
 * @param {(on: boolean) => void} options.remember that the mode was switched on, or off
 */
export function createProjector({ store, actions, root, sections, toggleButton, keys, remember }) {
  let pointed = null; // the panel under the pointer
  let shown = "";

  const titleOf = (id) => sections.get(id).querySelector("h2").textContent;

  const choices = PANELS.map((id, place) => {
    const made = button("", titleOf(id), () => choose(place));
    made.className = "plain square stage-key";
    made.title = `${titleOf(id)} (${place + 1})`;
    made.append(
      make("span", "stage-number", String(place + 1)),
      make("span", "stage-name", SHORT[id]),
    );
    return made;
  });
  const leave = button("", "Leave the projector's mode", toggle);
  leave.className = "plain square stage-key";
  leave.title = "Leave the projector's mode (p)";
  leave.append(make("span", "stage-number", "p"), make("span", "stage-name", "Exit"));
  keys.append(...choices, leave);

  const fills = PANELS.map((id) => {
    const made = button("", null, () => fill(id));
    made.className = "fill-screen plain square";
    made.innerHTML = ICON;
    sections.get(id).querySelector(".panel-head").append(made);
    sections.get(id).addEventListener("pointerenter", () => (pointed = id));
    sections.get(id).addEventListener("pointerleave", () => (pointed = null));
    return made;
  });

  function toggle() {
    const projector = !store.state.view.projector;
    actions.view({ projector, full: null });
    remember(projector);
  }

  /** Show the panel of that place, or put it away; over the whole screen where one is. */
  function choose(place) {
    const { projector, stage, full } = store.state.view;
    if (full !== null) actions.view({ full: PANELS[place] });
    else if (projector) actions.view({ stage: chosen(stage, PANELS[place]) });
  }

  /** A panel over the whole screen, by default the one in use; none where one is already. */
  function fill(id = inUse()) {
    actions.view({ full: store.state.view.full === null ? id : null });
  }

  function inUse() {
    const { projector, stage } = store.state.view;
    const focused = PANELS.find((id) => sections.get(id).contains(document.activeElement));
    return focused ?? pointed ?? (projector ? stage[0] : PANELS[0]);
  }

  /** @param {State} state */
  function show({ view: { projector, stage, full } }) {
    const now = JSON.stringify([projector, stage, full]);
    if (now === shown) return;
    shown = now;
    if (projector) root.dataset.mode = "projector";
    else delete root.dataset.mode;
    set("stage", projector ? String(stage.length) : null);
    set("full", full);
    toggleButton.setAttribute("aria-pressed", String(projector));
    PANELS.forEach((id, place) => {
      const section = sections.get(id);
      section.toggleAttribute("data-aside", projector && !stage.includes(id));
      section.toggleAttribute("data-filling", full === id);
      choices[place].setAttribute("aria-pressed", String(stage.includes(id)));
      const words =
        full === id ? "Back to the other panels" : `${titleOf(id)} over the whole screen`;
      fills[place].setAttribute("aria-label", words);
      fills[place].title = `${words} (f)`;
    });
  }

  function set(name, value) {
    if (value === null) delete root.dataset[name];
    else root.dataset[name] = value;
  }

  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (store.state.view.full === null || document.querySelector(":modal, .menu:popover-open"))
      return;
    actions.view({ full: null });
  });
  toggleButton.addEventListener("click", toggle);
  store.subscribe(show);
  show(store.state);

  return { toggle, choose, fill: () => fill() };
}

const ICON = `<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"
  focusable="false"><path d="M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10" fill="none"
  stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

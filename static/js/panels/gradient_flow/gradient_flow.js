// Gradient flow: what travels back through time, as norms by timestep, as the matrix of which loss
// teaches which timestep, as the spectrum of the weights that it passes through, or what would
// travel back if some of its paths were closed; and the dynamics that these weights make.

import { shownLanes } from "../../state/selectors.js";
import { layerMark, subtitle, toolbar } from "../../ui/panel_head.js";
import { tabNames } from "../../ui/tab_names.js";
import { menu, segmented } from "../../ui/tabs.js";
import { create as createDynamics } from "./dynamics/dynamics.js";
import { Extremes } from "./norms/extremes.js";
import { create as createNorms } from "./norms/norms.js";
import { OPTIONS, quantityOf } from "./norms/quantities.js";
import { create as createSource } from "./source/source.js";
import { create as createSpectrum } from "./spectrum/spectrum.js";
import { create as createWhatIf } from "./what_if/what_if.js";

const FACES = {
  norms: createNorms,
  source: createSource,
  spectrum: createSpectrum,
  dynamics: createDynamics,
  what_if: createWhatIf,
};
const NAMES = [
  { value: "norms", text: "Norms", title: "Norms by timestep, of every lane" },
  { value: "source", text: "Source", title: "Which loss teaches which timestep" },
  { value: "spectrum", text: "Spectrum", title: "Eigenvalues of the recurrent weights" },
  { value: "dynamics", text: "Dynamics", title: "The state's path, and where it would stay" },
  { value: "what_if", text: "What if", title: "The gradient with paths switched off" },
];
const RANGES = [
  {
    value: "recent",
    text: "axis: now",
    tip: "The vertical axis spans what is drawn now, and changes with it.",
  },
  {
    value: "all",
    text: "all time",
    tip:
      "The vertical axis spans all that was drawn in this run, so that iterations can be " +
      "compared by eye. The lines stay those of one iteration.",
  },
];
const NARROW = 900; // px: how the lanes' names are cut, since the head is shared

/** @param {Pick<ViewSettings, "flow">} view */
const faceOf = ({ flow }) => (Object.hasOwn(FACES, flow) ? flow : "norms");

/** @param {HTMLElement} element @param {Actions} actions */
export function create(element, actions) {
  const write = subtitle(element);
  const writeLayer = layerMark(element);
  const tools = toolbar(element);
  const extremes = new Extremes();
  const made = new Map(); // faces by name, each since it was first shown
  const quantities = Object.entries(OPTIONS).map(([value, { option }]) => ({
    value,
    text: option,
  }));
  const choices = {
    quantity: menu("Quantity", quantities, (quantity) => actions.view({ quantity })),
    range: segmented("Range of the axis", RANGES, (range) => actions.view({ range })),
    lane: segmented("Lane", [], (lane) => actions.watch({ lane })),
    face: segmented("Face", NAMES, (flow) => actions.view({ flow })),
  };
  tools.append(...Object.values(choices).map((choice) => choice.element));
  const section = element.closest("section");
  let current = null;
  /** @type {Lane[]} */
  let lanesShown = null;

  /** @param {State} state */
  function render(state) {
    extremes.see(state);
    const name = faceOf(state.view);
    show(name);
    renderTools(name, state);
    const { face } = made.get(name);
    face.render(state);
    writeLayer(layerOf(name, state));
    section?.classList.toggle("gradient-flow-plain", face.plain?.() ?? false);
    write(state.run === "playing" && name === current, ...face.headline());
    current = name;
  }

  /**
   * The layer that a face shows, or null if all that it shows have but one.
   *
   * @param {any} name
   * @param {Pick<State, "lanes" | "watch" | "view">} state
   */
  function layerOf(name, { lanes, watch, view }) {
    const seen =
      name === "norms"
        ? shownLanes({ lanes, view })
        : lanes.filter(({ index }) => index === watch.lane);
    const most = Math.max(1, ...seen.map(({ num_layers: layers }) => layers));
    return most === 1 ? null : Math.min(watch.layer, most - 1);
  }

  /** Show one face; the others keep their place, size and state. */
  function show(name) {
    if (!made.has(name)) {
      const host = document.createElement("div");
      host.className = "flow-face";
      element.append(host);
      const face = FACES[name](host, actions, { extremes });
      made.set(name, { host, face });
      // First, so that nothing moves when more of them appear.
      if (face.tools !== undefined) tools.prepend(face.tools);
    }
    if (name === current) return;
    for (const [each, { host, face }] of made) {
      if (face.tools !== undefined) face.tools.hidden = each !== name;
      host.classList.toggle("away", each !== name);
      host.inert = each !== name;
    }
  }

  /** @param {any} name @param {Pick<State, "view" | "lanes" | "watch">} state */
  function renderTools(name, { view, lanes, watch }) {
    const { quantity, range, lane, face } = choices;
    face.show(name);
    quantity.show(quantityOf(view.quantity));
    range.show(view.range === "all" ? "all" : "recent");
    if (lanesShown !== lanes) {
      lanesShown = lanes;
      const names = tabNames(
        lanes.map(({ label }) => label),
        NARROW,
      );
      lane.offer(
        lanes.map(({ index, label }, k) => {
          return { value: index, text: names[k], title: label, own: `var(--lane-${index})` };
        }),
      );
    }
    lane.show(watch.lane);
    if (name === current) return;
    quantity.element.hidden = range.element.hidden = name !== "norms";
    lane.element.hidden = name === "norms";
  }

  return { render, exports: () => made.get(current)?.face.exports() ?? null };
}

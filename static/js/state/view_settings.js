// Which panels are open, and how: one flat object of JSON values, so that a link can hold it.

import { isWhole, same } from "../text/json.js";
import { viewsOf } from "./catalogue.js";
import { readInspected } from "./inspected_cells.js";
import { readColors } from "./lane_hues.js";

/** @type {Readonly<ViewSettings>} what a plain visit sees */
export const USUAL = Object.freeze({
  flow: "norms", // the face of Gradient flow: norms, source, spectrum
  quantity: "dh_norm", // of norms: dh_norm, dc_norm, dW_hh_norm, jacobian_gain
  range: "recent", // of the axis of norms: recent, all
  gate: null, // of the spectrum, by its name
  zoom: null, // the heatmap that fills Inside the cell, by its symbol
  cells: "lane", // whose cells Inside the cell shows: lane (the watched one), all
  sort: "index", // the units of the heatmaps: index, memory
  story: "curves", // the face of Training: curves, lanes, updates
  inspect: [], // cells that are inspected: {lane, t, unit}; all but the last are pinned
  wires: "values", // on the wires of their circuits: values, gradients
  hidden: [], // lanes that are not shown, by index
  colors: [], // the hue of each lane, where they are not by place: see lane_hues.js
});

const CHOICES = {
  flow: ["norms", "source", "spectrum"],
  quantity: ["dh_norm", "dc_norm", "dW_hh_norm", "jacobian_gain"],
  range: ["recent", "all"],
  cells: ["lane", "all"],
  wires: ["values", "gradients"],
  sort: ["index", "memory"],
  story: ["curves", "lanes", "updates"],
};

/** Of each list, which of its entries make sense; `inspect` and `colors` have readers. */
const ENTRIES = { hidden: isWhole };

/** @typedef {Pick<ViewSettings, "flow" | "quantity" | "story" | "inspect" | "zoom">} Faces */

/**
 * What each face reads: the engine knows by which views such arrays are asked for.
 *
 * @type {{isOpen: (view: Faces) => boolean, arrays: (view: Faces) => string[]}[]}
 */
const NEEDS = [
  { isOpen: () => true, arrays: () => ["h", "prediction"] },
  { isOpen: ({ flow }) => flow === "source", arrays: () => ["source"] },
  { isOpen: ({ flow }) => flow === "spectrum", arrays: () => ["spectrum.*"] },
  { isOpen: ({ flow }) => flow === "norms", arrays: ({ quantity }) => [quantity] },
  { isOpen: ({ story }) => story === "updates", arrays: () => ["update_ratio.*"] },
  { isOpen: ({ inspect }) => inspect.length > 0, arrays: () => ["input.*", "example.dh"] },
  { isOpen: ({ zoom }) => zoom !== null, arrays: () => ["dead"] },
];

/**
 * The settings of `view` that differ from the usual ones.
 *
 * @param {ViewSettings} view
 * @returns {Partial<ViewSettings>}
 */
export function unusual(view) {
  return Object.fromEntries(
    Object.entries(view).filter(([key, value]) => !same(value, USUAL[key])),
  );
}

/**
 * The view settings of a link; values that make no sense are left out.
 *
 * @param {Partial<ViewSettings>} [given]
 * @returns {ViewSettings}
 */
export function viewOf(given) {
  const taken = Object.entries(given ?? {}).filter(([key, value]) => makesSense(key, value));
  const view = { ...USUAL, ...Object.fromEntries(taken) };
  return { ...view, inspect: readInspected(view.inspect), colors: readColors(view.colors) };
}

const kindOf = (value) => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

function makesSense(key, value) {
  if (!Object.hasOwn(USUAL, key)) return false;
  if (Object.hasOwn(CHOICES, key)) return CHOICES[key].includes(value);
  if (Object.hasOwn(ENTRIES, key)) return Array.isArray(value) && value.every(ENTRIES[key]);
  const usual = kindOf(USUAL[key]);
  return usual === "null" ? ["null", "string"].includes(kindOf(value)) : kindOf(value) === usual;
}

/**
 * The views that the server has to compute for what is open (`Watch.views`).
 *
 * @param {Faces} view
 */
export function neededFor(view) {
  const faces = NEEDS.filter(({ isOpen }) => isOpen(view));
  return viewsOf(faces.flatMap(({ arrays }) => arrays(view)));
}

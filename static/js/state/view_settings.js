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
  lesson: null, // the lesson and its step that is due, as lessons/progress.js writes them
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

/**
 * What decides on what a frame has to hold: the view settings, the watched lane, the panels that
 * are far off the screen, and whether the run plays.
 *
 * @typedef {object} Sight
 * @property {ViewSettings} view
 * @property {number} lane
 * @property {string[]} [away]
 * @property {boolean} [live]
 */

/**
 * What each face reads, of the watched lane or of every lane: the engine knows by which views such
 * arrays are asked for. The colours of `source` hold for all lanes.
 *
 * @type {{panel: string, isOpen: (view: ViewSettings) => boolean,
 *   arrays: (view: ViewSettings) => string[], ofEvery: (sight: Sight) => boolean}[]}
 */
const NEEDS = [
  { panel: "unrolled-network", isOpen: always, arrays: () => ["h"], ofEvery: always },
  { panel: "prediction", isOpen: always, arrays: () => ["prediction"], ofEvery: always },
  { panel: "inside-cell", isOpen: always, arrays: () => ["gate.*"], ofEvery: byMemoryOfAll },
  { panel: "inside-cell", isOpen: showsAll, arrays: () => ["h"], ofEvery: always },
  {
    panel: "inside-cell",
    isOpen: ({ zoom }) => zoom !== null,
    arrays: () => ["dead"],
    ofEvery: isHidden,
  },
  {
    panel: "gradient-flow",
    isOpen: ({ flow }) => flow === "source",
    arrays: () => ["source"],
    ofEvery: always,
  },
  {
    panel: "gradient-flow",
    isOpen: ({ flow }) => flow === "spectrum",
    arrays: () => ["spectrum.*"],
    ofEvery: always,
  },
  {
    panel: "gradient-flow",
    isOpen: ({ flow }) => flow === "norms",
    arrays: ({ quantity }) => [quantity],
    ofEvery: always,
  },
  {
    panel: "training",
    isOpen: ({ story }) => story === "updates",
    arrays: () => ["update_ratio.*"],
    ofEvery: always,
  },
  {
    panel: "cell-inspector",
    isOpen: ({ inspect }) => inspect.length > 0,
    arrays: () => ["gate.*", "input.*", "example.dh"],
    ofEvery: ({ view, lane }) => view.inspect.some((cell) => cell.lane !== lane),
  },
];

function always() {
  return true;
}

/** @param {ViewSettings} view */
function showsAll({ cells }) {
  return cells === "all";
}

/**
 * Another lane is shown in the place of the watched one.
 *
 * @param {Sight} sight
 */
function isHidden({ view, lane }) {
  return view.hidden.includes(lane);
}

/**
 * The units of other lanes are shown too, and gates say in which order.
 *
 * @param {Sight} sight
 */
function byMemoryOfAll(sight) {
  return isHidden(sight) || (showsAll(sight.view) && sight.view.sort === "memory");
}

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
 * What the server has to compute, as its `Watch` has it. Of a run that plays, frame after frame,
 * that is what can be seen; at rest it is what is open of every lane, so that all of them can be
 * looked at, scrolled to, saved and printed.
 *
 * @param {Sight} sight
 */
export function neededFor(sight) {
  const { view, lane, away = [], live = false } = sight;
  const open = NEEDS.filter(({ isOpen }) => isOpen(view));
  const viewsFor = (faces) => viewsOf(faces.flatMap(({ arrays }) => arrays(view)));
  if (!live) return { lane: null, views: viewsFor(open), others: [] };
  const seen = open.filter(({ panel }) => !away.includes(panel));
  return {
    lane,
    views: viewsFor(seen),
    others: viewsFor(seen.filter(({ ofEvery }) => ofEvery(sight))),
  };
}

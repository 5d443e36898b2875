// Which panels are open, and how: one flat object of JSON values, so that a link can hold it.

import { isWhole, same } from "../text/json.js";
import { viewsOf } from "./catalogue.js";
import { readInspected } from "./inspected_cells.js";
import { readColors } from "./lane_hues.js";

/** The panels by their ids, in the page's order. */
export const PANELS = Object.freeze([
  "unrolled-network",
  "gradient-flow",
  "inside-cell",
  "training",
  "prediction",
]);

/** @type {Readonly<ViewSettings>} what a plain visit sees */
export const USUAL = Object.freeze({
  flow: "norms", // the face of Gradient flow: norms, source, spectrum, dynamics, what_if
  quantity: "dh_norm", // of norms: dh_norm, dc_norm, dW_hh_norm, jacobian_gain
  range: "recent", // of the axis of norms: recent, all
  off: [], // of what_if: names of the paths that are off
  cut: 0, // of what_if: the timestep before which the gradient is cut; 0: nowhere
  gate: null, // of the spectrum, by its name
  directions: "1·2", // of the dynamics: which main directions
  zoom: null, // the heatmap that fills Inside the cell, by its symbol
  half: "forward", // of a lane that reads in both directions: forward, reverse
  cells: "lane", // whose cells Inside the cell shows: lane (the watched one), all
  sort: "index", // the units of the heatmaps: index, memory
  story: "curves", // the face of Training: curves, lanes, updates, landscape
  curve: "grad_norm", // what the second chart of its curves shows: grad_norm, reach
  plane: "parameters", // of the landscape: parameters, random, updates, cliff
  relief: "contour", // its look: contour, surface
  first: null, // its two weights, as "weight_hh_l0[3, 5]"; null: those that the engine chooses
  second: null,
  extent: null, // how far it reaches on either side; null: as far as the engine chooses
  draw: 0, // which random directions
  inspect: [], // cells that are inspected: {lane, t, unit}; all but the last are pinned
  wires: "values", // on the wires of their circuits: values, gradients
  diagnosis: false, // whether the diagnosis is open
  hidden: [], // lanes that are not shown, by index
  lesson: null, // the lesson and its step that is due, as lessons/progress.js writes them
  projector: false, // large type, one or two panels at a time, the controls folded
  stage: ["unrolled-network", "gradient-flow"], // the panels that the projector shows
  full: null, // the panel over the whole screen
  colors: [], // the hue of each lane, where they are not by place: see lane_hues.js
});

/** What a landscape begins with: the directions and the range that the engine chooses. */
export const LANDSCAPE_ANEW = Object.freeze({
  first: USUAL.first,
  second: USUAL.second,
  extent: USUAL.extent,
  draw: USUAL.draw,
});

const CHOICES = {
  flow: ["norms", "source", "spectrum", "dynamics", "what_if"],
  directions: ["1·2", "1·3", "2·3", "1·2·3"],
  quantity: ["dh_norm", "dc_norm", "dW_hh_norm", "jacobian_gain"],
  range: ["recent", "all"],
  half: ["forward", "reverse"],
  cells: ["lane", "all"],
  wires: ["values", "gradients"],
  sort: ["index", "memory"],
  story: ["curves", "lanes", "updates", "landscape"],
  curve: ["grad_norm", "reach"],
  plane: ["parameters", "random", "updates", "cliff"],
  relief: ["contour", "surface"],
  full: [null, ...PANELS],
};

/** What belongs to a screen and not to what is looked at: another recipe leaves it as it is. */
const OF_THE_SCREEN = ["projector", "stage", "full"];

/** Of each number, which make sense. */
const NUMBERS = {
  cut: isWhole,
  draw: isWhole,
  extent: (value) => value === null || (Number.isFinite(value) && value > 0),
};

/** Of each list, which of its entries make sense; `inspect` and `colors` have readers. */
const ENTRIES = {
  hidden: isWhole,
  off: (path) => typeof path === "string",
  stage: (each) => PANELS.includes(each),
};

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
 *   arrays: (view: ViewSettings) => string[], ofEvery: (sight: Sight) => boolean,
 *   says?: string}[]} `says` is a view that brings text
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
    isOpen: ({ flow }) => flow === "dynamics",
    arrays: () => ["plane.axes", "gate.*"],
    ofEvery: isHidden,
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
  {
    panel: "diagnosis",
    isOpen: ({ diagnosis }) => diagnosis,
    arrays: () => [],
    says: "diagnosis",
    ofEvery: always,
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
 * The views that a frame would have to hold of a lane to show all that is open, and does not.
 *
 * @param {Frame} frame
 * @param {Lane} lane
 * @param {ViewSettings} view
 */
export function missingIn(frame, lane, view) {
  const names = Object.keys(frame.arrays);
  const open = NEEDS.filter(({ isOpen }) => isOpen(view));
  const unsaid = open
    .flatMap(({ says }) => says ?? [])
    .filter((text) => !(`${lane.index}/${text}` in frame.text));
  const missing = open
    .flatMap(({ arrays }) => arrays(view))
    .filter((array) => isOf(lane, array))
    .filter((array) => {
      const full = `${lane.index}/${array}`;
      if (!full.endsWith("*")) return !(full in frame.arrays);
      return !names.some((name) => name.startsWith(full.slice(0, -1)));
    });
  return [...viewsOf(missing), ...unsaid];
}

/** Whether a lane can have an array: not every cell has gates, or a cell state. */
function isOf({ gate_names: gates, state_names: states }, array) {
  if (array === "gate.*") return gates.length > 0;
  return array !== "dc_norm" || states.includes("c");
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
  const { stage } = view;
  if (stage.length < 1 || stage.length > 2) view.stage = [...USUAL.stage];
  return { ...view, inspect: readInspected(view.inspect), colors: readColors(view.colors) };
}

/**
 * The settings of a screen alone.
 *
 * @param {ViewSettings} view
 */
export function ofTheScreen({ projector, stage, full }) {
  return { projector, stage, full };
}

/**
 * The settings without those of the screen, which each has for itself.
 *
 * @param {ViewSettings} view
 * @returns {Partial<ViewSettings>}
 */
export function forAnyScreen(view) {
  return Object.fromEntries(Object.entries(view).filter(([key]) => !OF_THE_SCREEN.includes(key)));
}

const kindOf = (value) => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

function makesSense(key, value) {
  if (!Object.hasOwn(USUAL, key)) return false;
  if (Object.hasOwn(CHOICES, key)) return CHOICES[key].includes(value);
  if (Object.hasOwn(NUMBERS, key)) return NUMBERS[key](value);
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
  const viewsFor = (faces) => [
    ...viewsOf(faces.flatMap(({ arrays }) => arrays(view))),
    ...faces.flatMap(({ says }) => says ?? []),
  ];
  if (!live) return { lane: null, views: viewsFor(open), others: [] };
  const seen = open.filter(({ panel }) => !away.includes(panel));
  return {
    lane,
    views: viewsFor(seen),
    others: viewsFor(seen.filter(({ ofEvery }) => ofEvery(sight))),
  };
}

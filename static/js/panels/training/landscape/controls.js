// What the landscape is chosen with: the plane, the lane, what belongs to the plane, and the look.

import { LANDSCAPE_ANEW } from "../../../state/view_settings.js";
import { button, make, write } from "../../../ui/elements.js";
import { menu, segmented } from "../../../ui/tabs.js";
import { roleOf } from "./captions.js";
import { entryOf } from "./request.js";

const PLANES = [
  { value: "parameters", text: "two weights", title: "All other weights stay as they are" },
  { value: "random", text: "two random directions", title: "Each row as long as the weights'" },
  { value: "updates", text: "the last updates", title: "Their two main directions" },
  { value: "cliff", text: "the cliff (Pascanu)", title: "Not this run: the paper's one unit" },
];
const LOOKS = [
  { value: "contour", text: "Contour" },
  { value: "surface", text: "Surface", title: "In three dimensions, drawn at rest" },
];
const DISTANCES = ["0.01", "0.1", "1", "10"].map((value) => ({ value, text: `±${value}` }));
const TO_THE_STEP = { value: "step", text: "the step", title: "So that the step can be seen" };
/** How far pictures may reach; of the plane of the last updates, as far as those by default. */
const RANGES = [{ value: "usual", text: "±1" }, TO_THE_STEP, ...DISTANCES].filter(
  ({ value }) => value !== "1",
);
const RANGES_OF_UPDATES = [{ value: "usual", text: "all updates" }, TO_THE_STEP, ...DISTANCES];
const rangesOf = (plane) => (plane === "updates" ? RANGES_OF_UPDATES : RANGES);
const BEYOND_STEP = 2.5; // how much farther than the step's end one looks
const EXAMPLE = "A weight is written as weight_hh_l0[3, 5] or readout.bias[0].";
const LEAST = 1e-6;
const MOST = 1e3;

/**
 * How far a picture reaches on either side.
 *
 * @param {string} range of the menu
 * @param {import("./scene.js").LandscapeScene | null} scene the one that is shown
 * @returns {number | null} null: as the engine chooses
 */
export function extentOf(range, scene) {
  if (range === "usual") return null;
  if (range !== "step") return Number(range);
  if (scene === null) return null;
  const { at, steps } = scene;
  const ends = steps.at(-1).to.map((end, axis) => Math.abs(end - at[axis]));
  const wanted = BEYOND_STEP * Math.max(...ends);
  if (!(wanted > 0)) return null;
  return Math.min(MOST, Math.max(LEAST, Number(wanted.toPrecision(2))));
}

/** What the menu calls a range; one that it has no number for is that of a step. */
function rangeOf(extent, plane) {
  const value = String(extent);
  if (rangesOf(plane).some((each) => each.value === value)) return value;
  return value === "1" ? "usual" : "step";
}

/**
 * @param {Pick<Actions, "view" | "watch">} actions
 * @param {() => import("./scene.js").LandscapeScene | null} sceneNow
 */
export function createControls(actions, sceneNow) {
  const plane = menu("Along", PLANES, (value) => {
    range.show("usual");
    actions.view({ ...LANDSCAPE_ANEW, plane: value });
  });
  const look = segmented("Look", LOOKS, (relief) => actions.view({ relief }));
  const lane = menu("Lane", [], (index) => actions.watch({ lane: Number(index) }));
  const range = menu("Range of the landscape", RANGES, (value) => {
    actions.view({ extent: extentOf(value, sceneNow()) });
  });
  const seed = button("Other directions", null, () => actions.view({ draw: drawn + 1 }));
  const weights = ["first", "second"].map((name) => createEntry(name, actions));
  const along = make("label", "landscape-choice", "along ", plane.element);
  const far = make("label", "landscape-choice", "range ", range.element);
  lane.element.title = "The lane whose landscape is shown, here and inside the cell";
  const pair = make("div", "landscape-weights", ...weights.map(({ element }) => element));
  const element = make("div", "landscape-choices", along, far, seed, pair);
  const head = [lane.element, look.element];
  seed.className = "small";
  /** @type {Lane[]} */
  let lanesShown = null;
  let drawn = 0;
  let ranges = RANGES;

  /**
   * @param {Pick<State, "view" | "lanes" | "watch">} state
   * @param {string[]} names of the weights that are shown
   * @param {Lane} [of] whose weights they are
   */
  function render({ view, lanes, watch }, names, of) {
    drawn = view.draw;
    plane.show(view.plane);
    look.show(view.relief);
    if (lanesShown !== lanes) {
      lanesShown = lanes;
      lane.element.replaceChildren(
        ...lanes.map(({ index, label }) => new Option(label, String(index))),
      );
    }
    lane.show(String(watch.lane));
    lane.element.hidden = view.plane === "cliff" || lanes.length < 2;
    far.hidden = view.plane === "cliff";
    seed.hidden = view.plane !== "random";
    pair.hidden = view.plane !== "parameters";
    weights.forEach((each, k) => {
      const name = names[k] ?? "";
      each.render(view[each.name], name, of === undefined ? "" : roleOf(name, of));
    });
    renderRange(view);
  }

  function renderRange({ plane: along, extent }) {
    if (rangesOf(along) !== ranges) {
      ranges = rangesOf(along);
      range.element.replaceChildren(...ranges.map(({ value, text }) => new Option(text, value)));
    }
    range.show(extent === null ? "usual" : rangeOf(extent, along));
  }

  return { element, head, render };
}

/** An entry for a weight's name and index. */
function createEntry(name, actions) {
  const entry = make("input", "landscape-weight");
  entry.type = "text";
  entry.spellcheck = false;
  entry.autocomplete = "off";
  entry.setAttribute("aria-label", `${name === "first" ? "First" : "Second"} weight`);
  const error = make("p", "landscape-error");
  error.id = `landscape-${name}-error`;
  error.setAttribute("aria-live", "polite");
  entry.setAttribute("aria-describedby", error.id);
  const does = make("p", "landscape-role");
  const element = make("div", "", entry, does, error);
  let shown = null;
  entry.addEventListener("change", () => {
    const typed = entry.value.trim();
    const wanted = typed === "" ? null : entryOf(typed);
    const wrong = typed !== "" && wanted === null;
    entry.setAttribute("aria-invalid", String(wrong));
    write(error, wrong ? EXAMPLE : "");
    if (!wrong) actions.view({ [name]: wanted });
  });

  /** Show the weight that was chosen, or else the one that the engine chose. */
  function render(wanted, found, role) {
    write(does, role);
    const text = wanted ?? found;
    if (text === shown) return;
    shown = text;
    if (document.activeElement !== entry || entry.getAttribute("aria-invalid") !== "true") {
      entry.value = text;
    }
  }

  return { name, element, render };
}

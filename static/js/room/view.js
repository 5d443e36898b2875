// What a lecturer looks at, as her page tells it to those of the class.

import { fromFragment, toFragment } from "../recipe/link.js";
import { forAnyScreen, viewOf } from "../state/view_settings.js";
import { same, wholeOrNull } from "../text/json.js";

const NO_RECIPE = /** @type {any} */ ({ recipe: {}, tasks: {} });

/**
 * @param {State} state
 * @returns {ClassView}
 */
export function viewFrom({ view, watch, selection, pinned, cursor, past }) {
  const place = {
    pinned: pinned?.iteration ?? null,
    cursor: selection,
    watch,
    view: forAnyScreen(view),
  };
  return { link: toFragment({}, NO_RECIPE, place), cursor, past };
}

/**
 * What the lecturer looks at, in the words of the state; null where a message makes no sense.
 *
 * @param {unknown} view
 * @returns {ClassLook | null}
 */
export function stateOf(view) {
  if (typeof view !== "object" || view === null) return null;
  const { link, cursor, past } = /** @type {ClassView} */ (view);
  if (typeof link !== "string") return null;
  const { place } = fromFragment(link);
  /** @type {ClassLook} */
  const look = {
    settings: forAnyScreen(viewOf(place.view)),
    selection: placeOf(place.cursor),
    cursor: placeOf(cursor),
    past: wholeOrNull(past),
    pinned: wholeOrNull(place.pinned),
  };
  const { lane, layer, example } = { ...place.watch };
  if ([lane, layer, example].every((each) => wholeOrNull(each) !== null)) {
    look.watch = { lane, layer, example };
  }
  return look;
}

/**
 * The parts of a look, and of its settings, that differ from those of an earlier one.
 *
 * @param {ClassLook} look
 * @param {ClassLook | null} before null: nothing was seen yet, and everything is new
 * @returns {Partial<Omit<ClassLook, "settings">> & {settings?: Partial<ViewSettings>}}
 */
export function changedOf(look, before) {
  if (before === null) return look;
  const { settings, ...others } = differing(look, before);
  return settings === undefined
    ? others
    : { ...others, settings: differing(look.settings, before.settings) };
}

function differing(values, before) {
  const changed = Object.entries(values).filter(([name, value]) => !same(value, before[name]));
  return Object.fromEntries(changed);
}

/** @returns {Place} */
function placeOf(place) {
  return { t: wholeOrNull(place?.t), unit: wholeOrNull(place?.unit) };
}

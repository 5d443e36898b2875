// What lanes have in common and what they do not, in words.

import { differingFields, laneValues } from "../../recipe/lanes.js";
import { same } from "../../text/json.js";

/**
 * The lane before lane `index` that has the same settings; -1 if there is none.
 *
 * @param {Recipe} recipe
 */
export function twinOf(recipe, index) {
  const names = Object.keys(recipe.base);
  const settings = (lane) => {
    const values = laneValues(recipe, lane);
    return names.map((name) => values[name] ?? null);
  };
  const own = settings(index);
  return recipe.lanes.findIndex((_, lane) => lane < index && same(settings(lane), own));
}

/**
 * That lane `index` is as one before it; `labelOf(lane)` names it. "" if it is not.
 *
 * @param {Recipe} recipe
 */
export function likeness(recipe, index, labelOf) {
  const twin = twinOf(recipe, index);
  if (twin === -1) return "";
  // What was changed while it ran may have set them apart.
  return recipe.tweaks.length > 0
    ? `now with the settings of ${labelOf(twin)}`
    : `identical to ${labelOf(twin)} until a setting differs`;
}

/**
 * The end of the lanes' heading: what differs between them; `titles` of the fields, by name.
 *
 * @param {Recipe} recipe
 */
export function whatDiffers(recipe, titles) {
  if (recipe.lanes.length < 2) return "";
  const differing = differingFields(recipe, Object.keys(recipe.base)).map(
    (name) => titles[name] ?? name,
  );
  if (differing.length === 0) return " — all alike";
  if (differing.length === 1) return ` — only ${differing[0]} differs`;
  if (differing.length === 2) return ` — ${differing.join(" and ")} differ`;
  return ` — ${differing.length} settings differ`;
}

// A recipe and a place in its run as the fragment of a link, and back.

import { withoutMarks } from "../text/direction.js";
import { isObject, same } from "../text/json.js";

const KEY = "recipe";
const PLACE = ["at", "pinned", "cursor", "watch", "view"];
const NUMBERS = ["at", "pinned"]; // of a place; the others are objects

/**
 * The fields of `recipe` that differ from the defaults: the part that a link has to carry.
 *
 * @param {Recipe} recipe
 * @param {Pick<Facts, "recipe" | "tasks">} defaults
 * @returns {PartialRecipe}
 */
export function difference(recipe, defaults) {
  const { task, base, lanes, tweaks, ...rest } = recipe;
  /** @type {PartialRecipe} */
  const small = differing(rest, defaults.recipe);
  if (task) {
    const usual = defaults.tasks[task.name] ?? {};
    const own = differing(task, usual);
    if (task.name !== defaults.recipe.task.name) small.task = { name: task.name, ...own };
    else if (Object.keys(own).length > 0) small.task = own;
  }
  if (base) {
    const own = differing(base, defaults.recipe.base);
    if (Object.keys(own).length > 0) small.base = own;
  }
  if (lanes && !same(lanes, defaults.recipe.lanes)) small.lanes = lanes;
  if (tweaks?.length > 0) small.tweaks = tweaks.map(withoutNullLane);
  return small;
}

function differing(values, usual) {
  const own = Object.entries(values).filter(([key, value]) => !same(value, usual[key]));
  return Object.fromEntries(own);
}

function withoutNullLane({ lane, ...tweak }) {
  return lane === null || lane === undefined ? tweak : { lane, ...tweak };
}

/**
 * JSON as a part of a URL's fragment, readable where a URL allows it. What is left as
 * it is by encodeURIComponent and may end a link in a mail program, or be taken for emphasis, is
 * escaped too.
 */
function written(value) {
  const json = encodeURIComponent(JSON.stringify(value)).replace(/[!'()*~]/g, escaped);
  return json.replaceAll("%3A", ":").replaceAll("%2C", ",");
}

const escaped = (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;

/**
 * A recipe, and what is looked at of its run, as the fragment of a URL.
 *
 * @param {PartialRecipe} recipe
 * @param {Pick<Facts, "recipe" | "tasks">} defaults
 * @param {LinkPlace} [place] what is left out or null is not written
 */
export function toFragment(recipe, defaults, place = {}) {
  const small = isComplete(recipe) ? difference(recipe, defaults) : recipe;
  const parts = PLACE.filter((name) => place[name] !== undefined && place[name] !== null);
  const own = parts.map((name) => `&${name}=${written(place[name])}`);
  return `#${KEY}=${written(small)}${own.join("")}`;
}

/**
 * Whether a recipe has all of its parts, as the server sends it; a link may leave out any.
 *
 * @param {PartialRecipe} recipe
 * @returns {recipe is Recipe}
 */
function isComplete(recipe) {
  const { task, base, lanes, tweaks } = recipe;
  const lists = Array.isArray(lanes) && Array.isArray(tweaks) && tweaks.every(isObject);
  return isObject(task) && isObject(base) && lists;
}

/**
 * Read a URL's fragment.
 *
 * @param {string} fragment
 * @returns {{recipe: PartialRecipe | null, place: LinkPlace, problem: string | null}} no recipe and
 *   no problem if there is none; of the place, what can be read and is of the right kind
 */
export function fromFragment(fragment) {
  const parts = fragment.replace(/^#/, "").split("&");
  const isPlace = (part) => PLACE.some((name) => part.startsWith(`${name}=`));
  /** @type {LinkPlace} */
  const place = {};
  for (const part of parts.filter(isPlace)) {
    const at = part.indexOf("=");
    const name = part.slice(0, at);
    const value = readable(part.slice(at + 1));
    if (NUMBERS.includes(name) ? Number.isInteger(value) : isObject(value)) place[name] = value;
  }
  // Whoever writes a link by hand may leave an "&" in its recipe as it is.
  const others = parts.filter((part) => !isPlace(part));
  const first = others.findIndex((part) => part.startsWith(`${KEY}=`));
  if (first < 0) return { recipe: null, place, problem: null };
  const recipe = readable(
    others
      .slice(first)
      .join("&")
      .slice(KEY.length + 1),
  );
  if (isObject(recipe)) return { recipe: withPlainNames(recipe), place, problem: null };
  return {
    recipe: null,
    place: {},
    problem: "This link is damaged: its recipe cannot be read. Here is the default recipe.",
  };
}

/**
 * The server refuses names with characters that turn the text beside them; an older link that has
 * such a name opens all the same.
 *
 * @param {PartialRecipe} recipe
 * @returns {PartialRecipe}
 */
function withPlainNames(recipe) {
  if (!Array.isArray(recipe.lanes)) return recipe;
  const lanes = recipe.lanes.map((lane) =>
    typeof lane?.name === "string" ? { ...lane, name: withoutMarks(lane.name) } : lane,
  );
  return { ...recipe, lanes };
}

function readable(text) {
  try {
    return JSON.parse(decodeURIComponent(text));
  } catch {
    return undefined;
  }
}

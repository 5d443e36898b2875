/**
 * Recipes as the page handles them: plain objects in, plain objects out.
 *
 * `defaults` is what the server wrote into the page: `{recipe, tasks}`, the recipe of the first
 * demonstration and the defaults of every task by name. No default is known here.
 */

const KEY = "recipe";
const PLACE = ["at", "pinned", "cursor", "watch", "view"];
const NUMBERS = ["at", "pinned"]; // of a place; the others are objects

/** Compare two JSON values. */
export function same(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
  );
}

/** What of `recipe` is not as it would be anyway: the part that a link has to carry. */
export function difference(recipe, defaults) {
  const { task, base, lanes, tweaks, ...rest } = recipe;
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

/** JSON as a part of a URL's fragment, readable where a URL allows it. */
function written(value) {
  const json = JSON.stringify(value);
  return encodeURIComponent(json).replaceAll("%3A", ":").replaceAll("%2C", ",");
}

/**
 * A recipe, and what is looked at of its run, as the fragment of a URL.
 *
 * @param {object} [place] {at: iteration, pinned: iteration, cursor: {t, unit},
 *   watch: {lane, layer, example}, view: object}; what is left out or null is not written
 */
export function toFragment(recipe, defaults, place = {}) {
  const parts = PLACE.filter((name) => place[name] !== undefined && place[name] !== null);
  const own = parts.map((name) => `&${name}=${written(place[name])}`);
  return `#${KEY}=${written(difference(recipe, defaults))}${own.join("")}`;
}

/**
 * Read a URL's fragment.
 *
 * @returns {{recipe: object|null, place: object, problem: string|null}} no recipe and no problem if
 *   there is none; of the place, what can be read and is of the right kind
 */
export function fromFragment(fragment) {
  const parts = fragment.replace(/^#/, "").split("&");
  const isPlace = (part) => PLACE.some((name) => part.startsWith(`${name}=`));
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
  const recipe = readable(others.slice(first).join("&").slice(KEY.length + 1));
  if (isObject(recipe)) return { recipe, place, problem: null };
  return {
    recipe: null,
    place: {},
    problem: "This link is damaged: its recipe cannot be read. Here is the default recipe.",
  };
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

function readable(text) {
  try {
    return JSON.parse(decodeURIComponent(text));
  } catch {
    return undefined;
  }
}

/** The recipe of a run that branches off at an iteration: with the tweaks up to there. */
export function forkedAt(recipe, iteration) {
  return { ...recipe, tweaks: recipe.tweaks.filter((tweak) => tweak.iteration <= iteration) };
}

/** Whether two recipes give the same run up to before the update of an iteration. */
export function sameUpTo(one, other, iteration) {
  const before = (recipe) => forkedAt(recipe, iteration - 1);
  return same(before(one), before(other));
}

/**
 * The values in force when iteration `iteration` is about to be computed.
 *
 * @returns {object} the recipe with the tweaks up to there folded into base and lanes, and none left
 */
export function folded(recipe, iteration = Infinity) {
  const base = { ...recipe.base };
  const lanes = recipe.lanes.map((lane) => ({ ...lane }));
  const due = recipe.tweaks.filter((tweak) => tweak.iteration <= iteration);
  due.sort((a, b) => a.iteration - b.iteration);
  for (const { lane, changes } of due) Object.assign(lanes[lane ?? -1] ?? base, changes);
  return { ...recipe, base, lanes, tweaks: [] };
}

/** The hyperparameters of lane `index`: the base and what the lane overrides. */
export function laneValues(recipe, index) {
  return { ...recipe.base, ...recipe.lanes[index] };
}

/** The value at a dotted path; undefined if nothing is there. */
export function valueAt(recipe, path) {
  return path.split(".").reduce((part, key) => part?.[key], recipe);
}

/**
 * A copy of `recipe` with other values.
 *
 * @param {Iterable<[string, unknown]>} values dotted path and value; undefined takes the field away
 */
export function withValues(recipe, values) {
  const copy = structuredClone(recipe);
  for (const [path, value] of values) {
    const keys = path.split(".");
    const last = keys.pop();
    const place = keys.reduce((part, key) => part?.[key], copy);
    if (typeof place !== "object" || place === null) continue;
    if (value === undefined) delete place[last];
    else place[last] = value;
  }
  return copy;
}

/** The names among `knobs` that are not the same in all lanes. */
export function differingKnobs(recipe, knobs) {
  const values = recipe.lanes.map((_, index) => laneValues(recipe, index));
  return knobs.filter((knob) => values.some((each) => !same(each[knob], values[0][knob])));
}

/** The names among `knobs` that every lane overrides, so that the shared value rules nobody. */
export function overriddenKnobs(recipe, knobs) {
  return knobs.filter((knob) => recipe.lanes.every((lane) => Object.hasOwn(lane, knob)));
}

/** Whether a field matters, its `when` read against the values of one lane or of several. */
export function matters(when, ...candidates) {
  return candidates.some((values) =>
    Object.entries(when).every(([name, allowed]) => allowed.includes(values[name])),
  );
}

/** One more lane: a copy of the last one, so that one difference can then be set. */
export function withLane(recipe) {
  const { name, ...last } = recipe.lanes.at(-1);
  return { ...recipe, lanes: [...recipe.lanes, last] };
}

/** One lane more: a copy of lane `index` right after it, but for its name, which is one lane's own. */
export function withCopy(recipe, index) {
  const { name, ...copy } = recipe.lanes[index];
  return { ...recipe, lanes: recipe.lanes.toSpliced(index + 1, 0, copy) };
}

/** One lane less. */
export function withoutLane(recipe, index) {
  return { ...recipe, lanes: recipe.lanes.filter((_, each) => each !== index) };
}

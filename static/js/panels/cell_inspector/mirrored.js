// A kind of cell as it stands in a half that reads from the end: what comes before t is t + 1.

/** @typedef {import("./kinds/kinds.js").Kind} Kind */

/** @type {WeakMap<Kind, Kind>} */
const made = new WeakMap();

/**
 * The kind with t + 1 in the place of t − 1, in its circuit, equations and tables; the same object
 * each time.
 *
 * @param {Kind} kind
 * @returns {Kind}
 */
export function mirrored(kind) {
  if (!made.has(kind)) made.set(kind, { ...turned(kind), name: kind.name, reverse: true });
  return made.get(kind);
}

function turned(part) {
  if (typeof part === "string") return part.replace(/t ?[-−] ?1/g, ahead);
  if (Array.isArray(part)) return part.map(turned);
  if (part === null || typeof part !== "object") return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, turned(value)]));
}

const ahead = (before) => before.replace(/[-−]/, "+");

// JSON values that may be anything, as a link brings them: compared, and checked for their kind.
// Whole numbers count from 0, as indices, timesteps and iterations do.

export const isWhole = (value) => Number.isInteger(value) && value >= 0;

export const wholeOrNull = (value) => (isWhole(value) ? value : null);

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

export const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Numbers as people type them: with a decimal point or a decimal comma. */

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const THOUSANDS = /^[+-]?[1-9]\d{0,2},\d{3}$/;
const TYPED = /^[\d.,eE+\-−]$/;

/** The text with a point for a decimal comma; 1,000, which has two meanings, as it is. */
export function withPoint(text) {
  if (THOUSANDS.test(text) || text.split(",").length !== 2 || text.includes(".")) return text;
  return text.replace(",", ".");
}

/** The number that is typed, or else the text itself, for the server to refuse. */
export function parsed(text) {
  const plain = withPoint(text.trim()).replace("−", "-");
  const number = NUMBER.test(plain) ? Number(plain) : NaN;
  return Number.isFinite(number) ? number : text;
}

/** Whether a key that was pressed has no business in a number. */
export function foreign({ key, ctrlKey, metaKey, altKey }) {
  return key.length === 1 && !ctrlKey && !metaKey && !altKey && !TYPED.test(key);
}

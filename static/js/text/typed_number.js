/**
 * Numbers as people type them: with a decimal point or a decimal comma, thousands set apart by
 * spaces. A text that could mean two numbers, such as 1,000, is none.
 */

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const IN_THOUSANDS = /^[+-]?\d{1,3}( \d{3})+(?!\d)/;
const TWO_MEANINGS = /^[+-]?[1-9]\d{0,2},\d{3}(?!\d)/;
const ON_THE_WAY_TO_TWO_MEANINGS = /^[+-]?[1-9]\d{0,2},\d{0,2}$/;
const BEGINNING = /^[+-]?[\d ]*[.,]?\d*(e[+-]?)?$/i;

const SPACES = /[\u00a0\u2009\u202f\u3000]/g;
const MINUSES = /[\u2212\u2013]/g; // minus sign and en dash
const FULL_WIDTH = /[\uff01-\uff5e]/g; // of the ASCII characters, as East Asian keyboards type them
const TO_ASCII = 0xff01 - 0x21;

/** The same characters as ASCII has them, without spaces around. */
function plain(text) {
  return text
    .replace(FULL_WIDTH, (sign) => String.fromCharCode(sign.charCodeAt(0) - TO_ASCII))
    .replace(SPACES, " ")
    .replace(MINUSES, "-")
    .trim();
}

/** The text with a point for its decimal comma; as it is where that has two meanings. */
export function withPoint(text) {
  const comma = text.split(",").length === 2 && !text.includes(".");
  return comma && !TWO_MEANINGS.test(text) ? text.replace(",", ".") : text;
}

/**
 * The number that a text means, or else the text itself, for the server to refuse.
 *
 * @param {string} text "0.02", "0,02", ",5", "1e-3", "1 000", "−3"
 * @returns {number | string}
 */
export function parsed(text) {
  const pointed = withPoint(plain(text));
  const joined = IN_THOUSANDS.test(pointed) ? pointed.replaceAll(" ", "") : pointed;
  const number = NUMBER.test(joined) ? Number(joined) : NaN;
  return Number.isFinite(number) ? number : text;
}

/** Whether more has to be typed before it is known which number is meant: "1,", "1,0", "1e-". */
export function unfinished(text) {
  const typed = plain(text);
  if (ON_THE_WAY_TO_TWO_MEANINGS.test(typed)) return true;
  if (TWO_MEANINGS.test(typed)) return false;
  return typed !== "" && BEGINNING.test(typed) && typeof parsed(typed) === "string";
}

/** Whether a key begins no number: a letter or space, meant for the page and not for the field. */
export function beginsNoNumber({ key, ctrlKey, metaKey, altKey }) {
  return /^[\p{L} ]$/u.test(key) && !/^[eE]$/.test(key) && !ctrlKey && !metaKey && !altKey;
}

/**
 * The whole number that a text means, where the page sets thousands apart by commas; null if none.
 *
 * @param {string} text "1284", "1,284", "1 284"
 */
export function parsedCount(text) {
  const digits = plain(text);
  return /^(\d+|\d{1,3}([ ,])\d{3}(\2\d{3})*)$/.test(digits)
    ? Number(digits.replace(/[ ,]/g, ""))
    : null;
}

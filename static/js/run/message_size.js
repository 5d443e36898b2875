// Messages that are longer than the server reads: refused here, in the words and at the field that
// the server would name if it could answer them.

import { count } from "../text/format.js";
import { isObject } from "../text/json.js";

const encoder = new TextEncoder();

/**
 * What is wrong with the length of a message.
 *
 * @param {OutgoingMessage} message
 * @param {string} text its JSON
 * @param {number} limit the most bytes that the server reads
 * @returns {Problem | null} a problem as the server describes one; null if the message is short
 *   enough
 */
export function tooLong(message, text, limit) {
  if (3 * text.length <= limit) return null; // a UTF-16 unit takes 3 bytes at most
  const bytes = encoder.encode(text).length;
  if (bytes <= limit) return null;
  const field = longestField(message);
  const allowed = `at most ${limit} bytes in all`;
  const sentence =
    `${field} is too long: the whole message would have ${count(bytes)} bytes, and the server ` +
    `reads at most ${count(limit)}.`;
  return { field, value: null, allowed, message: sentence };
}

/**
 * The field that makes up most of a message; "message" if there is none.
 *
 * @param {OutgoingMessage} message
 */
export function longestField({ type, id, recipe, ...rest }) {
  return largest(recipe ?? rest) || "message";
}

/**
 * The path of the part that makes up most of the length; "" if there is none.
 *
 * @param {unknown} part of a message
 * @returns {string}
 */
function largest(part) {
  if (!isObject(part) && !Array.isArray(part)) return "";
  const lengths = Object.entries(part).map(([key, value]) => ({
    key,
    length: JSON.stringify(value).length,
  }));
  const whole = lengths.reduce((sum, { length }) => sum + length, 0);
  const most = lengths.find(({ length }) => 2 * length > whole);
  if (most === undefined) return "";
  const { key } = most;
  const deeper = largest(part[key]);
  return deeper === "" ? key : `${key}.${deeper}`;
}

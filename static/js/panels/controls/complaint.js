/** What the server complains of, in the words of the page. */

import { count } from "../../text/format.js";

const WORDS = [
  [/\ban integer\b/g, "a whole number"],
  [/\ba finite number\b/g, "a number"],
  [/, or null\b/g, ", or empty"],
  [/(?<![.\d])\d{4,}/g, count],
];

/**
 * Say what a field needs, and what the run uses meanwhile.
 *
 * @param {{value: unknown, allowed: string, message: string}} problem as the server has it
 * @param {string} label what the page calls the field
 * @param {string} kept the value in force, in words
 */
export function complaint({ value, allowed, message }, label, kept) {
  const rule = message.endsWith(`: it must be ${allowed}.`);
  // A rule over several fields has its own sentence; of it, only the field's name is the server's.
  const sentence = rule
    ? `${label} needs ${inWords(allowed)}${given(value)}`
    : message.replace(/^\S+(?= is )/, label).replace(/\.$/, "");
  return `${sentence}; still running with ${kept}.`;
}

function inWords(allowed) {
  return WORDS.reduce((text, [from, to]) => text.replace(from, to), allowed);
}

function given(value) {
  if (value === null || value === "") return "";
  return typeof value === "string" ? `, not “${value}”` : `, not ${value}`;
}

// Text that people typed beside ours. Unicode's controls of direction reverse the numbers after
// them, and so do letters that are written from right to left, where nothing isolates them. A
// canvas, a title and Plotly know no <bdi>: the isolate's two characters do the same in all places.

/* eslint-disable no-control-regex -- control characters are what this is about */
const MARKS =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
/* eslint-enable no-control-regex */
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const ISOLATES = /[\u2068\u2069]/gu;
const [FIRST_STRONG_ISOLATE, POP_ISOLATE] = ["\u2068", "\u2069"];

/** A text without control characters, line separators and marks of direction. */
export const withoutMarks = (text) => text.replace(MARKS, "");

/** A text that turns nothing beside it, whichever way it is written itself. */
export function isolated(text) {
  if (!RIGHT_TO_LEFT.test(text)) return text;
  return `${FIRST_STRONG_ISOLATE}${withoutIsolates(text)}${POP_ISOLATE}`;
}

/** The text itself, for files. */
export const withoutIsolates = (text) => text.replace(ISOLATES, "");

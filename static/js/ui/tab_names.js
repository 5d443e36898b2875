// The lanes' names as their tabs have room for them.

import { namesWithin } from "../text/lane_names.js";
import { breakpoint } from "./breakpoints.js";

// Letters of all lanes' tabs together, and of a single one, in a window wider than a breakpoint.
/** @type {{above: "laptop" | "tablet", all: number, each: number}[]} */
const LETTERS = [
  { above: "laptop", all: 70, each: 24 },
  { above: "tablet", all: 48, each: 17 },
];
const FEW_LETTERS = { above: "nothing", all: 36, each: 17 };

/** How many letters the tabs have in a window of that width. */
export function roomAt(width) {
  return LETTERS.find(({ above }) => width > breakpoint(above)) ?? FEW_LETTERS;
}

/** The lanes' names as their tabs have room for them: never alike. */
export function tabNames(labels, width) {
  const { all, each } = roomAt(width);
  const most = Math.min(each, Math.max(8, Math.floor(all / labels.length)));
  return namesWithin(labels, ({ length }) => length <= most);
}

// The lanes' names as their tabs have room for them.

import { abridged, apart, nameParts } from "../text/lane_names.js";

// Letters of all lanes' tabs together, and of a single one, on a window of that width.
const LETTERS = [
  { from: 1600, all: 70, each: 24 },
  { from: 1200, all: 48, each: 17 },
  { from: 0, all: 36, each: 17 },
];

export const roomAt = (width) => LETTERS.find(({ from }) => width >= from);

/** The lanes' names as their tabs have room for them: cut in the middle, but never alike. */
export function tabNames(labels, width) {
  const { all, each } = roomAt(width);
  const most = Math.min(each, Math.max(8, Math.floor(all / labels.length)));
  const names = apart(labels).map((label) => abridged(label, ({ length }) => length <= most));
  return names.map((name, index) => {
    const alike = names.filter((other) => other === name).length > 1;
    return alike ? `${nameParts(labels[index])[0].slice(0, most - 2)} ${index + 1}` : name;
  });
}

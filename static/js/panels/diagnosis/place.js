// Where a quantity is to be seen: which panel, and how it has to show it.

/** @type {[pattern: RegExp, panel: string, view: (name: string) => Partial<ViewSettings>][]} */
const PLACES = [
  [/^gate\.(\w+)$/, "inside-cell", (name) => ({ zoom: name, cells: "lane" })],
  [/^(h|c)$/, "inside-cell", (name) => ({ zoom: name, cells: "lane" })],
  [/^d[hc]_norm$/, "gradient-flow", (name) => ({ flow: "norms", quantity: name })],
  [/^update_ratio$/, "training", () => ({ story: "updates" })],
  [/^(?:loss|grad_norm|clip_factor)$/, "training", () => ({ story: "curves" })],
];

/**
 * The panel that shows a quantity, by its id, and the settings by which it does.
 *
 * @param {string} quantity as a frame names it, without its lane
 * @returns {{panel: string, view: Partial<ViewSettings>}}
 */
export function placeOf(quantity) {
  for (const [pattern, panel, view] of PLACES) {
    const found = pattern.exec(quantity);
    if (found !== null) return { panel, view: view(found[1] ?? found[0]) };
  }
  throw new Error(`no panel shows ${quantity}`);
}

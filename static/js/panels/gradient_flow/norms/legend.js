// The legend of gradient norms: every lane, and the other kinds of lines that are drawn.

import { font, shortNames } from "../../../canvas/text.js";
import { BACKWARD } from "../../../state/halves.js";
import { comparedWith, isShown } from "../../../state/selectors.js";
import { count } from "../../../text/format.js";
import { letters } from "../../../text/lane_names.js";
import { ENOUGH_HEIGHT, heightUnder } from "./layout.js";
import { CELL_DASH, CLIPPED_DASH, GHOST_DASH, REVERSE_DASH } from "./paint.js";

const MOST_NAME = 8; // of the text's size: longer names would take a third of the chart

export class GradientLegend {
  #key = null;
  #entries = [];

  /**
   * The entries; a new array only if anything in them has changed.
   *
   * @param {State} state
   * @param {string} quantity that is drawn
   * @param {any} kinds of `kindsOfLines`
   * @param {Set<string>} hidden those that are not to be seen
   * @param {Palette} palette
   * @param {{width: number, height: number}} size of the chart: where it is low, names are short
   */
  entries(state, quantity, kinds, hidden, palette, size) {
    const { theme, lanes, view } = state;
    const labels = lanes.map(({ label }) => label);
    const ghost = `iteration ${count(comparedWith(state)?.iteration ?? 0)}`;
    const key = [
      theme,
      ...labels,
      "hidden",
      ...hidden,
      ...view.hidden,
      quantity,
      ghost,
      JSON.stringify(kinds),
      size.width,
      size.height,
    ].join("|");
    if (key === this.#key) return this.#entries;
    const { lanes: colors, soft, font: family, small } = palette;
    const entriesWith = (names, [cell, after, before, backward]) => {
      /** @type {LegendEntry[]} */
      const entries = lanes.map((lane, k) => ({
        key: lane.index,
        name: names[k],
        color: colors[lane.index],
        hidden: !isShown(lane, view),
      }));
      const add = (kind, name, dash) =>
        entries.push({ key: kind, name, color: soft, dash, hidden: hidden.has(kind) });
      if (kinds.dc) add("dc", cell, CELL_DASH);
      if (kinds.reverse) add("reverse", backward, REVERSE_DASH);
      if (kinds.ghost) add("ghost", before, GHOST_DASH);
      if (kinds.clips) add("clipped", after, CLIPPED_DASH);
      return entries;
    };
    const long = entriesWith(shortNames(labels, font(family, small), MOST_NAME * small), [
      "‖∂ℓ/∂c_t‖",
      "after clipping",
      ghost,
      BACKWARD,
    ]);
    const low = heightUnder(size, long, palette) < ENOUGH_HEIGHT * small;
    const short = () => entriesWith(letters(labels), ["∂c", "clipped", ghost, "backward"]);
    [this.#key, this.#entries] = [key, low ? short() : long];
    return this.#entries;
  }
}

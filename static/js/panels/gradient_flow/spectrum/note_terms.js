// The symbols among the notes that need explaining.

import { textWidth } from "../../../canvas/text.js";
import { meaningOf } from "../../../ui/term.js";
import { termOver } from "../../../ui/term_over.js";
import { LINE, numbersOf, strongFont } from "./notes.js";

/**
 * @param {HTMLElement} body holds the canvas
 */
export function createNoteTerms(body) {
  const places = ["ρ", "‖W‖₂"].map((symbol) => termOver(body, symbol, meaningOf(symbol)));

  return {
    /**
     * @param {{left: number, top: number} | null} notes null: none are drawn
     * @param {import("./notes.js").Numbers | null} numbers
     * @param {Palette} palette
     */
    place(notes, numbers, palette) {
      const { small } = palette;
      const lines = notes === null ? [] : numbersOf(numbers);
      places.forEach((put, k) =>
        put(
          notes === null
            ? null
            : {
                x: notes.left,
                y: notes.top + k * small * LINE,
                width: textWidth(lines[k], strongFont(palette)),
                height: small * LINE,
              },
        ),
      );
    },
  };
}
